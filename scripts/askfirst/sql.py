"""The few pieces of SQL text that the publication puts together, and rows back to dbt as a relation."""

from __future__ import annotations

import json
from contextlib import contextmanager
from datetime import datetime
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from duckdb import DuckDBPyConnection, DuckDBPyRelation


def quoted(name: str) -> str:
    """A name as an identifier."""
    return '"' + name.replace('"', '""') + '"'


def dotted(parts: Iterable[str]) -> str:
    """A relation's name, each part quoted."""
    return ".".join(map(quoted, parts))


def literal(text: str) -> str:
    """A text as a literal; for statements that take no parameters (COMMENT, ATTACH, CREATE VIEW)."""
    return "'" + text.replace("'", "''") + "'"


def listed(names: Iterable[str]) -> str:
    """Column names as a select list."""
    return ", ".join(quoted(name) for name in names)


def scalar(con: DuckDBPyConnection, sql: str) -> object:
    """The one value that a query returns."""
    ((value,),) = con.execute(sql).fetchall()
    return value


@contextmanager
def transaction(con: DuckDBPyConnection) -> Iterator[None]:
    """All of the block's statements or none; one commit, so one wait for the disk."""
    con.execute("begin transaction")
    try:
        yield
    except BaseException:
        con.execute("rollback")
        raise
    con.execute("commit")


@contextmanager
def names_resolved_in(con: DuckDBPyConnection, alias: str) -> Iterator[None]:
    """Resolve unqualified names in an attached file, so that a view made there does not name the alias."""
    home = scalar(con, "select current_catalog()")
    con.execute(f"use {alias}")
    try:
        yield
    finally:
        con.execute(f"use {quoted(str(home))}")


def relation_of(
    session: DuckDBPyConnection, columns: dict[str, str], rows: Iterable[dict[str, object]]
) -> DuckDBPyRelation:
    """Rows as a relation of dbt's own connection, typed also when there is none; ``columns`` maps name to SQL type.

    dbt materialises a relation in the transaction that it has open; a data frame it would write through another
    cursor, beside that transaction. The rows go in as one text: a list of structs costs DuckDB twenty times as long.
    """
    given = {"rows": json.dumps(list(rows), default=datetime.isoformat), "kinds": json.dumps([columns])}
    return session.sql("select unnest(from_json_strict($rows, $kinds), recursive := true)", params=given)
