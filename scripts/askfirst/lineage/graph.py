"""The flows of a whole project: each column and each row set a vertex, each flow of a query an edge."""

from __future__ import annotations

from dataclasses import dataclass, replace
from graphlib import CycleError, TopologicalSorter
from typing import TYPE_CHECKING

from askfirst.errors import EvidenceMissing
from askfirst.lineage.context import Unreadable
from askfirst.lineage.edges import Names, Vertex, all_edges
from askfirst.lineage.flows import ROWS, Gap, QueryFlows
from askfirst.lineage.guarded import reading as guarded
from askfirst.lineage.kept import with_leftovers
from askfirst.lineage.schema import Schema, Table

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from askfirst.lineage.dialects import Binding
    from askfirst.lineage.edges import Edge
    from askfirst.lineage.flows import Span
    from askfirst.lineage.project import Node

Analyse = "Callable[[str, Schema, str], QueryFlows]"


@dataclass(frozen=True)
class NodeFlows:
    """One node analysed. ``opaque`` says why its SQL could not be read at all; then all inputs flow everywhere.

    ``beside`` is what else has filled it, beside its own SQL: hooks, and earlier runs.
    """

    node: Node
    columns: tuple[str, ...]
    flows: QueryFlows | None
    opaque: str = ""
    opaque_span: Span | None = None
    beside: tuple[QueryFlows, ...] = ()

    @property
    def gaps(self) -> tuple[Gap, ...]:
        """What could not be analysed."""
        return ((Gap(self.opaque, self.opaque_span),) if self.opaque else ()) + self.parts_unread

    @property
    def parts_unread(self) -> tuple[Gap, ...]:
        """What could not be analysed of SQL that could be, on the whole."""
        return tuple(gap for flows in self.all_flows for gap in flows.gaps)

    @property
    def all_flows(self) -> tuple[QueryFlows, ...]:
        """The flows of its own SQL and of what else has filled it."""
        return (*(() if self.flows is None else (self.flows,)), *self.beside)


@dataclass(frozen=True)
class Graph:
    """A project's flows. ``order`` lists the nodes so that each comes after what it reads."""

    nodes: Mapping[str, NodeFlows]
    order: tuple[str, ...]
    into: Mapping[Vertex, tuple[Edge, ...]]

    def vertices(self, unique_id: str) -> tuple[Vertex, ...]:
        """A node's columns, then its row set."""
        return (*(Vertex(unique_id, column) for column in self.nodes[unique_id].columns), Vertex(unique_id, ROWS))


def build_graph(
    nodes: Mapping[str, Node],
    binding: Binding,
    dialect: str,
    reading: Callable[..., QueryFlows] = guarded,
    schema: Schema | None = None,
) -> Graph:
    """Analyse every node, in the order in which they are built. ``reading`` analyses one query, or has it in a cache.

    ``schema`` is what `known_schema` makes of the nodes, where somebody has made it already.
    Raises EvidenceMissing for a cycle or for a node that reads what the manifest lacks.
    """
    check_parents(nodes)
    twins = twins_of(nodes)
    schema = schema or known_schema(nodes, binding, twins)
    found: dict[str, NodeFlows] = {}
    for unique_id in build_order(nodes, {node.unique_id: node.depends_on for node in nodes.values()}, twins):
        one = analyse_node(nodes[unique_id], schema, dialect, reading)
        found[unique_id] = one
        if one.node.parts and not one.node.complete and unique_id not in twins.values():
            schema.add(one.node.parts, table_of(one))
    if any(node.hooks or node.earlier for node in nodes.values()):
        from askfirst.lineage.written import with_written  # noqa: PLC0415 - it needs the parser, and is rare

        found = with_written(found, twins, schema, dialect, reading)
    found = {unique_id: with_leftovers(one) for unique_id, one in found.items()}
    names = Names(found, binding)
    into = all_edges(names, twins)
    if names.unlisted:
        found = with_more_columns(found, names.unlisted)
        into = all_edges(Names(found, binding), twins)
    reads = {unique_id: reads_of(one, found) for unique_id, one in found.items()}
    return Graph(found, build_order(nodes, reads, twins), into)


