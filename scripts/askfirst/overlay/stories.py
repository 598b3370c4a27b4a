"""Consent stories: what a person did about a purpose on a channel, and what is therefore true.

The truth of a story stands beside its acts, written by hand. Nothing here looks at events: those are written from
the acts later, and whoever reads them must come to what the story says.
"""

from dataclasses import dataclass
from itertools import combinations
from typing import Literal

from askfirst.overlay.clock import Phase

PURPOSES = ("personalisation", "offers", "replenishment", "partner_sharing")
CHANNELS = ("email", "direct_mail")
VOID_RULES = ("R01", "R02", "R03", "R04", "R05", "R06", "R07", "R11", "R13", "R15", "R25", "R42", "R43")
NOTICE_RULES = ("R06", "R11", "R13", "R15", "R43")  # each by a notice of its own, and an act has one notice

GIVEN = "ConsentGiven"
RENEWED = "RenewedConsentGiven"
WITHDRAWN = "ConsentWithdrawn"
REFUSED = "ConsentRefused"
STOPPING_STATES = (
    WITHDRAWN,
    REFUSED,
    "ConsentRequested",
    "ConsentExpired",
    "ConsentInvalidated",
    "ConsentRevoked",
    "ConsentRequestDeferred",
    "ConsentUnknown",
)

# soon: within hours. late: after every other act of the story. same: with the act before it.
# at_as_of: both times are as_of itself. unheard: before as_of, but heard of afterwards. future: after as_of.
# long_ago, year_ago: in that phase, before every other act of the story, and heard of soon.
# just_now: within half a day of as_of.
Arrival = Literal["soon", "late", "same", "at_as_of", "unheard", "future", "long_ago", "year_ago", "just_now"]


@dataclass(frozen=True, slots=True)
class Act:
    """One act. Acts of the same `step` happen at the same second; `flaws` are the rules that make a grant void."""

    state: str
    step: int
    flaws: frozenset[str] = frozenset()
    arrival: Arrival = "soon"
    zoneless: bool = False  # nobody wrote in which zone the time holds (R48)


@dataclass(frozen=True, slots=True)
class Story:
    """`rules` exclude; `given`: the last word is a valid grant; `granted`: some grant was valid when it was made.

    `since`: in which phase the last valid grant was made, which decides whether it has expired.
    """

    name: str
    acts: tuple[Act, ...]
    rules: frozenset[str] = frozenset()
    given: bool = False
    granted: bool = False
    since: Phase = Phase.TOLD

    @property
    def silent(self) -> bool:
        """Nothing known at as_of: R12 or R08, which the rest of the channel decides."""
        return not self.given and not self.rules

    @property
    def needs_several_purposes(self) -> bool:
        """An act that bundles purposes (R03) can only be told of two or more."""
        return any("R03" in act.flaws for act in self.acts)


def grant(step: int, *flaws: str, arrival: Arrival = "soon", state: str = GIVEN, zoneless: bool = False) -> Act:
    """A consent given, void by `flaws`."""
    return Act(state, step, frozenset(flaws), arrival, zoneless)


def stop(step: int, state: str = WITHDRAWN, arrival: Arrival = "soon", *, zoneless: bool = False) -> Act:
    """An act that leaves no valid consent; it can not be void."""
    return Act(state, step, frozenset(), arrival, zoneless)


def _in_force(name: str, *acts: Act, since: Phase = Phase.TOLD) -> Story:
    return Story(name, acts, given=True, granted=True, since=since)


def _excluded(name: str, rules: tuple[str, ...], *acts: Act, granted: bool = False) -> Story:
    return Story(name, acts, rules=frozenset(rules), granted=granted)


GIVEN_ONCE = _in_force("given", grant(0))
IN_FORCE = (
    GIVEN_ONCE,
    _in_force("given, then renewed", grant(0), grant(1, state=RENEWED)),
    _in_force("given long ago, then renewed", grant(0, arrival="long_ago"), grant(1, state=RENEWED)),
    _in_force("given twice", grant(0), grant(1)),
    _in_force("withdrawn, then given again", grant(0), stop(1), grant(2, state=RENEWED)),
    _in_force("refused, then given", stop(0, REFUSED), grant(1)),
    _in_force("an older withdrawal arrives late", stop(0, arrival="late"), grant(1)),
    _in_force("a void grant after a valid one", grant(0), grant(1, "R01", "R05")),
    _in_force("a void grant before a valid one", grant(0, "R02"), grant(1)),
    _in_force("given at a time without zone", grant(0, zoneless=True)),
    _in_force("withdrawn at a time without zone, then given", stop(0, zoneless=True), grant(1)),
    _in_force("withdrawn after as_of", grant(0), stop(1, arrival="future")),
    _in_force("withdrawn before as_of, heard of after it", grant(0), stop(1, arrival="unheard")),
)

