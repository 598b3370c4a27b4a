"""What the publication takes from the warehouse: candidates with the gate's receipts, and the words about them.

Whatever is missing, doubled or of another run stops the publication before anything is written: code AF013.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

import duckdb

from askfirst.errors import GateClosed
from askfirst.gate.candidates import NO_CANARY
from askfirst.publication.edition import RESERVED, Column
from askfirst.sql import listed, literal

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

    from askfirst.run_context import RunContext

PERSONS = "count(distinct coalesce(person_id, ''))"
CANDIDATES = """
    select
        candidates.audience,
        any_value(candidates.model),
        any_value(candidates.relation),
        count(distinct candidates.relation),
        count(receipts.audience),
        any_value(receipts.content_sha256)
    from gate.gate_candidates as candidates
    left join gate.gate_verdict as receipts
        on candidates.audience = receipts.audience
        and receipts.invocation_id = $invocation_id
        and try_cast(receipts.as_of as timestamp) = $as_of
    group by candidates.audience
    order by candidates.audience
"""
WORDS = """
    select audience, column_name, coalesce(description, '')
    from gate.published_columns
    order by audience, position, column_name
"""


@dataclass(frozen=True)
class Candidate:
    """A candidate that the gate let pass in this run.

    ``receipt`` is the content hash of its rows without canaries, with the columns that ``judged`` names, in the
    candidate's own order. ``people`` are those who may be published, ``canaries`` those who are left out.
    """

    audience: str
    model: str
    relation: str
    receipt: str
    judged: tuple[str, ...]
    columns: tuple[Column, ...]
    people: int
    canaries: int

    def rows(self, condition: str) -> str:
        """A query for the candidate's rows under a condition, columns as judged."""
        return f"select {listed(self.judged)} from {self.relation} where {condition}"


def closed(where: str, what: str, why: str, fix: str) -> GateClosed:
    """The error that stops a publication: where, what, why, and what to do."""
    return GateClosed(
        "Nothing was published; the published file is as it was.\n\n"
        "AF013  what stands in the warehouse is not what was judged  (docs/rules/AF013.md)\n"
        f"  {where}\n"
        f"    what {what}\n    why  {why}\n    fix  {fix}"
    )


def read_candidates(con: DuckDBPyConnection, context: RunContext) -> tuple[Candidate, ...]:
    """All candidates with the receipts of this invocation and as_of. Raises GateClosed, code AF013."""
    try:
        rows = con.execute(CANDIDATES, {"invocation_id": context.invocation_id, "as_of": context.as_of}).fetchall()
        words = read_words(con)
        if not rows:
            raise closed("gate.gate_candidates", "it is empty", "the gate has judged nothing", "run `dbt build`")
        return tuple(read_candidate(con, row, words) for row in rows)
    except duckdb.CatalogException as error:
        raise closed(
            "the publication", "an input is missing", str(error).splitlines()[0], "run `dbt build` without a selection"
        ) from error


def read_words(con: DuckDBPyConnection) -> dict[str, tuple[Column, ...]]:
    """The columns that marketers see, with their words, by audience."""
    words: dict[str, list[Column]] = {}
    for audience, name, description in con.execute(WORDS).fetchall():
        words.setdefault(audience, []).append(Column(name, description))
    return {audience: tuple(columns) for audience, columns in words.items()}


def read_candidate(
    con: DuckDBPyConnection, row: tuple[str, str, str, int, int, str | None], words: dict[str, tuple[Column, ...]]
) -> Candidate:
    """One candidate, checked. Raises GateClosed, code AF013."""
    audience, model, relation, relations, receipts, receipt = row
    if not re.fullmatch(r"[a-z][a-z0-9_]*", audience) or audience in RESERVED:
        raise closed(
            model, f"no view can be named {audience}", "the name is taken, or no plain name", "rename the model"
        )
    if relations != 1 or receipts != 1 or receipt is None:
        raise closed(
            model,
            f"{receipts} receipts of this invocation and as_of, not one",
            "the gate has not let exactly this content pass in this run",
            "run the gate with it: `dbt build`, without a selection that leaves it out",
        )
    judged = tuple(str(name) for name, *_ in con.execute(f"describe {relation}").fetchall())
    columns = words.get(audience, ())
    if sorted(judged) != sorted(column.name for column in columns) or "person_id" not in judged:
        differing = sorted(set(judged).symmetric_difference(column.name for column in columns))
        raise closed(
            model,
            f"its columns are not those of gate.published_columns: {', '.join(differing) or 'person_id, or one twice'}",
            "marketers could not tell what a column holds",
            "name every column in the model's YAML, and run `dbt build`",
        )
    query = f"select {PERSONS}, {PERSONS} filter (where {NO_CANARY}) from {relation}"
    ((everyone, people),) = con.execute(query).fetchall()
    return Candidate(audience, model, relation, receipt, judged, columns, people, everyone - people)


def read_descriptions(con: DuckDBPyConnection, candidates: tuple[Candidate, ...]) -> dict[str, dict[str, str | None]]:
    """The catalogue's words, by audience. Raises GateClosed (AF013) unless each candidate has them once."""
    names = ("segment", "channel", "purpose", "recipient", "owner", "lifecycle", "offer_topic", "description")
    found: dict[str, dict[str, str | None]] = {}
    for one in candidates:
        query = f"select {listed(names)} from gate.audience_catalogue where audience = {literal(one.audience)}"
        rows = con.execute(query).fetchall()
        if len(rows) != 1:
            raise closed(
                one.model,
                f"{len(rows)} rows in gate.audience_catalogue, not one",
                "marketers could not tell what the audience is",
                "describe the model in its YAML, and run `dbt build`",
            )
        found[one.audience] = dict(zip(names, rows[0], strict=True))
    return found
