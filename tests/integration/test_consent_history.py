"""The histories on two clocks: against a plain reading of the rules, and in whatever order the rows arrive."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

import pytest

from tests.proofs import histories
from tests.proofs.world import World, load, seeded
from tests.reference.two_clocks import consent, is_suppressed

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime
    from pathlib import Path

RECORDS = 1_000
MOMENTS = 30  # asked of each cell
MANY_RECORDS = 20_000
SPAN = "valid_from, valid_to, known_from, known_to"
CONSENT = f"select record_id, purpose, channel, coalesce(event_id, ''), coalesce(rule_id, ''), {SPAN}"
NOES = f"select rule_id, record_id, purpose, channel, {SPAN}"
SAID = "rule_id <> 'R21'"  # the suppression list (R21) has no feed among those that are drawn
HELD = {
    "intermediate.int_consent_history": "select * from askfirst.intermediate.int_consent_history order by all",
    "intermediate.int_suppression_history": "select * from askfirst.intermediate.int_suppression_history order by all",
    "intermediate.int_consent_acts": "select * from askfirst.intermediate.int_consent_acts order by all",
}
Moment = tuple["datetime", "datetime"]


@pytest.fixture(scope="module")
def world(clean_build: Path) -> World:
    return load(clean_build)


def within(span: tuple[datetime, ...], moment: Moment) -> bool:
    valid_from, valid_to, known_from, known_to = span
    return valid_from <= moment[0] < valid_to and known_from <= moment[1] < known_to


def moments(cell: object) -> list[Moment]:
    """Some pairs of instants, others for each cell."""
    choice, days = seeded("moments", cell), histories.instants()
    return [(choice.choice(days), choice.choice(days)) for _ in range(MOMENTS)]


def consent_differences(world: World, drawn: histories.Drawn) -> tuple[list[str], Counter[str]]:
    """Where the history and the reference part, in words; and how often each answer came."""
    spans: dict[histories.Cell, list[tuple[str, str, tuple[datetime, ...]]]] = {}
    for record, purpose, channel, act_id, rule, *span in world.rows(
        f"{CONSENT} from askfirst.intermediate.int_consent_history"
    ):
        spans.setdefault((record, purpose, channel), []).append((act_id, rule, tuple(span)))
    assert set(spans) == set(drawn.acts)
    wrong, met = [], Counter[str]()
    for cell, acts in drawn.acts.items():
        for moment in moments(cell):
            expected = consent(acts, histories.MONTHS, *moment)
            found = [(act_id, rule) for act_id, rule, span in spans[cell] if within(span, moment)]
            met[expected[1]] += 1
            if found != [expected]:
                wrong.append(f"{cell} at {moment}: {found} instead of {expected}; {acts}")
    return wrong, met


def suppression_differences(world: World, drawn: histories.Drawn) -> tuple[list[str], Counter[str]]:
    """The same for objections and unsubscribes."""
    spans: dict[tuple[str, ...], list[tuple[datetime, ...]]] = {}
    for *cell, valid_from, valid_to, known_from, known_to in world.rows(
        f"{NOES} from askfirst.intermediate.int_suppression_history where {SAID}"
    ):
        spans.setdefault(tuple(cell), []).append((valid_from, valid_to, known_from, known_to))
    assert set(spans) <= set(drawn.noes)
    wrong, met = [], Counter[str]()
    for (rule, *cell), noes in drawn.noes.items():
        acts = drawn.acts.get((cell[0], cell[1], cell[2]), [])
        for moment in moments((rule, *cell)):
            expected = is_suppressed(noes, acts, *moment)
            found = sum(within(span, moment) for span in spans.get((rule, *cell), []))
            met[rule if expected else f"no {rule}"] += 1
            if found != expected:
                wrong.append(f"{rule} {cell} at {moment}: {found} instead of {expected}; {noes} {acts}")
    return wrong, met


def test_each_instant_is_answered_as_the_rules_read(world: World) -> None:
    drawn = histories.draw(seeded("two clocks", 1), RECORDS)
    histories.build(world, drawn.raw)
    wrong, met = consent_differences(world, drawn)
    assert not wrong, wrong[0]
    assert min(met[rule] for rule in ("", "R01", "R08", "R09", "R10", "R14", "R15", "R48")) > 100
    wrong, met = suppression_differences(world, drawn)
    assert not wrong, wrong[0]
    assert min(met[rule] for rule in ("R20", "no R20", "R31", "no R31")) > 1000


@pytest.mark.parametrize("seed", range(3))
def test_order_replays_and_duplicates_change_nothing(world: World, seed: int) -> None:
    choice = seeded("shuffled", seed)
    drawn = histories.draw(choice, RECORDS)
    histories.build(world, drawn.raw)
    before = {name: world.rows(sql) for name, sql in HELD.items()}
    histories.build(world, histories.spoilt(drawn.raw, choice))
    assert {name: world.rows(sql) for name, sql in HELD.items()} == before
    assert all(before.values())


@pytest.mark.proof
def test_twenty_thousand_records_are_answered_as_the_rules_read(world: World, tell: Callable[[str], None]) -> None:
    drawn = histories.draw(seeded("two clocks", 2), MANY_RECORDS)
    histories.build(world, drawn.raw)
    for found in (consent_differences(world, drawn), suppression_differences(world, drawn)):
        wrong, met = found
        tell(f"{sum(met.values())} questions: {dict(sorted(met.items()))}")
        assert not wrong, wrong[0]
