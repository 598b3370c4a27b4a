"""The gate's two steps: everything is recorded, counts only; anything not passed, or not there, closes the gate."""

from __future__ import annotations

import json
from dataclasses import asdict
from html.parser import HTMLParser
from typing import TYPE_CHECKING

import duckdb
import pandas as pd
import pytest
from askfirst.content import content_hash
from askfirst.errors import EvidenceMissing, GateClosed
from askfirst.gate import flows
from askfirst.gate.candidates import NO_CANARY
from askfirst.gate.context import own_connection
from askfirst.gate.run import evaluate, gate_results, gate_verdict, verdict
from askfirst.lineage.cache import FILE as FLOWS_CACHE

from tests.unit.test_gate_world import MODELS, RUN, World, manifest_json, new_world

if TYPE_CHECKING:
    from pathlib import Path

    from askfirst.gate.rows import Row

RIBS = "act_email__ribs"
PERSONAL = ("ada@example.com", "Lovelace", "Main Street", "bob@example.com")


@pytest.fixture
def world(tmp_path: Path) -> World:
    return new_world(tmp_path)


def record(world: World) -> None:
    """Run the first step as dbt does: its relation becomes a table."""
    world.con.execute("drop table if exists gate.gate_results")
    gate_results(world.con).create("gate.gate_results")


def not_passed(rows: list[Row]) -> set[tuple[str, str, str, str]]:
    return {(row.code, row.model, row.column_name, row.outcome) for row in rows if row.outcome != "passed"}


def test_a_clean_world_is_recorded_and_receipted(world: World) -> None:
    record(world)
    rows = world.con.execute("select distinct invocation_id, as_of, outcome from gate.gate_results").fetchall()
    assert [(run, str(as_of), outcome) for run, as_of, outcome in rows] == [(RUN, "2018-01-02 00:00:00", "passed")]
    receipts = verdict(world.con)
    assert [receipt.model for receipt in receipts] == sorted(MODELS, key=lambda name: name.removeprefix("act_"))
    for receipt in receipts:
        relation = f"activation.{receipt.model}"
        assert receipt.people == 1  # two rows, one of them a canary's
        assert receipt.content_sha256 == content_hash(world.con, f"select * from {relation} where {NO_CANARY}")
        assert receipt.content_sha256 == content_hash(world.con, f"select * from {relation} where person_id <> 'C1'")
    names = [column for column, *_ in gate_verdict(world.con).description]
    assert names == list(asdict(receipts[0]))


def test_a_damaged_cache_of_flows_changes_nothing(world: World) -> None:
    flows._latest.clear()  # noqa: SLF001 - as in another run
    rows = evaluate(world.con)
    path = world.root / "target" / FLOWS_CACHE
    for spoilt in (path.read_bytes()[:-90], b"nonsense"):
        path.write_bytes(spoilt)
        flows._latest.clear()  # noqa: SLF001 - as in another run
        assert evaluate(world.con) == rows


def test_every_check_has_a_row_with_its_counts(world: World) -> None:
    rows = evaluate(world.con)
    for model in MODELS:
        own = {row.check_id: row for row in rows if row.model == model}
        assert {"content", "columns", "consent_in_force", "policy_AF002", "policy_AF010"} <= set(own)
        assert own["consent_in_force"].evaluated == 2
        assert own["content"].evaluated == 1
        assert len({row.content_sha256 for row in own.values()}) == 1
        assert {row.audience for row in own.values()} == {model.removeprefix("act_")}


def test_equal_input_gives_equal_rows(world: World) -> None:
    assert evaluate(world.con) == evaluate(world.con)


def test_a_failed_check_is_recorded_and_then_closes_the_gate(world: World) -> None:
    world.con.execute("""
        update activation.act_email__ribs
        set offer_topic = 'chicken_wings', reason = 'You told us of ribs and chicken wings.'
        where person_id = 'P1'
    """)
    record(world)
    with pytest.raises(GateClosed) as stop:
        verdict(world.con)
    suite = json.loads((world.root / "gate" / "suites" / f"{RIBS}.json").read_text(encoding="utf-8"))
    (fits,) = (item for item in suite["expectations"] if item["meta"]["check"] == "offer_fits")
    assert str(stop.value).splitlines() == [
        "2 findings in 1 model. The content that marketers see stays as it is.",
        "",
        "AF015  the offer is about something else than its reason  (docs/rules/AF015.md)",
        "  act_email__ribs.offer_topic  1 of 2 rows  models/activation/email/act_email__ribs.sql",
        f"    what  This does not hold: {fits['description']}",
        f"    fix   {fits['meta']['fix']}",
        "  act_email__ribs.offer_topic  1 of 2 rows  models/activation/email/act_email__ribs.sql",
        "    what  This does not hold: Each row offers ribs, as the segment's YAML says.",
        "    fix   correct offer_topic in the segment, or in its YAML",
        "",
        f"All checks, with counts: gate.gate_results, and {world.root / 'target' / 'gate' / 'index.html'}",
        f"Every way that data takes: gate.column_lineage, and {world.root / 'target' / 'lineage' / 'index.html'}",
    ]


