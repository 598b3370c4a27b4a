"""What the flows of a project have against its activation models: marks that arrive where they must not."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from askfirst.findings import Finding
from askfirst.labels import ALLOWED, read_label
from askfirst.lineage.edges import Vertex
from askfirst.lineage.flows import ROWS
from askfirst.lineage.ways import called, hops, told

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from askfirst.lineage.graph import Graph
    from askfirst.lineage.propagate import Labelled, Mark

GUESS = "whoever gets this table learns the guess about everyone in it, and so does whoever opens the letter"
BOUGHT = "people never gave it to us; whoever gets this table learns it of everyone in it"
SPECIAL = "special categories (GDPR Art. 9), and what tells of them, neither select nor describe in marketing"
BLIND = "what nobody can follow may carry anything: not proved is not clean"
FORBIDDEN = {
    ("inferred", True): ("AF001", "a guess flows into it", GUESS),
    ("inferred", False): ("AF003", "inferred data decides it", GUESS),
    ("third_party", True): ("AF002", "bought or received data flows into it", BOUGHT),
    ("third_party", False): ("AF004", "third-party data decides it", BOUGHT),
}
OUT = "use what the person told us; or ask them; or reclassify it, with owner, reason, expiry and proof (AF009)"
LOWER = "say so in its label; or reclassify it, with owner, reason, expiry and proof (AF009)"
OPEN = "write what can be read: SQL over ref() and source(), the dialect's own functions, named columns"
BY_PLACE = frozenset({"category", "oddity"})  # marks that say no more than where they begin
NAMED = 5  # places without a label that are named
ODD = {"clock": "the clock", "chance": "chance", "sample": "a sample", "cut": "a cut without an order"}
DESCRIBES = frozenset({"consent", "operational"})


@dataclass(frozen=True)
class Activation:
    """An activation model, and what it says that it is for; empty where it does not say."""

    unique_id: str
    purpose: str = ""
    subject: str = ""
    segment: str = ""
    data: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Entry:
    """A reclassification that counts: the purposes for which it lowers a label."""

    name: str
    purposes: frozenset[str]


def judge(labelled: Labelled, activations: tuple[Activation, ...], entries: Mapping[str, Entry]) -> Iterator[Finding]:
    """A finding for each mark that must not be where it arrives; of several ways the shortest is told."""
    for activation in activations:
        if activation.unique_id not in labelled.graph.nodes:
            continue  # it does not stand in the warehouse, which AF013 tells
        for vertex in labelled.graph.vertices(activation.unique_id):
            yield from at_vertex(labelled, activation, vertex, entries)
        yield from at_segment(labelled, activation)


def at_vertex(
    labelled: Labelled, activation: Activation, vertex: Vertex, entries: Mapping[str, Entry]
) -> Iterator[Finding]:
    """What is wrong at one column, or at the row set."""
    seen: set[tuple[str, str]] = set()
    told_first = labelled.marks[vertex].items() if vertex.column == ROWS else ()
    hops_of = {key: arrival.hops for key, arrival in told_first}
    for (mark, direct), _ in sorted(
        labelled.marks[vertex].items(), key=lambda item: (hops_of.get(item[0], 0), not item[0][1], item[0])
    ):
        entry = entries.get(mark.entry)
        if entry is not None and activation.purpose in entry.purposes:
            continue
        begins = begins_at(labelled, vertex, mark, direct=direct)
        fault = fault_of(mark, activation, begins, direct=direct and vertex.column != ROWS)
        if fault is None or (fault.code, fault.what) in seen:
            continue
        seen.add((fault.code, fault.what))
        yield placed(labelled, vertex, mark, fault, direct=direct)


def begins_at(labelled: Labelled, vertex: Vertex, mark: Mark, *, direct: bool) -> str:
    """Where a mark begins, in words. Of what has no label, all places: to label the nearest would show the next."""
    if mark.kind == "unlabelled":
        origins = sorted(labelled.origins(vertex, mark), key=lambda origin: origin.column == ROWS)
        names = [called(labelled.graph, origin) for origin in origins]
        return ", ".join(names[:NAMED]) + (f" and {len(names) - NAMED} more" if len(names) > NAMED else "")
    path = labelled.path(vertex, mark, direct=direct) if mark.kind in BY_PLACE else ()
    return called(labelled.graph, path[0].source if path else vertex)


def placed(labelled: Labelled, vertex: Vertex, mark: Mark, fault: Finding, *, direct: bool) -> Finding:
    """A finding at a vertex, with the way that led there."""
    node = labelled.graph.nodes[vertex.node].node
    way = told(hops(labelled.graph, labelled.path(vertex, mark, direct=direct)))
    return replace(fault, model=node.name, column=vertex.column, path=node.path, way=way)


def fault_of(mark: Mark, activation: Activation, begins: str, *, direct: bool) -> Finding | None:
    """What a mark that begins somewhere means in an activation model; its place comes later."""
    meaning = MEANINGS.get(mark.kind)
    return meaning(mark.word, activation, begins, direct) if meaning is not None else None


def of_provenance(word: str, _activation: Activation, _begins: str, direct: bool) -> Finding | None:
    """AF001 to AF004; AF012 for records that may filter and not describe."""
    if (word, direct) in FORBIDDEN:
        code, what, why = FORBIDDEN[word, direct]
        return fault(code, what, why, OUT)
    if word in DESCRIBES and direct:
        why = "permission and sending records may filter; they were not kept to describe people"
        return fault("AF012", f"{word} data flows into it", why, "take the column out")
    return None


def of_special_category(word: str, _activation: Activation, _begins: str, direct: bool) -> Finding:
    """AF005."""
    what = f"data that tells of {word} {told_as(direct)}"
    return fault("AF005", what, SPECIAL, "leave it out; split such data off before it reaches a segment")


def of_subject(word: str, activation: Activation, _begins: str, direct: bool) -> Finding | None:
    """AF107 for somebody else's data, AF110 for a household's in an audience of single persons."""
    if word == "other":
        why = "a gift tells of whoever gets it, who told us nothing (R38)"
        fix = "build on what the household bought for itself"
        return fault("AF107", f"data about somebody else {told_as(direct)}", why, fix)
    if word == "household" and activation.subject == "self":
        what = f"household data {told_as(direct)}, and the audience says subject: self"
        why = "what a household bought describes its other adults too, and nobody asked them (R41)"
        return fault("AF110", what, why, "say subject: household in its segment, so that the others are asked")
    return None


def of_purpose(word: str, activation: Activation, _begins: str, direct: bool) -> Finding | None:
    """AF012."""
    if word != activation.purpose:
        return None
    what = f"the audience is for {word}, and it {'shows' if direct else 'depends on'} what was not collected for that"
    why = "consent counts for the purposes that it named"
    return fault("AF012", what, why, "do without it, or ask again for the new purpose")


def of_gap(word: str, _activation: Activation, _begins: str, _direct: bool) -> Finding:
    """AF006."""
    return fault("AF006", word, BLIND, OPEN)


def of_unlabelled(_word: str, _activation: Activation, begins: str, _direct: bool) -> Finding:
    """AF007."""
    what = f"data without a label that can be read reaches it: {begins}"
    return fault("AF007", what, "a word that nobody knows cannot be judged", "label it in its YAML, under config.meta")


def of_category(_word: str, _activation: Activation, begins: str, _direct: bool) -> Finding:
    """AF016."""
    why = "a category that nobody owns is presumed, and what is presumed about a person is a guess"
    fix = "give the column a `definition` with owner and says in its YAML; or label it inferred"
    return fault("AF016", f"{begins} turns data about people into a category", why, fix)


def of_oddity(word: str, _activation: Activation, begins: str, _direct: bool) -> Finding:
    """AF017."""
    why = "equal input must give equal output, and as_of is the models' only clock"
    fix = "use as_of(); order by a key before you cut; do not sample"
    return fault("AF017", f"{begins} depends on {ODD[word]}", why, fix)


MEANINGS: dict[str, Callable[[str, Activation, str, bool], Finding | None]] = {
    "provenance": of_provenance,
    "special_category": of_special_category,
    "subject": of_subject,
    "not_for": of_purpose,
    "gap": of_gap,
    "unlabelled": of_unlabelled,
    "category": of_category,
    "oddity": of_oddity,
}


def told_as(direct: bool) -> str:
    """Whether data passes or decides, in words."""
    return "flows into it" if direct else "decides it"


def fault(code: str, what: str, why: str, fix: str) -> Finding:
    """A finding that has no place yet."""
    return Finding(code, "", "", what, why, fix)


def at_segment(labelled: Labelled, activation: Activation) -> Iterator[Finding]:
    """AF014: the data that select the members of a segment are those that its reason names."""
    vertex = Vertex(activation.segment, ROWS)
    if not activation.segment or vertex not in labelled.marks:
        return
    found = {
        mark.word: (mark, direct)
        for mark, direct in sorted(labelled.marks[vertex])
        if mark.kind == "datum" and not mark.entry
    }
    why = "the person is told why, and shall be able to switch off just that"
    for word in sorted(set(found) - activation.data):
        what = f"`{word}` decides who is a member, and the segment's `uses` does not name it"
        mark, direct = found[word]
        fix = "name the datum under `uses` and in the reason; or do without it"
        yield placed(labelled, vertex, mark, fault("AF014", what, why, fix), direct=direct)
    for word in sorted(activation.data - set(found)):
        what = f"the segment's `uses` names a datum of category `{word}`, which does not decide who is a member"
        node = labelled.graph.nodes[activation.segment].node
        yield replace(
            fault("AF014", what, why, "take it out of `uses` and of the reason"), model=node.name, path=node.path
        )


def understated(labelled: Labelled, purposes: frozenset[str], activations: tuple[Activation, ...]) -> Iterator[Finding]:
    """AF008: a model's column that claims a label, and has flowing into it what the label does not say.

    What is built from activation models has no finding of its own: what is wrong there, is wrong before.
    """
    after = downstream(labelled.graph, frozenset(activation.unique_id for activation in activations))
    for unique_id, one in labelled.graph.nodes.items():
        if unique_id in after:
            continue
        meta = {name.lower(): said for name, said in one.node.column_meta.items()}
        for column in one.columns if one.node.kind == "model" else ():
            label = read_label(meta.get(column.lower(), {}), purposes).label
            if label is None:
                continue
            vertex = Vertex(unique_id, column)
            for mark, direct in sorted(labelled.marks[vertex], key=lambda item: (item[0], not item[1])):
                claimed = label.provenance if mark.kind == "provenance" else label.special_category
                is_hidden = mark.kind == "special_category" or (
                    mark.kind == "provenance" and mark.word not in (*ALLOWED, *DESCRIBES)
                )
                if (
                    not mark.entry
                    and is_hidden
                    and mark.word not in claimed
                    and (direct or (mark, True) not in labelled.marks[vertex])
                ):
                    what = f"it is labelled without {mark.kind}: {mark.word}, which {told_as(direct)}"
                    why = "who reads it believes its label"
                    yield placed(labelled, vertex, mark, fault("AF008", what, why, LOWER), direct=direct)


def downstream(graph: Graph, begun: frozenset[str]) -> frozenset[str]:
    """Some nodes and all that is built from them."""
    reached = set(begun)
    for unique_id in graph.order:
        if reached & set(graph.nodes[unique_id].node.depends_on):
            reached.add(unique_id)
    return frozenset(reached)
