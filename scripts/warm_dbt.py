"""dbt's command line in a process that has imported dbt and Great Expectations already: seconds saved for each run.

Each run is a process of its own (`multiprocessing`'s fork server), with its own folder, environment and exit code, as
if it were started in a shell.
"""

from __future__ import annotations

import multiprocessing
import os
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

IMPORTED = ["dbt.cli.main", "dbt.adapters.duckdb", "great_expectations", "first_parse"]
SERVER = multiprocessing.get_context("forkserver")
SERVER.set_forkserver_preload(IMPORTED)


class Run(NamedTuple):
    """What became of one run: its exit code (negative: the signal that killed it), and what it printed, errors too."""

    exit_code: int
    output: str


def _in_this_process(arguments: Sequence[str], folder: Path, environment: Mapping[str, str], output: Path) -> None:
    os.chdir(folder)
    os.environ.clear()
    os.environ.update(environment)
    sys.argv = ["dbt", *arguments]  # dbt reads it, too
    with output.open("wb") as file:
        os.dup2(file.fileno(), 1)
        os.dup2(file.fileno(), 2)
    from dbt.adapters.duckdb.connections import DuckDBConnectionManager  # noqa: PLC0415 (imported in the server alone)
    from dbt.cli.main import cli  # noqa: PLC0415

    try:
        cli(list(arguments))
    finally:
        # as an interpreter's end does, which a forked process skips
        DuckDBConnectionManager.close_all_connections()  # type: ignore[no-untyped-call]


def run(arguments: Sequence[str], folder: Path, environment: Mapping[str, str]) -> Run:
    """Run ``dbt ARGUMENTS`` in a folder and wait for its end."""
    with tempfile.TemporaryDirectory(prefix="askfirst-") as place:
        output = Path(place) / "output"
        process = SERVER.Process(target=_in_this_process, args=(tuple(arguments), folder, dict(environment), output))
        process.start()
        process.join()
        # None, which it is not any more, would be no success
        code = 1 if process.exitcode is None else process.exitcode
        return Run(code, output.read_text(encoding="utf-8"))
