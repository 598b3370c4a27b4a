"""The picture's data: which layer a node is of, and how many flows run between the layers.

The lane that is kept apart is found by the labels that arrive, never by a folder's name: it holds each column and row
set that inferred or third-party data reaches, in any form. So there is a line from it into the segments or into
activation if, and only if, something leaks.
"""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from askfirst.lineage.flows import ROWS
from askfirst.lineage.labelling import RAW, entries_of
from askfirst.report.records import Box, Picture, Stream

if TYPE_CHECKING:
    from collections.abc import Mapping

    from askfirst.lineage.edges import Vertex
    from askfirst.lineage.graph import Graph
    from askfirst.lineage.propagate import Labelled
    from askfirst.report.records import Audience

KEPT_APART = frozenset({"inferred", "third_party"})
LAYERS = ("raw", "staging", "intermediate", "marts", "segments", "activation")
Place = tuple[str, bool]  # a layer, and whether it is the lane that is kept apart
BESIDE = ""
"""The layer of what only reads the way of the data: the gate, the audit."""


def picture_of(labelled: Labelled, audiences: tuple[Audience, ...]) -> Picture:
    """The layers of a project with what runs between them."""
    graph = labelled.graph
    layers = layers_of(graph, audiences)
    held = entry_purposes(graph)
    purpose = {audience.unique_id: audience.purpose for audience in audiences}
    lane = {
        vertex: (layers[vertex.node], is_kept_apart(labelled, vertex, held, purpose.get(vertex.node)))
        for vertex in labelled.marks
    }
    flows = Counter(
        (lane[edge.source], lane[vertex])
        for vertex, edges in graph.into.items()
        for edge in edges
        if edge.source in lane and vertex in lane and layers[edge.source.node] and layers[vertex.node]
    )
    boxes = [
        box(layer, kept_apart, [vertex for vertex, place in lane.items() if place == (layer, kept_apart)], flows)
        for layer in LAYERS
        for kept_apart in (False, True)
    ]
    streams = [Stream(source, target, count) for (source, target), count in sorted(flows.items()) if source != target]
    return Picture(tuple(boxes), tuple(streams), sum(layer == BESIDE for layer in layers.values()))


def box(layer: str, kept_apart: bool, vertices: list[Vertex], flows: Mapping[tuple[Place, Place], int]) -> Box:
    """One box, counted."""
    here = (layer, kept_apart)
    rows = sum(vertex.column == ROWS for vertex in vertices)
    tables = len({vertex.node for vertex in vertices})
    return Box(layer, kept_apart, tables, len(vertices) - rows, rows, flows.get((here, here), 0))


def is_kept_apart(labelled: Labelled, vertex: Vertex, held: Mapping[str, frozenset[str]], purpose: str | None) -> bool:
    """Whether inferred or third-party data reaches a place, with no reclassification in between.

    In an audience (``purpose`` is its own, None elsewhere) a reclassification counts for its own purposes alone.
    """
    return any(
        mark.kind == "provenance"
        and mark.word in KEPT_APART
        and (not mark.entry or (purpose is not None and purpose not in held.get(mark.entry, frozenset())))
        for mark, _ in labelled.marks[vertex]
    )


def entry_purposes(graph: Graph) -> dict[str, frozenset[str]]:
    """For which purposes each reclassification counts."""
    found = {}
    for one in graph.nodes.values():
        for entry in entries_of(one):
            said = entry.get("purpose")
            found[str(entry.get("name"))] = frozenset(map(str, said if isinstance(said, list) else [said]))
    return found


def layers_of(graph: Graph, audiences: tuple[Audience, ...]) -> dict[str, str]:
    """The layer of each node: by what it is to the audiences, then by its folder under models."""
    activation = frozenset(audience.unique_id for audience in audiences)
    segments = frozenset(audience.segment for audience in audiences)
    under = ancestors(graph, activation)
    found = {}
    for unique_id, one in graph.nodes.items():
        folder = one.node.path.partition("/")[2].partition("/")[0]
        if one.node.kind in RAW:
            found[unique_id] = "raw"
        elif unique_id in activation:
            found[unique_id] = "activation"
        elif unique_id in segments:
            found[unique_id] = "segments"
        elif folder in LAYERS:
            found[unique_id] = folder
        else:
            found[unique_id] = "intermediate" if unique_id in under else BESIDE
    return found


def ancestors(graph: Graph, starts: frozenset[str]) -> frozenset[str]:
    """All nodes from which something flows into the given ones."""
    sources: dict[str, set[str]] = {}
    for vertex, edges in graph.into.items():
        sources.setdefault(vertex.node, set()).update(edge.source.node for edge in edges)
    reached: set[str] = set()
    waiting = sorted(starts)
    while waiting:
        new = sources.get(waiting.pop(), set()) - reached
        reached |= new
        waiting += sorted(new)
    return frozenset(reached)
