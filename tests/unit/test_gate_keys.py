"""A key by which joins are judged is counted where the tests that prove it were left out."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from askfirst.gate.run import evaluate

from tests.unit.test_gate_world import World, manifest_json, new_world

if TYPE_CHECKING:
    from pathlib import Path

RIBS = "act_email__ribs"


def world_json(name: str, **arguments: Any) -> dict[str, Any]:  # noqa: ANN401 - JSON
    """The gate's world with a data test on an audience."""
    raw = manifest_json()
    raw["nodes"]["test.shop.key"] = {
        "unique_id": "test.shop.key",
        "resource_type": "test",
        "attached_node": f"model.shop.{RIBS}",
        "test_metadata": {"name": name, "kwargs": arguments},
        "config": {"severity": "ERROR", "enabled": True},
    }
    return raw


def found(world: World) -> list[tuple[str, str, str]]:
    """What the gate has against keys: code, column and words."""
    rows = (row for row in evaluate(world.con) if row.outcome == "failed" and "its key" in row.message)
    return [(row.code, row.column_name, row.message.partition(":")[0]) for row in rows]


def test_a_key_that_holds_passes(tmp_path: Path) -> None:
    assert found(new_world(tmp_path, world_json("unique", column_name="person_id"))) == []


def test_a_key_that_does_not_hold_is_told_with_its_count_and_no_value(tmp_path: Path) -> None:
    world = new_world(tmp_path, world_json("unique", column_name="person_id"))
    world.con.execute(f"insert into activation.{RIBS} from activation.{RIBS} where person_id = 'P1'")
    (row,) = [row for row in evaluate(world.con) if "its key" in row.message]
    assert (row.code, row.model, row.column_name) == ("AF013", RIBS, "person_id")
    assert "its key (person_id) does not hold" in row.message
    assert "'P1'" not in row.message


@pytest.mark.parametrize("name", ["unique_combination", "unique_combination_of_columns"])
def test_columns_that_are_a_key_together(name: str, tmp_path: Path) -> None:
    argument = "columns" if name == "unique_combination" else "combination_of_columns"
    world = new_world(tmp_path, world_json(name, **{argument: ["offer_topic", "first_name"]}))
    assert found(world) == [("AF013", "", "its key (first_name, offer_topic) does not hold")]


def test_nulls_equal_nothing(tmp_path: Path) -> None:
    world = new_world(tmp_path, world_json("unique", column_name="first_name"))
    world.con.execute(f"update activation.{RIBS} set first_name = null")
    assert found(world) == []


def test_a_key_that_cannot_be_counted_is_not_proved(tmp_path: Path) -> None:
    world = new_world(tmp_path, world_json("unique", column_name="no_such_column"))
    ((code, column, words),) = found(world)
    assert (code, column) == ("AF013", "no_such_column")
    assert "cannot be counted (BinderException)" in words


def test_a_test_with_a_condition_is_no_key(tmp_path: Path) -> None:
    raw = world_json("unique", column_name="offer_topic")
    raw["nodes"]["test.shop.key"]["config"]["where"] = "person_id = 'P1'"
    assert found(new_world(tmp_path, raw)) == []
