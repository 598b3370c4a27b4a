"""Where marks begin: the labels of raw columns and row sets, what models add to them, and what nobody can see.

Labels stand in YAML, under ``config.meta`` of a column; under that of a source's table, for its row set. Where a table
does not say what its rows tell, they tell all that its columns do.
"""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from askfirst.labels import PERSONAL, Label, Reading, misspelt_keys, read_label
from askfirst.lineage.edges import Vertex
from askfirst.lineage.flows import ROWS
from askfirst.lineage.propagate import Lowering, Mark

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from askfirst.lineage.graph import Graph, NodeFlows

RAW = frozenset({"source", "seed"})
ADDED = frozenset({"inferred", "third_party"})  # what a model may say of itself on top of what flows into it
ENTRY_KEYS = ("name", "column", "from", "purpose", "owner", "reason", "expires", "proof")
FROM_KEYS = ("provenance", "special_category", "subject", "not_for")


def begin(graph: Graph, purposes: frozenset[str]) -> dict[Vertex, tuple[Mark, ...]]:
    """The marks that begin at each vertex."""
    begun: dict[Vertex, tuple[Mark, ...]] = {}
    for one in graph.nodes.values():
        if one.node.kind in RAW:
            begun.update(raw_marks(one, purposes))
        else:
            begun.update(model_marks(one, purposes))
    return begun


def raw_marks(one: NodeFlows, purposes: frozenset[str]) -> Iterator[tuple[Vertex, tuple[Mark, ...]]]:
    """Of a raw table: each column's own label, and what its row set tells."""
    unique_id = one.node.unique_id
    meta = {name.lower(): said for name, said in one.node.column_meta.items()}
    gaps = gap_marks(one)
    every: dict[Mark, None] = {}
    for column in one.columns:
        marks = marks_of(read_label(meta.get(column.lower(), {}), purposes), purposes)
        every |= dict.fromkeys(mark for mark in marks if mark.kind in ("provenance", "special_category", "subject"))
        yield Vertex(unique_id, column), (*marks, *gaps)
    said = read_label(one.node.meta, purposes)
    if said.label or said.problems:
        yield Vertex(unique_id, ROWS), (*marks_of(said, purposes), *gaps)
    else:
        yield Vertex(unique_id, ROWS), (*(every or (Mark("unlabelled", ""),)), *gaps)


def gap_marks(one: NodeFlows) -> tuple[Mark, ...]:
    """What of a node could not be analysed."""
    return tuple(Mark("gap", f"{one.node.name}: {gap.reason}") for gap in one.gaps)


def marks_of(reading: Reading, purposes: frozenset[str]) -> tuple[Mark, ...]:
    """A label as marks; one that is missing or wrong is a mark too."""
    if reading.label is None:
        return (Mark("unlabelled", ""),)
    return tuple(label_marks(reading.label, purposes))


def label_marks(label: Label, purposes: frozenset[str]) -> Iterator[Mark]:
    """The marks of one label."""
    yield from (Mark("provenance", word) for word in sorted(label.provenance))
    yield from (Mark("special_category", word) for word in sorted(label.special_category))
    yield from (Mark("subject", word) for word in sorted(label.subject & {"other", "household"}))
    if label.provenance & PERSONAL:
        yield from (Mark("not_for", purpose) for purpose in sorted(purposes - label.purposes))
        if label.category:
            yield Mark("datum", label.category)


def model_marks(one: NodeFlows, purposes: frozenset[str]) -> Iterator[tuple[Vertex, tuple[Mark, ...]]]:
    """Of a model: what it adds to its label, what it presumes, and what of it could not be analysed."""
    node = one.node
    meta = {name.lower(): said for name, said in node.column_meta.items()}
    gaps = gap_marks(one)
    oddities = tuple(dict.fromkeys(Mark("oddity", odd.kind) for made in one.all_flows for odd in made.oddities))
    categories = {column.name: column.category for column in (one.flows.columns if one.flows else ())}
    for column in (*one.columns, ROWS):
        said = meta.get(column.lower(), {}) if column else {}
        label = read_label(said, purposes).label
        added = [Mark("provenance", word) for word in sorted(label.provenance & ADDED)] if label else []
        added += [Mark("special_category", word) for word in sorted(label.special_category)] if label else []
        if categories.get(column) and not is_defined(said):
            added.append(Mark("category", ""))
        if added or gaps or oddities:
            yield Vertex(node.unique_id, column), (*added, *gaps, *oddities)


