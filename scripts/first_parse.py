"""Imported by the server of `warm_dbt`: dbt parses one node of each kind, before any run.

When dbt first reads or writes a node of a kind, it puts the code for that together (mashumaro): some 1.6 seconds of
each run, and half of what parsing costs where little has changed. Runs that are forked from here have that code.
Nothing else of this parsing reaches them: each run of dbt begins with flags, adapters and loggers of its own.
"""

from __future__ import annotations

import tempfile
import textwrap
from pathlib import Path

from dbt.cli.main import dbtRunner

FILES = {
    "dbt_project.yml": """
        name: kinds
        profile: kinds
        flags: {send_anonymous_usage_stats: false}
        on-run-start: select 1
    """,
    "profiles.yml": "kinds: {target: memory, outputs: {memory: {type: duckdb, path: ':memory:'}}}",
    "macros/one.sql": "{% macro one() %}1{% endmacro %}",
    "analyses/analysis.sql": "select 1",
    "tests/singular.sql": "select 1 from {{ ref('sql_model') }} where false",
    "seeds/seed.csv": "x\n1\n",
    "models/sql_model.sql": "select x from {{ ref('seed') }}",
    "models/python_model.py": "def model(dbt, session):\n    return dbt.ref('sql_model')\n",
    "models/kinds.yml": """
        groups: [{name: one_group, owner: {name: nobody}}]
        macros: [{name: one, description: one}]
        seeds: [{name: seed, columns: [{name: x, data_tests: [unique]}]}]
        sources: [{name: raw, tables: [{name: given, columns: [{name: x, data_tests: [not_null]}]}]}]
        exposures: [{name: mailing, type: application, owner: {name: nobody}, depends_on: [ref('sql_model')]}]
        models:
          - name: sql_model
            config: {group: one_group, contract: {enforced: true}, meta: {labelled: true}}
            columns: [{name: x, data_type: integer, constraints: [{type: not_null}], data_tests: [not_null]}]
        unit_tests:
          - name: unit_test
            model: sql_model
            given: [{input: ref('seed'), rows: [{x: 1}]}]
            expect: {rows: [{x: 1}]}
    """,
}


def parse_each_kind() -> bool:
    """Parse the project twice, so that it is written and read; whether dbt could."""
    with tempfile.TemporaryDirectory(prefix="askfirst-") as place:
        for name, text in FILES.items():
            file = Path(place) / name
            file.parent.mkdir(exist_ok=True)
            file.write_text(textwrap.dedent(text).lstrip(), encoding="utf-8")
        folders = [part for option in ("project-dir", "profiles-dir", "log-path") for part in (f"--{option}", place)]
        # dbt's parser in Rust starts threads, for which each fork would wait for ever
        command = ["--quiet", "--no-static-parser", "parse", *folders, "--target-path", str(Path(place) / "target")]
        return all(dbtRunner().invoke(command).success for _ in range(2))


if __name__ != "__main__":
    parse_each_kind()
