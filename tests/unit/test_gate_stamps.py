"""The stamps: a relation under a candidate that its own build did not make is found."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest
from askfirst.gate.run import evaluate
from askfirst.sql import literal

from tests.unit.test_gate_world import World, manifest_json, new_world, stamp_of

if TYPE_CHECKING:
    from pathlib import Path

RIBS = "act_email__ribs"
STAMP = stamp_of(manifest_json(), RIBS)


@pytest.fixture
def world(tmp_path: Path) -> World:
    return new_world(tmp_path)


def found(world: World) -> list[str]:
    """What the gate has against the stamps, in words."""
    return [row.message for row in evaluate(world.con) if row.code == "AF013" and row.outcome == "failed"]


def test_a_relation_with_its_own_stamp_passes(world: World) -> None:
    assert found(world) == []


@pytest.mark.parametrize(
    ("comment", "told"),
    [
        ("", "does not carry the stamp"),
        ("made by hand", "does not carry the stamp"),
        (json.dumps(STAMP | {"node": "model.shop.another"}), "does not carry the stamp"),
        (json.dumps(STAMP | {"as_of": "2017-12-31T00:00:00Z"}), "as of another time"),
        (json.dumps(STAMP | {"checksum": "of another text"}), "its file has changed"),
        (json.dumps(STAMP | {"hooks": "of other hooks"}), "a hook around it has changed"),
        (json.dumps(STAMP | {"vars": '{"recent_days": 700}'}), "other vars"),
        (json.dumps([STAMP]), "does not carry the stamp"),
    ],
)
def test_a_stamp_that_is_not_its_own_is_found(comment: str, told: str, world: World) -> None:
    world.con.execute(f"comment on table activation.{RIBS} is {literal(comment)}")
    (message,) = found(world)
    assert told in message


def test_replacing_by_hand_loses_the_stamp(world: World) -> None:
    world.con.execute(f"create or replace table activation.{RIBS} as from activation.{RIBS}")
    (message,) = found(world)
    assert "does not carry the stamp" in message
