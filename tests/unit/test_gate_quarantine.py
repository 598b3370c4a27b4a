"""A permission record that names nobody stops additions (R40), until somebody has reviewed just these rows."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import pytest
from askfirst.gate.run import evaluate, gate_results, verdict

from tests.unit.test_gate_world import World, manifest_json, model_json, new_world

if TYPE_CHECKING:
    from pathlib import Path

ADDRESS = "ada@example.com"
REVIEW = {
    "feed": "consent.events",
    "on": "2018-01-01",
    "until": "2018-01-31",
    "by": "data-platform",
    "because": "two test rows of the consent platform; its owner has confirmed it",
}


def world_with(tmp_path: Path, reviews: object = None, reasons: tuple[str, ...] = ("no readable subject",)) -> World:
    """A world with rows of consent.events that name nobody, and what the quarantine's YAML says of them."""
    raw = manifest_json()
    raw["nodes"]["model.shop.quarantine"] = model_json("quarantine", "staging", {"reviewed_rows": reviews})
    world = new_world(tmp_path, raw)
    for number, reason in enumerate(reasons):
        row = [reason, f'{{"evidence": "{ADDRESS} {number}"}}']
        world.con.execute("insert into private.staging.quarantine values ('consent__events', null, ?, ?)", row)
    return world


def not_passed(world: World) -> list[tuple[str, str, str]]:
    return [(row.code, row.model, row.message) for row in evaluate(world.con) if row.outcome != "passed"]


def digest_of(folder: Path, reasons: tuple[str, ...] = ("no readable subject",)) -> str:
    """The digest that the finding names."""
    folder.mkdir()
    (row,) = (row for row in evaluate(world_with(folder, reasons=reasons).con) if row.outcome != "passed")
    return str(re.findall(r"their digest is ([0-9a-f]{64})", row.message)[0])


def test_the_finding_says_how_many_where_and_why_and_no_value(tmp_path: Path) -> None:
    world = world_with(tmp_path, reasons=("no readable subject", "no event id", "no readable subject"))
    told = "3 rows of consent.events name no readable subject (no event id: 1, no readable subject: 2)"
    ((code, model, message),) = not_passed(world)
    assert (code, model, message.partition("; their digest")[0]) == ("AF101", "quarantine", told)
    gate_results(world.con).create("gate.gate_results")
    with pytest.raises(Exception, match="AF101") as stop:
        verdict(world.con)
    assert told in str(stop.value)
    assert ADDRESS not in str(stop.value)


def test_a_review_lets_just_these_rows_pass(tmp_path: Path) -> None:
    review = REVIEW | {"digest": digest_of(tmp_path / "first")}
    (tmp_path / "second").mkdir()
    world = world_with(tmp_path / "second", [review])
    assert not_passed(world) == []
    world.con.execute("insert into private.staging.quarantine values ('consent__events', null, 'no event id', '{}')")
    assert [(code, model) for code, model, _ in not_passed(world)] == [("AF101", "quarantine")]


@pytest.mark.parametrize(
    "change",
    [
        {"until": "2018-01-01"},
        {"on": "2018-01-03"},
        {"until": "some day"},
        {"until": None},
        {"by": " "},
        {"because": ""},
        {"digest": "0" * 64},
        {"feed": "consent.objections"},
        {"note": "a key that nobody knows"},
    ],
)
def test_a_review_that_has_ended_or_says_too_little_counts_for_nothing(change: dict[str, Any], tmp_path: Path) -> None:
    review = REVIEW | {"digest": digest_of(tmp_path / "first")} | change
    (tmp_path / "second").mkdir()
    world = world_with(tmp_path / "second", [review])
    assert [(code, model) for code, model, _ in not_passed(world)] == [("AF101", "quarantine")]


@pytest.mark.parametrize("table", ["consent__deliveries", "crm__gifts"])
def test_what_is_no_permission_record_stops_nothing(table: str, tmp_path: Path) -> None:
    world = new_world(tmp_path)
    world.con.execute("insert into private.staging.quarantine values (?, null, 'no readable subject', '{}')", [table])
    assert not_passed(world) == []


def test_a_quarantine_that_cannot_be_read_stops_additions(tmp_path: Path) -> None:
    world = new_world(tmp_path)
    world.con.execute("drop table private.staging.quarantine")
    assert ("AF101", "quarantine") in {(code, model) for code, model, _ in not_passed(world)}
