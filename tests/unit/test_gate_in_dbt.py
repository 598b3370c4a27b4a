"""What holds only inside dbt: a person sees the bare message, the manifest of the run, and no noise at the end."""

from __future__ import annotations

import os
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from tests.unit.test_gate_world import ROOT

if TYPE_CHECKING:
    from pathlib import Path

HEAD = "def model(dbt, session):\n    dbt.config(materialized='table')\n"
FILES = {
    "dbt_project.yml": """
        name: shop
        version: 1.0.0
        profile: shop
        flags: {send_anonymous_usage_stats: false}
        models:
          shop:
            +pre-hook:
              - "set variable askfirst_invocation_id = '{{ invocation_id }}'"
              - "set variable askfirst_artifacts = '{{ flags.TARGET_PATH or 'target' }}'"
    """,
    "profiles.yml": f"""
        shop:
          target: dev
          outputs:
            dev: {{type: duckdb, path: shop.duckdb, threads: 1, module_paths: ["{(ROOT / "scripts").as_posix()}"]}}
    """,
    "models/closed.py": HEAD
    + """
    from askfirst.errors import GateClosed
    try:
        raise ValueError('ada@example.com')
    except ValueError as error:
        raise GateClosed('2 findings\\n\\nAF101  no consent\\n  act_x.person_id') from error
    return session.sql('select 1 as x')
    """,
    "models/manifest.py": HEAD
    + """
    from pathlib import Path
    from askfirst.artifacts import read_manifest
    from askfirst.run_context import read_variable
    artifacts = Path(read_variable(session, 'askfirst_artifacts'))
    manifest = read_manifest(artifacts, read_variable(session, 'askfirst_invocation_id'))
    assert manifest.model('closed') is not None
    return session.sql('select 1 as x')
    """,
    "models/rows.py": HEAD
    + """
    import json
    from askfirst.gate.context import own_connection
    from askfirst.gate.validate import validate
    def check(name, query):
        return {'type': 'unexpected_rows_expectation', 'kwargs': {'unexpected_rows_query': query},
                'meta': {'check': name}}
    suite = json.dumps({'name': 'rows', 'expectations': [
        check('two_broken', 'select 1 from {batch} where x < 2'),
        check('raises', 'select 1 from {batch} where nothing < 2'),
        check('would_raise_if_fetched', "select error('a value') from {batch}"),
    ]})
    with own_connection(session) as con:
        found = validate(con, {'m': suite}, {'m': 'range(5) as numbers(x)'})['m']
    assert (found['two_broken'].outcome, found['two_broken'].unexpected) == ('failed', 2), found
    counted = found['would_raise_if_fetched']
    assert (counted.outcome, counted.unexpected) == ('failed', 5), found
    assert (found['raises'].outcome, found['raises'].raised) == ('error', 'BinderException'), found
    return session.sql('select 1 as x')
    """,
}


def dbt(folder: Path, *arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    """Run dbt as a person does, in a process of its own."""
    command = "import sys; from dbt.cli.main import cli; cli(sys.argv[1:])"
    return subprocess.run(
        [sys.executable, "-c", command, "--no-use-colors", *arguments],
        cwd=folder,
        env={**os.environ, **environment},
        capture_output=True,
        text=True,
        check=False,
        timeout=180,
    )


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A dbt project of three Python models."""
    root = tmp_path_factory.mktemp("shop")
    for name, text in FILES.items():
        (root / name).parent.mkdir(exist_ok=True)
        lines = (
            text.splitlines() if name.endswith(".py") else [line.removeprefix(" " * 8) for line in text.splitlines()]
        )
        (root / name).write_text("\n".join(lines) + "\n", encoding="utf-8")
    return root


def test_a_person_sees_the_message_and_nothing_else(shop: Path) -> None:
    run = dbt(shop, "build", "--select", "closed")
    assert run.returncode == 1
    _, _, told = run.stdout.partition("Failure in model closed (models/closed.py)\n")
    lines = [line[8:] if line[:2].isdigit() else line for line in told.splitlines()]
    assert lines[:7] == [
        "    Runtime Error in model closed (models/closed.py)",
        "  Python model failed:",
        "  GateClosed: 2 findings",
        "  ",
        "  AF101  no consent",
        "    act_x.person_id",
        "  ",
    ]
    assert "Traceback" not in run.stdout + run.stderr
    assert "ada@example.com" not in run.stdout + run.stderr


@pytest.mark.parametrize("way", ["default", "option", "environment"])
def test_the_manifest_of_the_run_is_there_before_its_first_node(way: str, shop: Path) -> None:
    arguments = ["--target-path", str(shop / "elsewhere")] if way == "option" else []
    environment = {"DBT_TARGET_PATH": "outside"} if way == "environment" else {}
    run = dbt(shop, "build", "--select", "manifest", *arguments, **environment)
    assert run.returncode == 0, run.stdout


def test_a_run_that_writes_no_manifest_proves_nothing(shop: Path) -> None:
    dbt(shop, "parse")
    run = dbt(shop, "--no-write-json", "build", "--select", "manifest")
    assert run.returncode == 1
    assert "EvidenceMissing: target/manifest.json was written by another run of dbt" in run.stdout
    assert "Fix: run dbt without --no-write-json" in run.stdout


def test_expectations_run_in_the_session_and_leave_no_noise(shop: Path) -> None:
    run = dbt(shop, "build", "--select", "rows")
    assert run.returncode == 0, run.stdout
    assert run.stderr == ""
    assert "great_expectations" not in run.stdout
    assert not (shop / "gx").exists()
