"""Permission records that name nobody: one of them may have been anybody's withdrawal, so nothing is added (R40)."""

from __future__ import annotations

from typing import TYPE_CHECKING

import duckdb

from askfirst.findings import Finding

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

NAMELESS = """
    select count(*) from private.staging.quarantine
    where starts_with(raw_table, 'consent__') and person_id is null
"""


def nameless(con: DuckDBPyConnection) -> tuple[Finding, ...]:
    """AF101 where a rejected permission record has no readable subject, or where nobody can tell."""
    try:
        ((count,),) = con.execute(NAMELESS).fetchall()
    except duckdb.CatalogException:
        what = "the quarantine cannot be read"
    else:
        if not count:
            return ()
        what = f"{count} permission records name no readable subject"
    why = "one of them may have been anybody's withdrawal (R40)"
    fix = "correct them at their source and build again; private.staging.quarantine has them whole"
    return (Finding("AF101", "quarantine", "", what, why, fix, "models/staging/quarantine/quarantine.sql"),)
