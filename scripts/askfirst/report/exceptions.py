"""What a project excepts: reclassifications that lower a label, and gaps where nothing could be followed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from askfirst.lineage.labelling import columns_of, entries_of, taken_off
from askfirst.report.records import GapLine, Reclassification

if TYPE_CHECKING:
    from collections.abc import Iterator

    from askfirst.lineage.graph import NodeFlows
    from askfirst.report.records import Dossier


def reclassifications(dossier: Dossier) -> Iterator[Reclassification]:
    """The entries of all models, those that do not count among them."""
    for one in dossier.labelled.graph.nodes.values():
        for number, entry in enumerate(entries_of(one)):
            name = str(entry.get("name") or f"number {number + 1}")
            yield Reclassification(
                model=one.node.name,
                name=name,
                columns=columns_of(entry),
                taken_off=tuple(sorted(taken_off(entry.get("from")))),
                purpose=listed(entry.get("purpose")),
                owner=listed(entry.get("owner")),
                reason=listed(entry.get("reason")),
                expires=listed(entry.get("expires")),
                proof=listed(entry.get("proof")),
                problems=tuple(
                    problem for model, other, problem in dossier.problems if (model, other) == (one.node.name, name)
                ),
                arrives=tuple(sorted(audiences_with(dossier, entry=name))),
            )


def listed(said: object) -> str:
    """What YAML says under a key, as text."""
    return ", ".join(map(str, said)) if isinstance(said, list) else str(said or "")


def audiences_with(dossier: Dossier, *, entry: str = "", gap: str = "") -> Iterator[str]:
    """The audiences at which a mark arrives, anywhere: one that an entry took off, or one of a gap."""
    labelled = dossier.labelled
    for audience in dossier.audiences:
        vertices = labelled.graph.vertices(audience.unique_id) if audience.unique_id in labelled.graph.nodes else ()
        marks = (mark for vertex in vertices for mark, _ in labelled.marks[vertex])
        if any((entry and mark.entry == entry) or (gap and mark[:2] == ("gap", gap)) for mark in marks):
            yield audience.name


def gaps(dossier: Dossier) -> Iterator[GapLine]:
    """What could not be analysed, each reason of a node once."""
    for one in dossier.labelled.graph.nodes.values():
        for reason in sorted({gap.reason for gap in one.gaps}):
            yield GapLine(one.node.name, one.node.path, reason, reaches(dossier, one, reason))


def reaches(dossier: Dossier, one: NodeFlows, reason: str) -> tuple[str, ...]:
    """The audiences that a gap reaches."""
    word = f"{one.node.name}: {reason}"
    return tuple(sorted(audiences_with(dossier, gap=word)))