def about_records(graph: Graph) -> frozenset[Vertex]:
    """The columns whose owned definition says that they judge records and not people (``about: record``).

    What a record's readability depends on is no reason that a person could be told, and no use of the datum.
    """
    return frozenset(
        Vertex(one.node.unique_id, column)
        for one in graph.nodes.values()
        for column in one.columns
        if is_defined(said := one.node.column_meta.get(column, {})) and about(said) == "record"
    )


def about(meta: Mapping[str, object]) -> object:
    """What a definition is about."""
    said = meta.get("definition")
    return said.get("about") if isinstance(said, dict) else None


def is_defined(meta: Mapping[str, object]) -> bool:
    """Whether somebody owns the definition of a category: ``definition: {owner, says}``."""
    said = meta.get("definition")
    return isinstance(said, dict) and all(isinstance(said.get(key), str) and said[key] for key in ("owner", "says"))


def lowerings(graph: Graph, today: date) -> tuple[dict[Vertex, tuple[Lowering, ...]], list[tuple[str, str, str]]]:
    """The reclassifications of a project, and what is wrong with any (node, entry, problem): it lowers nothing."""
    found: dict[Vertex, tuple[Lowering, ...]] = {}
    problems: list[tuple[str, str, str]] = []
    for one in graph.nodes.values():
        for number, entry in enumerate(entries_of(one)):
            name = str(entry.get("name") or f"number {number + 1}")
            wrong = tuple(wrong_with(entry, one, today))
            problems += [(one.node.name, name, problem) for problem in wrong]
            if wrong:
                continue
            lowering = Lowering(name, frozenset(taken_off(entry["from"])))
            for column in columns_of(entry):
                vertex = Vertex(one.node.unique_id, ROWS if column == "rows" else column)
                found[vertex] = (*found.get(vertex, ()), lowering)
    return found, problems


def entries_of(one: NodeFlows) -> list[dict[str, object]]:
    """The reclassifications that a model's YAML lists."""
    said = one.node.meta.get("reclassify")
    listed = said if isinstance(said, list) else ([said] if said else [])
    return [entry if isinstance(entry, dict) else {"name": str(entry)} for entry in listed]


def columns_of(entry: Mapping[str, object]) -> tuple[str, ...]:
    """The columns that an entry is about; ``rows`` is the row set."""
    said = entry.get("column")
    return tuple(map(str, said)) if isinstance(said, list) else (str(said),)


def taken_off(said: object) -> Iterator[tuple[str, str]]:
    """The marks that ``from`` names."""
    for kind, words in said.items() if isinstance(said, dict) else ():
        for word in words if isinstance(words, list) else [words]:
            yield str(kind), str(word)


def wrong_with(entry: Mapping[str, object], one: NodeFlows, today: date) -> Iterator[str]:
    """What keeps an entry from counting (AF009)."""
    yield from misspelt_keys(entry, ENTRY_KEYS)
    for key in ENTRY_KEYS:
        if not entry.get(key):
            yield f"it lacks `{key}`"
    said = entry.get("from")
    if said and not (isinstance(said, dict) and set(said) <= set(FROM_KEYS)):
        yield f"`from` must name {', '.join(FROM_KEYS)}"
    for column in columns_of(entry):
        if column not in ("rows", *one.columns):
            yield f"`{column}` is no column of it"
    yield from expired(entry.get("expires"), today)


def expired(expires: object, today: date) -> Iterator[str]:
    """What is wrong with the day until which an entry counts."""
    if isinstance(expires, str):
        try:
            expires = date.fromisoformat(expires)
        except ValueError:
            yield f"`expires` is no date such as 2027-06-30: {expires}"
            return
    if isinstance(expires, date) and expires < today:
        yield f"it expired on {expires.isoformat()}"
