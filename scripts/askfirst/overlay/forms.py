"""What a consent form looked like: the columns that prove a grant, or spoil it in exactly the ways asked for."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from random import Random

from askfirst.overlay.chance import chance
from askfirst.overlay.clock import utc_text
from askfirst.overlay.stories import NOTICE_RULES

Form = dict[str, str]

ACTIVE_METHODS = ("web_form", "paper_form", "phone", "preference_centre")
PASSIVE_METHODS = ("scroll", "silence", "banner_dismissed", "script")
NOTICE_BEFORE_2017 = "N-2016-01"
NOTICE_SINCE_2017 = "N-2017-01"
NEW_NOTICE_IN = 2017  # the year
DEFECTIVE_NOTICES = ("N-BAD-01", "N-BAD-02", "N-BAD-03")
NOTICE_OLDER_THAN_PURPOSES = "N-2014-01"
NOTICES_OF_OTHERS = ("N-SIS-01", "N-WIN-01")
NOTICES_HARD_TO_WITHDRAW = ("N-BAD-04", "N-BAD-05")
NOTICE_TO_BE_CONFIRMED, ONE_BEFORE_IT = "N-2017-06", "N-2016-03"  # on either channel
NOTICES_TO_BE_CONFIRMED = (NOTICE_TO_BE_CONFIRMED, ONE_BEFORE_IT)
SHOWN_WITHIN = timedelta(minutes=15)  # before the act
CONFIRMED_FROM, CONFIRMED_UNTIL = datetime(2017, 6, 1, tzinfo=UTC) + SHOWN_WITHIN, datetime(2017, 12, 15, tzinfo=UTC)
UNKNOWN_NOTICE = "N-1999-07"


def form_of_grant(rng: Random, event_time: datetime, purposes: int, flaws: frozenset[str]) -> Form:
    """The form of a grant: complete and valid, but for `flaws` (of VOID_RULES)."""
    form = _valid_form(rng, event_time, purposes)
    for rule in sorted(flaws):
        FLAWS[rule](rng, form, event_time, flaws)
    return form


def form_of_stop(rng: Random) -> Form:
    """The form of a withdrawal or a refusal: little is asked, and nothing of it can make the act void."""
    method = rng.choice((*ACTIVE_METHODS, ""))
    return {
        "privacy_notice": rng.choice((NOTICE_BEFORE_2017, "", "")),
        "notice_shown_at": "",
        "collection_method": method,
        "pre_ticked": rng.choice(("false", "")),
        "separate_choices": rng.choice(("true", "false", "")),
        "required_for_service": "",
        "incentive": "",
        "evidence": _evidence(rng, method) if method and chance(rng, 0.5) else "",
        "legal_basis": "",
        "without_refusal": "",
        "confirmation_of": "",
        "authorised_by": "",
    }


def _valid_form(rng: Random, event_time: datetime, purposes: int) -> Form:
    notice = NOTICE_BEFORE_2017 if event_time.year < NEW_NOTICE_IN or chance(rng, 0.2) else NOTICE_SINCE_2017
    if CONFIRMED_FROM <= event_time < CONFIRMED_UNTIL and chance(rng, 0.15):
        notice = NOTICE_TO_BE_CONFIRMED  # and `events` confirms it
    method = rng.choice(ACTIVE_METHODS)
    shown_before = timedelta(seconds=rng.choice((0, *range(5, SHOWN_WITHIN.seconds, 5))))
    return {
        "privacy_notice": notice,
        "notice_shown_at": utc_text(event_time - shown_before),
        "collection_method": method,
        "pre_ticked": rng.choice(("false", "false", "")),
        "separate_choices": "true" if purposes > 1 else rng.choice(("true", "false", "")),
        "required_for_service": rng.choice(("false", "false", "")),
        "incentive": rng.choice(("false", "false", "")),
        "evidence": _evidence(rng, method),
        "legal_basis": rng.choice(("consent", "")),
        "without_refusal": rng.choice(("false", "")),
        "confirmation_of": "",
        "authorised_by": "",
    }


def _evidence(rng: Random, method: str) -> str:
    return f"{method}/{rng.randrange(10**8):08d}"


def _pre_ticked(_rng: Random, form: Form, _event_time: datetime, _flaws: frozenset[str]) -> None:
    form["pre_ticked"] = "true"


def _no_act(rng: Random, form: Form, _event_time: datetime, _flaws: frozenset[str]) -> None:
    form["collection_method"] = rng.choice(PASSIVE_METHODS)


def _bundled(rng: Random, form: Form, _event_time: datetime, _flaws: frozenset[str]) -> None:
    form["separate_choices"] = rng.choice(("false", ""))


def _tied_or_paid(rng: Random, form: Form, _event_time: datetime, _flaws: frozenset[str]) -> None:
    form["required_for_service"], form["incentive"] = rng.choice(
        (("true", "false"), ("false", "true"), ("true", "true"))
    )


def _not_shown_before(rng: Random, form: Form, event_time: datetime, flaws: frozenset[str]) -> None:
    """No notice at all only where no other flaw needs one."""
    ways = ["not shown", "shown after"] if flaws & set(NOTICE_RULES) else ["no notice", "not shown", "shown after"]
    way = rng.choice(ways)
    if way == "no notice":
        form["privacy_notice"] = form["notice_shown_at"] = ""
    elif way == "not shown":
        form["notice_shown_at"] = ""
    else:
        form["notice_shown_at"] = utc_text(event_time + timedelta(seconds=rng.randrange(1, 3600)))


def _defective_notice(rng: Random, form: Form, _event_time: datetime, _flaws: frozenset[str]) -> None:
    form["privacy_notice"] = rng.choice(DEFECTIVE_NOTICES)


def _older_notice(_rng: Random, form: Form, _event_time: datetime, _flaws: frozenset[str]) -> None:
    form["privacy_notice"] = NOTICE_OLDER_THAN_PURPOSES


def _of_another(rng: Random, form: Form, _event_time: datetime, _flaws: frozenset[str]) -> None:
    form["privacy_notice"] = rng.choice(NOTICES_OF_OTHERS)


def _hard_to_withdraw(rng: Random, form: Form, _event_time: datetime, _flaws: frozenset[str]) -> None:
    form["privacy_notice"] = rng.choice(NOTICES_HARD_TO_WITHDRAW)


def _other_basis(rng: Random, form: Form, _event_time: datetime, _flaws: frozenset[str]) -> None:
    form["legal_basis"] = rng.choice(("soft_opt_in", "legitimate_interest"))


def _yes_or_later(_rng: Random, form: Form, _event_time: datetime, _flaws: frozenset[str]) -> None:
    form["without_refusal"] = "true"


def _to_be_confirmed(_rng: Random, form: Form, event_time: datetime, _flaws: frozenset[str]) -> None:
    form["privacy_notice"] = NOTICE_TO_BE_CONFIRMED if event_time >= CONFIRMED_FROM else ONE_BEFORE_IT


def _incomplete_proof(rng: Random, form: Form, _event_time: datetime, flaws: frozenset[str]) -> None:
    """Something else is missing: an empty method is not a passive one (R02), an unknown notice no known one."""
    ways = ["evidence"]
    if "R02" not in flaws:
        ways.append("method")
    if not flaws & set(NOTICE_RULES) and form["privacy_notice"]:
        ways.append("notice")
    way = rng.choice(ways)
    if way == "evidence":
        form["evidence"] = ""
    elif way == "method":
        form["collection_method"] = ""
    else:
        form["privacy_notice"] = UNKNOWN_NOTICE


FLAWS: dict[str, Callable[[Random, Form, datetime, frozenset[str]], None]] = {
    "R01": _pre_ticked,
    "R02": _no_act,
    "R03": _bundled,
    "R04": _tied_or_paid,
    "R05": _not_shown_before,
    "R06": _defective_notice,
    "R07": _incomplete_proof,
    "R13": _older_notice,
    "R43": _of_another,
    "R11": _hard_to_withdraw,
    "R42": _other_basis,
    "R25": _yes_or_later,
    "R15": _to_be_confirmed,
}
