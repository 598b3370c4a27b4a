"""Handing a document over, and how the two commands end where there is nothing to hand over."""

from __future__ import annotations

import json
import stat
from typing import TYPE_CHECKING

import pytest
from askfirst.access.export import erased_export, withheld_in
from askfirst.access.handover import hand_over
from askfirst.access.plain import plain
from askfirst.access.validate import EXPORT, problems
from askfirst.cli import main
from askfirst.errors import WrongConfiguration

if TYPE_CHECKING:
    from pathlib import Path

Capture = pytest.CaptureFixture[str]


def test_a_file_is_its_owners_alone_whatever_stood_there(tmp_path: Path) -> None:
    out = tmp_path / "answer.json"
    out.write_text("old", encoding="utf-8")
    out.chmod(0o644)
    hand_over('{"é": 1}\n', out)
    assert out.read_text(encoding="utf-8") == '{"é": 1}\n'
    assert stat.S_IMODE(out.stat().st_mode) == 0o600
    assert [path.name for path in tmp_path.iterdir()] == ["answer.json"]


def test_what_cannot_be_written_leaves_nothing(tmp_path: Path) -> None:
    (tmp_path / "folder").mkdir()
    for out in (tmp_path / "nowhere" / "answer.json", tmp_path / "folder"):
        with pytest.raises(WrongConfiguration, match="cannot be written"):
            hand_over("{}", out)
    assert [path.name for path in tmp_path.rglob("*")] == ["folder"]


def test_without_a_file_it_is_printed(capsys: Capture) -> None:
    hand_over("{}\n", None)
    assert capsys.readouterr().out == "{}\n"


@pytest.mark.parametrize("command", ["receipt", "access"])
def test_without_a_build_nothing_is_told(command: str, tmp_path: Path, capsys: Capture) -> None:
    assert main([command, "P001", "--project-dir", str(tmp_path)]) == 3
    told = capsys.readouterr()
    assert told.out == ""
    assert "P001" not in told.err


def test_a_number_is_no_number_where_there_is_none() -> None:
    assert plain([1]) == [1]
    assert plain(float("nan")) is None
    assert plain({"deep": float("inf")}) == {"deep": None}


def test_every_reason_is_found_wherever_it_stands() -> None:
    document = {"rows": [{"a": {"withheld": "other"}}, {"b": {"c": [{"withheld": ["rule", "marked"]}]}}]}
    assert sorted(withheld_in(document)) == ["marked", "other", "rule"]


def test_an_erased_persons_export_names_nobody() -> None:
    entry: dict[str, object] = {
        "relation": "intermediate.int_erasures",
        "description": "The proof.",
        "as_of": "2018-01-02T00:00:00Z",
        "sources": ["consent.requests"],
        "columns": {"record_key": {"description": "A hash.", "label": {"provenance": ["technical"]}}},
        "rows": [{"record_key": "0" * 64}],
    }
    made = erased_export("0" * 64, [entry], {"consent.requests": "Requests."}, "2018-01-02T00:00:00Z")
    assert problems(made, EXPORT) == []
    frame = made["access_export"]
    assert isinstance(frame, dict)
    for field in list(frame):
        less = {"access_export": {name: value for name, value in frame.items() if name != field}}
        assert problems(less, EXPORT) == [f"$.access_export: {field} missing"]
    assert "person_id" not in json.dumps(frame["data_subject"])
