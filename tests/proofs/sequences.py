"""Random sequences of deliveries: the same customers, build after build, with other rows of theirs each time."""

from __future__ import annotations

from dataclasses import dataclass, fields, replace
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from tests.proofs.world import seeded
from tests.reference.consent.clock import written
from tests.reference.consent.records import LinkRow
from tests.reference.histories.generate import history

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime
    from random import Random

    from tests.reference.consent.records import EventRow, History
    from tests.reference.consent.vocabulary import Vocabulary

VARIANTS = 3  # how many stories there are of each customer, of which a delivery may take any table
AGES = (timedelta(0), timedelta(seconds=1), timedelta(hours=13), timedelta(days=1), timedelta(days=40))


@dataclass(frozen=True)
class Delivery:
    """What the raw tables hold at one build, and what happens to the build."""

    number: int
    as_of: datetime
    histories: tuple[History, ...]
    touched: frozenset[int]
    is_killed: bool


def deliveries(seed: int, customers: int, builds: int, start: datetime, words: Vocabulary) -> Iterator[Delivery]:
    """So many builds. Of a few customers each brings other rows: more, fewer, corrected, late, twice; time goes on."""
    rng, as_of = seeded("deliveries", seed), start
    stories = [
        [history(seed + variant, number, start, words) for variant in range(VARIANTS)] for number in range(customers)
    ]
    held = {number: rng.choice(stories[number]) for number in range(customers) if rng.random() < 0.8}
    links: list[LinkRow] = []
    for number in range(builds):
        touched = rng.sample(range(customers), rng.choice((0, 1, 2, 5)))
        for one in touched:
            told = change(rng, held.get(one), rng.choice(stories[one]))
            held = {key: value for key, value in held.items() if key != one} | ({one: told} if told else {})
        as_of += rng.choice(AGES)
        links += merged(rng, held, number, as_of)
        if links and rng.random() < 0.1:
            links.pop(rng.randrange(len(links)))
        histories = [held[key] for key in sorted(held)]
        histories[0] = replace(
            histories[0],
            identity_links=(*histories[0].identity_links, *links),
            events=(*histories[0].events, *mistaken(rng, held)),
        )
        yield Delivery(number, as_of, tuple(histories), frozenset(touched), number > 0 and rng.random() < 0.25)


def change(rng: Random, before: History | None, other: History) -> History | None:
    """A customer's rows after a delivery: some tables as another story of them tells, some rows gone or there twice."""
    if before is None:
        return other
    if rng.random() < 0.08:
        return None
    tables: dict[str, Any] = {}
    for table in rng.sample([field.name for field in fields(before)], rng.choice((1, 1, 2, 4))):
        rows = list(getattr(other if rng.random() < 0.6 else before, table))
        if rows and rng.random() < 0.4:
            rows = rng.sample(rows, rng.randrange(len(rows) + 1))
        if rows and rng.random() < 0.3:
            rows += rng.choices(rows, k=2)
        tables[table] = tuple(rows)
    return replace(before, **tables)


def mistaken(rng: Random, held: dict[int, History]) -> Iterator[EventRow]:
    """Now and then, an event is delivered under somebody else's number as well, and so contradicts itself."""
    events = [event for story in held.values() for event in story.events]
    if rng.random() < 0.3 and len(events) > 1:
        one, other = rng.sample(events, 2)
        yield replace(one, person_id=other.person_id)


def merged(rng: Random, held: dict[int, History], number: int, as_of: datetime) -> Iterator[LinkRow]:
    """Now and then, two customers turn out to be one."""
    named = [story.persons[0].person_id for story in held.values() if story.persons and story.persons[0].person_id]
    if rng.random() < 0.3 and len(named) > 1:
        one, other = rng.sample(named, 2)
        yield LinkRow(f"merged {number}", one, other, written(as_of))
