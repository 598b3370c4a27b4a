"""What the flows of a project have against its activation models: marks that arrive where they must not."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from askfirst.findings import Finding
from askfirst.labels import ALLOWED, read_label
from askfirst.lineage.flows import ROWS
from askfirst.lineage.graph import Vertex
from askfirst.lineage.ways import hops, told

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

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
        for vertex in labelled.graph.vertices(activation.unique_id):
            yield from at_vertex(labelled, activation, vertex, entries)
        yield from at_segment(labelled, activation)


def at_vertex(
    labelled: Labelled, activation: Activation, vertex: Vertex, entries: Mapping[str, Entry]
) -> Iterator[Finding]:
    """What is wrong at one column, or at the row set."""
    seen: set[tuple[str, str]] = set()
    for (mark, direct), _ in sorted(
        labelled.marks[vertex].items(), key=lambda item: (not item[0][1], item[0], item[1].hops)
    ):
        entry = entries.get(mark.entry)
        if entry is not None and activation.purpose in entry.purposes:
            continue
        fault = fault_of(mark, activation, direct=direct and vertex.column != ROWS)
        if fault is None or (fault.code, fault.what) in seen:
            continue
        if mark.kind == "category" and not is_personal(labelled, mark):
            continue
        seen.add((fault.code, fault.what))
        yield placed(labelled, vertex, mark, fault, direct=direct)


def placed(labelled: Labelled, vertex: Vertex, mark: Mark, fault: Finding, *, direct: bool) -> Finding:
    """A finding at a vertex, with the way that led there."""
    node = labelled.graph.nodes[vertex.node].node
    way = told(hops(labelled.graph, labelled.path(vertex, mark, direct=direct)))
    return replace(fault, model=node.name, column=vertex.column, path=node.path, way=way)


def fault_of(mark: Mark, activation: Activation, *, direct: bool) -> Finding | None:
    """What a mark means in an activation model; its place comes later."""
    kind, word = mark.kind, mark.word
    if kind == "provenance" and (word, direct) in FORBIDDEN:
        code, what, why = FORBIDDEN[word, direct]
        return fault(code, what, why, OUT)
    if kind == "provenance" and word in DESCRIBES and direct:
        why = "permission and sending records may filter; they were not kept to describe people"
        return fault("AF012", f"{word} data flows into it", why, "take the column out")
    if kind == "special_category":
        what = f"data that tells of {word} {'flows into it' if direct else 'decides it'}"
        return fault("AF005", what, SPECIAL, "leave it out; split such data off before it reaches a segment")
    if kind == "subject" and word == "other":
        what = f"data about somebody else {'flows into it' if direct else 'decides it'}"
        why = "a gift tells of whoever gets it, who told us nothing (R38)"
        return fault("AF107", what, why, "build on what the household bought for itself")
    if kind == "subject" and word == "household" and activation.subject == "self":
        what = f"household data {'flows into it' if direct else 'decides it'}, and the audience says subject: self"
        why = "what a household bought describes its other adults too, and nobody asked them (R41)"
        return fault("AF110", what, why, "say subject: household in its segment, so that the others are asked")
    if kind == "gap":
        return fault("AF006", word, BLIND, OPEN)
    if kind == "unlabelled":
        what = f"{word} reaches it without a label that can be read"
        return fault(
            "AF007", what, "a word that nobody knows cannot be judged", "label it in its YAML, under config.meta"
        )
    if kind == "not_for" and word == activation.purpose:
        what = (
            f"the audience is for {word}, and it {'shows' if direct else 'depends on'} what was not collected for that"
        )
        why = "consent counts for the purposes that it named"
        return fault("AF012", what, why, "do without it, or ask again for the new purpose")
    if kind == "category":
        why = "a category that nobody owns is presumed, and what is presumed about a person is a guess"
        fix = "give the column a `definition` with owner and says in its YAML; or label it inferred"
        return fault("AF016", f"{word} turns data about people into a category", why, fix)
    if kind == "oddity":
        why = "equal input must give equal output, and as_of is the models' only clock"
        return fault("AF017", f"it depends on {word}", why, "use as_of(); order by a key before you cut; do not sample")
    return None


def fault(code: str, what: str, why: str, fix: str) -> Finding:
    """A finding that has no place yet."""
    return Finding(code, "", "", what, why, fix)


def is_personal(labelled: Labelled, mark: Mark) -> bool:
    """Whether the column that a category mark names is made of what people said or did."""
    name, _, column = mark.word.rpartition(".")
    for unique_id, one in labelled.graph.nodes.items():
        if one.node.name == name:
            marks = labelled.marks.get(Vertex(unique_id, column), {})
            return any(other.kind == "provenance" and other.word in ("declared", "observed") for other, _ in marks)
    return True


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


def understated(labelled: Labelled, purposes: frozenset[str]) -> Iterator[Finding]:
    """AF008: a model's column that claims a label, and has flowing into it what the label does not say."""
    for unique_id, one in labelled.graph.nodes.items():
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
                    what = f"it is labelled without {mark.kind}: {mark.word}, which {'flows into' if direct else 'decides'} it"
                    why = "who reads it believes its label"
                    yield placed(labelled, vertex, mark, fault("AF008", what, why, LOWER), direct=direct)
