"""Where a column or a row set comes from, and where it goes: a walk over the graph, each vertex opened once."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from askfirst.lineage.edges import Vertex
from askfirst.lineage.flows import ROWS
from askfirst.lineage.ways import called, place_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from askfirst.lineage.edges import Edge
    from askfirst.lineage.graph import Graph
    from askfirst.lineage.propagate import Labelled, Mark
    from askfirst.lineage.ways import Place

Neighbours = dict[Vertex, dict[Vertex, list["Edge"]]]
QUIET = frozenset({"not_for", "oddity"})  # marks that a tree need not show
WIDEST = 100  # of a line of SQL


@dataclass(frozen=True)
class Trace:
    """A walk from one vertex. ``backward``: to what it is made of. ``marked`` are the activation models."""

    labelled: Labelled
    start: Vertex
    backward: bool
    near: Mapping[Vertex, Mapping[Vertex, list[Edge]]]
    reached: tuple[Vertex, ...]
    marked: frozenset[str] = frozenset()

    @property
    def graph(self) -> Graph:
        """The graph walked over."""
        return self.labelled.graph

    @property
    def ends(self) -> tuple[Vertex, ...]:
        """Where the walk ends: raw columns, or what nobody reads."""
        return tuple(vertex for vertex in self.reached if not self.near.get(vertex))


def trace(labelled: Labelled, start: Vertex, *, backward: bool, marked: frozenset[str] = frozenset()) -> Trace:
    """Walk from a vertex as far as flows go."""
    near: Neighbours = {}
    for target, edges in labelled.graph.into.items():
        for edge in edges:
            one, other = (target, edge.source) if backward else (edge.source, target)
            near.setdefault(one, {}).setdefault(other, []).append(edge)
    seen = {start: None}
    waiting = [start]
    for vertex in waiting:
        fresh = [other for other in sorted(near.get(vertex, ())) if other not in seen]
        seen |= dict.fromkeys(fresh)
        waiting += fresh
    kept = {vertex: near[vertex] for vertex in seen if vertex in near}
    return Trace(labelled, start, backward, kept, tuple(vertex for vertex in seen if vertex != start), marked)


def as_text(walk: Trace, depth: int | None = None) -> str:
    """The walk as a tree; a vertex that stands in it already is not opened again."""
    lines = [head(walk, walk.start)]
    labels = label_words(walk, walk.start)
    if labels:
        lines.append(f"  labels  {labels}")
    opened: set[Vertex] = set()
    stack = [(walk.start, 0)] if depth != 0 else []
    lines += branches(walk, stack, opened, depth)
    if walk.backward and walk.start.column != ROWS:
        name = walk.graph.nodes[walk.start.node].node.name
        lines.append(f"who is in it is decided beside: askfirst explain {name}")
    return "\n".join([*lines, "", ending(walk)])


def branches(walk: Trace, stack: list[tuple[Vertex, int]], opened: set[Vertex], depth: int | None) -> list[str]:
    """The lines under a vertex. A stack instead of recursion: projects are deeper than Python's."""
    lines: list[str] = []
    pending: list[tuple[Vertex, int, list[Edge] | None]] = [(vertex, level, None) for vertex, level in stack]
    while pending:
        vertex, level, edges = pending.pop()
        again = vertex in opened and bool(walk.near.get(vertex))
        if edges is not None:
            lines += branch(walk, vertex, level, edges, again=again)
        if vertex in opened:
            continue
        opened.add(vertex)
        if depth is not None and level >= depth:
            continue
        below = sorted(walk.near.get(vertex, {}).items(), reverse=True)
        pending += [(other, level + 1, links) for other, links in below]
    return lines


def branch(walk: Trace, vertex: Vertex, level: int, edges: Iterable[Edge], *, again: bool) -> list[str]:
    """One vertex in the tree: how it takes part, and the SQL that lets it."""
    indent = "  " * level
    arrow = "<-" if walk.backward else "->"
    subtypes = ", ".join(sorted({edge.subtype.value for edge in edges}))
    lines = [f"{indent}{arrow} {head(walk, vertex)}  {subtypes}{'  (see above)' if again else ''}"]
    places = {place: None for edge in edges if (place := place_of_edge(walk.graph, edge)) is not None}
    lines += [f"{indent}     {place.path}:{place.line}  {shortened(place.text)}" for place in places]
    return lines


