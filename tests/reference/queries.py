"""Random queries over a schema, from a grammar that covers much of DuckDB's SELECT.

Each query has its own seed, so that the nth query of a seed is the same however many are asked for. Names collide on
purpose: CTEs are called like tables, aliases like columns, columns of one query like those of another.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import duckdb

from tests.reference.query_expressions import Expressions
from tests.reference.query_scope import SCALARS, Dice, Item, Query, Scope, item_of
from tests.reference.query_select import Selects
from tests.reference.query_sources import Sources

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

Schema = dict[str, dict[str, str]]
SAMPLE_SCHEMA: Schema = {
    "people": {
        "id": "INTEGER",
        "name": "VARCHAR",
        "age": "INTEGER",
        "town": "VARCHAR",
        "joined": "DATE",
        "tags": "VARCHAR[]",
        "home": "STRUCT(street VARCHAR, number INTEGER)",
    },
    "orders": {
        "id": "INTEGER",
        "person_id": "INTEGER",
        "amount": "DECIMAL(10,2)",
        "placed": "DATE",
        "status": "VARCHAR",
    },
    "scores": {"id": "INTEGER", "person_id": "INTEGER", "score": "DOUBLE", "name": "VARCHAR", "certain": "BOOLEAN"},
    "items": {"id": "INTEGER", "order_id": "INTEGER", "name": "VARCHAR", "amount": "INTEGER", "counts": "INTEGER[]"},
}


@dataclass(frozen=True)
class Generated:
    """Queries that DuckDB binds, and how many were written to have them."""

    queries: tuple[str, ...]
    rejected: tuple[tuple[str, str], ...]

    @property
    def acceptance(self) -> float:
        """The share of the queries written that DuckDB binds."""
        return len(self.queries) / max(1, len(self.queries) + len(self.rejected))


def generate(seed: int, count: int, schema: Mapping[str, Mapping[str, str]]) -> Generated:
    """That many queries which bind over the schema; those that do not are kept aside with DuckDB's reason."""
    queries: list[str] = []
    rejected: list[tuple[str, str]] = []
    with duckdb.connect() as connection:
        create(connection, schema)
        for sql in written(seed, schema):
            if len(queries) == count:
                break
            if refusal := _refusal(connection, sql):
                rejected.append((sql, refusal))
            else:
                queries.append(sql)
    return Generated(tuple(queries), tuple(rejected))


def _refusal(connection: duckdb.DuckDBPyConnection, sql: str) -> str | None:
    """Why DuckDB makes no plan of a query, if it does not."""
    row = connection.execute("SELECT json_serialize_plan(?) ->> 'error_message'", [sql]).fetchone()
    return str(row[0]) if row and row[0] is not None else None


def create(connection: duckdb.DuckDBPyConnection, schema: Mapping[str, Mapping[str, str]]) -> None:
    """The schema's tables, empty."""
    for table, columns in schema.items():
        connection.execute(f"CREATE TABLE {table} ({', '.join(f'{name} {kind}' for name, kind in columns.items())})")


def written(seed: int, schema: Mapping[str, Mapping[str, str]]) -> Iterator[str]:
    """Queries without end, unchecked."""
    tables = {
        name: tuple(item_of(column, kind) for column, kind in columns.items()) for name, columns in schema.items()
    }
    number = 0
    while True:
        yield _Writer(Dice(f"{seed}:{number}"), tables).top()
        number += 1


