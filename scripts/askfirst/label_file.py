"""Labels in a file of their own, for a project whose YAML is not to be touched (``askfirst check --labels FILE``).

    purposes: [offers, service]              # every purpose that there is; any other word is a typo
    recipients: {mailer: processor}          # who may receive: self, processor or third_party
    labels:
      shop.customers:                        # a source, seed or model by name; * stands for anything
        rows: {provenance: observed, subject: self, purposes: [offers]}
        columns:
          email: {provenance: declared, subject: self, purposes: [offers]}
          "*": {provenance: technical}       # every other column
    activation:
      newsletter: {purpose: offers, subject: self, recipient: mailer, owner: crm-team}
    reclassify:
      newsletter:
        - {name: ..., column: ..., from: {...}, purpose: ..., owner: ..., reason: ..., expires: ..., proof: ...}

What it says of a column stands in place of what the project's own meta says of it.
"""

from __future__ import annotations

import difflib
from dataclasses import dataclass, field, replace
from fnmatch import fnmatchcase
from typing import TYPE_CHECKING

from askfirst.errors import WrongConfiguration
from askfirst.labels import KEYS, read_label
from askfirst.marked_yaml import read_marked
from askfirst.naming import index_of, names_of, nearest

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping
    from pathlib import Path

    from askfirst.lineage.graph import Graph, NodeFlows
    from askfirst.lineage.project import Node
    from askfirst.marked_yaml import Marked

SECTIONS = ("purposes", "recipients", "labels", "activation", "reclassify")
PARTS = ("rows", "columns")
SAID = ("purpose", "subject", "recipient", "owner", "segment", "uses")
KINDS = ("self", "processor", "third_party")
ANY = "*"
Meta = dict[str, object]


@dataclass(frozen=True)
class Labels:
    """What a file says of the relations that a pattern fits: of each column, and of the row set (None: nothing)."""

    pattern: str
    columns: Mapping[str, Meta]
    rows: Meta | None


@dataclass(frozen=True)
class LabelFile:
    """A label file, read and checked by itself. ``at`` tells the place of an entry for an error."""

    marked: Marked
    purposes: frozenset[str]
    recipients: Mapping[str, str]
    labels: tuple[Labels, ...]
    activation: Mapping[str, Meta] = field(default_factory=dict)
    reclassify: Mapping[str, list[object]] = field(default_factory=dict)

    def at(self, *keys: str) -> str:
        """Where an entry stands."""
        return self.marked.at(*keys)


def read_label_file(path: Path) -> LabelFile:
    """Read a label file. Whatever is wrong in it is WrongConfiguration, with its line."""
    marked = read_marked(path)
    top = section(marked, (), SECTIONS)
    file = LabelFile(
        marked=marked,
        purposes=frozenset(purposes_in(marked, top.get("purposes"))),
        recipients=dict(recipients_in(marked)),
        labels=tuple(labels_in(marked)),
        activation={name: section(marked, ("activation", name), SAID) for name in section(marked, ("activation",))},
        reclassify={name: entries_in(marked, name) for name in section(marked, ("reclassify",))},
    )
    check_labels(file)
    return file


def section(marked: Marked, keys: tuple[str, ...], known: tuple[str, ...] = ()) -> Meta:
    """The mapping under some keys, empty where nothing is; its keys have to be known ones, if those are given."""
    found: object = marked.data
    for key in keys:
        found = found.get(key) if isinstance(found, dict) else None
    if found is None:
        return {}
    where = f"`{keys[-1]}`" if keys else "the file"
    if not isinstance(found, dict):
        raise wrong(marked, keys, f"{where} must be a mapping", "write keys and values under it, as docs/cli.md shows")
    for key in found:
        if known and key not in known:
            close = difflib.get_close_matches(key, known, n=1)
            fix = f"did you mean `{close[0]}`?" if close else f"take one of {', '.join(known)}"
            raise wrong(marked, (*keys, key), f"`{key}` is unknown in {where}", fix)
    return dict(found)


def wrong(marked: Marked, keys: tuple[str, ...], what: str, fix: str) -> WrongConfiguration:
    """An error with its place."""
    return WrongConfiguration(f"{marked.at(*keys)}: {what}.\nFix: {fix}")


def purposes_in(marked: Marked, said: object) -> Iterator[str]:
    """The purposes that a file lists."""
    if said is None:
        return
    if not isinstance(said, list) or not all(isinstance(word, str) for word in said):
        raise wrong(marked, ("purposes",), "`purposes` must be a list of words", "write purposes: [offers, service]")
    yield from said


def recipients_in(marked: Marked) -> Iterator[tuple[str, str]]:
    """The recipients that a file lists, with what each is."""
    for name, kind in section(marked, ("recipients",)).items():
        if kind not in KINDS:
            what = f"recipient `{name}` is `{kind}`, which is unknown"
            raise wrong(marked, ("recipients", name), what, f"take one of {', '.join(KINDS)}")
        yield name, str(kind)


def labels_in(marked: Marked) -> Iterator[Labels]:
    """The labels that a file lists."""
    for pattern in section(marked, ("labels",)):
        parts = section(marked, ("labels", pattern), PARTS)
        columns = section(marked, ("labels", pattern, "columns"))
        yield Labels(
            pattern,
            {name: section(marked, ("labels", pattern, "columns", name), (*KEYS, "definition")) for name in columns},
            section(marked, ("labels", pattern, "rows"), KEYS) if "rows" in parts else None,
        )


