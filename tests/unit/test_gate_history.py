"""What incremental models and snapshots keep of earlier runs: judged by the SQL of each, or not proved."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest
from askfirst.artifacts import Model
from askfirst.gate.history import digest_left_over, left_over
from askfirst.gate.run import evaluate
from askfirst.gate.stamps import remedy
from askfirst.sql import literal

from tests.unit.test_gate_world import AS_OF, World, column, manifest_json, model_json, new_world, stamp_of

if TYPE_CHECKING:
    from pathlib import Path

RIBS, SCORES, CODE = "act_email__ribs", "source.shop.bureau.scores", "code of the model under it"
EMAIL = "select '' as person_id, score as email from memory.bureau.scores"


def manifest(materialized: str = "incremental") -> dict[str, Any]:
    """The gate's world, in which the audience is kept from run to run and may read scores; `int_people` is under it."""
    raw = manifest_json()
    under = model_json("int_people", "intermediate", {})
    ribs = raw["nodes"][f"model.shop.{RIBS}"]
    ribs["config"]["materialized"] = materialized
    ribs["depends_on"]["nodes"] = ["model.shop.int_people"]
    raw["nodes"]["model.shop.int_people"] = under
    raw["sources"][SCORES] = {
        "unique_id": SCORES,
        "resource_type": "source",
        "source_name": "bureau",
        "name": "scores",
        "database": "memory",
        "schema": "bureau",
        "original_file_path": "models/staging/bureau/_sources.yml",
        "columns": {"score": column("score", {"provenance": "inferred", "subject": "self"})},
    }
    return raw


def ran(sql: str = "", **more: Any) -> dict[str, Any]:  # noqa: ANN401 - JSON
    """A run of the audience, as a stamp has it."""
    stamp = stamp_of(manifest(), RIBS)
    under = {"model.shop.int_people": [CODE]}
    return {**stamp, "code": "1", "under": under, **({"sql": sql} if sql else {}), **more}


def found(folder: Path, stamp: dict[str, Any], materialized: str = "incremental") -> set[tuple[str, str]]:
    """What the gate has against the audience: code, and where the code has more than one reason what it says."""
    raw = manifest(materialized)
    world: World = new_world(folder, raw)
    world.con.execute("create schema bureau; create table bureau.scores (score double)")
    world.con.execute("create table intermediate.int_people (person_id varchar)")
    beneath = {"node": "model.shop.int_people", "as_of": AS_OF, "vars": "{}", "checksum": "", "hooks": stamp["hooks"]}
    below = literal(json.dumps({**beneath, "code": CODE, "sql": "select '' as person_id"}))
    world.con.execute(f"comment on table intermediate.int_people is {below}")
    world.con.execute(f"comment on table activation.{RIBS} is {literal(json.dumps(stamp))}")
    rows = [row for row in evaluate(world.con) if row.outcome == "failed" and row.model == RIBS]
    return {(row.code, row.message.partition(":")[0] if row.code == "AF013" else row.column_name) for row in rows}


def test_an_incremental_that_its_history_explains_is_proved(tmp_path: Path) -> None:
    assert found(tmp_path, ran(history=[{**ran(), "code": "0"}], unknown_rows=False)) == set()


def test_what_earlier_sql_brought_in_counts(tmp_path: Path) -> None:
    """The same file, compiled in another way: nothing has changed but what is_incremental() was."""
    assert found(tmp_path, ran(history=[ran(EMAIL, code="0")], unknown_rows=False)) == {
        ("AF001", "email"),
        ("AF003", ""),
    }


def test_earlier_sql_that_cannot_be_read_is_a_gap(tmp_path: Path) -> None:
    codes = {code for code, _ in found(tmp_path, ran(history=[ran("select from", code="0")], unknown_rows=False))}
    assert codes == {"AF006"}


LOST = "it holds rows of earlier runs, and nothing tells which SQL brought them in"
UNDER = "it holds rows from when `int_people` under it was made by another code than now"
CHANGED = "its code has changed since its last full refresh, and it still holds what the old code brought in"


