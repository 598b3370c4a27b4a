"""A graph with its labels carried through, and all that this has against the project; one way for all who judge."""

from __future__ import annotations

from typing import TYPE_CHECKING

from askfirst.findings import Finding
from askfirst.lineage.judge import Activation, Entry, judge, understated
from askfirst.lineage.labelling import about_records, begin, entries_of, lowerings
from askfirst.lineage.memory import collecting_rarely
from askfirst.lineage.propagate import Labelled, propagate

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from datetime import date

    from askfirst.lineage.graph import Graph

WHY_ENTRY = "a reclassification is the only way down for a label, and somebody answers for it"


@collecting_rarely()
def label(graph: Graph, purposes: frozenset[str], today: date) -> tuple[Labelled, tuple[Finding, ...]]:
    """Carry the labels through a graph; and AF009 for each reclassification that does not count."""
    lowered, problems = lowerings(graph, today)
    paths = {one.node.name: one.node.yaml_path for one in graph.nodes.values()}
    wrong = [broken(node, f"reclassification `{name}`: {problem}", paths[node]) for node, name, problem in problems]
    wrong += namesakes(graph)
    return propagate(graph, begin(graph, purposes), lowered, about_records(graph)), tuple(wrong)


def broken(model: str, what: str, path: str = "") -> Finding:
    """AF009: a reclassification that does not count."""
    return Finding("AF009", model, "", what, WHY_ENTRY, "put it right, or take it out", path)


def namesakes(graph: Graph) -> Iterator[Finding]:
    """AF009: two reclassifications of one name, of which nobody could say which one let something pass."""
    holders: dict[str, list[str]] = {}
    for one in graph.nodes.values():
        for entry in entries_of(one):
            holders.setdefault(str(entry.get("name")), []).append(one.node.name)
    for name, models in sorted(holders.items()):
        for model in models[1:]:
            yield broken(model, f"reclassification `{name}` has a namesake in {models[0]}")


def entries(graph: Graph) -> dict[str, Entry]:
    """The reclassifications by name; namesakes count for nothing."""
    found: dict[str, Entry] = {}
    for one in graph.nodes.values():
        for entry in entries_of(one):
            name, said = str(entry.get("name")), entry.get("purpose")
            purposes = frozenset(map(str, said if isinstance(said, list) else [said]))
            found[name] = Entry(name, frozenset() if name in found else purposes)
    return found


def judged(labelled: Labelled, activations: Iterable[Activation], purposes: frozenset[str]) -> Iterator[Finding]:
    """What the flows of a project have against it."""
    aims = tuple(activations)
    yield from judge(labelled, aims, entries(labelled.graph))
    yield from understated(labelled, purposes, aims)