def known_schema(nodes: Mapping[str, Node], binding: Binding, twins: Mapping[str, str]) -> Schema:
    """The relations whose columns are known before any query is analysed."""
    schema = Schema(binding)
    for node in nodes.values():
        if node.complete and node.parts and node.unique_id not in twins.values():
            schema.add(node.parts, Table(node.unique_id, node.columns, keys=node.keys))
    return schema


def with_more_columns(found: Mapping[str, NodeFlows], more: Mapping[str, Iterable[str]]) -> dict[str, NodeFlows]:
    """Nodes with the columns that others read of them and nobody had listed: without them no label would travel."""
    return {
        unique_id: replace(one, columns=(*one.columns, *sorted(more[unique_id]))) if unique_id in more else one
        for unique_id, one in found.items()
    }


def twins_of(nodes: Mapping[str, Node]) -> dict[str, str]:
    """Sources that are another name for what the project itself builds, with the node that builds it.

    Whoever reads the relation reads it as the source, which has its own labels and those of what built it.
    """
    built = {node.parts: node.unique_id for node in nodes.values() if node.kind != "source" and node.parts}
    return {
        node.unique_id: built[node.parts] for node in nodes.values() if node.kind == "source" and node.parts in built
    }


def reads_of(one: NodeFlows, found: Mapping[str, NodeFlows]) -> tuple[str, ...]:
    """What a node reads by its SQL, whatever it says that it depends on."""
    by_sql = (name for flows in one.all_flows for name in flows.reads)
    return tuple(sorted({*(name for name in by_sql if name in found), *one.node.depends_on} - {one.node.unique_id}))


def check_parents(nodes: Mapping[str, Node]) -> None:
    """Whatever a node says that it reads has to be there."""
    for node in nodes.values():
        for parent in node.depends_on:
            if parent not in nodes and not parent.startswith(("macro.", "operation.", "function.")):
                raise EvidenceMissing(
                    f"{node.path}: `{node.name}` reads `{parent}`, which the manifest does not have.\n"
                    "Fix: run `dbt compile` (or `dbt build`) again, and let it end."
                )


def build_order(
    nodes: Mapping[str, Node], reads: Mapping[str, tuple[str, ...]], twins: Mapping[str, str]
) -> tuple[str, ...]:
    """Nodes after what they read. Raises EvidenceMissing where they read one another in a circle."""
    try:
        waits = {unique_id: [p for p in reads[unique_id] if p in nodes] for unique_id in sorted(nodes)}
        for source, builder in twins.items():
            waits[source].append(builder)
        return tuple(TopologicalSorter(waits).static_order())
    except CycleError as error:
        names = " -> ".join(nodes[unique_id].name for unique_id in error.args[1])
        raise EvidenceMissing(f"Models read one another in a circle: {names}.\nFix: break the circle.") from error


def analyse_node(node: Node, schema: Schema, dialect: str, reading: Callable[..., QueryFlows]) -> NodeFlows:
    """One node. Raw tables and seeds begin the graph; what cannot be read counts as opaque."""
    named = tuple(name for name, _ in node.columns)
    if node.kind in ("source", "seed"):
        return NodeFlows(node, named, None)
    if node.language != "sql":
        return NodeFlows(node, named, None, f"a {node.language} model: nobody can see what it does with its inputs")
    if not node.sql:
        return NodeFlows(node, named, None, "its compiled SQL is missing")
    try:
        flows = reading(node.sql, schema, dialect)
    except Unreadable as error:
        return NodeFlows(node, named, None, error.reason, error.span)
    columns = tuple(column.name for column in flows.columns)
    if node.keeps_rows or {c.lower() for c in named} <= {c.lower() for c in columns}:
        named = ()
    beside = tuple(name for name in named if name.lower() not in {column.lower() for column in columns})
    if beside and node.complete:
        gap = Gap(f"the warehouse has columns that this SQL does not make: {', '.join(beside[:3])}", None)
        flows = replace(flows, gaps=(*flows.gaps, gap))
    return NodeFlows(node, columns + beside, flows)


def table_of(one: NodeFlows) -> Table:
    """A node as others read it."""
    kinds = {name.lower(): kind for name, kind in one.node.columns}
    complete = one.node.complete or (one.flows is not None and not one.flows.gaps)
    columns = tuple((name, kinds.get(name.lower(), "")) for name in one.columns)
    keys = one.node.keys | (one.flows.keys if one.flows else frozenset())
    return Table(one.node.unique_id, columns, complete, keys)
