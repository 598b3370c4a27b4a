"""The canonical hash of what a query returns: equal for equal content, whatever the order of the rows or the file.

Two DuckDB files that hold the same rows differ in their bytes, so what was judged and what was published are compared
by this hash. It is computed inside DuckDB, about a second for a million rows; no row reaches Python.
"""

from __future__ import annotations

import hashlib
import json
import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

# Types whose cast to text is one to one within the type. A time with zone is not: its text follows the session's zone.
SCALAR = re.compile(
    r"BOOLEAN|U?(TINY|SMALL|BIG|HUGE)INT|U?INTEGER|FLOAT|DOUBLE|DECIMAL\(\d+,\d+\)|VARCHAR|BLOB|BIT|DATE|TIME"
    r"|TIMESTAMP(_S|_MS|_NS)?|INTERVAL|UUID|ENUM\(.*\)|JSON|\"NULL\""
)
ZONED = "TIMESTAMP WITH TIME ZONE"
LIST = re.compile(r"(?P<element>[^\[\]]+)\[\d*\]")


def column_text(column: str, kind: str) -> str:
    """A SQL expression for a column's value as text, one to one, null for null.

    Raises ValueError for a type that has no such text here (structs, maps, lists of lists).
    """
    if SCALAR.fullmatch(kind):
        return f"cast({column} as varchar)"
    if kind == ZONED:
        return (
            f"case when isfinite({column}) then cast(epoch_us({column}) as varchar) else cast({column} as varchar) end"
        )
    items = LIST.fullmatch(kind)
    if items and SCALAR.fullmatch(items["element"]):
        return f"cast(to_json(list_transform({column}, lambda item: cast(item as varchar))) as varchar)"
    raise ValueError(
        f"a column of type {kind} has no canonical hash: give it as text, a number, a time or a list of these"
    )


def row_text(kinds: list[str]) -> str:
    """A SQL expression for a row of the columns ``c0``, ``c1``, ...: each value after its length in bytes, or ``-``."""
    values = [column_text(f"c{position}", kind) for position, kind in enumerate(kinds)]
    return " || ".join(f"coalesce(strlen({value}) || ':' || {value}, '-')" for value in values)


def content_hash(con: DuckDBPyConnection, sql: str) -> str:
    """Hash the names and types of a query's columns, and its rows as a multiset: 64 hexadecimal digits.

    sha256 over the schema, the number of rows, and the sorted sha256 of each row. Sorting goes by the first byte of
    the hash, in 256 parts, so that it runs in parallel and never builds one long string.
    """
    schema = [(str(name), str(kind)) for name, kind, *_ in con.execute(f"describe {sql}").fetchall()]
    names = ", ".join(f"c{position}" for position in range(len(schema)))
    ((rows, digest),) = con.execute(f"""
        with hashed as (
            select sha256({row_text([kind for _, kind in schema])}) as row_hash
            from (
                {sql}
            ) as content({names})
        ),

        parts as (
            select
                left(row_hash, 2) as part,
                count(*) as row_count,
                sha256(string_agg(row_hash, '' order by row_hash asc)) as digest
            from hashed
            group by part
        )

        select coalesce(sum(row_count), 0), coalesce(string_agg(digest, '' order by part asc), '')
        from parts
    """).fetchall()
    return hashlib.sha256(json.dumps([schema, int(rows), digest]).encode()).hexdigest()