def head(walk: Trace, vertex: Vertex) -> str:
    """A vertex by its name, with what it is."""
    known = walk.graph.nodes.get(vertex.node)
    kind = f" [{known.node.kind}]" if known is not None and known.node.kind in ("source", "seed", "snapshot") else ""
    mark = " [activation]" if vertex.node in walk.marked else ""
    return f"{called(walk.graph, vertex)}{kind}{mark}"


def place_of_edge(graph: Graph, edge: Edge) -> Place | None:
    """Where an edge takes effect."""
    known = graph.nodes.get(edge.target.node)
    return place_of(known.node, edge.span) if known is not None else None


def shortened(text: str) -> str:
    """A line of SQL that fits on a line."""
    line = text.strip()
    return line if len(line) <= WIDEST else f"{line[: WIDEST - 4]} ..."


def label_words(walk: Trace, vertex: Vertex) -> str:
    """The labels that arrive at a vertex, in words; indirect ones are said to be."""
    told: dict[Mark, bool] = {}
    for mark, direct in sorted(walk.labelled.marks.get(vertex, {}), key=lambda key: (key[0], not key[1])):
        if mark.kind not in QUIET:
            told.setdefault(mark, direct)
    return "; ".join(in_words(mark, direct=direct) for mark, direct in told.items())


def in_words(mark: Mark, *, direct: bool) -> str:
    """A mark in words."""
    lowered = f"(lowered by {mark.entry})" if mark.entry else ""
    return " ".join(part for part in (mark.kind, mark.word, "" if direct else "(indirect)", lowered) if part)


def ending(walk: Trace) -> str:
    """The walk in one line."""
    ends = walk.ends
    if walk.backward:
        raw = sorted({called(walk.graph, vertex) for vertex in ends if vertex.column != ROWS})
        return f"{several(len(raw), 'column')} at its origin{': ' if raw else ''}{', '.join(raw)}"
    models = {vertex.node for vertex in walk.reached}
    active = sorted({walk.graph.nodes[node].node.name for node in models & walk.marked})
    columns = sum(vertex.column != ROWS for vertex in walk.reached)
    told = f"{several(columns, 'column')} and {several(len(walk.reached) - columns, 'row set')}"
    return f"reaches {told} of {several(len(models), 'model')}; of activation: {', '.join(active) or 'none'}"


def several(count: int, word: str) -> str:
    """A count and its word, in the plural if need be."""
    return f"{count} {word}{'' if count == 1 else 's'}"


def as_json(walk: Trace) -> str:
    """The walk as data: the labels at its start, every vertex reached, every edge."""
    graph = walk.graph
    edges = [edge for links in walk.near.values() for several in links.values() for edge in several]
    told = {
        "of": vertex_json(graph, walk.start),
        "direction": "origin" if walk.backward else "impact",
        "labels": [
            {"kind": mark.kind, "word": mark.word, "direct": direct, "reclassified_by": mark.entry}
            for mark, direct in sorted(walk.labelled.marks.get(walk.start, {}))
        ],
        "reached": [
            {**vertex_json(graph, vertex), "ends": not walk.near.get(vertex), "activation": vertex.node in walk.marked}
            for vertex in sorted(walk.reached)
        ],
        "edges": sorted((edge_json(graph, edge) for edge in edges), key=json.dumps),
    }
    return json.dumps(told, indent=2, ensure_ascii=False, sort_keys=True)


def vertex_json(graph: Graph, vertex: Vertex) -> dict[str, Any]:
    """A vertex; a row set has no column."""
    known = graph.nodes.get(vertex.node)
    return {
        "node": vertex.node,
        "name": known.node.name if known else vertex.node,
        "kind": known.node.kind if known else "",
        "column": vertex.column or None,
    }


def edge_json(graph: Graph, edge: Edge) -> dict[str, Any]:
    """An edge with its place."""
    place = place_of_edge(graph, edge)
    return {
        "from": {"node": edge.source.node, "column": edge.source.column or None},
        "to": {"node": edge.target.node, "column": edge.target.column or None},
        "type": "DIRECT" if edge.subtype.is_direct else "INDIRECT",
        "subtype": edge.subtype.value,
        "file": place.path if place else None,
        "line": place.line if place else None,
        "sql": place.text.strip() if place else None,
    }
