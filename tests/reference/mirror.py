"""A warehouse without data in which every relation is a table: each model's plan then ends at the relations it names.

In the warehouse itself a plan goes through views down to what they read, several hops at once; and DuckDB cannot
serialise the plan of a view over CSV files at all.
"""

from __future__ import annotations

import duckdb

COLUMNS = """
    select database_name, schema_name, table_name, column_name, data_type
    from duckdb_columns()
    where not internal and database_name not in ('system', 'temp')
    order by database_name, schema_name, table_name, column_index
"""


def mirror(warehouse: duckdb.DuckDBPyConnection) -> duckdb.DuckDBPyConnection:
    """An in-memory copy of the tables and views, empty, under the same databases, schemas and names."""
    tables: dict[tuple[str, str, str], list[str]] = {}
    for database, schema, table, column, kind in warehouse.execute(COLUMNS).fetchall():
        tables.setdefault((database, schema, table), []).append(f"{_quoted(column)} {kind}")
    here = warehouse.execute("select current_database(), current_schema()").fetchone() or ("memory", "main")
    copy = duckdb.connect()
    for database in sorted({here[0], *(database for database, _, _ in tables)} - {"memory"}):
        copy.execute(f"attach ':memory:' as {_quoted(database)}")
    for (database, schema, table), columns in tables.items():
        where = f"{_quoted(database)}.{_quoted(schema)}"
        copy.execute(f"create schema if not exists {where}")
        copy.execute(f"create table {where}.{_quoted(table)} ({', '.join(columns)})")
    where = f"{_quoted(here[0])}.{_quoted(here[1])}"
    copy.execute(f"create schema if not exists {where}")
    copy.execute(f"use {where}")
    return copy


def _quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'
