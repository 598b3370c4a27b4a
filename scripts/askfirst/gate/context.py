"""What the gate must know of this run, as the pre-hook of the gate's models leaves it in session variables."""

from __future__ import annotations

import re
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from askfirst.errors import EvidenceMissing
from askfirst.run_context import read_variable

if TYPE_CHECKING:
    from collections.abc import Iterator

    from duckdb import DuckDBPyConnection

AS_OF = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ")


@dataclass(frozen=True)
class GateContext:
    """One run: ``as_of_text`` is ISO 8601 in UTC with Z; ``artifacts`` is where dbt writes.

    ``vars`` are those given on the command line, as JSON; ``minimum`` is k.
    """

    invocation_id: str
    as_of_text: str
    root: Path
    artifacts: Path
    vars: str = "{}"
    minimum: int = 20

    @property
    def as_of(self) -> datetime:
        """The same instant, UTC without a zone, as the warehouse has it."""
        return datetime.fromisoformat(self.as_of_text).replace(tzinfo=None)


def read_gate_context(session: DuckDBPyConnection) -> GateContext:
    """Read the run context from dbt's own connection; its cursors do not have it.

    Raises GateClosed where a variable is missing, EvidenceMissing where `as_of` is not of its form.
    """
    as_of = read_variable(session, "askfirst_as_of")
    if not AS_OF.fullmatch(as_of):
        raise EvidenceMissing(
            "The session variable askfirst_as_of is no UTC time like 2018-01-02T00:00:00Z.\n"
            "Fix: check the dbt var as_of, and the pre-hook run_context() of the gate's models."
        )
    root = Path(read_variable(session, "askfirst_project_root"))
    return GateContext(
        invocation_id=read_variable(session, "askfirst_invocation_id"),
        as_of_text=as_of,
        root=root,
        artifacts=root / read_variable(session, "askfirst_artifacts"),
        vars=read_variable(session, "askfirst_vars"),
        minimum=int(read_variable(session, "askfirst_minimum_audience")),
    )


@contextmanager
def own_connection(session: DuckDBPyConnection) -> Iterator[DuckDBPyConnection]:
    """A connection to the same warehouse, with temporary tables and variables of its own; it sees what is committed.

    DuckDB would take a Python variable for a relation that is missing, whatever its schema. Here it is missing.
    """
    con = session.cursor()
    try:
        con.execute("set session python_enable_replacements = false")
        yield con
    finally:
        con.close()
