"""The records that a reading of a plan is made of: a source, a column, a relation."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from tests.reference.influences import Doubt

Node = dict[str, Any]


class PlanError(Exception):
    """A plan that cannot be read; never to be taken for a plan without influences."""


class PlanRefusedError(PlanError):
    """DuckDB made no plan of it: it does not parse or bind, or is no single statement."""


class PlanUnknownError(PlanError):
    """The plan holds an operator, an expression or a shape that this reader does not know."""


@dataclass(frozen=True)
class Source:
    """A column of a base table, or (without a column) the table's own row set."""

    table: str
    column: str | None
    doubt: Doubt | None = None


Sources = frozenset[Source]
NONE: Sources = frozenset()


def doubted(sources: Iterable[Source], doubt: Doubt) -> Sources:
    """The same sources, each under a doubt (the first one stays)."""
    return frozenset(source if source.doubt else replace(source, doubt=doubt) for source in sources)


def united(sets: Iterable[Sources]) -> Sources:
    return NONE.union(*sets)


@dataclass(frozen=True)
class Column:
    """What decides a column's value; that of its rows goes without saying.

    ``parts`` are a struct's fields, kept apart while it is only packed and unpacked. ``length`` is what decides how
    many elements a list has. ``fixed`` marks a correlation key: within its subquery it has one value, so that
    grouping, partitioning or joining by it decides nothing.
    """

    sources: Sources
    parts: Mapping[str, Column] = field(default_factory=dict)
    length: Sources | None = None
    fixed: bool = False

    def under(self, extra: Sources) -> Column:
        """The same column where something more decides its value."""
        if extra <= self.sources and not self.parts and self.length is None:
            return self
        return Column(
            self.sources | extra,
            {name: part.under(extra) for name, part in self.parts.items()},
            None if self.length is None else self.length | extra,
            self.fixed,
        )

    def free(self) -> Column:
        """The same column seen from outside the subquery in which it was a correlation key."""
        return replace(self, fixed=False) if self.fixed else self

    @property
    def elements(self) -> Sources:
        return self.sources if self.length is None else self.length


def merged(columns: Sequence[Column]) -> Column:
    """A column that holds now this one's value, now that one's."""
    first = columns[0]
    together = all(column.parts.keys() == first.parts.keys() for column in columns)
    parts = {name: merged([c.parts[name] for c in columns]) for name in first.parts} if together else {}
    return Column(united(column.sources for column in columns), parts)


@dataclass(frozen=True)
class Relation:
    """What an operator yields.

    ``rows`` is what decides which rows there are; ``order`` what they are sorted by. ``unique`` are sets of positions
    that no two rows share (the empty one: at most one row). ``ranks`` are the positions of ``row_number()`` with the
    positions that it counts within. ``bindings`` name the columns where an expression has no position for them.
    ``number`` is what decides how many rows a LIMIT leaves, which of them they are aside.
    """

    columns: tuple[Column, ...]
    rows: Sources = NONE
    order: Sources = NONE
    unique: frozenset[frozenset[int]] = frozenset()
    ranks: Mapping[int, frozenset[int]] = field(default_factory=dict)
    bindings: tuple[tuple[int, int], ...] = ()
    number: Sources = NONE

    def pick(self, positions: Sequence[int]) -> Relation:
        """The same rows with these columns only; an empty list stands for all, as in the plan."""
        if not positions:
            return self
        return self.moved(
            [self.columns[p] for p in positions], dict(zip(positions, range(len(positions)), strict=True))
        )

    def moved(self, columns: Sequence[Column], places: Mapping[int, int]) -> Relation:
        """The same rows with other columns, of which some are old ones in a new place."""
        unique = frozenset(frozenset(places[p] for p in key) for key in self.unique if key <= places.keys())
        ranks = {
            places[rank]: frozenset(places[p] for p in within)
            for rank, within in self.ranks.items()
            if rank in places and within <= places.keys()
        }
        bindings: tuple[tuple[int, int], ...] = ()
        if len(self.bindings) == len(self.columns) == len(places) == len(columns):
            there = {new: self.bindings[old] for old, new in places.items()}
            bindings = tuple(there[new] for new in range(len(columns)))
        return Relation(tuple(columns), self.rows, self.order, unique, ranks, bindings)

    def one_row_for(self, key: Iterable[int]) -> bool:
        """Whether at most one row has a given value of the key."""
        fixed = {*key} | {position for position, column in enumerate(self.columns) if column.fixed}
        return any(unique <= fixed for unique in self.unique)
