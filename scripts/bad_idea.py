"""Add one bad idea to a copy of the project, build it, and show what an engineer would see.

A bad idea is a small YAML file in ``tests/fixtures/leaks``: the edits that bring the leak in, the finding that must
stop them, and the edits of its clean twin, which must pass. The project itself is never touched.

    python scripts/bad_idea.py                     the list of ideas
    python scripts/bad_idea.py chicken_wings       try one, on the sample world
"""

from __future__ import annotations

import argparse
import difflib
import hashlib
import os
import shutil
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path

import duckdb
import warm_dbt
import yaml

ROOT = Path(__file__).resolve().parent.parent
IDEAS = ROOT / "tests" / "fixtures" / "leaks"
PROJECT = (
    "dbt_project.yml",
    "profiles.yml",
    "models",
    "seeds",
    "macros",
    "tests/dbt",
    "analyses",
    "docs",
    "scripts",
    "gate",
)
WITHOUT_UNIT_TESTS = ("--exclude-resource-type", "unit_test")  # they read no data: the clean build has run them
SMALL_AUDIENCES = '{"minimum_audience": 3}'
WAREHOUSE = Path("warehouse/sample")
PUBLISHED = WAREHOUSE / "activation.duckdb"


@dataclass(frozen=True)
class Edit:
    """One change of one file: ``find`` replaced by ``replace``, or the whole file written as ``write``."""

    file: str
    find: str | None = None
    replace: str | None = None
    write: str | None = None


@dataclass(frozen=True)
class Finding:
    """What must stop the build: code, model and column (empty where a finding has none)."""

    code: str
    model: str
    column: str = ""


@dataclass(frozen=True)
class Idea:
    """A bad idea, its finding, and its clean twin."""

    name: str
    title: str
    leak: tuple[Edit, ...]
    clean: tuple[Edit, ...]
    expect: tuple[Finding, ...]
    exit_code: int


@dataclass(frozen=True)
class Build:
    """One ``dbt build``: exit code, what it printed, what its gate found, and the published file's checksum."""

    exit_code: int
    output: str
    findings: frozenset[Finding]
    published: str


def ideas() -> list[Idea]:
    """All bad ideas, by name."""
    return [load(file) for file in sorted(IDEAS.glob("*.yml"))]


def load(file: Path) -> Idea:
    """Read one idea; a key that is not known is an error, not a comment."""
    text = yaml.safe_load(file.read_text(encoding="utf-8"))
    unknown = set(text) - {"title", "leak", "clean", "expect", "exit_code"}
    if unknown:
        raise ValueError(f"{file}: unknown keys {sorted(unknown)}")
    return Idea(
        name=file.stem,
        title=text["title"],
        leak=tuple(Edit(**edit) for edit in text["leak"]),
        clean=tuple(Edit(**edit) for edit in text["clean"]),
        expect=tuple(Finding(**finding) for finding in text["expect"]),
        exit_code=text.get("exit_code", 1),
    )


def copy_project(destination: Path) -> Path:
    """Copy what dbt needs of the project, and no build of it."""
    for part in PROJECT:
        source, target = ROOT / part, destination / part
        target.parent.mkdir(parents=True, exist_ok=True)
        if source.is_dir():
            shutil.copytree(
                source, target, ignore=shutil.ignore_patterns("__pycache__", "*.egg-info"), dirs_exist_ok=True
            )
        elif source.exists():
            shutil.copy2(source, target)
    return destination


def changed(edit: Edit, project: Path) -> tuple[str, str]:
    """A file's text before and after an edit; an edit that finds nothing, or more than one place, is an error."""
    path = project / edit.file
    before = path.read_text(encoding="utf-8") if path.exists() else ""
    if edit.write is not None:
        return before, edit.write
    if edit.find is None or edit.replace is None:
        raise ValueError(f"{edit.file}: an edit needs find and replace, or write")
    if before.count(edit.find) != 1:
        raise ValueError(f"{edit.file}: {before.count(edit.find)} places instead of one for {edit.find!r}")
    return before, before.replace(edit.find, edit.replace)


def apply(edits: tuple[Edit, ...], project: Path) -> str:
    """Make the edits in a copy of the project; return them as a unified diff."""
    diffs = []
    for edit in edits:
        before, after = changed(edit, project)
        path = project / edit.file
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(after, encoding="utf-8")
        lines = difflib.unified_diff(
            before.splitlines(True), after.splitlines(True), f"a/{edit.file}", f"b/{edit.file}", n=1
        )
        diffs.append("".join(lines))
    return "\n".join(diffs)


