"""Random SELECT blocks: plain, aggregated, with windows, with stars; and small ones for use within expressions."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from tests.reference.query_scope import SCALARS, Dice, Item, Query, Scope

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from tests.reference.query_expressions import Expressions
    from tests.reference.query_sources import Sources


class Selects:
    """Writes SELECT blocks."""

    def __init__(
        self, dice: Dice, tables: Mapping[str, tuple[Item, ...]], expressions: Expressions, sources: Sources
    ) -> None:
        self.dice = dice
        self.expressions = expressions
        self.sources = sources
        self._names = sorted({item.name for items in tables.values() for item in items})

    def select(self, scope: Scope, room: int, *, top: bool) -> Query:
        """One block, of a shape drawn at random."""
        source, scope = self.sources.clause(scope, room)
        shape = self.dice.weighted({"plain": 44, "grouped": 26, "windowed": 16, "star": 14 if top else 8})
        if shape == "grouped":
            return self._grouped(source, scope, room)
        if shape == "star" and (top or self._distinct_names(scope)):
            return self._star(source, scope, room, top=top)
        return self._plain(source, scope, room, windowed=shape == "windowed")

    def shaped(self, scope: Scope, kinds: Sequence[str], room: int, names: Sequence[str] = ()) -> Query:
        """A plain block with columns of given kinds."""
        source, scope = self.sources.clause(scope, max(room, 0))
        items = self._named([Item("", kind) for kind in kinds], names)
        shown = [f"{self.expressions.any(item.kind, scope, 1)} AS {item.name}" for item in items]
        distinct = self.dice.choice(("", "", "", "DISTINCT "))
        return Query(f"SELECT {distinct}{', '.join(shown)} FROM {source}{self._where(scope, room)}", tuple(items))

    def small(self, scope: Scope, kind: str | None, room: int, *, single: bool) -> Query:
        """A block of one column (any columns, if no kind is asked for); single: of at most one row."""
        source, inner = self.sources.clause(scope, min(room, 0))
        where = f" WHERE {self._correlation(inner)}" if self.dice.sometimes(75) else ""
        if kind is None:
            return Query(f"SELECT {self.dice.choice(('1', '*'))} FROM {source}{where}")
        value = self.expressions.any(kind, inner, min(room, 1))
        if not single:
            return Query(f"SELECT {value} FROM {source}{where}")
        if self.dice.sometimes(40):
            order = self.expressions.any(self.expressions.kind(inner), replace(inner, outer=()), 0)
            return Query(f"SELECT {value} FROM {source}{where} ORDER BY {order} LIMIT 1")
        local = self.expressions.any(kind, replace(inner, outer=()), min(room, 1))
        return Query(f"SELECT {self.dice.choice(('min', 'max', 'any_value'))}({local}) FROM {source}{where}")

    def _correlation(self, scope: Scope) -> str:
        """A condition between this query and those around it, where there are some."""
        outer = [(f"{table.alias}.{item.name}", item) for table in scope.outer for item in table.items]
        pairs = [
            f"{name} {sign} {table.alias}.{item.name}"
            for name, around in outer
            for table in scope.tables
            for item in table.items
            for sign in ("=", "=", "<")
            if item.kind == around.kind and item.kind in SCALARS
        ]
        if pairs and self.dice.sometimes(75):
            extra = f" AND {self.expressions.any('bool', scope, 0)}" if self.dice.sometimes(30) else ""
            return self.dice.choice(pairs) + extra
        return self.expressions.any("bool", scope, 1)

    def _named(self, items: Sequence[Item], names: Sequence[str] = ()) -> list[Item]:
        """The items under different names, which other tables have too."""
        chosen = names or self.dice.sample(self._names, len(items))
        return [replace(item, name=name) for item, name in zip(items, chosen, strict=True)]

    def _distinct_names(self, scope: Scope) -> bool:
        names = [item.name for table in scope.tables for item in table.items]
        return len(names) == len({*names}) and not scope.merged

    def _where(self, scope: Scope, room: int) -> str:
        return f" WHERE {self.expressions.condition(scope, min(room, 2))}" if self.dice.sometimes(50) else ""

    def _plain(self, source: str, scope: Scope, room: int, *, windowed: bool) -> Query:
        """Expressions, windows among them; aliases may be used again further on."""
        named = self.expressions.over(scope) if windowed and self.dice.sometimes(35) else None
        items = self._named([Item("", self.expressions.kind(scope)) for _ in range(self.dice.randint(1, 4))])
        shown: list[str] = []
        made: list[Item] = []
        for item in items:
            if windowed and (not made or self.dice.sometimes(40)):
                sql, result = self.expressions.window(replace(scope, reusable=()), 1, "w" if named else None)
                made.append(replace(result, name=item.name))
            else:
                sql, result = self._value(item, scope, room)
                made.append(result)
                if item.name not in scope.names and self.dice.sometimes(50):
                    scope = replace(scope, reusable=(*scope.reusable, made[-1]))
            shown.append(f"{sql} AS {item.name}")
        plain = replace(scope, reusable=())
        tail = self._where(scope if self.dice.sometimes(50) and not windowed else plain, room)
        tail += f" WINDOW w AS ({named})" if named else ""
        if windowed and self.dice.sometimes(30):
            tail += f" QUALIFY {self.expressions.window(plain, 0, 'w' if named else None)[0]} IS NOT NULL"
            tail += self.dice.choice(("", " AND row_number() OVER (ORDER BY 1) < 4"))
        distinct, order = self._distinct(plain, made)
        return Query(f"SELECT {distinct}{', '.join(shown)} FROM {source}{tail}{order}", tuple(made))

    def _value(self, item: Item, scope: Scope, room: int) -> tuple[str, Item]:
        """A scalar expression; now and then a list, a struct or an unnested list."""
        if self.dice.sometimes(10):
            return self.expressions.looked_up(item.kind, scope), item
        if self.dice.sometimes(91):
            return self.expressions.any(item.kind, scope, min(room, 2)), item
        one, two = (self.expressions.any(item.kind, scope, 0) for _ in range(2))
        return self.dice.choice(
            (
                (f"[{one}, {two}]", replace(item, kind="list", inner=(("", item.kind),))),
                (
                    f"{{'p': {one}, 'q': {two}}}",
                    replace(item, kind="struct", inner=(("p", item.kind), ("q", item.kind))),
                ),
                (f"unnest([{one}, {two}])", replace(item, kind="opaque")),
            )
        )

    def _distinct(self, scope: Scope, made: Sequence[Item]) -> tuple[str, str]:
        """DISTINCT or DISTINCT ON, and the ORDER BY and LIMIT that go with it."""
        limit = self.dice.choice(
            ("", f" LIMIT {self.dice.randint(1, 6)}", "", f" LIMIT 3 OFFSET {self.dice.randint(0, 2)}")
        )
        places = [str(place) for place, item in enumerate(made, 1) if item.kind in SCALARS]
        ordinal = (
            f" ORDER BY {self.dice.choice(places)}{self.dice.choice(('', ' DESC', ' NULLS FIRST'))}" if places else ""
        )
        if self.dice.sometimes(10):
            return "DISTINCT ", (ordinal + limit) if self.dice.sometimes(40) else ""
        keys = ", ".join(
            self.expressions.any(self.dice.choice(SCALARS), scope, 0) for _ in range(self.dice.randint(1, 2))
        )
        if self.dice.sometimes(5) and not any(literal in keys for literal in "0123456789'"):
            return f"DISTINCT ON ({keys}) ", f" ORDER BY {keys}, {self.expressions.any('int', scope, 1)}"
        if self.dice.sometimes(70):
            return "", limit if self.dice.sometimes(10) else ""
        order = self.dice.choice((ordinal, f" ORDER BY {self.expressions.any(self.expressions.kind(scope), scope, 1)}"))
        return "", (order or " ORDER BY ALL") + limit

    def _grouped(self, source: str, scope: Scope, room: int) -> Query:
        """Group keys and aggregates, in every way to write GROUP BY."""
        plain = replace(scope, outer=(), reusable=())
        found = [ref for _ in range(self.dice.choice((0, 1, 1, 2))) if (ref := self.expressions.column(plain))]
        keys = [
            (f"upper({sql})" if item.kind == "text" and self.dice.sometimes(30) else sql, item) for sql, item in found
        ]
        calls = [self.expressions.aggregate(plain, 1) for _ in range(self.dice.randint(1, 3))]
        kept = [key for key in keys if self.dice.sometimes(80)]
        items = self._named([*(item for _, item in kept), *(result for _, result in calls)])
        values = [*(sql for sql, _ in kept), *(call for call, _ in calls)]
        shown = ", ".join(f"{sql} AS {item.name}" for sql, item in zip(values, items, strict=True))
        tail = self._where(plain, room) + self._group_by([sql for sql, _ in keys], shown=len(kept))
        if self.dice.sometimes(30):
            tail += f" HAVING {self._having(plain)}"
        scalars = [place for place, item in enumerate(items, 1) if item.kind in SCALARS]
        if scalars and self.dice.sometimes(30):
            tail += f" ORDER BY {self.dice.choice(scalars)}{self.dice.choice(('', ' DESC'))}"
            tail += self.dice.choice(("", f" LIMIT {self.dice.randint(1, 4)}"))
        return Query(f"SELECT {shown} FROM {source}{tail}", tuple(items))

    def _having(self, scope: Scope) -> str:
        call, result = self.expressions.aggregate(scope, 0)
        return f"{call} > 1" if result.kind == "int" else f"{call} IS NOT NULL"

    def _group_by(self, keys: Sequence[str], *, shown: int) -> str:
        if not keys:
            return ""
        if shown == len(keys):
            ordinals = ", ".join(str(place) for place in range(1, shown + 1))
            written = self.dice.choice((", ".join(keys), ordinals, "ALL", f"ROLLUP ({', '.join(keys)})"))
            return f" GROUP BY {written}"
        sets = f"GROUPING SETS (({', '.join(keys)}), ({keys[0]}), ())"
        return f" GROUP BY {self.dice.choice((', '.join(keys), sets, f'CUBE ({keys[0]}), ' + ', '.join(keys)))}"

    def _star(self, source: str, scope: Scope, room: int, *, top: bool) -> Query:
        """Stars of every sort. Below the top the columns that come out must be known."""
        items = [item for table in scope.tables for item in table.items]
        single = len(scope.tables) == 1
        table = self.dice.choice(scope.tables)
        chosen = self.dice.choice(table.items)
        value = self.expressions.any(chosen.kind if chosen.kind in SCALARS else "int", replace(scope, reusable=()), 1)
        replaced = replace(chosen, kind=chosen.kind if chosen.kind in SCALARS else "int", inner=())
        rest = [item for item in table.items if item.name != chosen.name]
        forms = [("*", items)] if not top or self.dice.sometimes(50) else [("*, 1 AS one", items)]
        forms += [(f"{table.alias}.*", list(table.items))]
        if len(table.items) > 1:
            forms += [(f"{table.alias}.* EXCLUDE ({chosen.name})", rest)]
            forms += [(f"{table.alias}.* RENAME ({chosen.name} AS renamed)", self._renamed(table.items, chosen))]
        if single and chosen.name[0] != '"':
            forms += [
                (f"* REPLACE ({value} AS {chosen.name})", [replaced if i == chosen else i for i in table.items]),
                (f"COLUMNS('^{chosen.name}$')", [chosen]),
                (f"COLUMNS(lambda c: c <> '{chosen.name}')", rest) if rest else ("*", items),
            ]
        if top:
            forms += [(f"count(COLUMNS({table.alias}.*))", items)]
        star, columns = self.dice.choice(forms)
        if star.startswith("count("):
            return Query(f"SELECT {star} FROM {source}{self._where(replace(scope, reusable=()), room)}")
        order = f" ORDER BY {table.alias}.{chosen.name}" if self.dice.sometimes(15) else ""
        if source.startswith("main.") and single and star == "*" and self.dice.sometimes(30):
            return Query(f"FROM {source}{self._where(scope, room)}{order}", tuple(columns))
        return Query(f"SELECT {star} FROM {source}{self._where(scope, room)}{order}", tuple(columns))

    def _renamed(self, items: Sequence[Item], chosen: Item) -> list[Item]:
        return [replace(item, name="renamed") if item == chosen else item for item in items]
