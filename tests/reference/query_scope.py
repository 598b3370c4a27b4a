"""What a generated query can name at a point: columns of a kind, tables, the queries around it. And the dice."""

from __future__ import annotations

import random
import re
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

T = TypeVar("T")
SCALARS = ("int", "num", "text", "time", "bool")
LITERALS = {
    "int": ("0", "1", "2", "3", "5", "10"),
    "num": ("0.5", "1.25", "3", "7.5"),
    "text": ("'a'", "'b'", "'abc'", "''", "'north'"),
    "time": ("DATE '2017-03-01'", "DATE '2017-09-15'"),
    "bool": ("true", "false"),
}
SQL_TYPES = {"int": "INTEGER", "num": "DOUBLE", "text": "VARCHAR", "time": "DATE", "bool": "BOOLEAN"}


class Dice(random.Random):
    """A seeded source of choices."""

    def sometimes(self, percent: int) -> bool:
        return self.randrange(100) < percent

    def some(self, items: Sequence[T], least: int, most: int) -> list[T]:
        """A few of the items, in random order."""
        return self.sample(items, min(len(items), self.randint(least, most)))

    def weighted(self, choices: Mapping[T, int]) -> T:
        return self.choices(list(choices), list(choices.values()))[0]


@dataclass(frozen=True)
class Item:
    """A column with its kind: a scalar, or a list or struct with the kinds of what is inside (by name)."""

    name: str
    kind: str
    inner: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True)
class Table:
    """Something in FROM, under its alias."""

    alias: str
    items: tuple[Item, ...]


@dataclass(frozen=True)
class Scope:
    """The tables of this query, those of the queries around it, and the output aliases that may be reused."""

    tables: tuple[Table, ...] = ()
    outer: tuple[Table, ...] = ()
    merged: frozenset[str] = frozenset()
    reusable: tuple[Item, ...] = ()

    def beside(self, *tables: Table) -> Scope:
        return replace(self, tables=(*self.tables, *tables))

    def inside(self) -> Scope:
        """The scope of a correlated subquery before it has a FROM of its own."""
        return Scope(outer=(*self.outer, *self.tables)[-4:])

    def references(self, dice: Dice, kind: str) -> Iterator[tuple[str, Item]]:
        """Ways to name the columns of a kind, here and around."""
        yield from ((item.name, item) for item in self.reusable if item.kind == kind)
        names = [item.name for table in self.tables for item in table.items]
        for alias, item in _of_kind(self.tables, kind):
            bare = names.count(item.name) == 1 or item.name in self.merged
            yield item.name if bare and dice.sometimes(50) else f"{alias}.{item.name}", item
        for alias, item in _of_kind(self.outer, kind):
            if dice.sometimes(40):
                yield f"{alias}.{item.name}", item

    @property
    def names(self) -> set[str]:
        return {item.name for table in self.tables for item in table.items}


def _of_kind(tables: Sequence[Table], kind: str) -> Iterator[tuple[str, Item]]:
    return ((table.alias, item) for table in tables for item in table.items if item.kind == kind)


@dataclass(frozen=True)
class Query:
    """A written query and the columns that it yields."""

    sql: str
    items: tuple[Item, ...] = field(default=())


def item_of(name: str, sql_type: str) -> Item:
    """The kind of a column of a given type."""
    declared = sql_type.strip().upper()
    if declared.endswith("[]"):
        return Item(name, "list", (("", item_of("", declared[:-2]).kind),))
    if declared.startswith("STRUCT"):
        fields = re.findall(r"(\w+)\s+([A-Za-z]+(?:\([\d, ]*\))?)", sql_type.strip()[len("STRUCT(") : -1])
        return Item(name, "struct", tuple((part, item_of(part, kind).kind) for part, kind in fields))
    families = {"INT": "int", "DEC": "num", "DOUBLE": "num", "FLOAT": "num", "DATE": "time", "TIME": "time"}
    found = [kind for mark, kind in families.items() if mark in declared]
    return Item(name, found[0] if found else "bool" if declared.startswith("BOOL") else "text")
