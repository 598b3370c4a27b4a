"""What a query really depends on, by trying: change one column's values and see what comes out different.

It finds some influences, not all; what it finds is true. It runs on one thread and without DuckDB's optimiser, so
that the same data always gives the same answer, ties and unordered limits included.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING, Self

import duckdb

from tests.reference.queries import create
from tests.reference.query_scope import Dice, item_of

if TYPE_CHECKING:
    from collections.abc import Mapping
    from types import TracebackType

    from tests.reference.influences import Influences

Rows = list[tuple[object, ...]]
VALUES: dict[str, tuple[object, ...]] = {
    "int": (0, 1, 2, 3, 4, 5, 10, None),
    "num": (0, 0.5, 1.25, 3, 7.5, 9, None),
    "text": ("a", "b", "abc", "", "north", "south", None),
    "time": ("2017-01-01", "2017-03-01", "2017-03-02", "2017-09-15", "2018-01-01", None),
    "bool": (True, False, None),
}


@dataclass(frozen=True)
class Change:
    """What changed in the result when one source column did."""

    source: tuple[str, str]
    columns: frozenset[int]  # the values of these output columns
    count: bool  # how many rows there are
    content: bool  # anything at all, the order of the rows aside


def uncovered(plan: Influences, change: Change) -> set[str]:
    """What changed although the plan, as it was read, says that it does not depend on the source."""
    found = {f"column {place}" for place in change.columns if change.source not in plan.on(place)}
    if change.count and change.source not in plan.rows.union(plan.doubtful_rows):
        found.add("rows")
    if change.content and change.source not in plan.anywhere():
        found.add("anything")
    return found


class World:
    """A small random database, and one copy of it for each column and variant in which only that column differs."""

    def __init__(self, seed: int, schema: Mapping[str, Mapping[str, str]], rows: int = 9, variants: int = 2) -> None:
        self._schema = schema
        self._data = {table: _table(Dice(f"{seed}:{table}"), columns, rows) for table, columns in schema.items()}
        self._base = self._database(self._data)
        self._rows = rows
        self._changed: list[tuple[tuple[str, str], duckdb.DuckDBPyConnection]] = []
        for table, columns in schema.items():
            for name in columns:
                for variant in range(variants):
                    fresh = _table(Dice(f"{seed}:{table}:{name}:{variant}"), {name: columns[name]}, rows)
                    data = {**self._data, table: {**self._data[table], **fresh}}
                    self._changed.append(((table, name), self._database(data)))

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        for connection in (self._base, *(connection for _, connection in self._changed)):
            connection.close()

    def changes(self, sql: str) -> list[Change] | None:
        """What each column changes; None where the query cannot be run on the data as it is."""
        before = _rows(self._base, sql)
        if before is None:
            return None
        found = []
        for source, connection in self._changed:
            after = _rows(connection, sql) if source[0] in sql else before
            if after is not None and (change := _difference(source, before, after)).content:
                found.append(change)
        return found

    def is_arbitrary(self, sql: str) -> bool:
        """Whether the result depends on how the rows happen to lie, so that no change of it proves anything."""
        before = _counted(self._base, sql)
        for by in range(1, self._rows):
            with self._database(_moved(self._data, by)) as connection:
                if _counted(connection, sql) != before:
                    return True
        return False

    def _database(self, data: Mapping[str, Mapping[str, list[object]]]) -> duckdb.DuckDBPyConnection:
        connection = duckdb.connect(config={"threads": 1})
        create(connection, self._schema)
        for table, columns in data.items():
            lines = [list(line) for line in zip(*columns.values(), strict=True)]
            marks = ", ".join("?" for _ in columns)
            connection.executemany(f"INSERT INTO {table} ({', '.join(columns)}) VALUES ({marks})", lines)
        connection.execute("PRAGMA disable_optimizer")
        return connection


def _moved(data: Mapping[str, Mapping[str, list[object]]], by: int) -> dict[str, dict[str, list[object]]]:
    """The same rows, begun further down."""
    return {
        table: {name: column[by:] + column[:by] for name, column in columns.items()} for table, columns in data.items()
    }


def _table(dice: Dice, columns: Mapping[str, str], rows: int) -> dict[str, list[object]]:
    return {name: [_value(dice, kind) for _ in range(rows)] for name, kind in columns.items()}


def _value(dice: Dice, sql_type: str) -> object:
    item = item_of("", sql_type)
    if item.kind == "list":
        return [dice.choice(VALUES[item.inner[0][1]]) for _ in range(dice.randint(0, 3))]
    if item.kind == "struct":
        return {name: dice.choice(VALUES[kind]) for name, kind in item.inner}
    return dice.choice(VALUES[item.kind])


def _rows(connection: duckdb.DuckDBPyConnection, sql: str) -> Rows | None:
    try:
        return connection.execute(sql).fetchall()
    except duckdb.Error:
        return None


def _counted(connection: duckdb.DuckDBPyConnection, sql: str) -> Counter[tuple[str, ...]]:
    return Counter(tuple(map(_plain, row)) for row in _rows(connection, sql) or ())


def _difference(source: tuple[str, str], before: Rows, after: Rows) -> Change:
    """Values are compared as multisets, column by column and row by row: a mere change of order is none."""
    old, new = ([tuple(map(_plain, row)) for row in rows] for rows in (before, after))
    width = len(old[0]) if old else len(new[0]) if new else 0
    moved = [
        place for place in range(width) if Counter(row[place] for row in old) != Counter(row[place] for row in new)
    ]
    return Change(source, frozenset(moved), len(old) != len(new), Counter(old) != Counter(new))


def _plain(value: object) -> str:
    """A value as text, floats without the last digits, which depend on the order of summation."""
    return f"{value:.9g}" if isinstance(value, float) else repr(value)