class _Writer:
    """Writes one query."""

    def __init__(self, dice: Dice, tables: Mapping[str, tuple[Item, ...]]) -> None:
        self.dice = dice
        self.expressions = Expressions(dice, self.subquery)
        self.sources = Sources(dice, tables, self.expressions, self.derived)
        self.selects = Selects(dice, tables, self.expressions, self.sources)

    def top(self) -> str:
        query = self.query(Scope(), self.dice.choice((0, 1, 1, 2, 2, 3)), top=True)
        return query.sql

    def query(self, scope: Scope, room: int, *, top: bool = False) -> Query:
        """A query, perhaps WITH, perhaps of several arms."""
        if not self.dice.sometimes(55 if top else 12):
            return self._body(scope, room, top=top)
        before = dict(self.sources.ctes)
        named = self._ctes(room)
        body = self._body(scope, room, top=top)
        self.sources.ctes = before
        return replace(body, sql=f"{named} {body.sql}")

    def derived(self, scope: Scope, room: int) -> Query:
        """A subquery in FROM."""
        return self.query(scope, max(room, 0))

    def subquery(self, scope: Scope, kind: str | None, room: int, single: bool) -> Query:
        """A subquery within an expression: of one column of a kind, or of any; of one row where it must be."""
        return self.selects.small(scope, kind, room - 1, single=single)

    def _body(self, scope: Scope, room: int, *, top: bool) -> Query:
        if self.dice.sometimes(14 if room else 4):
            return self._set_operation(scope, room)
        return self.selects.select(scope, room, top=top)

    def _set_operation(self, scope: Scope, room: int) -> Query:
        """Arms of the same kinds; by name with the columns in another order."""
        kinds = [self.dice.choice(SCALARS) for _ in range(self.dice.randint(1, 3))]
        first = self.selects.shaped(scope, kinds, room - 1)
        operation = self.dice.choice(("UNION", "UNION ALL", "EXCEPT", "INTERSECT", "EXCEPT ALL", "UNION", "UNION ALL"))
        if operation.startswith("UNION") and self.dice.sometimes(35):
            names = {item.name: item.kind for item in first.items}
            turned = self.dice.some(list(names), 1, len(names))
            second = self.selects.shaped(scope, [names[name] for name in turned], room - 1, turned)
            operation += " BY NAME"
        else:
            second = self.selects.shaped(scope, kinds, room - 1)
        sql = f"({first.sql}) {operation} ({second.sql})" if self.dice.sometimes(50) else ""
        sql = sql or f"SELECT * FROM ({first.sql}) {operation} SELECT * FROM ({second.sql})"
        if self.dice.sometimes(30):
            sql += f" ORDER BY {self.dice.randint(1, len(kinds))}"
            sql += self.dice.choice(("", f" LIMIT {self.dice.randint(1, 5)}"))
        return Query(sql, first.items)

    def _ctes(self, room: int) -> str:
        """A WITH clause, whose names are in view from here on; not all of them need be used."""
        parts = []
        for name in self.dice.some(("c", "d", "base", *self.sources.tables), 1, 3):
            if self.dice.sometimes(5):
                parts.append(self._recursive(name))
                continue
            around = self.sources.defining
            self.sources.defining = around | {name}
            hidden = self.sources.ctes.pop(name, None)
            query = self.query(Scope(), room - 1)
            self.sources.defining = around
            if hidden is not None:
                self.sources.ctes[name] = hidden
            hint = self.dice.choice(("", "", "", "MATERIALIZED ", "NOT MATERIALIZED "))
            parts.append(f"{name} AS {hint}({query.sql})")
            self.sources.ctes[name] = query.items
        recursive = any("__step" in part for part in parts)
        return f"WITH {'RECURSIVE ' if recursive else ''}{', '.join(parts)}"

    def _recursive(self, name: str) -> str:
        """A CTE that counts its own steps, so that it ends."""
        start = self.selects.shaped(Scope(), ["int", "text"], 0)
        one, two = (item.name for item in start.items)
        self.sources.ctes[name] = (Item("id", "int"), Item("name", "text"), Item("__step", "int"))
        union = self.dice.choice(("UNION", "UNION ALL"))
        step = self.dice.choice(("id + 1", "id"))
        return (
            f"{name}(id, name, __step) AS (SELECT {one}, {two}, 0 FROM ({start.sql}) {union} "
            f"SELECT {step}, upper(name), __step + 1 FROM {name} WHERE __step < 2)"
        )
