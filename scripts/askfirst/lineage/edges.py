"""The edges between the columns and row sets of a project: each flow, from what a query reads to what it makes."""

from __future__ import annotations

from itertools import chain
from typing import TYPE_CHECKING, NamedTuple

from askfirst.lineage.flows import ROWS, Origin, Subtype

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from askfirst.lineage.dialects import Binding
    from askfirst.lineage.flows import Span
    from askfirst.lineage.graph import NodeFlows


class Vertex(NamedTuple):
    """A column of a node, or with ``ROWS`` its row set."""

    node: str
    column: str


class Edge(NamedTuple):
    """One flow between two vertices, and where in the target's SQL it takes effect."""

    source: Vertex
    target: Vertex
    subtype: Subtype
    span: Span | None


class Names:
    """The vertices that origins mean; queries may write a column's name otherwise than the node that has it.

    ``unlisted`` are the columns that were asked for and that their node does not list, by node.
    """

    def __init__(self, found: Mapping[str, NodeFlows], binding: Binding) -> None:
        self.found = found
        self.fold = binding.fold_text
        self.columns: dict[str, dict[str, str]] = {}
        self.known: dict[Origin, Vertex] = {}
        self.kept: dict[Vertex, Vertex] = {}
        self.unlisted: dict[str, dict[str, None]] = {}

    def one(self, vertex: Vertex) -> Vertex:
        """A vertex as it was first met: a graph has each once, however many edges it has."""
        return self.kept.setdefault(vertex, vertex)

    def vertex(self, origin: Origin) -> Vertex:
        """The vertex that an origin means."""
        return self.known.get(origin) or self.first(origin)

    def first(self, origin: Origin) -> Vertex:
        """The same, of an origin that was not met before."""
        relation, written = origin
        column = written if written == ROWS else self.listed(relation).get(self.fold(written))
        if column is None and relation in self.found:
            self.unlisted.setdefault(relation, {})[written] = None
        vertex = self.known[origin] = self.one(Vertex(relation, written if column is None else column))
        return vertex

    def listed(self, relation: str) -> dict[str, str]:
        """A node's columns by their folded names."""
        if relation not in self.columns:
            names = self.found[relation].columns if relation in self.found else ()
            self.columns[relation] = {self.fold(name): name for name in names}
        return self.columns[relation]


def all_edges(names: Names, twins: Mapping[str, str]) -> dict[Vertex, tuple[Edge, ...]]:
    """The edges into each vertex; ``twins`` are sources that the project builds, with the node that builds them."""
    into: dict[Vertex, tuple[Edge, ...]] = {}
    for unique_id, one in names.found.items():
        into |= {names.one(Vertex(unique_id, column)): () for column in (*one.columns, ROWS)}
        parts = by_sql(one, names), by_twin(unique_id, names.found, twins.get(unique_id)), by_opacity(one, names.found)
        for target, edges in chain(*parts):
            into[target] = (*into.get(target, ()), *edges)
    return into


def by_sql(one: NodeFlows, names: Names) -> Iterator[tuple[Vertex, list[Edge]]]:
    """The flows of a node's query. What an incremental model reads of itself came there by the same edges."""
    unique_id, vertex = one.node.unique_id, names.vertex
    for made in one.all_flows:
        for column, flows in (*((column.name, column.flows) for column in made.columns), (ROWS, made.rows)):
            own = made is one.flows
            target = names.one(Vertex(unique_id, column)) if own else vertex(Origin(unique_id, column))
            edges = [Edge(vertex(origin), target, subtype, span) for origin, subtype, span in flows]
            yield target, [edge for edge in edges if edge.source.node != unique_id]


def by_twin(unique_id: str, found: Mapping[str, NodeFlows], twin: str | None) -> Iterator[tuple[Vertex, list[Edge]]]:
    """A source that the project itself builds has what its builder has."""
    for column in (*found[twin].columns, ROWS) if twin is not None else ():
        target = Vertex(unique_id, column)
        yield target, [Edge(Vertex(twin or "", column), target, Subtype.IDENTITY, None)]


def by_opacity(one: NodeFlows, found: Mapping[str, NodeFlows]) -> Iterator[tuple[Vertex, list[Edge]]]:
    """Of a node that nobody can read, everything may flow everywhere."""
    if one.flows is not None or not one.opaque:
        return
    parents = relations_under(one.node.depends_on, found)
    sources = [Vertex(parent, column) for parent in parents for column in (*found[parent].columns, ROWS)]
    for column in (*one.columns, ROWS):
        target = Vertex(one.node.unique_id, column)
        yield target, [Edge(source, target, Subtype.TRANSFORMATION, None) for source in sources]


def relations_under(depends_on: tuple[str, ...], found: Mapping[str, NodeFlows]) -> tuple[str, ...]:
    """What a node reads, ephemeral models taken apart into what they read."""
    reached: list[str] = []
    for parent in depends_on:
        if parent in found:
            reached += [parent] if found[parent].node.parts else relations_under(found[parent].node.depends_on, found)
    return tuple(dict.fromkeys(reached))
