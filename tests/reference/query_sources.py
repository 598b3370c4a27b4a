"""Random FROM clauses: tables, CTEs, derived tables, VALUES, pivots, and every kind of join."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from tests.reference.query_scope import LITERALS, SCALARS, Dice, Item, Query, Scope, Table

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from tests.reference.query_expressions import Expressions

ALIASES = ("t", "u", "x", "y", "a", "b", "s", "o", "q", "k")
JOINS = {
    "JOIN": 24,
    "LEFT JOIN": 24,
    "RIGHT JOIN": 5,
    "FULL JOIN": 5,
    "CROSS JOIN": 6,
    ",": 6,
    "SEMI JOIN": 6,
    "ANTI JOIN": 6,
    "ASOF JOIN": 3,
    "ASOF LEFT JOIN": 2,
    "POSITIONAL JOIN": 2,
    "NATURAL JOIN": 3,
    "NATURAL LEFT JOIN": 2,
    "LATERAL": 5,
    "LEFT LATERAL": 4,
    "UNNEST": 6,
}
UNMATCHED = {"SEMI JOIN", "ANTI JOIN"}


class Sources:
    """Writes FROM clauses. ``ctes`` are in view, ``defining`` are the names that would mean the CTE being written."""

    def __init__(
        self,
        dice: Dice,
        tables: Mapping[str, tuple[Item, ...]],
        expressions: Expressions,
        derived: Callable[[Scope, int], Query],
    ) -> None:
        self.dice = dice
        self.tables = tables
        self.expressions = expressions
        self.derived = derived
        self.ctes: dict[str, tuple[Item, ...]] = {}
        self.defining: frozenset[str] = frozenset()

    def clause(self, scope: Scope, room: int) -> tuple[str, Scope]:
        """What follows FROM, and the scope with its tables."""
        sql, table = self._source(scope, room)
        scope = scope.beside(table)
        for _ in range(self.dice.choice((0, 0, 1, 1, 1, 2)) if room > 0 else self.dice.choice((0, 0, 0, 1))):
            kind = self.dice.weighted(JOINS)
            if kind in {"LATERAL", "LEFT LATERAL", "UNNEST"}:
                joined, scope = self._lateral(kind, scope, room)
            else:
                joined, scope = self._join(kind, scope, room)
            sql += joined
        return sql, scope

    def _alias(self, scope: Scope) -> str:
        """An alias that no other table here has; sometimes one that is also a column's name."""
        taken = {table.alias for table in (*scope.tables, *scope.outer)}
        columns = [item.name for items in self.tables.values() for item in items]
        pool = [*ALIASES, *self.tables, *(columns if self.dice.sometimes(15) else [])]
        return self.dice.choice([alias for alias in pool if alias not in taken])

    def _source(self, scope: Scope, room: int) -> tuple[str, Table]:
        alias = self._alias(scope)
        if room > 0 and self.dice.sometimes(22):
            query = self.derived(Scope(), room - 1)
            return f"({query.sql}) AS {alias}", Table(alias, query.items)
        if self.dice.sometimes(4):
            return self._values(alias)
        if room > 0 and self.dice.sometimes(5):
            return self._pivot(alias) if self.dice.sometimes(50) else self._unpivot(alias)
        if self.ctes and self.dice.sometimes(55):
            name = self.dice.choice(sorted(self.ctes))
            return self._named(name, self.ctes[name], alias, scope)
        name = self.dice.choice(sorted(self.tables))
        hidden = name in self.ctes or name in self.defining
        return self._named(f"main.{name}" if hidden else name, self.tables[name], alias, scope)

    def _named(self, name: str, items: tuple[Item, ...], alias: str, scope: Scope) -> tuple[str, Table]:
        bare = name.removeprefix("main.")
        taken = {table.alias for table in (*scope.tables, *scope.outer)}
        if bare not in taken and self.dice.sometimes(30):
            return name, Table(bare, items)
        return f"{name} {self.dice.choice(('', 'AS '))}{alias}", Table(alias, items)

    def _values(self, alias: str) -> tuple[str, Table]:
        kinds = self.dice.some(("int", "text", "num"), 1, 2)
        items = tuple(Item(name, kind) for name, kind in zip(("id", "name"), kinds, strict=False))
        lines = [f"({', '.join(self.dice.choice(LITERALS[kind]) for kind in kinds)})" for _ in range(3)]
        names = ", ".join(item.name for item in items)
        return f"(VALUES {', '.join(lines)}) AS {alias}({names})", Table(alias, items)

    def _base(self, kinds: tuple[str, ...]) -> tuple[str, list[Item]]:
        """A base table that has at least two columns of the kinds, and these columns."""
        found = {name: [item for item in items if item.kind in kinds] for name, items in self.tables.items()}
        return self.dice.choice([(f"main.{name}", items) for name, items in sorted(found.items()) if len(items) > 1])

    def _pivot(self, alias: str) -> tuple[str, Table]:
        name, items = self._base(("int", "text"))
        key, group = self.dice.some(items, 2, 2)
        names = {"a": "'a'", "b": "'b'"} if key.kind == "text" else {"1": "1", "2": "2"}
        cells = tuple(Item(f'"{cell}"', "int") for cell in names)
        keys = f"{key.name} IN ({', '.join(names.values())})"
        sql = f"(PIVOT {name} ON {keys} USING count({group.name}) GROUP BY {group.name})"
        return f"{sql} AS {alias}", Table(alias, (group, *cells))

    def _unpivot(self, alias: str) -> tuple[str, Table]:
        name, items = self._base(("int",))
        value, other = self.dice.some(items, 2, 2)
        null = self.dice.choice(("", "INCLUDE NULLS "))
        source = f"(SELECT {value.name}, {other.name} FROM {name})"
        sql = f"({source} AS z UNPIVOT {null}(val FOR what IN ({value.name}, {other.name})))"
        return f"(SELECT * FROM {sql}) AS {alias}", Table(alias, (Item("what", "text"), Item("val", "int")))

    def _join(self, kind: str, scope: Scope, room: int) -> tuple[str, Scope]:
        sql, table = self._source(scope, room - 1)
        common = self._common(scope, table)
        if kind.startswith("NATURAL") and (not common or self._clash(scope, table)):
            kind = "JOIN"
        if kind in {",", "CROSS JOIN", "POSITIONAL JOIN"}:
            return f"{kind if kind == ',' else ' ' + kind} {sql}", scope.beside(table)
        if kind.startswith("NATURAL"):
            merged = scope.merged | common
            return f" {kind} {sql}", replace(scope.beside(table), merged=merged)
        if kind.startswith("ASOF"):
            return self._asof(kind, sql, scope, table)
        seen = scope if kind in UNMATCHED else scope.beside(table)
        if common and self.dice.sometimes(25):
            using = sorted(self.dice.some(sorted(common), 1, 2))
            merged = scope.merged if kind in UNMATCHED else scope.merged | {*using}
            return f" {kind} {sql} USING ({', '.join(using)})", replace(seen, merged=merged)
        return f" {kind} {sql} ON {self._condition(scope, table, room)}", seen

    def _common(self, scope: Scope, table: Table) -> frozenset[str]:
        """Names that USING may take: on both sides once, of the same scalar kind."""
        here = [item for other in scope.tables for item in other.items]
        names = [item.name for item in here]
        there = {item.name: item.kind for item in table.items if item.kind in SCALARS}
        return frozenset(i.name for i in here if there.get(i.name) == i.kind and names.count(i.name) == 1)

    def _clash(self, scope: Scope, table: Table) -> bool:
        """Whether a natural join would compare columns that cannot be compared."""
        here = [item for other in scope.tables for item in other.items]
        shared = {item.name for item in table.items} & {item.name for item in here}
        return bool(shared - self._common(scope, table))

    def _equality(self, scope: Scope, table: Table) -> str:
        kinds = [kind for kind in ("int", "int", "text", "time") if any(i.kind == kind for i in table.items)]
        if not kinds:
            return "true"
        kind = self.dice.choice(kinds)
        item = self.dice.choice([item for item in table.items if item.kind == kind])
        here = replace(scope, outer=(), reusable=(), merged=frozenset())
        return f"{self._qualified(here, kind)} = {table.alias}.{item.name}"

    def _qualified(self, scope: Scope, kind: str) -> str:
        """A column of the tables so far, by its full name: the bare one may be on the new side too."""
        named = [f"{table.alias}.{item.name}" for table in scope.tables for item in table.items if item.kind == kind]
        return self.dice.choice(named or LITERALS[kind])

    def _condition(self, scope: Scope, table: Table, room: int) -> str:
        equality = self._equality(scope, table)
        if self.dice.sometimes(60):
            return equality
        both = replace(scope, reusable=(), merged=frozenset()).beside(table)
        other = self.expressions.any("bool", replace(both, outer=()), min(room, 1) if self.dice.sometimes(30) else 0)
        return self.dice.choice((f"{equality} AND {other}", f"{equality} OR {other}", other))

    def _asof(self, kind: str, sql: str, scope: Scope, table: Table) -> tuple[str, Scope]:
        here = {item.kind for other in scope.tables for item in other.items}
        pairs = [k for k in ("int", "time", "num") if k in here and any(i.kind == k for i in table.items)]
        if not pairs:
            return f" CROSS JOIN {sql}", scope.beside(table)
        order = self.dice.choice(pairs)
        item = self.dice.choice([item for item in table.items if item.kind == order])
        condition = f"{self._qualified(scope, order)} {self.dice.choice(('>=', '<'))} {table.alias}.{item.name}"
        if self.dice.sometimes(60):
            condition = f"{self._equality(scope, table)} AND {condition}"
        return f" {kind} {sql} ON {condition}", scope.beside(table)

    def _lateral(self, kind: str, scope: Scope, room: int) -> tuple[str, Scope]:
        alias = self._alias(scope)
        if kind == "UNNEST":
            lists = list(scope.references(self.dice, "list"))
            number = self._qualified(scope, "int")
            value, inner = f"[{number}, 1]", "int"
            if lists and self.dice.sometimes(70):
                value, item = self.dice.choice(lists)
                inner = item.inner[0][1]
            return f", unnest({value}) AS {alias}(v)", scope.beside(Table(alias, (Item("v", inner),)))
        query = self.derived(scope.inside(), min(room - 1, 1))
        table = Table(alias, query.items)
        if kind == "LATERAL":
            return f", LATERAL ({query.sql}) AS {alias}", scope.beside(table)
        return f" LEFT JOIN LATERAL ({query.sql}) AS {alias} ON true", scope.beside(table)
