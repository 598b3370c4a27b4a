"""`askfirst explain` and `askfirst impact`, and what all commands have in common."""

from __future__ import annotations

import io
import json
import os
import subprocess
import sys
import tomllib
from pathlib import Path
from typing import Any

import askfirst
import pytest
from askfirst.cli import main
from askfirst.terminal import Progress, coloured, is_coloured

from tests.manifests import LEAK, catalog, model, put, shop

Capture = pytest.CaptureFixture[str]
ROOT = Path(__file__).parents[2]


def project(folder: Path) -> str:
    return str(put(folder, shop(LEAK)))


def told(capsys: Capture, *words: str) -> dict[str, Any]:
    assert main([*words, "--format", "json"]) == 0
    found: dict[str, Any] = json.loads(capsys.readouterr().out)
    return found


def test_where_a_column_comes_from(tmp_path: Path, capsys: Capture) -> None:
    assert main(["explain", "newsletter.email", "--project-dir", project(tmp_path)]) == 0
    assert capsys.readouterr().out.splitlines() == [
        "newsletter.email [activation]",
        "  labels  provenance declared",
        "  <- stg_people.email  IDENTITY",
        "       models/newsletter.sql:1  select people.id, people.email",
        "    <- crm.people.email [source]  IDENTITY",
        "         models/stg_people.sql:1  select id, email, birthday from shop.crm.people",
        "who is in it is decided beside: askfirst explain newsletter",
        "",
        "1 column at its origin: crm.people.email",
    ]


def test_what_decides_the_rows(tmp_path: Path, capsys: Capture) -> None:
    found = told(capsys, "explain", "newsletter", "--project-dir", project(tmp_path))
    assert found["of"] == {"node": "model.shop.newsletter", "name": "newsletter", "kind": "model", "column": None}
    assert {"kind": "provenance", "word": "inferred", "direct": False, "reclassified_by": ""} in found["labels"]
    (edge,) = [edge for edge in found["edges"] if edge["from"]["column"] == "score"]
    assert edge == {
        "from": {"node": "source.shop.bureau.scores", "column": "score"},
        "to": {"node": "model.shop.newsletter", "column": None},
        "type": "INDIRECT",
        "subtype": "FILTER",
        "file": "models/newsletter.sql",
        "line": 4,
        "sql": "where scores.score > 0.8",
    }


def test_where_a_column_goes(tmp_path: Path, capsys: Capture) -> None:
    assert main(["impact", "bureau.scores.score", "--project-dir", project(tmp_path)]) == 0
    assert capsys.readouterr().out.splitlines() == [
        "bureau.scores.score [source]",
        "  labels  provenance inferred",
        "  -> newsletter (rows) [activation]  FILTER",
        "       models/newsletter.sql:4  where scores.score > 0.8",
        "",
        "reaches 0 columns and 1 row set of 1 model; of activation: newsletter",
    ]
    found = told(capsys, "impact", "crm.people.email", "--project-dir", str(tmp_path))
    assert [(one["name"], one["column"], one["activation"]) for one in found["reached"]] == [
        ("newsletter", "email", True),
        ("stg_people", "email", False),
    ]


def test_a_vertex_is_opened_once_and_no_deeper_than_asked(tmp_path: Path, capsys: Capture) -> None:
    raw = shop("select a.id, b.email from shop.main.stg_people as a, shop.main.stg_people as b where a.email = b.email")
    put(tmp_path, raw)
    assert main(["explain", "newsletter", "--project-dir", str(tmp_path)]) == 0
    assert main(["explain", "newsletter", "--project-dir", str(tmp_path), "--depth", "1"]) == 0
    assert main(["impact", "crm.people", "--project-dir", str(tmp_path), "--depth", "0"]) == 0
    assert (
        "crm.people (rows) [source]\n  labels  provenance declared; provenance technical\n\nreaches"
        in capsys.readouterr().out
    )


@pytest.mark.parametrize(
    ("name", "what"),
    [
        ("newsleter", "did you mean `newsletter`"),
        ("newsletter.emial", "`newsletter` has no column `emial`: did you mean `email`?"),
        ("newsletter.zzz", "`newsletter` has no column `zzz`: it has email, id"),
        ("crm.poeple.email", "did you mean `crm.people`"),
        ("zzz", "`zzz` is no model, source or column of this project"),
        ("", "is no model, source or column"),
        ("...", "is no model, source or column"),
    ],
)
def test_a_name_that_nothing_has(name: str, what: str, tmp_path: Path, capsys: Capture) -> None:
    for command in ("explain", "impact"):
        assert main([command, name, "--project-dir", project(tmp_path)]) == 2
        err = capsys.readouterr().err
        assert what in err
        assert "Fix: " in err


