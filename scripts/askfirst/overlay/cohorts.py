"""Persons drawn on purpose, so that every two rules that can meet do meet, and every odd case occurs."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from itertools import combinations

from askfirst.overlay import petitions, stories, traits
from askfirst.overlay.clock import Phase
from askfirst.overlay.erasures import came_back
from askfirst.overlay.stories import CHANNELS, NOTICE_RULES, PURPOSES, STORY_OF_RULE, VOID_PAIRS, Story
from askfirst.overlay.world import Age, Bounce, Record, Told

Stories = tuple[Story, ...]  # one for each place of a channel; a bundling story takes two places

CONSENT_RULES = ("R08", "R09", "R10", "R12", "R14", "R48")
ADULT = traits.ADULTS[0]


def cohort() -> Iterator[tuple[Record, ...]]:
    """The records of each person of the cohort, in a fixed order."""
    for turn in range(4):
        yield from _void_pairs(turn)
        yield from _traits_meet_choices(turn)
        yield from _records_disagree(turn)
    yield from _traits_meet()
    yield from _records_meet_traits()
    yield from _records_agree()
    yield from _odd_cases()


def strangers() -> Iterator[tuple[Record, ...]]:
    """The records of each person who lives nobody knows where: consent that has expired by the strictest term (R49)."""
    for turn in range(4):
        yield from _records_disagree(turn, ("R14",))
        for rule in TRAITS:
            yield (with_trait(_everywhere("R14", turn), rule),)


def told_of(choices: Stories, turn: int = 0) -> tuple[Told, ...]:
    """The stories of one channel, each told of its own purpose (two for a bundling one), purposes rotated by `turn`."""
    left = [*PURPOSES[turn % 4 :], *PURPOSES[: turn % 4]]
    told = []
    for story in choices:
        size = 2 if story.needs_several_purposes else 1
        told.append(Told(tuple(left[:size]), story))
        left = left[size:]
    return (*told, Told(tuple(left), stories.GIVEN_ONCE)) if left else tuple(told)


def record(email: Stories = (), direct_mail: Stories = (), turn: int = 0) -> Record:
    """An adult's record with addresses; what no story is given for is consented to."""
    told = {"email": told_of(email, turn), "direct_mail": told_of(direct_mail, turn)}
    return Record(told, ADULT, traits.EMAIL_FINE, traits.POSTAL_FINE)


def with_trait(subject: Record, rule: str) -> Record:
    """The record with one trait that excludes by `rule` everywhere (R21: by e-mail), and nothing that lifts it."""
    return TRAITS[rule](subject)


def _unsubscribed(subject: Record) -> Record:
    unsubscribes = (traits.unsubscribed(channel) for channel in CHANNELS)
    return replace(subject, suppressions=(*subject.suppressions, *unsubscribes))


TRAITS: dict[str, Callable[[Record], Record]] = {
    "R16": lambda subject: replace(subject, age=age_for("R16")),
    "R17": lambda subject: replace(subject, age=age_for("R17")),
    "R20": lambda subject: replace(subject, suppressions=(*subject.suppressions, traits.objected())),
    "R21": came_back,
    "R31": _unsubscribed,
    "R40": lambda subject: replace(subject, malformed=traits.MALFORMED[:1]),
    "R44": lambda subject: replace(subject, bounces=tuple(Bounce(channel) for channel in CHANNELS)),
    "R46": lambda subject: replace(subject, petitions=(*subject.petitions, petitions.RESTRICTED[0])),
    "R50": lambda subject: replace(subject, petitions=(*subject.petitions, petitions.DECEASED[0])),
    "R52": lambda subject: replace(subject, email=traits.EMAILS_UNUSABLE[0], postal=traits.POSTAL_UNUSABLE[0]),
}


def age_for(rule: str) -> Age:
    """An age that excludes by R16, or by R17 alone."""
    return traits.AGE_UNKNOWN[0] if rule == "R16" else traits.MINORS[1]