ENDED = (  # by the term of most jurisdictions, or only by the strictest
    _in_force("given long ago", grant(0, arrival="long_ago"), since=Phase.LONG_AGO),
    _in_force("given a year ago", grant(0, arrival="year_ago"), since=Phase.YEAR_AGO),
    _in_force(
        "given long ago, renewed a year ago",
        grant(0, arrival="long_ago"),
        grant(1, arrival="year_ago", state=RENEWED),
        since=Phase.YEAR_AGO,
    ),
    _in_force("given long ago, then a void grant", grant(0, arrival="long_ago"), grant(1, "R01"), since=Phase.LONG_AGO),
)

SILENT = Story("silent", ())
NOTHING_KNOWN = (
    SILENT,
    Story("given after as_of", (grant(0, arrival="future"),)),
    Story("given before as_of, heard of after it", (grant(0, arrival="unheard"),)),
)

WITHDRAWN_AFTER_GIVEN = _excluded("given, then withdrawn", ("R09",), grant(0), stop(1), granted=True)
STOPPED = (
    *(_excluded(f"only {state}", ("R09",), stop(0, state)) for state in STOPPING_STATES),
    *(_excluded(f"given, then {state}", ("R09",), grant(0), stop(1, state), granted=True) for state in STOPPING_STATES),
    _excluded("a void grant does not undo a withdrawal", ("R09",), grant(0), stop(1), grant(2, "R05"), granted=True),
    _excluded("void from the start, then withdrawn", ("R09",), grant(0, "R01"), stop(1)),
    _excluded("tied with a void grant", ("R09",), grant(0, "R04"), stop(0)),
    _excluded("a void older grant arrives late", ("R09",), grant(0, "R07", arrival="late"), stop(1)),
    _excluded("given again after as_of", ("R09",), grant(0), stop(1), grant(2, arrival="future"), granted=True),
    _excluded("an older grant is heard of after as_of", ("R09",), grant(0, arrival="unheard"), stop(1)),
    _excluded("given at a time without zone, then withdrawn", ("R09",), grant(0, zoneless=True), stop(1), granted=True),
    _excluded("given long ago, then withdrawn", ("R09",), grant(0, arrival="long_ago"), stop(1), granted=True),
)

TIED = _excluded("given and withdrawn in the same second", ("R10",), grant(0), stop(0), granted=True)
OUT_OF_ORDER = (
    TIED,
    _excluded("refused and given in the same second", ("R10",), stop(0, REFUSED), grant(0), granted=True),
    _excluded("an older grant arrives after the withdrawal", ("R10",), grant(0, arrival="late"), stop(1), granted=True),
    _excluded(
        "a middle grant arrives after the withdrawal",
        ("R10",),
        grant(0),
        grant(1, arrival="late"),
        stop(2),
        granted=True,
    ),
)


BY_INTERVAL = (  # which was first, or whether it has begun, a zone would tell
    _excluded("given and, without zone, withdrawn", ("R48",), grant(0), stop(0, zoneless=True), granted=True),
    _excluded("given without zone, and withdrawn", ("R48",), grant(0, zoneless=True), stop(0), granted=True),
    _excluded(
        "given and refused without zone, the grant heard of later",
        ("R48",),
        stop(0, REFUSED, zoneless=True),
        grant(0, zoneless=True, arrival="late"),
        granted=True,
    ),
    _excluded("given just before as_of, without zone", ("R48",), grant(0, zoneless=True, arrival="just_now")),
)


def void(*rules: str) -> Story:
    """One grant, void by exactly these rules."""
    return _excluded(f"void by {', '.join(rules)}", rules, grant(0, *rules))


VOID_ONCE = tuple(void(rule) for rule in VOID_RULES)
VOID_PAIRS = tuple(pair for pair in combinations(VOID_RULES, 2) if not set(pair) <= set(NOTICE_RULES))
VOID_BY_TWO = tuple(void(*pair) for pair in VOID_PAIRS)
VOID_TWICE = (
    _excluded("two void grants: the later counts", ("R05",), grant(0, "R01"), grant(1, "R05")),
    _excluded("two void grants, renewed", ("R02", "R07"), grant(0, "R06"), grant(1, "R02", "R07", state=RENEWED)),
    _excluded(
        "two void grants of one second: the later heard", ("R04",), grant(0, "R07"), grant(0, "R04", arrival="late")
    ),
    _excluded(
        "two void grants of one second: the later heard, though written first",
        ("R07",),
        grant(0, "R07", arrival="late"),
        grant(0, "R02"),
    ),
    _excluded(
        "two void grants alike in time: the later id", ("R06",), grant(0, "R01"), grant(0, "R06", arrival="same")
    ),
)

# At the boundary itself: as_of counts. Only for persons who have nothing else after the stories.
ON_THE_DOT = (
    _excluded("withdrawn at as_of", ("R09",), grant(0), stop(1, arrival="at_as_of"), granted=True),
    _in_force("given at as_of", grant(0, arrival="at_as_of")),
)

STORY_OF_RULE: dict[str, Story] = dict(zip(VOID_RULES, VOID_ONCE, strict=True)) | {
    "R08": SILENT,
    "R09": WITHDRAWN_AFTER_GIVEN,
    "R10": TIED,
    "R12": SILENT,
    "R14": ENDED[0],
    "R48": BY_INTERVAL[0],
}
