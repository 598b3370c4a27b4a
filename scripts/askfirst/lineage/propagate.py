"""Labels on their way: from raw columns along every flow to every column and row set, each by its shortest path.

A label is taken apart into marks, and marks only ever unite: a provenance, a special category, a subject, a purpose
that the datum was *not* collected for, a gap. So one rule serves for all of them, and nothing is lost on the way. The
only way down is a reclassification, and that leaves a mark of its own.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

from askfirst.labels import PERSONAL
from askfirst.lineage.flows import ROWS

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from askfirst.lineage.edges import Edge, Vertex
    from askfirst.lineage.graph import Graph


ENDED = frozenset({"not_for", "datum"})
FAR = 100  # steps: a way that begins at a column tells more than one that begins at "who is in the table"


class Mark(NamedTuple):
    """One part of a label: ``kind`` is provenance, special_category, subject, not_for, datum, gap, unlabelled, oddity
    or category; ``entry`` names the reclassification that stands against it, or is empty.

    Of the last three there is one mark for all places, or one a kind: where it begins, its way tells. So the work
    goes with the number of words, and not with that of the places that are not in order.
    """

    kind: str
    word: str
    entry: str = ""


CATEGORY = Mark("category", "")
OF_PEOPLE = frozenset((Mark("provenance", word), direct) for word in PERSONAL for direct in (True, False))


class Arrival(NamedTuple):
    """A mark at a vertex: whether a value may have passed all the way, how far away it began, and by which edge.

    ``by_rows`` counts the hops that lead from row set to row set: of two ways as short, the one by columns tells more.
    """

    direct: bool
    hops: int
    edge: Edge | None
    by_rows: int = 0


Marks = dict[tuple[Mark, bool], Arrival]


@dataclass(frozen=True)
class Lowering:
    """A reclassification at some vertices: the marks that it takes off there."""

    entry: str
    marks: frozenset[tuple[str, str]]


@dataclass(frozen=True)
class Labelled:
    """A graph with all marks that arrive at each vertex."""

    graph: Graph
    marks: Mapping[Vertex, Marks]

    def path(self, vertex: Vertex, mark: Mark, *, direct: bool) -> tuple[Edge, ...]:
        """The shortest way of a mark to a vertex, from where it begins."""
        edges: list[Edge] = []
        while True:
            edge = self.marks[vertex][mark, direct].edge
            if edge is None:
                return tuple(reversed(edges))
            edges.append(edge)
            vertex = edge.source
            passed = edge.subtype.is_direct
            mark, direct = before(self.marks[vertex], mark, direct=direct, passed=passed)

    def origins(self, vertex: Vertex, mark: Mark) -> tuple[Vertex, ...]:
        """All raw columns and row sets at which a mark begins that comes to a vertex, by whichever way."""
        seen = {vertex: None}
        waiting = [vertex]
        for one in waiting:
            sources = {edge.source: None for edge in self.graph.into.get(one, ())}
            fresh = [source for source in sources if source not in seen and self.arrivals(source, mark)]
            seen |= dict.fromkeys(fresh)
            waiting += fresh
        return tuple(sorted(one for one in seen if any(came.edge is None for came in self.arrivals(one, mark))))

    def arrivals(self, vertex: Vertex, mark: Mark) -> tuple[Arrival, ...]:
        """A mark at a vertex, where a value may have passed and where none did."""
        marks = self.marks.get(vertex, {})
        return tuple(marks[mark, direct] for direct in (True, False) if (mark, direct) in marks)


def before(marks: Marks, mark: Mark, *, direct: bool, passed: bool) -> tuple[Mark, bool]:
    """What a mark was one step earlier: the nearest that becomes this one by that edge."""
    candidates = [
        (arrival.hops, other, was_direct)
        for (other, was_direct), arrival in marks.items()
        if other[:2] == mark[:2] and other.entry in ("", mark.entry) and (was_direct and passed) == direct
    ]
    _, found, was_direct = min(candidates)
    return found, was_direct


def propagate(
    graph: Graph,
    begun: Mapping[Vertex, Iterable[Mark]],
    lowered: Mapping[Vertex, tuple[Lowering, ...]],
    ending: frozenset[Vertex] = frozenset(),
) -> Labelled:
    """Carry marks through a graph.

    ``begun`` are those that begin at a vertex: raw labels, and what models add. At ``ending`` (verdicts on records)
    it ends for which purpose, and from which datum, something came; what it *is* goes on.
    """
    marks: dict[Vertex, Marks] = {}
    for unique_id in graph.order:
        for vertex in graph.vertices(unique_id):
            start = FAR if vertex.column == ROWS else 0
            arriving: Marks = {(mark, True): Arrival(True, start, None) for mark in begun.get(vertex, ())}
            edges = graph.into.get(vertex, ())
            for edge in edges:
                carry(arriving, marks.get(edge.source, {}), edge)
            if not is_personal(arriving):
                arriving = {key: arrival for key, arrival in arriving.items() if key[0] != CATEGORY or arrival.edge}
            if vertex in ending:
                arriving = {key: arrival for key, arrival in arriving.items() if key[0].kind not in ENDED}
            marks[edges[0].target if edges else vertex] = lower(arriving, lowered.get(vertex, ()))
    return Labelled(graph, marks)


def is_personal(marks: Marks) -> bool:
    """Whether something here is made of what people said or did; of other things a category presumes nothing."""
    return not OF_PEOPLE.isdisjoint(marks)


def carry(arriving: Marks, marks: Marks, edge: Edge) -> None:
    """Add what comes along one edge; of two ways the shorter stays."""
    passes, row = edge.subtype.is_direct, edge.source.column == ROWS
    made: dict[tuple[bool, int, int], Arrival] = {}  # most marks come along together: one record for all of them
    for before_it, arrival in marks.items():
        key = before_it if passes or not before_it[1] else (before_it[0], False)
        known, hops, by_rows = arriving.get(key), arrival.hops + 1, arrival.by_rows + row
        if known is None or hops < known.hops or (hops == known.hops and by_rows < known.by_rows):
            shape = (key[1], hops, by_rows)
            arriving[key] = made.get(shape) or made.setdefault(shape, Arrival(key[1], hops, edge, by_rows))


def lower(arriving: Marks, lowerings: tuple[Lowering, ...]) -> Marks:
    """What is left after reclassifications: a mark that is taken off stays, under the name of the entry."""
    if not lowerings:
        return arriving
    left: Marks = {}
    for (mark, direct), arrival in arriving.items():
        entry = next((one.entry for one in lowerings if (mark.kind, mark.word) in one.marks), "")
        key = (mark._replace(entry=entry) if entry and not mark.entry else mark, direct)
        if key not in left or (arrival.hops, arrival.by_rows) < (left[key].hops, left[key].by_rows):
            left[key] = arrival
    return left
