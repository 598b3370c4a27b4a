"""Read a published file back: its relations with their words, their content hashes, and the edition that it holds."""

from __future__ import annotations

import hashlib
import json
from dataclasses import asdict, dataclass, fields
from typing import TYPE_CHECKING

from askfirst.content import content_hash
from askfirst.publication.edition import CATALOGUE, TIMES, Audience, CatalogueRow, Column, Edition, FunnelRow
from askfirst.sql import listed, literal, quoted

if TYPE_CHECKING:
    from datetime import datetime

    from duckdb import DuckDBPyConnection

RELATIONS = """
    select schema_name, table_name, 'table' as kind, comment, '' as statement
    from duckdb_tables() where database_name = {name}
    union all
    select schema_name, view_name, 'view' as kind, comment, sql as statement
    from duckdb_views() where database_name = {name} and not internal
    order by schema_name, table_name
"""
COLUMNS = """
    select schema_name, table_name, column_name, comment
    from duckdb_columns() where database_name = {name} and not internal
    order by schema_name, table_name, column_index
"""


@dataclass(frozen=True)
class Relation:
    """A relation of the file with its words. ``statement`` is a view's SQL, empty for a table."""

    schema: str
    name: str
    kind: str
    comment: str
    columns: tuple[Column, ...]
    statement: str

    @property
    def path(self) -> str:
        """Schema and name, as the keys of the content hashes."""
        return f"{self.schema}.{self.name}"


def read_relations(con: DuckDBPyConnection, alias: str) -> tuple[Relation, ...]:
    """All relations of the attached file, sorted by schema and name."""
    columns: dict[tuple[str, str], list[Column]] = {}
    for schema, relation, column, comment in con.execute(COLUMNS.format(name=literal(alias))).fetchall():
        columns.setdefault((schema, relation), []).append(Column(column, comment or ""))
    return tuple(
        Relation(schema, name, kind, comment or "", tuple(columns[schema, name]), statement)
        for schema, name, kind, comment, statement in con.execute(RELATIONS.format(name=literal(alias))).fetchall()
    )


def read_contents(con: DuckDBPyConnection, alias: str, relations: tuple[Relation, ...]) -> dict[str, str]:
    """The content hash of each table in the file, by its path; the catalogue's without its times."""
    excluded = {f"main.{CATALOGUE.name}": f" exclude ({listed(TIMES)})"}
    return {
        table.path: content_hash(
            con,
            f"select *{excluded.get(table.path, '')} from {alias}.{quoted(table.schema)}.{quoted(table.name)}",
        )
        for table in relations
        if table.kind == "table"
    }


def fingerprint(relations: tuple[Relation, ...], contents: dict[str, str]) -> str:
    """One hash over all that a file holds, words and views included, times excluded."""
    words = [asdict(relation) for relation in relations]
    return hashlib.sha256(json.dumps([words, sorted(contents.items())]).encode()).hexdigest()


def read_times(con: DuckDBPyConnection, alias: str) -> tuple[datetime | None, datetime | None, datetime | None]:
    """The latest as_of, and the first and the last end of validity in the catalogue; None for an empty one."""
    query = f"select max(as_of), min(valid_until), max(valid_until) from {alias}.main.catalogue"
    ((as_of, first, last),) = con.execute(query).fetchall()
    return as_of, first, last


def read_catalogue(con: DuckDBPyConnection, alias: str) -> tuple[CatalogueRow, ...]:
    """The catalogue's rows, by audience."""
    names = listed(field.name for field in fields(CatalogueRow))
    rows = con.execute(f"select {names} from {alias}.main.catalogue order by audience").fetchall()
    return tuple(CatalogueRow(*row) for row in rows)


def read_edition(con: DuckDBPyConnection, alias: str) -> Edition:
    """What the attached file holds, as it was given to the writer; each audience's source is its table in the file."""
    views = {relation.name: relation for relation in read_relations(con, alias) if relation.kind == "view"}
    catalogue = read_catalogue(con, alias)
    funnel = con.execute(f"select audience, step, reason, people from {alias}.main.funnel order by rowid").fetchall()
    audiences = (
        Audience(
            row.audience,
            views[row.audience].columns,
            f"select * from {alias}.data.{quoted(row.audience)}",
            views[row.audience].comment,
        )
        for row in catalogue
    )
    return Edition(tuple(audiences), catalogue, tuple(FunnelRow(*row) for row in funnel))