def test_policy_comes_out_as_rows_with_the_line_where_it_is_said(tmp_path: Path) -> None:
    raw = manifest_json()
    raw["nodes"][f"model.shop.{RIBS}"]["columns"]["reason"]["config"]["meta"] = {"provenance": "third_party"}
    world = new_world(tmp_path, raw)
    yaml = tmp_path / "models" / "activation" / "email" / "_models.yml"
    yaml.parent.mkdir(parents=True)
    yaml.write_text(f"models:\n  - name: {RIBS}\n    columns:\n      - {{name: reason, x: 1}}\n", encoding="utf-8")
    record(world)
    assert not_passed(evaluate(world.con)) == {("AF002", RIBS, "reason", "failed"), ("AF100", RIBS, "", "failed")}
    with pytest.raises(GateClosed, match=r"act_email__ribs\.reason  models/activation/email/_models\.yml:4"):
        verdict(world.con)


def test_a_macro_in_the_place_of_a_function_closes_the_gate(world: World) -> None:
    """DuckDB calls the macro, and the SQL reads as if it called DuckDB's own."""
    world.con.execute("create macro staging.lower(told) as (select max(raw_row) from private.staging.quarantine)")
    record(world)
    with pytest.raises(GateClosed, match=r"drop macro .*staging.*lower"):
        gate_verdict(world.con)


def test_a_stale_suite_closes_the_gate(world: World) -> None:
    file = world.root / "gate" / "suites" / f"{RIBS}.json"
    file.write_text(file.read_text(encoding="utf-8").replace("anti join", "semi join", 1), encoding="utf-8")
    assert not_passed(evaluate(world.con)) == {("AF010", RIBS, "", "failed")}


@pytest.mark.parametrize(
    "change",
    [
        "delete from gate.gate_candidates where model = 'act_email__ribs'",
        "update gate.gate_candidates set relation = 'activation.other' where model = 'act_email__ribs'",
        "drop table gate.gate_candidates",
    ],
)
def test_a_candidate_that_the_list_does_not_cover_closes_the_gate(change: str, world: World) -> None:
    world.con.execute(change)
    assert ("AF010", RIBS, "", "failed") in not_passed(evaluate(world.con))


def test_a_candidate_that_is_not_there_cannot_be_judged(world: World) -> None:
    world.con.execute("drop table activation.act_email__ribs")
    rows = [row for row in evaluate(world.con) if row.model == RIBS and not row.check_id.startswith("policy_")]
    assert {row.outcome for row in rows} == {"error"}
    assert {row.content_sha256 for row in rows} == {""}


def test_content_without_a_canonical_hash_cannot_be_judged(world: World) -> None:
    world.con.execute("alter table activation.act_email__ribs add column more struct(a integer)")
    assert {"error"} == {row.outcome for row in evaluate(world.con) if (row.model, row.check_id) == (RIBS, "content")}


@pytest.mark.parametrize(
    "table",
    [
        "staging.stg_consent__event_purposes",
        "private.staging.quarantine",
        "reference.topics",
    ],
)
def test_evidence_that_is_missing_is_an_error_and_keeps_no_text(table: str, world: World) -> None:
    world.con.execute(f"drop table {table}")
    rows = [row for row in evaluate(world.con) if row.outcome == "error"]
    assert rows
    assert all("CatalogException" in row.message for row in rows if row.check_id != "content")
    assert not any("does not exist" in row.message for row in rows)


def test_a_value_that_breaks_a_query_is_not_told(world: World, capfd: pytest.CaptureFixture[str]) -> None:
    world.con.execute("alter table staging.stg_crm__persons alter household_id type varchar")
    world.con.execute("update staging.stg_crm__persons set household_id = 'Lovelace' where person_id = 'P2'")
    rows = evaluate(world.con)
    assert "error" in {row.outcome for row in rows}
    told = " ".join(row.message for row in rows) + "".join(capfd.readouterr())
    assert "Lovelace" not in told


def test_nothing_personal_leaves_the_warehouse(world: World) -> None:
    world.con.execute("update activation.act_email__ribs set reason = null, email = 'ada'")
    told = " ".join(str(row) for row in evaluate(world.con))
    told += "".join(page.read_text(encoding="utf-8") for page in (world.root / "target" / "gate").glob("*.html"))
    assert not [value for value in PERSONAL if value in told]


def test_nothing_recorded_by_this_run_is_no_pass(world: World) -> None:
    with pytest.raises(EvidenceMissing, match="nothing of this run"):
        verdict(world.con)
    record(world)
    world.con.execute("update gate.gate_results set invocation_id = 'run-0'")
    with pytest.raises(EvidenceMissing, match="nothing of this run"):
        verdict(world.con)
    record(world)
    world.con.execute("update gate.gate_results set as_of = '2018-01-03'")
    with pytest.raises(EvidenceMissing, match="nothing of this run"):
        verdict(world.con)


