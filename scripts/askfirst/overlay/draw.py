"""Draw the ordinary persons: temper first, then a story for each purpose and channel, then the traits."""

from dataclasses import replace
from random import Random

from askfirst.overlay import names, stories, traits
from askfirst.overlay.chance import chance, usual, weighted
from askfirst.overlay.clock import Phase
from askfirst.overlay.stories import CHANNELS, PURPOSES, Story
from askfirst.overlay.world import Age, Person, Profile, Record, Suppression, Told

PARENTS = (0, 1)  # places in a household
CUTS = ("chicken_wings", "chicken_breast", "steak", "ground_beef", "pork_chops")
DEPARTMENTS = ("bakery", "produce", "seafood", "deli", "flowers")

Weighted = tuple[tuple[tuple[Story, ...], int], ...]
STORIES_OF_TEMPER: dict[str, Weighted] = {
    "willing": ((stories.IN_FORCE, 1),),
    "choosy": (
        (stories.IN_FORCE, 46),
        (stories.NOTHING_KNOWN, 12),
        (stories.STOPPED, 13),
        (stories.VOID_ONCE, 15),
        (stories.VOID_BY_TWO, 6),
        (stories.VOID_TWICE, 3),
        (stories.OUT_OF_ORDER, 5),
        (stories.ENDED, 8),
        (stories.BY_INTERVAL, 4),
    ),
    "reserved": (
        (stories.IN_FORCE, 6),
        (stories.NOTHING_KNOWN, 40),
        (stories.STOPPED, 30),
        (stories.VOID_ONCE, 16),
        (stories.OUT_OF_ORDER, 8),
        (stories.ENDED, 8),
        (stories.BY_INTERVAL, 4),
    ),
}
TEMPERS = (("willing", 72), ("choosy", 22), ("reserved", 6))
PARTITIONS = (  # of the purposes of a channel: told together, or each on its own
    ((0, 1, 2, 3),),
    ((0, 1, 2), (3,)),
    ((0,), (1, 2), (3,)),
    ((0, 1), (2, 3)),
    ((0,), (1,), (2,), (3,)),
    ((0,), (1,), (2,), (3,)),
)


def draw_person(rng: Random, household_id: int, place: int) -> Person:
    """A person of a household; `place` counts from 0, and from 2 on there are children among them."""
    temper = weighted(rng, TEMPERS)
    record = Record(
        told=draw_told(rng, temper),
        age=draw_age(rng, place),
        email=rng.choice(traits.EMAILS_UNUSABLE) if chance(rng, 0.035) else usual(rng, traits.EMAILS_IN_USE),
        postal=rng.choice(traits.POSTAL_UNUSABLE) if chance(rng, 0.035) else usual(rng, traits.POSTAL_IN_USE),
        malformed=(rng.choice(traits.MALFORMED),) if chance(rng, 0.02) else (),
    )
    return Person(
        household_id=household_id,
        records=(draw_suppressions(rng, record),),
        profile=draw_profile(rng),
        tastes=draw_tastes(rng),
        switches=traits.draw_switches(rng, rng.randint(1, 3)) if chance(rng, 0.09) else (),
    )


def draw_willing_adult(rng: Random, household_id: int) -> Person:
    """Someone of whom nothing is in the way of anything, but for the sharing with partners."""
    record = Record(
        told={channel: (Told(PURPOSES, stories.GIVEN_ONCE),) for channel in CHANNELS},
        age=rng.choice(traits.ADULTS),
        email=traits.EMAIL_FINE,
        postal=traits.POSTAL_FINE,
    )
    return Person(household_id, (record,), draw_profile(rng), draw_tastes(rng))


def draw_told(rng: Random, temper: str) -> dict[str, tuple[Told, ...]]:
    """Stories for both channels. What partners may do with data is asked of the choosy in everyone."""
    told: dict[str, tuple[Told, ...]] = {}
    for channel in CHANNELS:
        if temper != "willing" and chance(rng, 0.12):
            told[channel] = (Told(PURPOSES, stories.SILENT),)
            continue
        partition = rng.choice(PARTITIONS)
        blocks = [tuple(PURPOSES[index] for index in block) for block in partition]
        told[channel] = tuple(
            Told(block, draw_story(rng, "choosy" if block == PURPOSES[3:] else temper, len(block))) for block in blocks
        )
    return told


def draw_story(rng: Random, temper: str, purposes: int) -> Story:
    """A story that can be told of so many purposes at once."""
    while True:
        story = rng.choice(weighted(rng, STORIES_OF_TEMPER[temper]))
        if purposes > 1 or not story.needs_several_purposes:
            return story


def draw_age(rng: Random, place: int) -> Age:
    """Most are adults."""
    if chance(rng, 0.02 if place in PARENTS else 0.30):
        return rng.choice(traits.MINORS)
    if chance(rng, 0.035):
        return rng.choice(traits.AGE_UNKNOWN)
    return usual(rng, traits.ADULTS)


def draw_suppressions(rng: Random, record: Record) -> Record:
    """The record with its objections and unsubscribes, and the grants that lift some of them."""
    drawn: list[Suppression] = []
    if chance(rng, 0.06):
        phase = rng.choice((Phase.EARLY, Phase.OBJECTION, Phase.OBJECTION, Phase.OBJECTION, Phase.AGAIN))
        drawn.append(traits.objected(rng.choice(("all", "all", *PURPOSES)), phase))
    if chance(rng, 0.06):
        phase = rng.choice((Phase.EARLY, Phase.UNSUBSCRIBE, Phase.UNSUBSCRIBE, Phase.UNSUBSCRIBE, Phase.AGAIN))
        drawn.append(traits.unsubscribed(rng.choice(CHANNELS), phase))
    lifts = tuple(
        lift for suppression in drawn if chance(rng, 0.4) for lift in traits.lifts_for(rng, record, suppression)
    )
    if chance(rng, 0.02):
        drawn.append(
            rng.choice(
                (
                    traits.objected("all", Phase.AFTER_AS_OF),
                    traits.objected("offers", Phase.AGAIN, heard=False),
                    traits.unsubscribed("email", Phase.AFTER_AS_OF),
                )
            )
        )
    return replace(record, suppressions=tuple(drawn), lifts=lifts)


def draw_profile(rng: Random) -> Profile:
    """Four in five told us their birthday month; January a little more often than the others."""
    month = rng.choices(range(1, 13), weights=[17, *[10] * 11])[0]
    return Profile(
        first_name=rng.choice(names.FIRST_NAMES),
        last_name=rng.choice(names.LAST_NAMES),
        birthday_month=str(month) if chance(rng, 0.8) else "",
        jurisdiction=rng.choice(names.JURISDICTIONS),
        home=rng.choice(names.HOMES),
    )


def draw_tastes(rng: Random) -> tuple[tuple[str, str], ...]:
    """Favourites as stated: a third of the persons love ribs, and whoever states a cut may state several."""
    tastes = [("favourite_cut", "ribs")] if chance(rng, 0.35) else []
    tastes += [("favourite_cut", cut) for cut in CUTS if chance(rng, 0.12)]
    tastes += [("favourite_department", department) for department in DEPARTMENTS if chance(rng, 0.12)]
    return tuple(tastes)


def draw_expired_tastes(rng: Random, person: Person) -> Person:
    """The person, now and then with favourites of long ago, some of which they have stated again since."""
    return replace(person, expired_tastes=draw_tastes(rng)) if chance(rng, 0.06) else person
