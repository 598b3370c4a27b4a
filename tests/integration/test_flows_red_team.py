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


# What reads more than stands in the query, or yields more columns than the list has entries; and in which dialect.
UNSHOWN = {
    "select score_of(id) from t": "postgres",
    "select id from t where app.upper(txt) = 'A'": "postgres",
    "select query_to_xml('select s from t', true, false, '')": "postgres",
    "select nvl(txt, '') from t": "postgres",
    "select id from t where ctid < '(3,1)'": "postgres",
    "select id from t where t.rowid < 3": "duckdb",
    "select rated(id) from t": "spark",
    "select strpos(txt, 'a') from t": "spark",
    "select java_method('app.Score', 'of', txt) from t": "spark",
    "select y from (select json_tuple(txt, 'a', 'b'), id from t) as q(z, y, w)": "spark",
    "select y from (select inline_outer(from_json(txt, 'array<struct<a: int>>')), id from t) as q(z, y)": "spark",
}
# Functions of the engine's own, and what its grammar writes as functions.
OWN = {
    "select upper(txt), date_part('year', d), jsonb_build_object('a', k), pg_catalog.lower(txt) from t": "postgres",
    "select count(*) filter (where k = 1), string_agg(txt, ',' order by id), max(d) from t": "postgres",
    "select nvl(txt, ''), timestampdiff(day, d, d), named_struct('a', k), try_cast(txt as int) from t": "spark",
    "select if(k = 1, 1, 2), date_format(d, 'yyyy'), array(k, id), k || txt, extract(year from d) from t": "spark",
}


def known(dialect: str) -> Schema:
    """The world's tables, as a dialect binds names."""
    schema = Schema(BINDINGS[dialect])
    _, columns = world()
    for table in sorted({table for table, _, _ in columns}):
        own = tuple((name, kind) for owner, name, kind in columns if owner == table)
        schema.add([table], Table(table, own, keys=frozenset({frozenset({"id"})})))
    return schema


def flows_of(sql: str, dialect: str = "duckdb") -> QueryFlows | None:
    """The analysis of a query; None where it refuses or names a gap."""
    try:
        flows = analyse(sql, known(dialect), dialect)
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


@pytest.mark.parametrize(("sql", "dialect"), UNSHOWN.items())
def test_what_the_query_does_not_show_is_a_gap(sql: str, dialect: str) -> None:
    assert flows_of(sql, dialect) is None


@pytest.mark.parametrize(("sql", "dialect"), OWN.items())
def test_what_the_engine_has_by_itself_is_no_gap(sql: str, dialect: str) -> None:
    assert flows_of(sql, dialect) is not None
