"""What a red team got past the analysis: each query again, each column of its world changed, and none is unseen.

A column that changes how many rows there are must be said to decide rows; one that changes anything, to be said.
A query that the analysis refuses, or of which it names a gap, lets nothing pass.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

import duckdb
import pytest
from askfirst.lineage.analyse import analyse
from askfirst.lineage.context import Unreadable
from askfirst.lineage.dialects import BINDINGS
from askfirst.lineage.schema import Schema, Table

if TYPE_CHECKING:
    from askfirst.lineage.flows import QueryFlows

FOLDER = Path(__file__).parents[1] / "fixtures" / "flows" / "red_team"
CHANGES = {
    "INTEGER": ("null", "{c} + 1", "-{c}", "{c} * 3 - 4", "1", "({c} * 7) % 5", "2", "99"),
    "VARCHAR": ("null", "'month'", "'year'", "'1'", "'zz' || {c}", "'01'", "cast(rowid % 3 as varchar)"),
    "DATE": ("null", "{c} + interval 400 days", "date '2020-01-01'"),
}
QUERIES = [line for line in (FOLDER / "queries.sql").read_text(encoding="utf-8").splitlines() if line[:2] != "--"]
Rows = list[tuple[str, ...]]


@cache
def world() -> tuple[duckdb.DuckDBPyConnection, tuple[tuple[str, str, str], ...]]:
    """The tables, and their columns with types."""
    con = duckdb.connect(config={"threads": 1})
    con.execute((FOLDER / "world.sql").read_text(encoding="utf-8"))
    columns = con.execute(
        "select table_name, column_name, data_type from duckdb_columns() where not internal"
    ).fetchall()
    return con, tuple(columns)


def rows_of(sql: str, change: str = "") -> Rows:
    """What a query yields, after a change that is taken back."""
    cursor = world()[0].cursor()
    cursor.execute("begin")
    try:
        if change:
            cursor.execute(change)
        return [tuple(map(str, row)) for row in cursor.execute(sql).fetchall()]
    finally:
        cursor.execute("rollback")


def flows_of(sql: str) -> QueryFlows | None:
    """The analysis of a query; None where it refuses or names a gap."""
    schema = Schema(BINDINGS["duckdb"])
    _, columns = world()
    for table in sorted({table for table, _, _ in columns}):
        known = tuple((name, kind) for owner, name, kind in columns if owner == table)
        schema.add([table], Table(table, known, keys=frozenset({frozenset({"id"})})))
    try:
        flows = analyse(sql, schema, "duckdb")
    except Unreadable:
        return None
    return None if flows.gaps else flows


def unseen(sql: str) -> set[str]:
    """The columns that change something although the analysis does not say so."""
    flows = flows_of(sql)
    if flows is None:
        return set()
    rows = {(origin.relation, origin.column) for origin, _, _ in flows.rows}
    anywhere = rows.union((origin.relation, origin.column) for one in flows.columns for origin, _, _ in one.flows)
    before, found = rows_of(sql), set()
    for table, column, kind in world()[1]:
        for change in () if column == "id" else CHANGES.get(kind, ()):
            try:
                after = rows_of(sql, f"update {table} set {column} = {change.format(c=column)}")
            except duckdb.Error:
                continue
            here = (table, column)
            if (after != before and here not in anywhere) or (len(after) != len(before) and here not in rows):
                found.add(f"{table}.{column}")
    return found


@pytest.mark.parametrize("sql", QUERIES)
def test_nothing_passes_unseen(sql: str) -> None:
    assert unseen(sql) == set()
