"""The suites are files for a reviewer: stable, complete, as Great Expectations has them, refused where they differ."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest
from askfirst.artifacts import parse_manifest, read_reference
from askfirst.gate import definitions
from askfirst.gate.suites import generate, main, read_files, stale, write

from tests.unit.test_gate_world import MODELS, ROOT, column, manifest_json, new_world

if TYPE_CHECKING:
    from pathlib import Path

RIBS = "act_email__ribs"
REFERENCE = read_reference(ROOT)
MANIFEST = parse_manifest(manifest_json())
SUITES = generate(MANIFEST, REFERENCE)


def checks(suite: str) -> dict[str, dict[str, object]]:
    return {item["meta"]["check"]: item for item in json.loads(suite)["expectations"]}


def test_one_suite_a_candidate_each_check_once_and_explained() -> None:
    assert sorted(SUITES) == sorted(MODELS)
    for name, text in SUITES.items():
        suite = json.loads(text)
        assert suite["name"] == name
        assert text == json.dumps(suite, indent=2, sort_keys=True, ensure_ascii=False) + "\n"
        ids = [item["meta"]["check"] for item in suite["expectations"]]
        assert len(ids) == len(set(ids))
        for item in suite["expectations"]:
            assert sorted(item) == ["description", "kwargs", "meta", "severity", "type"]
            assert sorted(item["meta"]) == ["check", "code", "column", "fix"]
            assert item["description"].endswith(".")
            assert item["meta"]["fix"]


def test_great_expectations_reads_every_one() -> None:
    import great_expectations as gx  # noqa: PLC0415 - takes seconds, and one test needs it

    for text in SUITES.values():
        suite = json.loads(text)
        assert len(gx.ExpectationSuite(**suite).expectations) == len(suite["expectations"])


def test_what_is_selected_is_a_constant() -> None:
    for text in SUITES.values():
        queries = [item["kwargs"].get("unexpected_rows_query") for item in json.loads(text)["expectations"]]
        assert all(query.startswith("select 1 from ") for query in queries if query)
        assert sum(bool(query) for query in queries) == len(queries) - 3  # columns, and two on the key


def test_labels_and_contract_decide_the_columns() -> None:
    raw = manifest_json()
    raw["nodes"][f"model.shop.{RIBS}"]["columns"]["income"] = column("income", {"provenance": "third_party"})
    found = checks(generate(parse_manifest(raw), REFERENCE)[RIBS])
    allowed = found["columns"]["kwargs"]
    assert isinstance(allowed, dict)
    assert "income" not in allowed["column_list"]
    assert "no_mark_in_income" in found


def test_what_the_audience_says_decides_the_rest() -> None:
    told, bought, greeting = (set(checks(SUITES[model])) for model in MODELS)
    assert {"uses_birthday_month", "uses_favourite_cut", "ground_was_stated", "offer_as_said"} <= told
    assert {"uses_purchases", "bought_for_itself", "household_agrees"} <= bought
    assert not {"ground_was_stated", "offer_as_said"} & bought
    assert {"address_street", "address_postcode", "address_city"} <= greeting


def test_a_candidate_that_says_too_little_has_no_suite_and_keeps_its_file() -> None:
    raw = manifest_json()
    raw["nodes"]["model.shop.seg_ribs"]["config"]["meta"]["segment"].pop("owner")
    manifest = parse_manifest(raw)
    generated = generate(manifest, REFERENCE)
    assert sorted(generated) == sorted(set(MODELS) - {RIBS})
    assert stale(manifest, generated, SUITES) == ()


@pytest.mark.parametrize(
    ("files", "what"),
    [
        ({**SUITES, RIBS: SUITES[RIBS].replace("anti join", "semi join", 1)}, "its suite is stale"),
        ({**SUITES, RIBS: ""}, "its suite is stale"),
        ({name: text for name, text in SUITES.items() if name != RIBS}, "its suite is missing"),
        ({**SUITES, "act_old": "{}"}, "its suite is left over: no activation model gives it"),
    ],
)
def test_a_file_that_differs_is_told(files: dict[str, str], what: str) -> None:
    (finding,) = stale(MANIFEST, SUITES, files)
    assert (finding.code, finding.what) == ("AF010", what)
    assert "make suites" in finding.fix
    assert finding.path == f"gate/suites/{finding.model}.json"


def test_written_files_are_exactly_the_suites(tmp_path: Path) -> None:
    write(tmp_path, {**SUITES, "act_old": "{}"})
    write(tmp_path, SUITES)
    assert read_files(tmp_path) == SUITES


def test_command(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    new_world(tmp_path)
    assert main(["--check", "--root", str(tmp_path)]) == 0
    (tmp_path / "gate" / "suites" / f"{RIBS}.json").write_text("{}", encoding="utf-8")
    assert main(["--check", "--root", str(tmp_path)]) == 1
    assert f"{RIBS}  gate/suites/{RIBS}.json" in capsys.readouterr().err
    assert main(["--write", "--root", str(tmp_path)]) == 0
    assert "3 suites in gate/suites, 1 of them new, changed or removed" in capsys.readouterr().out
    assert main(["--check", "--root", str(tmp_path)]) == 0
    assert main(["--check", "--root", str(tmp_path), "--artifacts", str(tmp_path / "nowhere")]) == 3
    assert "EvidenceMissing: " in capsys.readouterr().err


def test_the_definitions_are_all_found() -> None:
    names = [name for name, _ in definitions.statements()]
    assert len(names) == len(set(names)) == definitions.script().count("create temp table")
    text = "".join(SUITES.values())
    used = {name for name in names if f"temp.{name} " in text}
    steps = {
        "addresses_given",
        "confirmations",
        "first_uses",
        "grid",
        "held_still",
        "kept_since",
        "known_events",
        "last_names",
        "messages_left",
        "moved",
        "opted_out_when_erased",
        "valid_grants",
        "unreadable",
        "unreadable_gifts",
        "unreadable_on_channel",
        "unreadable_persons",
        "people",
        "said_no",
        "switched_off",
        "told",
        "terms",
        "whose",
    }
    assert used == set(names) - steps  # what no suite speaks of is a step on the way to something that one does