def dbt(project: Path, *arguments: str, target: str = "sample") -> warm_dbt.Run:
    """Run dbt in a copy of the project as a user would in a shell: on the sample world, unless a target is named."""
    small = ["--vars", SMALL_AUDIENCES] if target == "sample" else []
    environment = {key: value for key, value in os.environ.items() if not key.startswith("DBT_")}
    return warm_dbt.run(["--no-use-colors", *arguments, "--target", target, *small], project, environment)


def checksum(file: Path) -> str:
    """The sha256 of a file's bytes; empty where there is no file."""
    return hashlib.sha256(file.read_bytes()).hexdigest() if file.exists() else ""


def gate_findings(project: Path) -> frozenset[Finding]:
    """What the last gate of a project found, from the warehouse; nothing where no gate has run."""
    warehouse = project / WAREHOUSE / "askfirst.duckdb"
    if not warehouse.exists():
        return frozenset()
    with duckdb.connect(str(warehouse), read_only=True) as connection:
        there = connection.execute("select 1 from duckdb_tables() where table_name = 'gate_results'").fetchall()
        if not there:
            return frozenset()
        rows = connection.execute(
            "select code, model, coalesce(column_name, '') from gate.gate_results where outcome <> 'passed'"
        ).fetchall()
    return frozenset(Finding(*row) for row in rows)


def write_suites(edits: tuple[Edit, ...], project: Path) -> None:
    """What an engineer does after editing an audience's YAML: parse, then write the gate's suites anew."""
    if any(edit.file.endswith("__models.yml") for edit in edits) and dbt(project, "parse").exit_code == 0:
        environment = {**os.environ, "PYTHONPATH": str(project / "scripts")}
        command = [sys.executable, "-m", "askfirst.gate.suites", "--write"]
        subprocess.run(command, cwd=project, env=environment, check=True, capture_output=True)


def touched(edits: tuple[Edit, ...]) -> tuple[str, ...]:
    """What an engineer would select after these edits: `--select`, and everything that they can change."""
    chosen = []
    for edit in edits:
        path = Path(edit.file)
        if edit.file.startswith("macros/"):
            chosen.append("path:models/activation+")
        elif edit.file.startswith("seeds/sample/"):
            chosen += [f"source:{path.parent.name}.{path.stem}+", "gate_candidates+"]
        elif path.suffix in (".sql", ".csv", ".py"):
            chosen.append(f"{path.stem}+")
        elif not path.stem.endswith("__unit_tests"):
            chosen.append(f"path:{path.parent}+")
    return "--select", *sorted(set(chosen))


def build(project: Path, *selection: str) -> Build:
    """``dbt build`` in a copy of the project."""
    run = dbt(project, "build", *selection)
    return Build(run.exit_code, run.output, gate_findings(project), checksum(project / PUBLISHED))


def show(idea: Idea) -> int:
    """Build clean, add the leak, build again, print what an engineer sees; 0 where the leak was stopped."""
    with tempfile.TemporaryDirectory(prefix="askfirst-") as folder:
        project = copy_project(Path(folder))
        print("A copy of the project, on the sample world (synthetic persons). Building it clean ...", flush=True)
        before = build(project)
        if before.exit_code:
            print(before.output)
            return 2
        print(f"\nThe bad idea: {idea.title}\n")
        print(apply(idea.leak, project))
        write_suites(idea.leak, project)
        print("\n$ dbt build\n", flush=True)
        after = build(project)
    quiet = ("START", " OK ", "PASS", "SKIP", "NO-OP")
    print("\n".join(line for line in after.output.splitlines() if not any(word in line for word in quiet)))
    fate = "untouched" if after.published == before.published else "CHANGED"
    print(f"\nexit code {after.exit_code}; published file {fate}")
    print(f"  sha256 before {before.published}\n  sha256 after  {after.published}")
    stopped = after.exit_code == idea.exit_code and after.published == before.published
    return 0 if stopped and set(idea.expect) <= after.findings else 1


def main() -> int:
    """List the ideas, or try the one named."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("idea", nargs="?", help="the name of a bad idea; without one, the list")
    chosen = parser.parse_args().idea
    known = {idea.name: idea for idea in ideas()}
    if chosen is None:
        for idea in known.values():
            print(f"{idea.name:<28} {idea.title}")
        return 0
    if chosen not in known:
        print(f"no bad idea is called {chosen!r}; known are: {', '.join(known)}", file=sys.stderr)
        return 2
    return show(known[chosen])


if __name__ == "__main__":
    sys.exit(main())
