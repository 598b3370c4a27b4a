"""`askfirst lineage`: facets of files and of models, and an error where there is none."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest
from askfirst.cli import main

from tests.manifests import LEAK, model, put, shop

if TYPE_CHECKING:
    from pathlib import Path

Capture = pytest.CaptureFixture[str]
SCHEMA = {
    "orders": {"id": "INTEGER", "person": "INTEGER", "spent": "DECIMAL(9,2)"},
    "crm.people": {"id": "INTEGER", "city": "VARCHAR"},
}
SQL = """
select people.city, sum(orders.spent) + min(orders.spent) as spent
from orders inner join crm.people on orders.person = people.id
where orders.id > 0 group by people.city
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "schema.json").write_text(json.dumps(SCHEMA), encoding="utf-8")
    return tmp_path


def file(folder: Path, name: str, sql: str) -> str:
    (folder / name).write_text(sql, encoding="utf-8")
    return str(folder / name)


def run(folder: Path, *files: str, dialect: str = "duckdb") -> int:
    return main(["lineage", "--dialect", dialect, "--schema", str(folder / "schema.json"), *files])


def told(capsys: Capture) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(capsys.readouterr().out)
    return found


def use(kind: str, subtype: str) -> dict[str, object]:
    return {"type": kind, "subtype": subtype, "description": "", "masking": False}


def taken(name: str, column: str, *uses: dict[str, object]) -> dict[str, object]:
    return {"namespace": "duckdb", "name": name, "field": column, "transformations": list(uses)}


def test_the_facet_of_a_query(folder: Path, capsys: Capture) -> None:
    path = file(folder, "a.sql", SQL)
    assert run(folder, path) == 0
    assert told(capsys) == {
        path: {
            "_producer": "urn:askfirst:0.1.0",
            "_schemaURL": "https://openlineage.io/spec/facets/1-2-0/ColumnLineageDatasetFacet.json"
            "#/$defs/ColumnLineageDatasetFacet",
            "fields": {
                "city": {"inputFields": [taken("crm.people", "city", use("DIRECT", "IDENTITY"))]},
                "spent": {"inputFields": [taken("orders", "spent", use("DIRECT", "AGGREGATION"))]},
            },
            "dataset": [
                taken("crm.people", "city", use("INDIRECT", "GROUP_BY")),
                taken("crm.people", "id", use("INDIRECT", "JOIN")),
                taken("orders", "id", use("INDIRECT", "FILTER")),
                taken("orders", "person", use("INDIRECT", "JOIN")),
            ],
        }
    }


def test_one_entry_for_a_column_with_all_that_it_does(folder: Path, capsys: Capture) -> None:
    path = file(folder, "a.sql", "select case when id > 1 then id else -id end as n, 1 as one from orders")
    assert run(folder, path) == 0
    (entry,) = told(capsys)[path]["fields"]["n"]["inputFields"]
    assert [one["subtype"] for one in entry["transformations"]] == ["TRANSFORMATION", "CONDITIONAL"]


@pytest.mark.parametrize(
    ("sql", "what"),
    [
        ("select id\nfrom orders where (", "line 2"),
        ("select id,\n  nothing from orders", "line 2: column `nothing`"),
        ("select *\nfrom unknown", "line 2"),
        ("", "one query is expected, and there are 0"),
        ("select 1; select 2", "one query is expected, and there are 2"),
        ("drop table orders", "is no query"),
        ("\udcff", "no text in UTF-8"),
    ],
)
def test_a_file_that_cannot_be_analysed_leaves_the_others(sql: str, what: str, folder: Path, capsys: Capture) -> None:
    good, bad = file(folder, "good.sql", SQL), str(folder / "bad.sql")
    (folder / "bad.sql").write_bytes(sql.encode("utf-8", "surrogateescape"))
    assert run(folder, bad, good) == 3
    found = told(capsys)
    assert list(found) == [bad, good]
    assert list(found[bad]) == ["error"]
    assert what in found[bad]["error"]
    assert found[bad]["error"].startswith(f"{bad}: ")
    assert "fields" in found[good]


def test_files_that_are_none(folder: Path, capsys: Capture) -> None:
    assert run(folder, str(folder / "no.sql"), str(folder)) == 3
    assert [entry["error"] for entry in told(capsys).values()] == [
        f"{folder}/no.sql: there is no such file",
        f"{folder}: it cannot be read: Is a directory",
    ]


def test_a_fault_of_the_analysis_is_an_error_of_that_file(
    folder: Path, capsys: Capture, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: object) -> None:
        raise KeyError("x")

    monkeypatch.setattr("askfirst.lineage.analyse.analyse", broken)
    assert run(folder, file(folder, "a.sql", SQL)) == 3
    assert "the analysis itself broke (KeyError)" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("text", "what"),
    [
        ("{", "schema.json:1: this is no JSON"),
        ('{"a":\n {"b": }}', "schema.json:2: this is no JSON"),
        ("[]", "holds no mapping of tables"),
        ('{"a": ["b"]}', "`a` has no mapping of its columns"),
        ('{"a": {"b": 1}}', "the type of `a.b` is no text"),
        ('{"a..b": {}}', "`a..b` is no table's name"),
    ],
)
def test_a_schema_that_is_wrong(text: str, what: str, folder: Path, capsys: Capture) -> None:
    (folder / "schema.json").write_text(text, encoding="utf-8")
    assert run(folder, file(folder, "a.sql", SQL)) == 2
    err = capsys.readouterr().err
    assert what in err
    assert "Fix: " in err


def test_wrong_use(folder: Path, tmp_path: Path, capsys: Capture) -> None:
    path = file(folder, "a.sql", SQL)
    assert run(folder, path, dialect="cobol") == 2
    assert main(["lineage", path]) == 2
    assert main(["lineage", "--schema", str(folder / "schema.json"), path]) == 2
    assert main(["lineage"]) == 2
    assert main(["lineage", "--project-dir", str(tmp_path), path]) == 2
    assert main(["lineage", "--dialect", "duckdb", "--schema", str(folder / "no.json"), path]) == 2
    out, err = capsys.readouterr()
    assert out == ""
    assert err.count("Fix: ") == 6


def test_the_facets_of_a_project(tmp_path: Path, capsys: Capture) -> None:
    put(tmp_path, shop(LEAK))
    assert main(["lineage", "--project-dir", str(tmp_path), "--namespace", "duckdb://shop"]) == 0
    found = told(capsys)
    assert list(found) == ["model.shop.newsletter", "model.shop.stg_people"]
    newsletter = found["model.shop.newsletter"]
    assert newsletter["fields"]["email"]["inputFields"] == [
        {**taken("shop.main.stg_people", "email", use("DIRECT", "IDENTITY")), "namespace": "duckdb://shop"}
    ]
    assert [(entry["name"], entry["field"]) for entry in newsletter["dataset"]] == [
        ("shop.bureau.scores", "person_id"),
        ("shop.bureau.scores", "score"),
        ("shop.main.stg_people", "id"),
    ]


def test_a_model_that_cannot_be_analysed_leaves_the_others(tmp_path: Path, capsys: Capture) -> None:
    raw = shop()
    raw["nodes"]["model.shop.other"] = model("other", "select from (", ())
    raw["nodes"]["model.shop.snake"] = model("snake", "def model(): ...", (), language="python")
    assert main(["lineage", "--project-dir", str(put(tmp_path, raw))]) == 3
    found = told(capsys)
    assert "models/other.sql" in found["model.shop.other"]["error"]
    assert "a python model" in found["model.shop.snake"]["error"]
    assert "fields" in found["model.shop.newsletter"]
