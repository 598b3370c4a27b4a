"""What a run of the gate's models knows: the session variables that their pre-hook sets."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from askfirst.errors import GateClosed
from askfirst.sql import literal

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

VARIABLES = ("invocation_id", "as_of", "published_path", "minimum_audience", "valid_hours", "project_root")


@dataclass(frozen=True)
class RunContext:
    """One run. ``as_of`` is UTC without a zone; ``minimum`` is k; ``valid_for`` is how long a publication lives."""

    invocation_id: str
    as_of: datetime
    published: Path
    minimum: int
    valid_for: timedelta


def read_context(session: DuckDBPyConnection) -> RunContext:
    """Read the run context. Only dbt's own connection has it: session variables do not pass to its cursors.

    Raises GateClosed when a variable is missing or not of its form.
    """
    values = {name: read_variable(session, f"askfirst_{name}") for name in VARIABLES}
    if not re.fullmatch(r"[A-Za-z0-9_-]+", values["invocation_id"]):
        raise GateClosed("The session variable askfirst_invocation_id is not an id. Nothing was published or removed.")
    try:
        as_of = datetime.fromisoformat(values["as_of"])
        minimum, valid_for = int(values["minimum_audience"]), timedelta(hours=float(values["valid_hours"]))
    except ValueError as error:
        raise GateClosed(
            f"Nothing was published or removed: a session variable of the run is not of its form ({error}).\n"
            "  fix  check the dbt vars as_of (UTC, like 2018-01-02T00:00:00Z), minimum_audience and valid_hours."
        ) from error
    return RunContext(
        invocation_id=values["invocation_id"],
        as_of=as_of.astimezone(UTC).replace(tzinfo=None) if as_of.tzinfo else as_of,
        published=(Path(values["project_root"]) / values["published_path"]).resolve(),
        minimum=minimum,
        valid_for=valid_for,
    )


def read_variable(session: DuckDBPyConnection, name: str) -> str:
    """One session variable as text."""
    ((value,),) = session.execute(f"select cast(getvariable({literal(name)}) as varchar)").fetchall()
    if value is None:
        raise GateClosed(
            f"Nothing was published or removed: the session variable {name} is not set.\n"
            "  fix  keep the pre-hook of models/gate in dbt_project.yml, which sets the run context."
        )
    return str(value)


def wall_clock() -> datetime:
    """Now, in UTC without a zone. Only the publication reads the wall clock; the models know ``as_of`` alone."""
    return datetime.now(UTC).replace(tzinfo=None)
