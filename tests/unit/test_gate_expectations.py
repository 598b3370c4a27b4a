"""Each expectation fails on the smallest world that breaks its promise, and on nothing else of that world."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest
import yaml
from askfirst.artifacts import parse_manifest, read_reference
from askfirst.findings import RULES
from askfirst.gate.suites import generate

from tests.unit.test_gate_world import MODELS, ROOT, manifest_json, new_world

if TYPE_CHECKING:
    from pathlib import Path

    from tests.unit.test_gate_world import World

CASES = yaml.safe_load((ROOT / "tests" / "fixtures" / "gate" / "expectations.yml").read_text(encoding="utf-8"))
BROKEN, FINE = CASES["broken"], CASES["fine"]
MODEL_OF = {name.rpartition("__")[2]: name for name in MODELS}
RIBS = MODEL_OF["ribs"]
EVENT = """
    insert into staging.stg_consent__event_purposes
    select * replace (
        '{state}' as event_state, '{evidence}' as evidence, timestamp '{received}' as received_at,
        timestamp '{time}' as event_time, timestamp '{earliest}' as event_earliest, timestamp '{time}' as event_latest
    )
    from staging.stg_consent__event_purposes
    where person_id = '{record}' and purpose = 'offers' and channel = 'email'
    limit 1
"""


def statement(step: dict[str, Any], model: str) -> str:
    """One step of a case as SQL; the file says what the kinds of step mean."""
    ((kind, said),) = step.items()
    match kind:
        case "set":
            return f"update activation.{model} set {said} where person_id <> 'C1'"
        case "consent":
            return f"update staging.stg_consent__event_purposes set {said} where person_id = 'P1'"
        case "event":
            time = said["time"]
            usual = {"record": "P1", "received": time, "earliest": time, "evidence": f"form of {time}"}
            return EVENT.format(**usual | said)
        case _:
            return str(said)


def spoilt_world(root: Path, case: dict[str, Any]) -> tuple[World, str]:
    """The clean little world with a case's change, and the candidate that it is about."""
    world, model = new_world(root), MODEL_OF[case["audience"]]
    for step in case["change"]:
        world.con.execute(statement(step, model))
    return world, model


@pytest.mark.parametrize("case", BROKEN)
def test_a_broken_promise_is_found(case: str, tmp_path: Path) -> None:
    world, model = spoilt_world(tmp_path, BROKEN[case])
    assert sorted(world.broken(model)) == BROKEN[case]["fails"]


@pytest.mark.parametrize("case", FINE)
def test_what_is_fine_passes(case: str, tmp_path: Path) -> None:
    world, model = spoilt_world(tmp_path, FINE[case])
    assert world.broken(model) == {}


@pytest.mark.parametrize("mark", ["canary-7", "see CANARY-income", "-987654321", "-987654321.0"])
def test_a_mark_is_found_in_any_column(mark: str, tmp_path: Path) -> None:
    world = new_world(tmp_path)
    columns = [column.name for model in world.manifest.models if model.name == RIBS for column in model.columns]
    for name in columns:
        world.con.execute("begin")
        world.con.execute(f"update activation.act_email__ribs set {name} = '{mark}' where person_id = 'C1'")
        world.con.execute("commit")
        assert f"no_mark_in_{name}" in world.broken(RIBS)
        if name == "person_id":
            world.con.execute(f"update activation.act_email__ribs set person_id = 'C1' where person_id = '{mark}'")


def test_a_count_says_how_many_rows(tmp_path: Path) -> None:
    world = new_world(tmp_path)
    world.con.execute("update activation.act_email__ribs set reason = null")
    assert world.broken(RIBS) == {"says_reason": 2, "reason_as_said": 2}


def test_every_check_of_every_suite_is_broken_by_some_case() -> None:
    suites = generate(parse_manifest(manifest_json()), read_reference(ROOT))
    ids = {check for case in BROKEN.values() for check in case["fails"]}
    for model in MODELS:
        for expectation in json.loads(suites[model])["expectations"]:
            check = expectation["meta"]["check"]
            assert check in ids or check.startswith("no_mark_in_"), (model, check)


def test_every_code_has_a_title() -> None:
    suites = generate(parse_manifest(manifest_json()), read_reference(ROOT))
    codes = {item["meta"]["code"] for suite in suites.values() for item in json.loads(suite)["expectations"]}
    assert codes <= set(RULES)
