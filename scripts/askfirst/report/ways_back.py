"""From a column back to the raw columns that reach it: of each the shortest way, and one by which a value may pass
before one that only decides."""

from __future__ import annotations

from typing import TYPE_CHECKING

from askfirst.lineage.labelling import RAW

if TYPE_CHECKING:
    from collections.abc import Mapping

    from askfirst.lineage.edges import Edge, Vertex
    from askfirst.lineage.graph import Graph

Steps = "Mapping[Vertex, Edge | None]"


def ways_back(graph: Graph, target: Vertex) -> tuple[tuple[Vertex, bool, tuple[Edge, ...]], ...]:
    """Each raw column or row set that reaches the target, whether a value may pass, and the way; sorted."""
    direct = nearest(graph, target, only_direct=True)
    every = nearest(graph, target, only_direct=False)
    return tuple(
        (origin, origin in direct, way(direct if origin in direct else every, origin))
        for origin in sorted(every)
        if origin != target and is_raw(graph, origin)
    )


def is_raw(graph: Graph, vertex: Vertex) -> bool:
    """Whether it is of a raw table or a seed."""
    known = graph.nodes.get(vertex.node)
    return known is not None and known.node.kind in RAW


def nearest(graph: Graph, target: Vertex, *, only_direct: bool) -> dict[Vertex, Edge | None]:
    """Of everything that reaches the target, the edge by which its shortest way begins. Ties fall by name."""
    first: dict[Vertex, Edge | None] = {target: None}
    level = [target]
    while level:
        following = []
        for vertex in sorted(level):
            for edge in sorted(graph.into.get(vertex, ()), key=order):
                if edge.source not in first and (edge.subtype.is_direct or not only_direct):
                    first[edge.source] = edge
                    following.append(edge.source)
        level = following
    return first


def order(edge: Edge) -> tuple[Vertex, bool, str, tuple[int, int]]:
    """A total order of the edges into one vertex; those with a place in the text come first."""
    span = (edge.span.start, edge.span.end) if edge.span else (0, 0)
    return edge.source, edge.span is None, edge.subtype.value, span


def way(first: Mapping[Vertex, Edge | None], origin: Vertex) -> tuple[Edge, ...]:
    """The way from an origin to the target."""
    edges = []
    edge = first[origin]
    while edge is not None:
        edges.append(edge)
        edge = first[edge.target]
    return tuple(edges)
