"""What one analysis carries along: the dialect's rules, the known relations, and what it has met so far."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Protocol

from askfirst.lineage.flows import ROWS, Gap, Oddity, Origin, Span
from askfirst.lineage.influences import IDENTITY
from askfirst.lineage.relations import Column, Relation, Value

if TYPE_CHECKING:
    from sqlglot import exp

    from askfirst.lineage.dialects import Binding
    from askfirst.lineage.influences import Influences, Origins
    from askfirst.lineage.relations import Cte, Scope
    from askfirst.lineage.schema import Schema, Table


MOST = 1_000  # relations held ready for the next query; a large project's would fill the memory


class Unreadable(Exception):  # noqa: N818 - it says what is wrong with the SQL
    """The SQL cannot be analysed: what, and where in its text."""

    def __init__(self, reason: str, span: Span | None = None) -> None:
        super().__init__(reason)
        self.reason = reason
        self.span = span


class QueryAnalysis(Protocol):
    """How a query inside a query is analysed."""

    def __call__(self, ctx: Context, node: exp.Expr, parent: Scope | None, ctes: dict[str, Cte]) -> Relation: ...


@dataclass
class Context:
    """One analysis. ``query`` analyses a query found inside an expression."""

    dialect: str
    binding: Binding
    schema: Schema
    query: QueryAnalysis
    text: str = ""
    gaps: list[Gap] = field(default_factory=list)
    oddities: list[Oddity] = field(default_factory=list)
    reads: set[str] = field(default_factory=set)

    @property
    def origins(self) -> Origins:
        """The origins met so far, by this and by other queries over the same schema."""
        return self.schema.origins

    def gap(self, reason: str, node: exp.Expr | None = None) -> None:
        """Note what cannot be analysed."""
        self.gaps.append(Gap(reason, span_of(node)))

    def oddity(self, kind: str, what: str, node: exp.Expr) -> None:
        """Note what makes the result depend on more than its data."""
        self.oddities.append(Oddity(kind, what, span_of(node)))

    def table(self, table: Table) -> Relation:
        """A known relation, as the query reads it."""
        self.reads.add(table.name)
        made = self.schema.relations.get(table.name)
        if made is None or made[0] is not table:
            if len(self.schema.relations) == MOST:
                self.schema.relations.clear()
            made = (table, self.relation_of(table))
            self.schema.relations[table.name] = made
        return made[1]

    def relation_of(self, table: Table) -> Relation:
        """A known relation; made once for all queries over a schema."""
        fold = self.binding.fold_text
        return Relation(
            columns=tuple(Column(fold(name), name, self.base(table.name, name, kind)) for name, kind in table.columns),
            rows={self.origins.key(Origin(table.name, ROWS)): None},
            keys=table.keys,
            table=None if table.complete else lambda name: self.base(table.name, name),
        )

    def base(self, table: str, column: str, kind: str = "") -> Value:
        """A column of a relation that is read."""
        return Value({self.origins.key(Origin(table, column), IDENTITY): None}, kind=kind)

    def outside(self, name: str, reason: str, node: exp.Expr) -> Relation:
        """Something that is read and not known: any column may be in it, and what they are made of is a gap."""
        self.gap(reason, node)
        self.reads.add(name)
        rows: Influences = {self.origins.key(Origin(name, ROWS)): None}
        return Relation((), rows, table=lambda column: self.base(name, column))


def span_of(node: exp.Expr | None) -> Span | None:
    """Where a node stands, by the identifiers in it; None where it has none that came from the text."""
    if node is None:
        return None
    from sqlglot import exp  # noqa: PLC0415 - where all flows are in the cache, nobody needs a parser

    own = node if isinstance(node, exp.Identifier) else None
    found = [own] if own else list(node.find_all(exp.Identifier))
    starts = [(meta["start"], meta["end"]) for meta in (identifier.meta for identifier in found) if "start" in meta]
    return Span(min(start for start, _ in starts), max(end for _, end in starts)) if starts else None


def column_span(node: exp.Expr) -> Span | None:
    """Where a column reference stands; cheaper than `span_of`, since it is asked for each of them."""
    last = node.this.meta
    if "start" not in last:
        return None
    first = node.args.get("table")
    start = first.meta.get("start", last["start"]) if first is not None else last["start"]
    return Span(start, last["end"])