@pytest.mark.parametrize("lost", ["check_id = 'consent_in_force'", "check_id = 'content'", "model = 'act_email__ribs'"])
def test_a_check_that_left_no_row_closes_the_gate(lost: str, world: World) -> None:
    record(world)
    world.con.execute(f"delete from gate.gate_results where {lost}")
    with pytest.raises(GateClosed, match="the gate has no result of"):
        verdict(world.con)


def test_an_outcome_that_nobody_knows_closes_the_gate(world: World) -> None:
    record(world)
    world.con.execute("update gate.gate_results set outcome = 'skipped' where check_id = 'no_mark_in_reason'")
    with pytest.raises(GateClosed, match="3 findings in 3 models"):
        verdict(world.con)


def test_a_project_without_activation_models_proves_nothing(tmp_path: Path) -> None:
    raw = manifest_json()
    world = new_world(tmp_path, raw)
    record(world)
    for model in MODELS:
        raw["nodes"].pop(f"model.shop.{model}")

    (tmp_path / "target" / "manifest.json").write_text(json.dumps(raw), encoding="utf-8")
    with pytest.raises(GateClosed, match="the project has no activation model"):
        verdict(world.con)


@pytest.mark.parametrize("name", ["invocation_id", "as_of", "project_root", "artifacts"])
def test_a_run_that_does_not_say_who_it_is_stops(name: str, world: World) -> None:
    world.con.execute(f"reset variable askfirst_{name}")
    with pytest.raises(GateClosed, match=f"askfirst_{name} is not set"):
        evaluate(world.con)


@pytest.mark.parametrize("as_of", ["2018-01-02", "2018-01-02T00:00:00+02:00", "now", "' or true --"])
def test_a_time_that_is_not_utc_stops(as_of: str, world: World) -> None:
    world.con.execute("set variable askfirst_as_of = " + "'" + as_of.replace("'", "''") + "'")
    with pytest.raises(EvidenceMissing, match="askfirst_as_of is no UTC time"):
        evaluate(world.con)


def test_a_manifest_of_another_run_stops(world: World) -> None:
    world.con.execute("set variable askfirst_invocation_id = 'run-2'")
    with pytest.raises(EvidenceMissing, match="another run of dbt"):
        evaluate(world.con)


class Loads(HTMLParser):
    """Collects whatever a page would load, or lead to."""

    def __init__(self) -> None:
        super().__init__()
        self.tags: set[str] = set()
        self.targets: set[str] = set()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        self.targets |= {value or "" for name, value in attrs if name in ("src", "href", "srcset", "data", "action")}


def test_pages_load_nothing_and_lead_to_one_another(world: World) -> None:
    world.con.execute("update activation.act_email__ribs set reason = null")
    (world.root / "target" / "gate").mkdir()
    (world.root / "target" / "gate" / "act_gone.html").write_text("old", encoding="utf-8")
    evaluate(world.con)
    pages = {page.name: page.read_text(encoding="utf-8") for page in (world.root / "target" / "gate").iterdir()}
    assert set(pages) == {"index.html", *(f"{model}.html" for model in MODELS)}
    for text in pages.values():
        loads = Loads()
        loads.feed(text)
        assert not loads.tags & {"script", "link", "img", "iframe", "object", "embed", "base", "form"}
        assert loads.targets <= set(pages)
        assert "@import" not in text
        assert "url(" not in text
        assert "default-src 'none'" in text
    assert "This does not hold: Each row has its reason." in pages[f"{RIBS}.html"]
    assert "Way out: " in pages[f"{RIBS}.html"]
    assert "anti join temp.consent_in_force" in pages[f"{RIBS}.html"]


def test_pages_escape_what_they_show(tmp_path: Path) -> None:
    raw = manifest_json()
    column = raw["nodes"][f"model.shop.{RIBS}"]["columns"]["reason"]
    column["config"]["meta"] = {"provenance": "<script>alert(1)</script>"}
    world = new_world(tmp_path, raw)
    evaluate(world.con)
    page = (tmp_path / "target" / "gate" / f"{RIBS}.html").read_text(encoding="utf-8")
    assert "<script" not in page
    assert "&lt;script&gt;" in page


def test_a_python_variable_is_no_table(world: World) -> None:
    world.con.execute("drop table staging.stg_crm__canaries")
    stg_crm__canaries = pd.DataFrame({"person_id": ["C1"]})
    with own_connection(world.con) as con, pytest.raises(duckdb.CatalogException):
        con.execute("select * from staging.stg_crm__canaries")
    assert world.con.execute("select * from staging.stg_crm__canaries").fetchall() == [("C1",)]  # as DuckDB would
    assert len(stg_crm__canaries) == 1
