"""Random expressions of a wanted kind over a scope."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.reference.query_scope import LITERALS, SCALARS, SQL_TYPES, Dice, Item, Query, Scope

if TYPE_CHECKING:
    from collections.abc import Callable

FRAMES = (
    "ROWS BETWEEN 1 PRECEDING AND CURRENT ROW",
    "ROWS BETWEEN UNBOUNDED PRECEDING AND 1 FOLLOWING",
    "RANGE BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW",
    "GROUPS BETWEEN 1 PRECEDING AND 1 FOLLOWING EXCLUDE CURRENT ROW",
    "ROWS BETWEEN UNBOUNDED PRECEDING AND UNBOUNDED FOLLOWING EXCLUDE TIES",
)


class Expressions:
    """Writes expressions; ``subquery`` writes a whole query within one, of one column of a kind."""

    def __init__(self, dice: Dice, subquery: Callable[[Scope, str | None, int, bool], Query]) -> None:
        self.dice = dice
        self._subquery = subquery

    def any(self, kind: str, scope: Scope, room: int) -> str:
        """An expression of a kind: a column, a literal, or something made of smaller ones."""
        references = list(scope.references(self.dice, kind))
        if references and (room <= 0 or self.dice.sometimes(45)):
            return self.dice.choice(references)[0]
        if room <= 0 or self.dice.sometimes(8):
            return self._other_way(kind, scope)
        ways = {"int": self._int, "num": self._num, "text": self._text, "time": self._time, "bool": self._bool}
        return ways[kind](scope, room - 1)

    def _other_way(self, kind: str, scope: Scope) -> str:
        """A cast of a column of another kind where there is none of this one; else a literal."""
        others = [ref for other in ("int", "text") for ref in scope.references(self.dice, other)]
        if others and self.dice.sometimes(60):
            name, item = self.dice.choice(others)
            if kind == "bool":
                return f"({name} {self.dice.choice(('=', '<', '>', '<>'))} {self.dice.choice(LITERALS[item.kind])})"
            if kind == "text":
                return f"CAST({name} AS VARCHAR)"
            if kind != "time":
                return name if item.kind == kind else f"length(CAST({name} AS VARCHAR))"
            return f"(DATE '2017-01-01' + CAST(length(CAST({name} AS VARCHAR)) AS INTEGER))"
        return self.dice.choice(LITERALS[kind])

    def kind(self, scope: Scope) -> str:
        """A scalar kind, mostly one that there are columns of."""
        here = [item.kind for table in scope.tables for item in table.items if item.kind in SCALARS]
        return self.dice.choice(here if here and self.dice.sometimes(85) else SCALARS)

    def condition(self, scope: Scope, room: int) -> str:
        """A condition, often one that looks into another query."""
        if self.dice.sometimes(28):
            kind = self.kind(scope)
            return self._tested(kind, scope, max(room, 1), self.any(kind, scope, 0))
        return self.any("bool", scope, room)

    def looked_up(self, kind: str, scope: Scope) -> str:
        """A scalar subquery."""
        return f"({self._subquery(scope.inside(), kind, 1, True).sql})"

    def column(self, scope: Scope, kinds: tuple[str, ...] = SCALARS) -> tuple[str, Item] | None:
        """A plain reference to a column of one of the kinds, if there is one."""
        found = [ref for kind in kinds for ref in scope.references(self.dice, kind)]
        return self.dice.choice(found) if found else None

    def _common(self, kind: str, scope: Scope, room: int) -> str:
        """What exists for every kind."""
        one, two = self.any(kind, scope, room), self.any(kind, scope, room)
        return self.dice.choice(
            (
                lambda: f"CASE WHEN {self.any('bool', scope, room)} THEN {one} ELSE {two} END",
                lambda: f"CASE {self.any('int', scope, room)} WHEN 1 THEN {one} WHEN 2 THEN {two} END",
                lambda: f"coalesce({one}, {two})",
                lambda: f"nullif({one}, {two})",
                lambda: f"if({self.any('bool', scope, room)}, {one}, {two})",
                lambda: f"greatest({one}, {two})",
                lambda: f"CAST({one} AS {SQL_TYPES[kind]})",
                lambda: f"{{'p': {one}, 'q': {two}}}.{self.dice.choice('pq')}",
                lambda: f"[{one}, {two}][{self.dice.choice('12')}]",
                lambda: f"list_transform([{one}], lambda x: coalesce(x, {two}))[1]",
                lambda: self._scalar(kind, scope, room, one),
                lambda: self._scalar(kind, scope, room, one),
            )
        )()

    def _scalar(self, kind: str, scope: Scope, room: int, otherwise: str) -> str:
        """A scalar subquery, correlated or not."""
        if room < 1 or self.dice.sometimes(40):
            return otherwise
        return f"({self._subquery(scope.inside(), kind, room, True).sql})"

    def _int(self, scope: Scope, room: int) -> str:
        if self.dice.sometimes(35):
            return self._common("int", scope, room)
        number, text = self.any("int", scope, room), self.any("text", scope, room)
        lists = list(scope.references(self.dice, "list"))
        if lists and self.dice.sometimes(50):
            return f"len({self.dice.choice(lists)[0]})"
        return self.dice.choice(
            (
                f"({number} + {self.any('int', scope, room)})",
                f"({number} * 2 - 1)",
                f"length({text})",
                f"year({self.any('time', scope, room)})",
                f"abs({number})",
                f"CAST({self.any('num', scope, room)} AS INTEGER)",
                f"list_sum([{number}, {self.any('int', scope, room)}])",
                f"len(list_filter([{number}, 2], lambda x: x > {self.any('int', scope, 0)}))",
                f"(CAST({self.any('bool', scope, room)} AS INTEGER))",
                f"len([x FOR x IN [{number}, 1] IF x > 1])",
            )
        )

    def _num(self, scope: Scope, room: int) -> str:
        if self.dice.sometimes(35):
            return self._common("num", scope, room)
        one = self.any("num", scope, room)
        return self.dice.choice(
            (
                f"({one} + {self.any('num', scope, room)})",
                f"({one} * {self.any('int', scope, room)})",
                f"round({one}, 1)",
                f"({self.any('int', scope, room)} / 2)",
                f"least({one}, {self.any('num', scope, room)})",
            )
        )

    def _text(self, scope: Scope, room: int) -> str:
        if self.dice.sometimes(35):
            return self._common("text", scope, room)
        one = self.any("text", scope, room)
        structs = [
            f"{name}.{part}"
            for name, item in scope.references(self.dice, "struct")
            if "." in name
            for part, kind in item.inner
            if kind == "text"
        ]
        if structs and self.dice.sometimes(50):
            return self.dice.choice(structs)
        return self.dice.choice(
            (
                f"upper({one})",
                f"substr({one}, 1, 2)",
                f"concat({one}, '-', {self.any('text', scope, room)})",
                f"({one} || {self.any('text', scope, room)})",
                f"md5({one})",
                f"CAST({self.any('int', scope, room)} AS VARCHAR)",
                f"replace({one}, 'a', {self.any('text', scope, 0)})",
                f"CAST({self.any('time', scope, room)} AS VARCHAR)",
            )
        )

    def _time(self, scope: Scope, room: int) -> str:
        if self.dice.sometimes(35):
            return self._common("time", scope, room)
        one = self.any("time", scope, room)
        return self.dice.choice((f"date_trunc('month', {one})", f"({one} + INTERVAL 1 DAY)", f"CAST({one} AS DATE)"))

    def _bool(self, scope: Scope, room: int) -> str:
        kind = self.kind(scope)
        one = self.any(kind, scope, room)
        return self.dice.choice(
            (
                lambda: f"({one} {self.dice.choice(('=', '<', '>=', '<>'))} {self.any(kind, scope, room)})",
                lambda: f"({one} > {self.any(kind, scope, 0)})",
                lambda: f"({one} BETWEEN {self.any(kind, scope, 0)} AND {self.any(kind, scope, 0)})",
                lambda: f"({one} IN ({self.any(kind, scope, 0)}, {self.any(kind, scope, 0)}))",
                lambda: f"({self.any('text', scope, 0)} LIKE '%a%')",
                lambda: f"({one} IS {self.dice.choice(('', 'NOT '))}NULL)",
                lambda: f"({one} IS DISTINCT FROM {self.any(kind, scope, 0)})",
                lambda: f"({self.any('bool', scope, room)} AND {self.any('bool', scope, room)})",
                lambda: f"({self.any('bool', scope, room)} OR {self.any('bool', scope, room)})",
                lambda: f"(NOT {self.any('bool', scope, room)})",
                lambda: self._tested(kind, scope, room, one),
                lambda: self._tested(kind, scope, room, one),
            )
        )()

    def _tested(self, kind: str, scope: Scope, room: int, one: str) -> str:
        """EXISTS, IN, ANY, ALL over a subquery."""
        if room < 1:
            return f"({one} IS NOT NULL)"
        negated = self.dice.choice(("", "NOT "))
        if self.dice.sometimes(40):
            return f"({negated}EXISTS ({self._subquery(scope.inside(), None, room, False).sql}))"
        inner = self._subquery(scope.inside(), kind, room, False).sql
        if self.dice.sometimes(65):
            return f"({one} {negated}IN ({inner}))"
        return f"({one} {self.dice.choice(('=', '<', '>='))} {self.dice.choice(('ANY', 'ALL'))} ({inner}))"

    def aggregate(self, scope: Scope, room: int) -> tuple[str, Item]:
        """An aggregate call and the kind of what it yields."""
        kind = self.kind(scope)
        argument, plain = self.any(kind, scope, room), self.any("int", scope, 0)
        distinct = "DISTINCT " if self.dice.sometimes(15) else ""
        call, result = self.dice.choice(
            (
                ("count(*)", Item("", "int")),
                (f"count({distinct}{argument})", Item("", "int")),
                (f"sum({distinct}{self.any('num', scope, room)})", Item("", "num")),
                (f"avg({self.any('int', scope, room)})", Item("", "num")),
                (f"{self.dice.choice(('min', 'max'))}({argument})", Item("", kind)),
                (f"{self.dice.choice(('arg_max', 'arg_min'))}({argument}, {plain})", Item("", kind)),
                (f"list({argument} ORDER BY {plain})", Item("", "list", (("", kind),))),
                (f"string_agg({self.any('text', scope, 0)}, ',' ORDER BY {plain})", Item("", "text")),
                (f"bool_or({self.any('bool', scope, room)})", Item("", "bool")),
                (f"first({argument} ORDER BY {plain})", Item("", kind)),
            )
        )
        return call + (f" FILTER ({self.any('bool', scope, room)})" if self.dice.sometimes(20) else ""), result

    def window(self, scope: Scope, room: int, named: str | None) -> tuple[str, Item]:
        """A window call; over the named window, where the query has one."""
        kind = self.kind(scope)
        argument = self.any(kind, scope, room)
        call, result = self.dice.choice(
            (
                ("row_number()", "int"),
                ("rank()", "int"),
                ("ntile(3)", "int"),
                ("count(*)", "int"),
                (f"sum({self.any('num', scope, room)})", "num"),
                (f"max({argument})", kind),
                (f"lag({argument}, 1)", kind),
                (f"first_value({argument})", kind),
                (f"count({argument}) FILTER ({self.any('bool', scope, 0)})", "int"),
            )
        )
        over = named if named and self.dice.sometimes(70) else f"({self.over(scope, call)})"
        return f"{call} OVER {over}", Item("", result)

    def over(self, scope: Scope, call: str = "") -> str:
        """The inside of a window's parentheses."""
        parts = []
        if self.dice.sometimes(60):
            parts.append(f"PARTITION BY {self.any(self.kind(scope), scope, 1)}")
        if self.dice.sometimes(75):
            parts.append(f"ORDER BY {self.any(self.kind(scope), scope, 1)}{self.dice.choice(('', ' DESC'))}")
            if call.startswith(("sum", "max", "count", "first")) and self.dice.sometimes(35):
                parts.append(self.dice.choice(FRAMES))
        return " ".join(parts)
