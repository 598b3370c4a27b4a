"""Judge any dbt project by its artifacts alone: flows, labels, activation models, findings, and what was not seen."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from askfirst.activation import chosen, silent
from askfirst.errors import WrongConfiguration
from askfirst.label_file import labelled as with_file
from askfirst.label_file import named, purposes_of
from askfirst.labels import misspelt_keys, read_label
from askfirst.lineage.verdict import entries, judged, label
from askfirst.lineage.whole import project_graph
from askfirst.policy import activation_models, mapping
from askfirst.policy import check as check_policy
from askfirst.proofs import outcomes, refuted, unrun
from askfirst.reach import CONTRADICTED, UNREAD, UNRUN, blind_spots, within_reach

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping
    from datetime import date

    from askfirst.activation import Chosen
    from askfirst.evidence import Evidence
    from askfirst.findings import Finding
    from askfirst.label_file import LabelFile
    from askfirst.lineage.graph import Graph
    from askfirst.lineage.project import Node
    from askfirst.lineage.propagate import Labelled
    from askfirst.reach import Blind

OWN_RECIPIENTS = {kind: kind for kind in ("self", "processor", "third_party")}
TOLD = 12  # problems of labels told at once


@dataclass(frozen=True)
class Question:
    """What to judge: which activation models, and by which day's reclassifications.

    ``reach_only``: what cannot be read and is not on the way to activation leaves nothing unproved.
    """

    selectors: tuple[str, ...]
    today: date
    reach_only: bool = False


@dataclass(frozen=True)
class Coverage:
    """How much was analysed: nodes by kind, columns, and those of them whose origins are all known.

    ``keep_rows`` are the models and snapshots that keep what earlier runs brought in, by SQL that no manifest tells.
    """

    models: int
    models_read: int
    columns: int
    columns_resolved: int
    raw_tables: int
    raw_columns: int
    raw_columns_labelled: int
    keep_rows: tuple[str, ...]


@dataclass(frozen=True)
class Checked:
    """What a check found.

    ``unproved`` are the blind spots that leave the project unproved, ``firm`` the findings that stand without them.
    """

    activations: tuple[Chosen, ...]
    labelled: Labelled
    findings: tuple[Finding, ...]
    blind: tuple[Blind, ...]
    unproved: tuple[Blind, ...]
    firm: tuple[Finding, ...]
    coverage: Coverage
    entries: int

    @property
    def exit_code(self) -> int:
        """1 for a leak, 3 for what is not proved, 0 for neither. What was not seen is no leak, and no proof."""
        return 1 if self.firm else 3 if self.unproved or self.findings else 0


def graph_of(
    evidence: Evidence,
    file: LabelFile | None,
    step: Callable[[], None] = lambda: None,
    nodes: Mapping[str, Node] | None = None,
) -> Graph:
    """A project's flows, its nodes with the labels of a file; of all of it, or of ``nodes`` alone."""
    graph = project_graph(nodes or evidence.nodes, evidence.binding, evidence.dialect, evidence.flows_cache, step)
    return with_file(graph, file) if file else graph


def check(
    evidence: Evidence, file: LabelFile | None, question: Question, step: Callable[[], None] = lambda: None
) -> Checked:
    """Judge a project. Raises AskfirstStop for what keeps it from being judged at all."""
    graph = graph_of(evidence, file, step)
    extra = {named(file, graph, "activation", name): said for name, said in file.activation.items()} if file else {}
    activations = chosen(evidence.manifest, evidence.tags, question.selectors, extra, evidence.reference)
    purposes = known_purposes(evidence, file, graph, activations)
    check_labels(graph, purposes)
    labelled, wrong = label(graph, purposes, question.today)
    failed = [(proof, outcome) for proof, outcome in outcomes(evidence.warehouse, graph) if not outcome.holds]
    disproved = (refuted(proof, outcome) for proof, outcome in failed if not outcome.problem)
    beside = (*wrong, *disproved, *sayings(evidence, file, activations, purposes))
    found = (*beside, *judged(labelled, (one.activation for one in activations), purposes))
    reach = within_reach(graph, [one.model.unique_id for one in activations])
    not_run = (unrun(proof, outcome, reach) for proof, outcome in failed if outcome.problem)
    blind = (*blind_spots(graph, evidence.listed, reach, evidence.elsewhere), *not_run)
    unproved = tuple(
        spot
        for spot in blind
        if spot.kind in (UNREAD, CONTRADICTED, UNRUN) and (spot.reaches or not question.reach_only)
    )
    firm = found
    unread = {spot.unique_id for spot in unproved if spot.kind != UNRUN}
    if unread:
        seen, _ = label(without(graph, unread), purposes, question.today)
        certain = {
            statement(one) for one in (*beside, *judged(seen, (one.activation for one in activations), purposes))
        }
        firm = tuple(one for one in found if statement(one) in certain)
    return Checked(
        activations=activations,
        labelled=labelled,
        findings=tuple(sorted(set(found))),
        blind=blind,
        unproved=unproved,
        firm=firm,
        coverage=coverage(graph, purposes),
        entries=len(entries(graph)),
    )


