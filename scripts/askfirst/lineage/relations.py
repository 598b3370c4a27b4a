"""What the analysis holds of relations and scopes while it works through a query.

Values, columns and relations are made by the hundred thousand, hence slots and no ``frozen`` (which writes each field
through ``object.__setattr__``); nobody writes to them all the same.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from askfirst.lineage.influences import NONE, Influences, add, union

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from sqlglot import exp

    from askfirst.lineage.flows import Span
    from askfirst.lineage.schema import Keys

Place = tuple[int, str]  # a column of a frame: the source's position, the column's key


@dataclass(slots=True, eq=False)
class Value:
    """What a column or an expression is made of.

    ``kind`` is its SQL type where known. ``fields`` are the values of a struct that was put together in the query.
    ``ranks`` are the columns of whose combinations this value numbers the rows. ``category``: see OutputColumn.
    """

    influences: Influences = field(default_factory=dict)
    kind: str = ""
    fields: Mapping[str, Value] | None = None
    ranks: frozenset[Place] | None = None
    is_constant: bool = False
    place: Place | None = None
    category: Span | None = None

    def with_extra(self, extra: Influences) -> Value:
        """The same value, influenced by something more."""
        if not extra:
            return self
        both = union((self.influences, extra))
        return Value(both, self.kind, None, self.ranks, self.is_constant, self.place, self.category)

    def at(self, place: Place | None, ranks: frozenset[Place] | None) -> Value:
        """The same value at another place."""
        return Value(self.influences, self.kind, self.fields, ranks, self.is_constant, place, self.category)


@dataclass(slots=True, eq=False)
class Column:
    """A column of a relation: ``key`` compares, ``name`` is shown."""

    key: str
    name: str
    value: Value


@dataclass(slots=True, eq=False)
class Relation:
    """A table, or what a query yields.

    ``rows`` decides its row set. ``order`` decides in which order it comes, which tells only where something depends
    on it. ``keys`` are column keys proved unique; the empty set: it has one row at most. ``table`` names a relation
    whose columns are not all known: any other name may be a column of it.
    """

    columns: tuple[Column, ...]
    rows: Influences
    order: Influences = field(default_factory=dict)
    keys: Keys = frozenset()
    table: Callable[[str], Value] | None = None
    by_key: dict[str, Column] | None = field(default=None, init=False)
    numbered: bool | None = field(default=None, init=False)

    def column(self, key: str) -> Column | None:
        """The column of that key; where two have it, the first, as engines rename the second."""
        return self.index.get(key)

    @property
    def index(self) -> dict[str, Column]:
        """Columns by key."""
        if self.by_key is None:
            self.by_key = {column.key: column for column in reversed(self.columns)}
        return self.by_key

    @property
    def has_ranks(self) -> bool:
        """Whether any column numbers rows."""
        if self.numbered is None:
            self.numbered = any(column.value.ranks is not None for column in self.columns)
        return self.numbered

    def with_rows(self, rows: Influences) -> Relation:
        """The same columns in other rows."""
        other = Relation(self.columns, rows, self.order, self.keys, self.table)
        other.by_key, other.numbered = self.index, self.numbered
        return other


@dataclass(slots=True, eq=False)
class Source:
    """A relation in FROM, under its alias. ``extra`` influences each value read from it (a proved outer join).

    ``seen`` are the values placed so far, under the ``extra`` and at the position that ``seen_as`` says.
    """

    alias: str
    relation: Relation
    qualifiers: tuple[str, ...] | None = None
    extra: Influences = field(default_factory=dict)
    shared: dict[str, Value] = field(default_factory=dict)  # what USING made of its column and another source's
    hidden: frozenset[str] = frozenset()  # shown by another source, of which they are a part
    is_visible: bool = True
    seen: dict[str, Value] = field(default_factory=dict, init=False)
    seen_as: tuple[Influences, int] | None = field(default=None, init=False)

    def column(self, key: str) -> Value | None:
        """A column's value as read from here."""
        column = self.relation.column(key)
        if column is None:
            return None
        return column.value.with_extra(self.extra)


@dataclass(slots=True, eq=False)
class Frame:
    """FROM with its joins. ``keys`` are proved of the whole."""

    sources: list[Source] = field(default_factory=list)
    rows: Influences = field(default_factory=dict)
    order: Influences = field(default_factory=dict)
    keys: frozenset[frozenset[Place]] = frozenset()
    constants: set[Place] = field(default_factory=set)

    def named(self, parts: tuple[str, ...]) -> int | None:
        """The position of the source that a qualifier means; the last of that name, as joins come one after another."""
        for position in range(len(self.sources) - 1, -1, -1):
            source = self.sources[position]
            if source.is_visible and source.alias == parts[-1] and agrees(source.qualifiers, parts[:-1]):
                return position
        return None

    def placed(self, position: int, key: str) -> Value | None:
        """A source's column, with its place."""
        source = self.sources[position]
        if source.seen_as is None or source.seen_as[0] is not source.extra or source.seen_as[1] != position:
            source.seen, source.seen_as = {}, (source.extra, position)
        value = source.seen.get(key)
        if value is None:
            column = source.column(key)
            if column is None:
                return None
            value = source.seen[key] = column.at((position, key), column.ranks)
        return value

    def shown(self, position: int, key: str) -> Value | None:
        """What a source shows under a name that says no source: its column, or what USING made of it and another."""
        source = self.sources[position]
        if key in source.hidden or not source.is_visible:
            return None
        return source.shared.get(key) or self.placed(position, key)

    @property
    def is_single(self) -> bool:
        """Whether its rows are those of one source."""
        return sum(source.is_visible for source in self.sources) == 1

    def holding(self, key: str) -> list[int]:
        """The positions of the sources that have a column of that key."""
        return [n for n, source in enumerate(self.sources) if key in source.relation.index and source.is_visible]


def agrees(qualifiers: tuple[str, ...] | None, given: tuple[str, ...]) -> bool:
    """Whether schema and catalog, as far as both are said, are the same; an alias (None) has neither."""
    if qualifiers is None or not given:
        return not given
    return all(one == other for one, other in zip(reversed(qualifiers), reversed(given), strict=False))


@dataclass(slots=True, eq=False)
class Cte:
    """A WITH entry; analysed where it is first read, and never where it is not read."""

    name: str
    make: Callable[[], Relation]
    relation: Relation | None = None

    def read(self) -> Relation:
        """What it yields."""
        if self.relation is None:
            self.relation = self.make()
        return self.relation


@dataclass(slots=True, eq=False)
class Scope:
    """Where names are looked up: the frame, then outside. ``aliases`` are the SELECT list's, by key."""

    frame: Frame
    parent: Scope | None
    ctes: dict[str, Cte]
    aliases: dict[str, exp.Expr] = field(default_factory=dict)
    known: dict[str, Value | None] = field(default_factory=dict)
    windows: dict[str, exp.Window] = field(default_factory=dict)
    clause: str = "select"
    folded: bool = False  # an aggregate was met since this was last set
    multiplied: bool = False  # a list is taken apart in the SELECT list: one row may become many
    grouped: bool = False  # what comes out are groups, and their order is not that of the rows
    locals: dict[str, Value] = field(default_factory=dict)


def joined(values: list[Value]) -> Influences:
    """All influences of several values."""
    return union(value.influences for value in values)


def merged_value(values: list[Value], use: int) -> Value:
    """Several values as one, each used so."""
    into: Influences = {}
    for value in values:
        add(into, value.influences, use)
    return Value(into)


EMPTY = Relation((), NONE)