def test_a_name_that_several_have(tmp_path: Path, capsys: Capture) -> None:
    raw = shop()
    twin = {**model("stg_people", "select 1 as id", ()), "unique_id": "model.other.stg_people", "schema": "x"}
    raw["nodes"]["model.other.stg_people"] = twin
    put(tmp_path, raw)
    assert main(["explain", "stg_people.id", "--project-dir", str(tmp_path)]) == 2
    assert "it may be `model.other.stg_people.id` or `model.shop.stg_people.id`" in capsys.readouterr().err
    for name in ("model.other.stg_people.id", "other.stg_people.id", "OTHER.STG_PEOPLE.ID", "x.stg_people"):
        assert main(["explain", name, "--project-dir", str(tmp_path)]) == 0


def test_what_could_not_be_analysed_is_said(tmp_path: Path, capsys: Capture) -> None:
    put(tmp_path, shop("select id from shop.main.stg_people where ("))
    assert main(["explain", "newsletter", "--project-dir", str(tmp_path)]) == 3
    assert "`model.shop.newsletter` could not be analysed in full" in capsys.readouterr().err


def test_explain_reads_no_more_than_it_has_to_and_all_if_it_has_to(tmp_path: Path, capsys: Capture) -> None:
    raw = shop("select id, score from shop.main.hidden")  # which the model does not say that it reads
    sql = "select 1 as id, score from shop.bureau.scores"
    raw["nodes"]["model.shop.hidden"] = model("hidden", sql, ("source.shop.bureau.scores",))
    put(tmp_path, raw, catalog=catalog(model__shop__hidden={"id": "INTEGER", "score": "DOUBLE"}))
    assert main(["explain", "newsletter.score", "--project-dir", str(tmp_path)]) == 0
    assert "1 column at its origin: bureau.scores.score" in capsys.readouterr().out


@pytest.mark.parametrize("command", [("check",), ("explain", "a"), ("impact", "a"), ("lineage", "--project-dir", ".")])
def test_no_manifest_is_missing_evidence_for_each_command(
    command: tuple[str, ...], tmp_path: Path, capsys: Capture, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    assert main(list(command)) == 3
    assert "manifest.json is missing" in capsys.readouterr().err


def test_a_fault_of_ours_is_no_traceback_and_no_proof(
    tmp_path: Path, capsys: Capture, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: object) -> None:
        raise ZeroDivisionError("no")

    monkeypatch.setattr("askfirst.check.coverage", broken)
    assert main(["check", "--project-dir", project(tmp_path)]) == 3
    out, err = capsys.readouterr()
    assert out == ""
    assert (
        err == "askfirst: askfirst itself failed (ZeroDivisionError: no): nothing is proved.\nFix: please report it.\n"
    )


def test_help_imports_nothing_heavy() -> None:
    code = "import sys\nfrom askfirst.cli import main\ntry: main(['--help'])\nexcept SystemExit: print(*sys.modules)"
    done = subprocess.run(
        [sys.executable, "-c", code],
        capture_output=True, text=True, check=True, env={**os.environ, "PYTHONPATH": str(ROOT / "scripts")},
    )  # fmt: skip
    loaded = done.stdout.split("\n")[-2].split()
    assert not {"sqlglot", "yaml", "duckdb", "great_expectations", "pandas", "dbt"} & set(loaded)
    assert "exit codes: 0 clean, 1 findings" in done.stdout


@pytest.mark.parametrize("command", ["check", "explain", "impact", "lineage"])
def test_each_command_has_an_example_in_its_help(command: str, capsys: Capture) -> None:
    with pytest.raises(SystemExit, match="0"):
        main([command, "--help"])
    assert f"  askfirst {command} " in capsys.readouterr().out


def test_the_module_runs_and_a_closed_pipe_is_quiet(tmp_path: Path) -> None:
    command = f"{sys.executable} -m askfirst explain newsletter --project-dir {project(tmp_path)} | true"
    env = {**os.environ, "PYTHONPATH": str(ROOT / "scripts")}
    done = subprocess.run(["/bin/sh", "-c", command], capture_output=True, text=True, check=True, env=env)
    assert done.stderr == ""


def test_the_version_is_the_packages(capsys: Capture) -> None:
    with pytest.raises(SystemExit, match="0"):
        main(["--version"])
    text = (ROOT / "pyproject.toml").read_text(encoding="utf-8")
    assert capsys.readouterr().out == f"askfirst {tomllib.loads(text)['project']['version']}\n"
    assert tomllib.loads(text)["project"]["version"] == askfirst.__version__


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def test_colour_and_progress_are_for_terminals() -> None:
    assert is_coloured(Terminal(), {})
    assert not is_coloured(Terminal(), {"NO_COLOR": "1"})
    assert not is_coloured(Terminal(), {"TERM": "dumb"})
    assert not is_coloured(io.StringIO(), {})
    assert coloured("AF001  a\n     ^^^") == "\x1b[1mAF001  a\x1b[0m\n     \x1b[31m^^^\x1b[0m"
    for stream, shown in ((Terminal(), "\ranalysed 2 of 2\r\x1b[K"), (io.StringIO(), "")):
        progress = Progress("analysed", 2, stream)
        progress.step()
        progress.step()
        progress.end()
        assert stream.getvalue() == shown
