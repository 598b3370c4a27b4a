"""The way of a mark as people read it: hop by hop, each with the SQL that lets it through, its file and line."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from askfirst.lineage.flows import ROWS, Subtype

if TYPE_CHECKING:
    from collections.abc import Sequence

    from askfirst.lineage.edges import Edge, Vertex
    from askfirst.lineage.flows import Span
    from askfirst.lineage.graph import Graph
    from askfirst.lineage.project import Node

WORDS = {
    Subtype.IDENTITY: "as it is",
    Subtype.TRANSFORMATION: "in an expression",
    Subtype.AGGREGATION: "in an aggregate",
    Subtype.JOIN: "by a join",
    Subtype.GROUP_BY: "by grouping",
    Subtype.FILTER: "by a filter",
    Subtype.SORT: "by the order",
    Subtype.WINDOW: "by a window",
    Subtype.CONDITIONAL: "by a condition",
}


@dataclass(frozen=True)
class Place:
    """A piece of SQL in a file: the line's number and text, and where in it the piece stands (from 0, end excluded)."""

    path: str
    line: int
    text: str
    start: int
    end: int


@dataclass(frozen=True)
class Hop:
    """One step of a way. ``place`` is None where the text does not say."""

    source: str
    target: str
    subtype: Subtype
    place: Place | None


def hops(graph: Graph, path: Sequence[Edge]) -> tuple[Hop, ...]:
    """A path of edges as hops."""
    return tuple(
        Hop(
            called(graph, edge.source),
            called(graph, edge.target),
            edge.subtype,
            place_of(graph.nodes[edge.target.node].node, edge.span),
        )
        for edge in path
    )


def called(graph: Graph, vertex: Vertex) -> str:
    """A vertex by its name: ``model.column``, or ``model (rows)``."""
    known = graph.nodes.get(vertex.node)
    name = known.node.name if known is not None else vertex.node
    return f"{name} (rows)" if vertex.column == ROWS else f"{name}.{vertex.column}"


def place_of(node: Node, span: Span | None) -> Place | None:
    """Where a piece of compiled SQL stands: in the model's own file where the line is there too, else as compiled."""
    if span is None or not node.sql:
        return None
    before = node.sql.rfind("\n", 0, span.start) + 1
    after = node.sql.find("\n", span.start)
    text = node.sql[before : after if after >= 0 else len(node.sql)]
    start, end = span.start - before, min(span.end + 1 - before, len(text))
    number = own_line(node.raw, text, node.sql.count("\n", 0, before))
    if number is not None:
        return Place(node.path, number, text, start, end)
    path = f"{node.path} (compiled)" if not node.compiled_path else node.compiled_path
    return Place(path, node.sql.count("\n", 0, before) + 1, text, start, end)


def own_line(raw: str, text: str, guess: int) -> int | None:
    """The number of the line of a model's file that compiled to this one: the nearest of those with the same text."""
    wanted = text.strip()
    same = [number for number, line in enumerate(raw.splitlines()) if line.strip() == wanted]
    return min(same, key=lambda number: abs(number - guess)) + 1 if wanted and same else None


def told(way: Sequence[Hop]) -> tuple[str, ...]:
    """A way as lines of text: where it begins, then each hop under it, the SQL underlined where it can be shown."""
    if not way:
        return ()
    lines = [way[0].source]
    for hop in way:
        at = f"  {hop.place.path}:{hop.place.line}" if hop.place else ""
        lines.append(f"-> {hop.target}  {WORDS[hop.subtype]}{at}")
        if hop.place:
            stripped = hop.place.text.lstrip()
            cut = len(hop.place.text) - len(stripped)
            lines.append(f"     {stripped}")
            lines.append("     " + " " * (hop.place.start - cut) + "^" * max(1, hop.place.end - hop.place.start))
    return tuple(lines)
