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


def published_rows(relation: str) -> str:
    """The query for the rows of a candidate that would be published: the canaries are left out."""
    return f"""
        select candidate.*
        from {relation} as candidate
        anti join staging.stg_crm__canaries as canaries
            on candidate.person_id = canaries.person_id
        order by candidate.person_id
    """


def read_candidates(con: DuckDBPyConnection, models: Iterable[Model]) -> dict[str, Candidate]:
    """Count and hash each candidate, by model."""
    return {model.name: read_candidate(con, model.relation) for model in models}


def read_candidate(con: DuckDBPyConnection, relation: str) -> Candidate:
    """Count and hash one candidate; one that cannot be read says by which class of error."""
    try:
        ((rows,),) = con.execute(f"select count(*) from {relation}").fetchall()
        ((people,),) = con.execute(f"select count(*) from ({published_rows(relation)})").fetchall()
        return Candidate(rows, people, content_hash(con, published_rows(relation)))
    except (duckdb.Error, ValueError) as error:  # ValueError: a type that has no canonical hash
        return Candidate(raised=type(error).__name__)
