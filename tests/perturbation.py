"""Change one column's values in the flow corpus's world, and see what a query makes of it."""

from __future__ import annotations

from contextlib import closing
from functools import cache
from itertools import chain
from typing import TYPE_CHECKING, NamedTuple

import duckdb

from tests.flows import WORLD, schema

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping

MAIN = "main"
# Each is an expression for the new value of {c} in table {t} of {n} rows; other types take the common ones alone.
COMMON = {
    "null": "null",
    "some_null": "case when t.rowid % 2 = 0 then {c} end",
    "rotated": "(select o.{c} from main.{t} as o where o.rowid = (t.rowid + 1) % {n})",
    "rotated_by_3": "(select o.{c} from main.{t} as o where o.rowid = (t.rowid + 3) % {n})",
    "reversed": "(select o.{c} from main.{t} as o where o.rowid = {n} - 1 - t.rowid)",
    "first": "(select o.{c} from main.{t} as o where o.rowid = 0)",
    "fourth": "(select o.{c} from main.{t} as o where o.rowid = 3)",
    "half_second": "case when t.rowid % 2 = 0 then {c} else (select o.{c} from main.{t} as o where o.rowid = 1) end",
}
NUMBER = {"shifted": "{c} + 1", "negated": "-{c}", "scaled": "{c} * 16 - 5"}
MOMENT = {"later": "{c} + interval 400 days", "earlier": "{c} - interval 9 days"}
LIST = {"reversed_lists": "list_reverse({c})", "doubled": "{c} || {c}", "empty": "[]"}
BY_TYPE = {
    "INTEGER": NUMBER,
    "DOUBLE": NUMBER,
    "DECIMAL": NUMBER,
    "DATE": MOMENT,
    "TIMESTAMP": MOMENT,
    "VARCHAR": {"prefixed": "'zz' || {c}", "turned": "reverse({c})", "text": "'expecting'"},
    "BOOLEAN": {"flipped": "not {c}", "true": "true", "false": "false"},
    "JSON": {"no_keys": "case when {c} is not null then json('{{}}') end"},
    "VARCHAR[]": LIST,
    "INTEGER[]": LIST,
    "MAP": {"empty": "map {{}}"},
}


class Rows(NamedTuple):
    """What a query returned; values as their text, so that nested ones compare and sort too."""

    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]

    def unordered(self) -> Rows:
        return Rows(self.columns, tuple(sorted(self.rows)))

    def without(self, columns: Collection[str]) -> Rows:
        """The rows but for some columns."""
        kept = [at for at, name in enumerate(self.columns) if name not in columns]
        return Rows(tuple(self.columns[at] for at in kept), tuple(tuple(row[at] for at in kept) for row in self.rows))


class World:
    """The corpus's tables, and a schema for each perturbation that shadows one of them."""

    def __init__(self) -> None:
        self.connection = duckdb.connect(config={"threads": 1})
        self.connection.execute(WORLD.read_text(encoding="utf-8"))
        self.perturbed = cache(self._perturbed)
        self.run = cache(self._run)

    def _perturbed(self, source: str) -> tuple[str, ...]:
        """The schemas in which this column alone is another."""
        return tuple(self._shadow(source, name, new) for name, new in perturbations(source).items())

    def _shadow(self, source: str, name: str, new: str) -> str:
        table, column = source.split(".")
        shadow = f"{table}__{column}__{name}"
        kind = schema()[table][column]
        with closing(self.connection.cursor()) as cursor:
            (count,) = cursor.execute(f"select count(*) from main.{table}").fetchall()[0]
            value = new.format(c=column, t=table, n=count)
            cursor.execute(f"create schema {shadow}")
            cursor.execute(
                f"create table {shadow}.{table} as "
                f"select * replace (cast({value} as {kind}) as {column}) from main.{table} as t order by t.rowid"
            )
        return shadow

    def _run(self, sql: str, shadow: str = MAIN) -> Rows:
        """The rows of a query in one of the schemas, in the order in which they come."""
        with closing(self.connection.cursor()) as cursor:
            cursor.execute(f"set search_path = '{shadow},main'")
            cursor.execute(sql)
            columns = tuple(name for name, *_ in cursor.description or ())
            return Rows(columns, tuple(tuple(map(repr, row)) for row in cursor.fetchall()))

    def outcomes(self, sql: str, source: str) -> Iterator[tuple[str, Rows]]:
        """What the query returns under each perturbation of the column; one that makes it fail says nothing."""
        for shadow in self.perturbed(source):
            try:
                yield shadow, self.run(sql, shadow)
            except duckdb.Error:
                continue


def perturbations(source: str) -> Mapping[str, str]:
    table, column = source.split(".")
    kind = schema()[table][column].split("(")[0]
    return dict(chain(COMMON.items(), BY_TYPE.get(kind, {}).items()))


@cache
def world() -> World:
    return World()