def _void_pairs(turn: int) -> Iterator[tuple[Record, ...]]:
    """Two flaws in one grant: every pair that one grant can have, and that two records can have where it cannot."""
    bundled = [stories.void(*pair) for pair in VOID_PAIRS if "R03" in pair]
    single = [stories.void(*pair) for pair in VOID_PAIRS if "R03" not in pair]
    for start in range(0, len(single), 6):
        pairs = single[start : start + 6]
        bundle = bundled[(start // 3 + turn) % len(bundled)]
        yield (record(tuple(pairs[:4]), (bundle, *pairs[4:]), turn),)
    for first, second in zip(bundled, (*bundled[1:], bundled[0]), strict=True):
        yield (record((first,), (second,), turn),)
    for one, other in combinations(NOTICE_RULES, 2):
        yield _everywhere(one, turn), _everywhere(other, turn)


def _choices_by_channel() -> Iterator[tuple[Stories, Stories]]:
    """E-mail and letter stories that show, between them, every rule on a person's own choices."""
    rule = STORY_OF_RULE
    yield (rule["R01"], rule["R02"], rule["R04"], rule["R05"]), (rule["R03"], rule["R06"], rule["R07"])
    yield (rule["R09"], rule["R10"], rule["R12"]), (rule["R12"], rule["R09"], rule["R10"])
    yield (rule["R08"],) * 4, (rule["R08"],) * 4
    yield (rule["R14"], rule["R13"], rule["R43"], rule["R11"]), (rule["R13"], rule["R43"], rule["R14"], rule["R11"])
    yield (rule["R42"], rule["R25"], rule["R15"], rule["R48"]), (rule["R15"], rule["R25"], rule["R42"])


def _traits_meet_choices(turn: int) -> Iterator[tuple[Record, ...]]:
    """Each trait on top of each choice."""
    for rule in TRAITS:
        for email, direct_mail in _choices_by_channel():
            yield (with_trait(record(email, direct_mail, turn), rule),)


def _traits_meet() -> Iterator[tuple[Record, ...]]:
    """Two traits at once on someone who consents to everything."""
    for first, second in combinations(TRAITS, 2):
        if (first, second) not in (("R16", "R17"), ("R21", "R52")):
            yield (with_trait(with_trait(record(), first), second),)
    for age in traits.MINORS * 2:
        yield (replace(record(), age=age),)


def _records_disagree(turn: int, rules: tuple[str, ...] = CONSENT_RULES) -> Iterator[tuple[Record, ...]]:
    """One person, two records: what can not meet in one record meets here, and R34 meets every choice."""
    for rule in rules:
        for email, direct_mail in _choices_by_channel():
            yield _everywhere(rule, turn), record(email, direct_mail, turn)
    for email, direct_mail in _choices_by_channel():
        yield record(), record(email, direct_mail, turn)
        yield with_trait(record(), "R44"), record(email, direct_mail, turn)


def _everywhere(rule: str, turn: int) -> Record:
    """A record in which one rule holds for every purpose (R12: but for one, which is consented to).

    The one consented to falls on another place of the other record's choices at every turn.
    """
    choices = (STORY_OF_RULE[rule],) * (3 if rule == "R12" else 4)
    return record(choices, choices, 2 * turn)


def _records_meet_traits() -> Iterator[tuple[Record, ...]]:
    """R34 beside each trait, whichever record has it."""
    refusing = record((STORY_OF_RULE["R09"],) * 2, (STORY_OF_RULE["R01"],) * 2)
    for rule in ("R20", "R31", "R40"):
        yield record(), with_trait(record(), rule)
        yield with_trait(record(), rule), record()
    yield came_back(record()), record()
    for rule in ("R16", "R17", "R46", "R50", "R52"):
        yield with_trait(record(), rule), refusing


def _records_agree() -> Iterator[tuple[Record, ...]]:
    """Equal choices in two or three records: linked, and nothing comes of it; and chains in which one differs."""
    refused: Stories = (STORY_OF_RULE["R09"],) * 4
    for _ in range(10):
        yield record(), record()
    for _ in range(4):
        yield record(refused, refused), record(refused, refused)
    yield record(), record(), record()
    yield record(refused), record(refused), record(refused)
    for email in (refused, (STORY_OF_RULE["R08"],) * 4, (STORY_OF_RULE["R10"],) * 3, (STORY_OF_RULE["R02"],)):
        yield record(), record(), record(email)


def _odd_cases() -> Iterator[tuple[Record, ...]]:
    """Boundaries: as_of itself; age and address told in the other record only; opt-outs before or beside a grant."""
    odd = (
        STORY_OF_RULE["R03"],  # rare by itself, since it needs two purposes of one temper
        STORY_OF_RULE["R03"],
        *stories.ENDED,
        *stories.BY_INTERVAL,
        *stories.ON_THE_DOT,
        *stories.VOID_TWICE,
        *stories.NOTHING_KNOWN,
        *stories.OUT_OF_ORDER,
    )
    for story in odd * 4:
        yield (record((story,), (story, story)),)
    for _ in range(3):
        yield record(), replace(record(), age=age_for("R17"))
        yield record(), replace(record(), age=age_for("R16"))
        yield replace(record(), age=age_for("R16")), record()
        yield replace(record(), email=traits.EMAILS_UNUSABLE[0]), record()
        yield record(), replace(record(), email=traits.EMAILS_UNUSABLE[1])
        yield (came_back(record((STORY_OF_RULE["R03"], STORY_OF_RULE["R06"], STORY_OF_RULE["R07"]))),)
        yield (came_back(replace(record(), email=traits.EMAILS_UNUSABLE[2])),)
        early = replace(record(), suppressions=(traits.objected("all", Phase.EARLY),))
        yield (early,)
        yield (replace(early, told={"email": told_of((stories.SILENT,)), "direct_mail": told_of((stories.TIED,))}),)
    for kind in traits.MALFORMED:
        yield (replace(record(), malformed=(kind,)),)
        yield (replace(record(), misdated=True),)