def without(graph: Graph, unread: set[str]) -> Graph:
    """A graph in which nothing is presumed of some nodes: no flow into them, and none of their gaps."""
    nodes = {
        name: replace(
            one,
            opaque="",
            flows=None if one.opaque or one.flows is None else replace(one.flows, gaps=()),
            beside=tuple(replace(flows, gaps=()) for flows in one.beside),
        )
        if name in unread
        else one
        for name, one in graph.nodes.items()
    }
    opaque = {name for name in unread if graph.nodes[name].opaque}
    into = {vertex: () if vertex.node in opaque else edges for vertex, edges in graph.into.items()}
    return replace(graph, nodes=nodes, into=into)


def statement(finding: Finding) -> tuple[str, str, str, str]:
    """A finding without the way that led there, and without the names of all that reach it (AF007)."""
    return finding.code, finding.model, finding.column, "" if finding.code == "AF007" else finding.what


def activation_ids(
    evidence: Evidence, file: LabelFile | None, graph: Graph, selectors: tuple[str, ...]
) -> frozenset[str]:
    """The unique ids of the activation models in a graph; none where none is said."""
    extra = {named(file, graph, "activation", name): said for name, said in file.activation.items()} if file else {}
    if not selectors and not extra and not activation_models(evidence.manifest):
        return frozenset()
    found = chosen(evidence.manifest, evidence.tags, selectors, extra, evidence.reference)
    return frozenset(one.model.unique_id for one in found)


def known_purposes(
    evidence: Evidence, file: LabelFile | None, graph: Graph, activations: tuple[Chosen, ...] = ()
) -> frozenset[str]:
    """Every purpose that there is: by the label file and the seeds; where neither lists any, all that are named."""
    listed = frozenset(file.purposes if file else ()) | frozenset(
        evidence.reference.purposes if evidence.reference else ()
    )
    if listed:
        return listed
    metas = [meta for one in graph.nodes.values() for meta in (one.node.meta, *one.node.column_meta.values())]
    metas += [mapping(one.node.meta.get("activation")) for one in graph.nodes.values()]
    said = {
        word for meta in metas for word in (*purposes_of(meta), meta.get("purpose")) if isinstance(word, str) and word
    }
    return frozenset(said | {one.word("purpose") for one in activations} - {""})


def check_labels(graph: Graph, purposes: frozenset[str]) -> None:
    """A label that does not read is wrong configuration, wherever it stands.

    What names no `provenance` is no label, and may be another tool's: then the column counts as unlabelled.
    """
    problems = [
        f"{one.node.yaml_path or one.node.path}: {one.node.name}.{name}: {problem}"
        for one in graph.nodes.values()
        for name, meta in labels_of(one.node)
        if "provenance" in meta or misspelt_keys(meta, ("provenance",))
        for problem in read_label(meta, purposes).problems
    ]
    if problems:
        told = "\n  ".join(sorted(problems)[:TOLD])
        more = f"\n  and {len(problems) - TOLD} more" if len(problems) > TOLD else ""
        raise WrongConfiguration(f"Labels that cannot be read:\n  {told}{more}\nFix: correct each, then compile again.")


def labels_of(node: Node) -> Iterator[tuple[str, Mapping[str, object]]]:
    """The labels of a node: of its columns, and of a source's rows."""
    yield from node.column_meta.items()
    if node.kind == "source":
        yield "(rows)", node.meta


def sayings(
    evidence: Evidence, file: LabelFile | None, activations: tuple[Chosen, ...], purposes: frozenset[str]
) -> Iterator[Finding]:
    """What the activation models say of themselves: by the full policy where its seeds are, else by its core."""
    if evidence.reference is not None:
        candidates = frozenset(model.name for model in evidence.manifest.models)
        yield from check_policy(evidence.manifest, evidence.reference, candidates)
        return
    recipients = {**OWN_RECIPIENTS, **(file.recipients if file else {})}
    for one in activations:
        yield from silent(one, purposes, recipients)


def coverage(graph: Graph, purposes: frozenset[str]) -> Coverage:
    """How much was analysed."""
    built = [one for one in graph.nodes.values() if one.node.kind in ("model", "snapshot")]
    read = [one for one in built if not one.gaps]
    raw = [one for one in graph.nodes.values() if one.node.kind in ("source", "seed")]
    return Coverage(
        models=len(built),
        models_read=sum(not one.opaque for one in built),
        columns=sum(len(one.columns) for one in built),
        columns_resolved=sum(len(one.columns) for one in read),
        raw_tables=len(raw),
        raw_columns=sum(len(one.columns) for one in raw),
        raw_columns_labelled=sum(
            read_label(meta, purposes).label is not None for one in raw for meta in one.node.column_meta.values()
        ),
        keep_rows=tuple(sorted(one.node.name for one in built if one.node.keeps_rows)),
    )