def entries_in(marked: Marked, name: str) -> list[object]:
    """The reclassifications of one model."""
    found = section(marked, ("reclassify",))[name]
    return list(found) if isinstance(found, list) else [found]


def check_labels(file: LabelFile) -> None:
    """Every label has to read."""
    purposes = file.purposes or frozenset(words_for_purposes(file))
    for labels in file.labels:
        for name, meta in labels.columns.items():
            check_label(file, ("labels", labels.pattern, "columns", name), meta, purposes)
        if labels.rows is not None:
            check_label(file, ("labels", labels.pattern, "rows"), labels.rows, purposes)


def check_label(file: LabelFile, keys: tuple[str, ...], meta: Meta, purposes: frozenset[str]) -> None:
    """One label has to read; a definition may stand alone."""
    reading = read_label(meta, purposes)
    if reading.label is None and (reading.problems or "definition" not in meta):
        problem = next(iter(reading.problems), "`provenance` is missing")
        what = f"{keys[1]}.{keys[-1]}: {problem}"
        raise wrong(file.marked, keys, what, "correct the label; docs/cli.md lists the words")


def words_for_purposes(file: LabelFile) -> Iterator[str]:
    """The purposes that a file's labels and activation models name, where it has no list of them."""
    for labels in file.labels:
        for meta in (*labels.columns.values(), labels.rows or {}):
            yield from purposes_of(meta)
    for said in file.activation.values():
        if isinstance(said.get("purpose"), str):
            yield str(said["purpose"])


def purposes_of(meta: Mapping[str, object]) -> tuple[str, ...]:
    """The words under ``purposes``, one or a list of them."""
    said = meta.get("purposes")
    listed = said if isinstance(said, list) else [said]
    return tuple(word for word in listed if isinstance(word, str))


def labelled(graph: Graph, file: LabelFile) -> Graph:
    """A graph whose nodes carry what a label file says of them."""
    for labels in file.labels:
        check_fits(graph, file, labels)
    entries = {named(file, graph, "reclassify", name): listed for name, listed in file.reclassify.items()}
    nodes = {
        unique_id: with_labels(one, [labels for labels in file.labels if fits(one.node, labels.pattern)], entries)
        for unique_id, one in graph.nodes.items()
    }
    return replace(graph, nodes=nodes)


def fits(node: Node, pattern: str) -> bool:
    """Whether a pattern means a node."""
    return any(fnmatchcase(name, pattern.lower()) for name in names_of(node))


def with_labels(one: NodeFlows, labels: list[Labels], entries: Mapping[str, list[object]]) -> NodeFlows:
    """One node with its labels; a name stands over a pattern, and a longer pattern over a shorter."""
    columns, meta = dict(one.node.column_meta), dict(one.node.meta)
    for said in sorted(labels, key=lambda said: (ANY not in said.pattern, len(said.pattern))):
        by_name = {name.lower(): label for name, label in said.columns.items()}
        for column in one.columns:
            label = by_name.get(column.lower(), by_name.get(ANY))
            if label is not None:
                columns = {name: old for name, old in columns.items() if name.lower() != column.lower()}
                columns[column] = label
        if said.rows is not None:
            meta = {**{key: value for key, value in meta.items() if key not in KEYS}, **said.rows}
    if one.node.unique_id in entries:
        meta["reclassify"] = entries[one.node.unique_id]
    return replace(one, node=replace(one.node, column_meta=columns, meta=meta))


def check_fits(graph: Graph, file: LabelFile, labels: Labels) -> None:
    """A pattern has to mean something, and so has each of its columns."""
    nodes = [one for one in graph.nodes.values() if fits(one.node, labels.pattern)]
    if not nodes:
        raise unknown_relation(file, ("labels", labels.pattern), (one.node for one in graph.nodes.values()))
    known = {column.lower() for one in nodes for column in one.columns}
    if any(one.node.kind == "source" and not one.node.complete for one in nodes):
        return  # without a catalog nobody knows which columns there are
    for name in labels.columns:
        if name != ANY and name.lower() not in known:
            close = nearest(name, known)
            fix = f"did you mean `{close[0]}`?" if close else "take it out"
            keys = ("labels", labels.pattern, "columns", name)
            raise wrong(file.marked, keys, f"`{labels.pattern}` has no column `{name}`", fix)


def named(file: LabelFile, graph: Graph, part: str, name: str) -> str:
    """The unique id of the one model that a name means."""
    found = index_of(one.node for one in graph.nodes.values()).get(name.lower(), ())
    if len(found) > 1:
        what = f"`{name}` is ambiguous: it may be {' or '.join(found)}"
        raise wrong(file.marked, (part, name), what, "name it by its unique id")
    if not found:
        raise unknown_relation(file, (part, name), (one.node for one in graph.nodes.values()))
    return found[0]


def unknown_relation(file: LabelFile, keys: tuple[str, ...], nodes: Iterable[Node]) -> WrongConfiguration:
    """An error for a name that no relation has."""
    close = nearest(keys[-1], index_of(nodes))
    fix = f"did you mean `{close[0]}`?" if close else "name a source, seed or model of the manifest"
    return wrong(file.marked, keys, f"`{keys[-1]}` is no relation of this project", fix)
