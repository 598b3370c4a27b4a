"""The candidates as they stand in the warehouse: which the gate covers, how many rows, what would be published."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import duckdb

from askfirst.content import content_hash

if TYPE_CHECKING:
    from collections.abc import Iterable

    from duckdb import DuckDBPyConnection

    from askfirst.artifacts import Model


# Who would be published: whoever is no canary. A row whose person is null is not, so that the two parts make the whole.
NO_CANARY = """
    coalesce(person_id not in (
        select person_id from staging.stg_crm__canaries where person_id is not null
    ), false)
"""


@dataclass(frozen=True)
class Candidate:
    """One candidate. ``people`` are those who would be published; ``raised`` is why it cannot be read, or empty."""

    rows: int = 0
    people: int = 0
    content_sha256: str = ""
    raised: str = ""


def covered(con: DuckDBPyConnection) -> dict[str, str]:
    """The relations that the gate's own list names, by model; none without the list, which AF010 then tells."""
    try:
        return dict(con.execute("select model, relation from gate.gate_candidates order by model").fetchall())
    except duckdb.CatalogException:
        return {}


def read_candidates(con: DuckDBPyConnection, models: Iterable[Model]) -> dict[str, Candidate]:
    """Count and hash each candidate, by model."""
    return {model.name: read_candidate(con, model.relation) for model in models}


def read_candidate(con: DuckDBPyConnection, relation: str) -> Candidate:
    """Count and hash one candidate; one that cannot be read says by which class of error."""
    try:
        query = f"select count(*), count(*) filter (where {NO_CANARY}) from {relation}"
        ((rows, people),) = con.execute(query).fetchall()
        return Candidate(rows, people, content_hash(con, f"select * from {relation} where {NO_CANARY}"))
    except (duckdb.Error, ValueError) as error:  # ValueError: a type that has no canonical hash
        return Candidate(raised=type(error).__name__)
