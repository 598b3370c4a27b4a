"""Random consent histories as raw rows, and the compiled models of a built project run on them."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from askfirst.overlay.clock import utc_text

from tests.proofs.sites import upstream
from tests.reference.two_clocks import Act, Confirmation, No, months_later

if TYPE_CHECKING:
    import random
    from collections.abc import Sequence

    from tests.proofs.world import World

PURPOSES = ("offers", "replenishment")  # that events name
ALL_PURPOSES = (*PURPOSES, "personalisation", "partner_sharing")  # that a no reaches
CHANNELS = ("email", "direct_mail")
TABLES = ("events", "objections", "unsubscribes")
HISTORIES = ("model.askfirst.int_consent_history", "model.askfirst.int_suppression_history")
PARAMETERS = "askfirst.intermediate.int_record_parameters"
MONTHS = 1  # a short term, so that consent expires within what is asked
FIRST = datetime(2017, 7, 1)  # noqa: DTZ001 - the warehouse's timestamps bear no zone; all are UTC
DAYS = 12  # few instants, so that acts meet: same time, same arrival, both
Cell = tuple[str, str, str]
Raw = dict[str, list[tuple[str | None, ...]]]


@dataclass
class Drawn:
    """Raw rows, and the same acts by record, purpose and channel as the reference reads them."""

    raw: Raw = field(default_factory=lambda: {table: [] for table in TABLES})
    acts: dict[Cell, list[Act]] = field(default_factory=lambda: defaultdict(list))
    noes: dict[tuple[str, *Cell], list[No]] = field(default_factory=lambda: defaultdict(list))


def instants() -> list[datetime]:
    """The instants at which something may happen, arrive, begin to be certain or expire, and some before them all."""
    hours = [timedelta(days=day, hours=hour) for day in range(-2, 2 * DAYS) for hour in (0, 10, 12)]
    return [start + hour for start in (FIRST, months_later(FIRST, MONTHS)) for hour in hours]


def draw(choice: random.Random, records: int) -> Drawn:
    """So many customer records, each with up to eight acts."""
    drawn = Drawn()
    for number in range(records):
        for step in range(choice.randint(1, 8)):
            act_id = f"{number:05d}-{choice.randrange(10)}{step}"
            happened = FIRST + timedelta(days=choice.randrange(DAYS))
            arrived = happened + timedelta(days=choice.choice((0, 0, 1, 2, 5, DAYS - 1)))
            kind = choice.choices((event, objection, unsubscribe), weights=(8, 1, 1))[0]
            kind(drawn, choice, f"P{number:05d}", No(act_id, happened, arrived))
    return drawn


def event(drawn: Drawn, choice: random.Random, record: str, said: No) -> None:
    """A consent event for one purpose, or for two by separate choices; some zoneless, void, or to be confirmed."""
    state = choice.choice(("ConsentGiven", "ConsentGiven", "RenewedConsentGiven", "ConsentWithdrawn", "ConsentRefused"))
    grant, zoneless = state.endswith("Given"), choice.random() < 0.2
    void, pending = grant and choice.random() < 0.2, grant and choice.random() < 0.3
    purposes = choice.choice((PURPOSES[:1], PURPOSES[1:], PURPOSES))
    channel = choice.choice(CHANNELS)
    earliest, latest = said.happened, said.happened
    if zoneless:
        earliest, latest = said.happened - timedelta(hours=14), said.happened + timedelta(hours=12)
    shown = utc_text(earliest)
    times = (utc_text(said.happened).rstrip("Z") if zoneless else utc_text(said.happened), utc_text(said.arrived))
    row = (said.act_id, record, state, *times, "|".join(purposes), channel)
    notice = ("N-2017-06" if pending else "N-2016-01", shown, "web_form")
    proof = ("true", "false", "false", f"form-{said.act_id}")  # rows of one form are judged together
    drawn.raw["events"].append((*row, *notice, str(void).lower(), *proof, "consent", "false", None, None))
    confirmations = confirmed(choice, said) if pending else ()
    for number, one in enumerate(confirmations):
        act = (f"{said.act_id}-{number}", record, "ConsentGiven", utc_text(one.happened), utc_text(one.arrived))
        free = ("false", *proof, "consent", "false", said.act_id, None)
        drawn.raw["events"].append((*act, "|".join(purposes), channel, *notice, *free))
    for purpose in purposes:
        act_of = Act(said.act_id, earliest, latest, said.arrived, grant, "R01" if void else "", pending, confirmations)
        drawn.acts[record, purpose, channel].append(act_of)


def confirmed(choice: random.Random, said: No) -> tuple[Confirmation, ...]:
    """Up to two confirmations, one of which may be too early to be one."""
    found = []
    for _ in range(choice.choice((0, 1, 1, 2))):
        happened = said.happened + timedelta(days=choice.choice((-1, 0, 1, 3)))
        found.append(Confirmation(happened, happened + timedelta(days=choice.choice((0, 1, 4)))))
    return tuple(found)


def objection(drawn: Drawn, choice: random.Random, record: str, said: No) -> None:
    """An objection to one purpose, or to all."""
    scope = choice.choice((*PURPOSES, "all"))
    drawn.raw["objections"].append((said.act_id, record, scope, utc_text(said.happened), utc_text(said.arrived)))
    for purpose in ALL_PURPOSES:
        for channel in CHANNELS:
            if scope in (purpose, "all"):
                drawn.noes["R20", record, purpose, channel].append(said)


def unsubscribe(drawn: Drawn, choice: random.Random, record: str, said: No) -> None:
    """An unsubscribe from one channel."""
    channel = choice.choice(CHANNELS)
    drawn.raw["unsubscribes"].append((said.act_id, record, channel, utc_text(said.happened), utc_text(said.arrived)))
    for purpose in ALL_PURPOSES:
        drawn.noes["R31", record, purpose, channel].append(said)


def build(world: World, raw: Raw) -> None:
    """Put raw rows in place of the consent feeds, and run every model from there to the histories, in order."""
    for table in TABLES:
        place = f"askfirst.raw_consent.{table}"
        columns = [name for name, _ in world.nodes[f"source.askfirst.consent.{table}"].columns]
        values = [[row[number] for row in raw[table]] for number in range(len(columns))]
        world.con.execute(f"create or replace table {place} ({', '.join(f'{name} varchar' for name in columns)})")
        world.con.execute(f"insert into {place} select {', '.join(['unnest(?)'] * len(columns))}", values)
    records = sorted({str(row[1]) for rows in raw.values() for row in rows})
    terms = f"'DE' as jurisdiction, {MONTHS} as consent_months"
    world.con.execute(f"create or replace table {PARAMETERS} as select unnest(?) as record_id, {terms}", [records])
    for unique_id in chain(world):
        world.con.execute(f"create or replace table {world.relation(unique_id)} as {world.nodes[unique_id].sql}")


def chain(world: World) -> list[str]:
    """The models between the consent feeds and the histories, each after what it reads."""
    above = {unique_id for history in HISTORIES for unique_id in upstream(world, history)}
    fed = {u for u in above if any(source.startswith("source.askfirst.consent.") for source in upstream(world, u))}
    waiting = sorted(u for u in fed if u.startswith("model.") and world.nodes[u].name != "int_record_parameters")
    ordered: list[str] = []
    while waiting:
        ready = next(u for u in waiting if not set(world.nodes[u].depends_on) & set(waiting))
        waiting.remove(ready)
        ordered.append(ready)
    return ordered


def spoilt(raw: Raw, choice: random.Random) -> Raw:
    """The same rows in another order, some of them delivered twice or three times."""
    mixed: Raw = {}
    for table, rows in raw.items():
        again: Sequence[tuple[str | None, ...]] = choice.choices(rows, k=len(rows) // 3) if rows else []
        mixed[table] = [*rows, *again]
        choice.shuffle(mixed[table])
    return mixed
