"""Customers who had themselves erased, and whoever comes back at their mailbox with an old export (R21, R45)."""

from collections.abc import Iterator
from dataclasses import replace
from random import Random

from askfirst.overlay.chance import chance
from askfirst.overlay.clock import Phase, moment, soon, utc_text
from askfirst.overlay.stories import PURPOSES
from askfirst.overlay.traits import EMAIL_FINE
from askfirst.overlay.world import Lift, Person, Record, Suppression, local_part

Row = dict[str, str]

CAME_BACK = 30
NEVER_CAME_BACK = 20
AT_THEIR_MAILBOX = Suppression("erasure", "email", Phase.AGAIN)  # after every lift


def came_back(record: Record, suppression: Suppression = AT_THEIR_MAILBOX) -> Record:
    """The record, given at the mailbox of someone who is erased in that phase."""
    return replace(record, suppressions=(*record.suppressions, suppression))


def with_erased(rng: Random, persons: tuple[Person, ...], keep: set[int]) -> tuple[Person, ...]:
    """Some persons erased, one for each who came back at their mailbox; nobody of the places to keep is erased."""
    free = [place for place, person in enumerate(persons) if place not in keep and _plain(person)]
    drawn = rng.sample(free, CAME_BACK + NEVER_CAME_BACK)
    world = list(persons)
    for place in drawn[:CAME_BACK]:
        world[place] = _draw_return(rng, world[place])
    returning = [place for place, person in enumerate(world) if _suppressions(person)]
    erased = rng.sample(sorted(set(free) - set(drawn)), len(returning))
    for place, one in zip(returning, erased, strict=True):
        (suppression,) = _suppressions(world[place])
        mailbox = world[place].mailbox or local_part(world[one], world[one].records[0])
        world[one] = replace(world[one], mailbox=mailbox, erased=suppression.phase)
        for other in [place, *(p for p in range(len(world)) if world[place].mailbox and world[p].mailbox == mailbox)]:
            if world[other].erased is None:
                world[other] = _at_mailbox(world[other], mailbox, suppression)
    for place in drawn[CAME_BACK:]:
        world[place] = replace(world[place], erased=rng.choice((Phase.OBJECTION, Phase.AGAIN)))
    return tuple(world)


def erasure_row(rng: Random, person: Person, phase: Phase) -> Row:
    """The row of consent.requests by which a person is erased, under any of their records."""
    happened = moment(rng, phase)
    return {
        "person_id": rng.choice(person.records).record_id,
        "kind": "erasure",
        "requested_at": utc_text(happened),
        "received_at": utc_text(soon(rng, happened)),
        "closed_at": "",
    }


def erasure_rows(rng: Random, persons: tuple[Person, ...]) -> Iterator[Row]:
    """One row for each erased person."""
    return (erasure_row(rng, person, person.erased) for person in persons if person.erased is not None)


def _plain(person: Person) -> bool:
    """One mailbox of their own, and nothing said against anything."""
    record = person.records[0]
    return (
        not person.canary
        and not person.mailbox
        and record.email == EMAIL_FINE
        and not any(r.suppressions or r.lifts or r.malformed for r in person.records)
    )


def _draw_return(rng: Random, person: Person) -> Person:
    """Who came back with an old export; half of them have consented again since, by themselves, to something."""
    first, *others = person.records
    if chance(rng, 0.5):
        chosen = tuple(rng.sample(PURPOSES, rng.randint(1, len(PURPOSES))))
        lifted = came_back(first, Suppression("erasure", "email", Phase.OBJECTION))
        first = replace(lifted, lifts=(Lift("email", chosen, Phase.OBJECTION_LIFT),))
    else:
        first = came_back(first)
    return replace(person, records=(first, *others))


def _suppressions(person: Person) -> list[Suppression]:
    return [suppression for suppression in person.records[0].suppressions if suppression.kind == "erasure"]


def _at_mailbox(person: Person, mailbox: str, suppression: Suppression) -> Person:
    """The person with this mailbox, and with what comes of it, once."""
    first, *others = person.records
    if not _suppressions(person):
        first = came_back(first, suppression)
    return replace(person, mailbox=mailbox, records=(first, *others))