@pytest.mark.parametrize(
    ("more", "told"),
    [
        ({}, LOST),
        ({"history": []}, LOST),
        ({"history": [], "unknown_rows": True}, LOST),
        ({"history": "none", "unknown_rows": False}, LOST),
        ({"history": [{"sql": "select 1"}], "unknown_rows": False}, LOST),
        ({"history": ["select 1"], "unknown_rows": False}, LOST),
        ({"history": [ran(checksum="of another text")], "unknown_rows": False}, CHANGED),
        ({"history": [ran(hooks="of others")], "unknown_rows": False}, CHANGED),
        ({"history": [ran(under={"model.shop.int_people": [CODE, "of old"]})], "unknown_rows": False}, UNDER),
        ({"history": [], "unknown_rows": False, "under": {"model.shop.int_people": [""]}}, UNDER),
    ],
)
def test_what_is_not_known_is_not_proved(more: dict[str, Any], told: str, tmp_path: Path) -> None:
    assert found(tmp_path, ran(**more)) == {("AF013", told)}


REVIEWED = {"on": "2018-01-02", "by": "data-platform", "because": "reads the same column by another name"}


def model(reviews: object, *, refuses_refresh: bool = True) -> Model:
    return Model(
        "model.shop.kept", "kept", "model", "", "", "", "", "", {"reviewed_rows": reviews}, (), contract_enforced=False,
        depends_on=(), checksum="now", keeps_rows=True, refuses_refresh=refuses_refresh,
    )  # fmt: skip


def stamps(*old: str, under: str = "new") -> dict[str, dict[str, Any]]:
    """The stamps of a model that runs of these checksums brought rows into, and of the one under it."""
    runs = [{"checksum": checksum, "hooks": "", "under": {"u": ["old"]}, "sql": ""} for checksum in old]
    now = {"checksum": "now", "hooks": "", "under": {"u": [under]}, "sql": "", "history": runs, "unknown_rows": False}
    return {"model.shop.kept": {"node": "model.shop.kept", **now}, "u": {"code": under}}


def test_what_must_never_be_made_anew_may_be_reviewed() -> None:
    review = {"digest": digest_left_over(model([]), stamps("first")), **REVIEWED}
    assert len(list(left_over(model([]), stamps("first")))) == 2
    assert list(left_over(model([review]), stamps("first"))) == []
    assert list(left_over(model([{**review, "digest": "another"}, review]), stamps("first"))) == []


def test_a_review_is_of_just_what_was_read() -> None:
    review = {"digest": digest_left_over(model([]), stamps("first")), **REVIEWED}
    assert list(left_over(model([review], refuses_refresh=False), stamps("first"))) != []
    assert list(left_over(model([review]), stamps("first", "second"))) != []
    assert list(left_over(model([review]), stamps("first", under="newer") | {"u": {"code": "newest"}})) != []
    unknown = stamps("first")
    unknown["model.shop.kept"]["unknown_rows"] = True
    assert list(left_over(model([review]), unknown)) == [LOST]


@pytest.mark.parametrize(
    "change", [{"because": " "}, {"by": None}, {"on": "soon"}, {"on": ""}, {"until": "2019-01-01"}, {"digest": ""}]
)
def test_half_a_review_is_none(change: dict[str, Any]) -> None:
    review = {"digest": digest_left_over(model([]), stamps("first")), **REVIEWED, **change}
    for said in ([review], review, "yes"):
        assert list(left_over(model(said), stamps("first"))) != []


def test_the_finding_says_what_is_to_be_reviewed() -> None:
    assert digest_left_over(model([]), stamps("first")) in remedy(model([]), stamps("first"))
    assert "--full-refresh" in remedy(model([], refuses_refresh=False), stamps("first"))
    assert "--full-refresh" in remedy(model([]), {}), "nothing tells what brought them in: nothing to review"


def test_a_table_needs_no_history(tmp_path: Path) -> None:
    assert found(tmp_path, ran(), "table") == set()
