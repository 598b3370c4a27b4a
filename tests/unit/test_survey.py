"""`scripts/survey.py`: how much of a project is read, and what is left open, each with its reason."""

from __future__ import annotations

import json
import sys
from typing import TYPE_CHECKING, Any

import pytest
import survey
from askfirst.lineage import analyse

from tests.manifests import catalog, model, put, shop

if TYPE_CHECKING:
    from pathlib import Path

PEOPLE, SCORES = "source.shop.crm.people", "source.shop.bureau.scores"


def run(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], folder: Path) -> tuple[int, str]:
    monkeypatch.setattr(sys, "argv", ["survey.py", str(folder / "target" / "manifest.json")])
    code = survey.main()
    return code, capsys.readouterr().out


def with_model(name: str, sql: str, reads: tuple[str, ...]) -> dict[str, Any]:
    manifest = shop()
    manifest["nodes"][f"model.shop.{name}"] = model(name, sql, reads)
    return manifest


def test_a_project_read_in_full(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    code, text = run(monkeypatch, capsys, put(tmp_path, shop()))
    assert code == 0
    assert "models    2; 0 unreadable" in text
    assert "columns   5; 5 resolved (100.00 %, goal 99.5 %)" in text
    assert text.endswith("gaps      0\n")


@pytest.mark.parametrize(
    ("sql", "columns", "reason"),
    [
        ("select * from shop.crm.people", "8; 5 resolved", "* over `...`, whose columns are not all known: odd"),
        ("select id, phone from shop.crm.people", "7; 6 resolved", survey.UNLISTED),
        ("select id from shop.crm.people where phone is null", "6; 5 resolved", survey.UNLISTED),
        (
            "select id, from_far(email) as far from shop.crm.people",
            "7; 5 resolved",
            "function `...` is none of duckdb's own",
        ),
    ],
)
def test_what_is_not_known_is_a_gap(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    sql: str,
    columns: str,
    reason: str,
) -> None:
    code, text = run(monkeypatch, capsys, put(tmp_path, with_model("odd", sql, (PEOPLE,))))
    assert code == 1
    assert f"columns   {columns}" in text
    assert reason in text


def test_sql_that_cannot_be_read_counts_as_unreadable(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    _, text = run(monkeypatch, capsys, put(tmp_path, with_model("broken", "select from where", (PEOPLE,))))
    assert "models    3; 1 unreadable, 1 of them with no known column" in text
    assert "broken" in text
    assert "crashes   0\n" in text


def test_a_catalog_of_another_build_leaves_its_model_open(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    standing = catalog(model__shop__stg_people={"id": "INTEGER", "email": "VARCHAR", "old": "VARCHAR"})
    code, text = run(monkeypatch, capsys, put(tmp_path, shop(), catalog=standing))
    assert code == 1
    assert "columns from catalog.json" in text
    assert "which the catalog lacks" in text


def test_an_analysis_that_breaks_is_a_crash(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def breaks(*_: object) -> None:
        raise KeyError

    monkeypatch.setattr(analyse, "once", breaks)
    code, text = run(monkeypatch, capsys, put(tmp_path, shop()))
    assert code == 1
    assert "crashes   2 newsletter stg_people" in text


def test_no_manifest_is_said(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = put(tmp_path, shop())
    (folder / "target" / "manifest.json").write_text(json.dumps(shop())[:500], encoding="utf-8")
    code, text = run(monkeypatch, capsys, folder)
    assert (code, text) == (3, "")
