"""Traits of a person beside the consent stories: age, addresses, switches. Each says what is true of it."""

from dataclasses import replace
from random import Random

from askfirst.overlay.chance import chance
from askfirst.overlay.clock import Phase
from askfirst.overlay.stories import CHANNELS, PURPOSES
from askfirst.overlay.world import AddressBook, Age, Bounce, Lift, Person, Record, Suppression, Switch

# as_of.year - birth_year: 18 is ambiguous (the birthday may lie ahead), 19 is not.
ADULT_YEARS = tuple(range(1935, 2000))
# Under every digital age (13 to 16), under some, and over all of them.
CHILD_YEARS = tuple(range(2006, 2012))
TEEN_YEARS = (2003,)
OLDER_TEEN_YEARS = (2001,)
AMBIGUOUS_YEAR = (2000,)

ADULTS = (
    Age("said to be an adult", "true", ()),
    Age("adult by birth year", "", ADULT_YEARS),
    Age("said to be an adult, with a birth year", "true", ADULT_YEARS),
    Age("said to be an adult, nineteen this year", "true", (1999,)),
    Age("just certainly an adult", "", (1999,)),
)
MINORS = (
    Age("said to be a minor", "false", (), "R17"),
    Age("minor by birth year, over the digital age", "", OLDER_TEEN_YEARS, "R17"),
    Age("minor by birth year, over some digital ages", "", TEEN_YEARS, "R17"),
    Age("child by birth year", "", CHILD_YEARS, "R17"),
    Age("said to be an adult, child by birth year", "true", CHILD_YEARS, "R17"),
    Age("said to be a minor, adult by birth year", "false", ADULT_YEARS, "R17"),
)
AGE_UNKNOWN = (
    Age("nothing said of the age", "", (), "R16"),
    Age("turns eighteen in the year of as_of, perhaps later", "", AMBIGUOUS_YEAR, "R16"),
    Age("turns eighteen in the year of as_of, and said to be an adult before it", "true", AMBIGUOUS_YEAR, "R16"),
)

EMAIL_FINE = AddressBook("one", in_use=True)
EMAILS_IN_USE = (
    EMAIL_FINE,
    AddressBook("moved", in_use=True),
    AddressBook("changes after as_of", in_use=True),
    AddressBook("broken, then mended", in_use=True),
    AddressBook("told twice", in_use=True),
)
EMAILS_UNUSABLE = (
    AddressBook("none", in_use=False),
    AddressBook("broken", in_use=False),
    AddressBook("fine, then broken", in_use=False),
    AddressBook("only after as_of", in_use=False),
)
POSTAL_FINE = AddressBook("one", in_use=True)
POSTAL_IN_USE = (POSTAL_FINE, AddressBook("moved", in_use=True), AddressBook("changes after as_of", in_use=True))
EMAILS_MOVED = (
    AddressBook("moved since", in_use=True, changed=Phase.MOVED),
    AddressBook("moved since, and back", in_use=True, changed=Phase.MOVED),
    AddressBook("broken since", in_use=False, changed=Phase.MOVED),
)
POSTAL_MOVED = AddressBook("moved since", in_use=True, changed=Phase.MOVED)
BOUNCES_WITHOUT_EFFECT = (
    Bounce("email", hard=False),
    Bounce("email", phase=Phase.EARLY),
    Bounce("direct_mail", phase=Phase.AFTER_AS_OF),
    Bounce("direct_mail", heard=False),
)
POSTAL_UNUSABLE = (AddressBook("none", in_use=False), AddressBook("only after as_of", in_use=False))

MALFORMED = (
    "event_time unreadable",
    "received_at unreadable",
    "event_state unknown",
    "purpose unknown",
    "channel unknown",
    "heard of before it happened",
)

DATA_WITH_SWITCH = ("first_name", "birthday_month", "favourite_cut", "favourite_department", "purchases")
SWITCHED_PURPOSES = ("personalisation", "offers", "replenishment")
# `off=on`: both in the same second. `off*`: after as_of.
SWITCH_STORIES: tuple[tuple[tuple[str, ...], bool], ...] = (
    (("off",), True),
    (("off",), True),
    (("off",), True),
    (("off", "on"), False),
    (("off", "on", "off"), True),
    (("off=on",), True),
    (("off*",), False),
    (("off", "on*"), True),
    (("on",), False),
)


def draw_switches(rng: Random, count: int) -> tuple[Switch, ...]:
    """`count` switches on different (datum, purpose)."""
    pairs = [(datum, purpose) for datum in DATA_WITH_SWITCH for purpose in SWITCHED_PURPOSES]
    drawn = []
    for datum, purpose in rng.sample(pairs, count):
        acts, off = rng.choice(SWITCH_STORIES)
        drawn.append(Switch(datum, purpose, acts, off))
    return tuple(drawn)


def objected(scope: str = "all", phase: Phase = Phase.OBJECTION, *, heard: bool = True) -> Suppression:
    """An objection to direct marketing for a purpose, or for all."""
    return Suppression("objection", scope, phase, heard)


def unsubscribed(channel: str, phase: Phase = Phase.UNSUBSCRIBE) -> Suppression:
    """A one-click unsubscribe from a channel."""
    return Suppression("unsubscribe", channel, phase)


def lifts_for(rng: Random, record: Record, suppression: Suppression) -> tuple[Lift, ...]:
    """The person's own later grants for some of the cells that a suppression covers; now and then a void one."""
    phase = {Phase.OBJECTION: Phase.OBJECTION_LIFT, Phase.UNSUBSCRIBE: Phase.UNSUBSCRIBE_LIFT}.get(suppression.phase)
    if phase is None:
        return ()
    lifts = []
    for channel, told in record.told.items():
        covered = [p for told_of in told for p in told_of.purposes if suppression.covers(p, channel)]
        if not covered or chance(rng, 0.3):
            continue
        chosen = tuple(rng.sample(covered, rng.randint(1, len(covered))))
        if chance(rng, 0.15) and all(record.story(purpose, channel).given for purpose in chosen):
            lifts.append(Lift(channel, chosen, phase, valid=False))
        elif chance(rng, 0.12):
            lifts.append(Lift(channel, chosen, suppression.phase))
        else:
            lifts.append(Lift(channel, chosen, phase))
    return tuple(lifts)


def draw_address_changes(rng: Random, person: Person) -> Person:
    """The person, now and then with another address since the consent stories, or a message that came back."""
    record, *others = person.records
    if chance(rng, 0.025):
        book = rng.choice(EMAILS_MOVED)
        lift = Lift("email", tuple(rng.sample(PURPOSES, rng.randint(1, 4))), Phase.OBJECTION_LIFT)
        lifted = not record.suppressions and not record.lifts and chance(rng, 0.4)
        record = replace(record, email=book, lifts=(lift,) if lifted else record.lifts)
    elif chance(rng, 0.02):
        bounce = Bounce(rng.choice(CHANNELS)) if chance(rng, 0.6) else rng.choice(BOUNCES_WITHOUT_EFFECT)
        record = replace(record, bounces=(bounce,))
    elif chance(rng, 0.015) and record.postal == POSTAL_FINE:
        record = replace(record, postal=POSTAL_MOVED)
    return replace(person, records=(record, *others))
