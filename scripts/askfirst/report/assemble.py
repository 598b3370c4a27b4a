"""From dossier to the report: pure, sorted, and the same whatever run it came from."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import replace
from typing import TYPE_CHECKING

from askfirst.findings import RULES
from askfirst.lineage.flows import ROWS
from askfirst.lineage.labelling import RAW
from askfirst.lineage.ways import hops
from askfirst.report.exceptions import gaps, reclassifications
from askfirst.report.layers import picture_of
from askfirst.report.records import (
    Arrived,
    AudienceReport,
    Report,
    RuleLine,
    SqlText,
    Step,
    Target,
    Verdict,
    Way,
    Word,
    counted,
)
from askfirst.report.ways_back import ways_back

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from askfirst.findings import Finding
    from askfirst.lineage.edges import Edge, Vertex
    from askfirst.lineage.propagate import Labelled, Mark
    from askfirst.report.records import Audience, Check, Dossier

PERSONAL = frozenset({"declared", "observed", "inferred", "third_party", "consent"})
PROVENANCES = (
    "inferred", "third_party", "declared", "observed", "consent", "operational", "technical", "reference",
)  # fmt: skip
# Rules that the flow analysis judges at each column and at the row set; at columns alone; at the segment's row set.
AT_EVERY = ("AF005", "AF006", "AF007", "AF012", "AF016", "AF017", "AF107", "AF110")
AT_COLUMNS = ("AF001", "AF002", "AF008")
AT_SEGMENT = ("AF014",)
AT_EVERY_INDIRECT = ("AF003", "AF004")
SAFE = re.compile(r"[^A-Za-z0-9_.]")
COMPILED = re.compile(r"^.*/(?=compiled/)")
COMPILED_IN_WAY = re.compile(r"^(-> .*  ).*/(?=compiled/)")


def report_of(dossier: Dossier) -> Report:
    """Put a report together."""
    dossier = replace(dossier, findings=tuple(sorted({portable(one) for one in dossier.findings})))
    labelled = dossier.labelled
    nodes = labelled.graph.nodes
    maker = Maker(dossier)
    audiences = tuple(maker.audience(one) for one in sorted(dossier.audiences, key=lambda one: one.name))
    return Report(
        project=dossier.project,
        as_of=dossier.as_of,
        minimum=dossier.minimum,
        verdict=verdict_of(dossier.findings, [one.verdict for one in audiences]),
        audiences=audiences,
        picture=picture_of(labelled, dossier.audiences),
        findings=dossier.findings,
        reclassifications=tuple(sorted(reclassifications(dossier), key=lambda one: (one.model, one.name))),
        gaps=tuple(sorted(gaps(dossier), key=lambda one: (one.model, one.reason))),
        texts=maker.texts(),
        nodes=sum(one.node.kind not in RAW for one in nodes.values()),
        read=sum(one.node.kind not in RAW and not one.gaps for one in nodes.values()),
        columns=sum(len(one.columns) for one in nodes.values()),
        flows=sum(map(len, labelled.graph.into.values())),
    )


def verdict_of(findings: Sequence[Finding], parts: Sequence[Verdict]) -> Verdict:
    """Of all together: one finding anywhere counts, and nothing to judge proves nothing."""
    if findings or Verdict.FOUND in parts:
        return Verdict.FOUND
    return Verdict.UNPROVED if Verdict.UNPROVED in parts or not parts else Verdict.CLEAN


def anchor_of(*parts: str) -> str:
    """A name as an anchor: two different names have two different ones, and no character needs an escape."""
    return "-".join(SAFE.sub(lambda found: f"~{ord(found[0]):x}~", part) for part in parts)


class Maker:
    """Makes audiences; remembers the steps that it has seen, and the lines of SQL to which they lead."""

    def __init__(self, dossier: Dossier) -> None:
        self.dossier = dossier
        self.graph = dossier.labelled.graph
        self.names = Counter(one.node.name for one in self.graph.nodes.values())
        self.steps: dict[Edge, Step] = {}
        self.lines: dict[str, set[int]] = {}

    def audience(self, audience: Audience) -> AudienceReport:
        """One audience."""
        segment = self.graph.nodes.get(audience.segment)
        own = {audience.model, segment.node.name} if segment else {audience.model}
        findings = tuple(sorted({one for one in self.dossier.findings if one.model in own}))
        checks = [check for check in self.dossier.checks if check.model == audience.model]
        targets = self.targets(audience, findings)
        raw = {(way.origin, way.provenance) for target in targets for way in target.ways if not way.is_rows}
        return AudienceReport(
            anchor=anchor_of("audience", audience.name),
            audience=audience,
            verdict=verdict_of_audience(findings, checks),
            targets=targets,
            raw_columns=len(raw),
            raw_personal=sum(bool(PERSONAL.intersection(words)) for _, words in raw),
            rules=tuple(rule_lines(findings, checks, len(targets) - 1, int(segment is not None), self.dossier.minimum)),
            findings=findings,
            has_evidence=bool(checks),
        )

    def targets(self, audience: Audience, findings: tuple[Finding, ...]) -> tuple[Target, ...]:
        """The row set, then the columns."""
        *columns, rows = self.graph.vertices(audience.unique_id) if audience.unique_id in self.graph.nodes else [None]
        return tuple(self.target(audience, vertex, findings) for vertex in (rows, *columns) if vertex is not None)

    def target(self, audience: Audience, vertex: Vertex, findings: tuple[Finding, ...]) -> Target:
        """One column, or the row set."""
        return Target(
            anchor=anchor_of("column", audience.name, vertex.column)
            if vertex.column
            else anchor_of("rows", audience.name),
            column=vertex.column,
            description=audience.descriptions.get(vertex.column, ""),
            arrived=arrived(self.dossier.labelled, vertex, self.dossier.purposes),
            ways=tuple(
                self.way(origin, shown=shown, edges=edges) for origin, shown, edges in ways_back(self.graph, vertex)
            ),
            findings=tuple(one for one in findings if one.model == audience.model and one.column == vertex.column),
        )

    def way(self, origin: Vertex, *, shown: bool, edges: tuple[Edge, ...]) -> Way:
        """One way, with what its raw column is labelled."""
        node = self.graph.nodes[origin.node].node
        begun = {mark for mark, direct in self.dossier.labelled.marks[origin] if direct}
        provenance = {mark.word for mark in begun if mark.kind == "provenance"}
        return Way(
            origin=f"{node.name}.{origin.column}" if origin.column else node.name,
            is_rows=origin.column == ROWS,
            path=node.yaml_path or node.path,
            provenance=tuple(word for word in PROVENANCES if word in provenance) or ("unlabelled",),
            special_category=tuple(sorted(mark.word for mark in begun if mark.kind == "special_category")),
            shown=shown,
            steps=tuple(self.step(edge) for edge in edges),
        )

    def step(self, edge: Edge) -> Step:
        """One hop; its line of SQL is noted, so that the SQL's chapter has an anchor there."""
        if edge not in self.steps:
            (hop,) = hops(self.graph, (edge,))
            one = self.graph.nodes[edge.target.node]
            anchor = ""
            if hop.place is not None and edge.span is not None:
                line = one.node.sql.count("\n", 0, edge.span.start) + 1
                self.lines.setdefault(edge.target.node, set()).add(line)
                anchor = f"{self.sql_anchor(edge.target.node)}-{line}"
            elif one.node.sql:
                self.lines.setdefault(edge.target.node, set())
                anchor = self.sql_anchor(edge.target.node)
            self.steps[edge] = Step(
                source=hop.source,
                target=hop.target,
                target_is_rows=edge.target.column == ROWS,
                subtype=edge.subtype,
                place=hop.place,
                path=one.node.path,
                sql_anchor=anchor,
                opaque=one.opaque,
            )
        return self.steps[edge]

    def sql_anchor(self, unique_id: str) -> str:
        """Where a node's SQL stands on the page: by its name, where no other node has it."""
        name = self.graph.nodes[unique_id].node.name
        return anchor_of("sql", name if self.names[name] == 1 else unique_id)

    def texts(self) -> tuple[SqlText, ...]:
        """The SQL of every node to which a step leads; call it last."""
        return tuple(
            SqlText(
                self.sql_anchor(unique_id), one.node.name, one.node.path, one.node.sql, frozenset(self.lines[unique_id])
            )
            for unique_id, one in sorted(self.graph.nodes.items(), key=lambda item: (item[1].node.name, item[0]))
            if unique_id in self.lines
        )


def portable(finding: Finding) -> Finding:
    """A finding without what is of one machine only."""
    return replace(finding, way=tuple(COMPILED_IN_WAY.sub(r"\1", line) for line in finding.way))


def shown_path(path: str) -> str:
    """A file's path without what is of one machine only: compiled SQL may stand in a folder named absolutely."""
    return COMPILED.sub("", path)


def verdict_of_audience(findings: Sequence[Finding], checks: Sequence[Check]) -> Verdict:
    """Of one audience."""
    if findings or any(check.failed for check in checks):
        return Verdict.FOUND
    if not checks or any(check.unjudged for check in checks):
        return Verdict.UNPROVED
    return Verdict.CLEAN


def arrived(labelled: Labelled, vertex: Vertex, purposes: frozenset[str]) -> Arrived:
    """The label that arrives at a place."""
    marks = labelled.marks.get(vertex, {})
    personal = any(mark.kind in {"datum", "not_for"} for mark, _ in marks)
    against = {mark.word for mark, _ in marks if mark.kind == "not_for"}
    gaps = {mark.word for mark, _ in marks if mark.kind == "gap"}
    return Arrived(
        provenance=tuple(sorted(words_of(marks, "provenance"), key=rank)),
        special_category=tuple(words_of(marks, "special_category")),
        subject=tuple(words_of(marks, "subject")),
        category=tuple(words_of(marks, "datum")),
        gaps=tuple(sorted(gaps)),
        purposes=tuple(sorted(purposes - against)) if personal else None,
    )


def rank(word: Word) -> tuple[bool, int, str]:
    """Values before influences, then in the order of the provenances."""
    place = PROVENANCES.index(word.word) if word.word in PROVENANCES else len(PROVENANCES)
    return not word.shown, place, word.word


def words_of(marks: Mapping[tuple[Mark, bool], object], kind: str) -> list[Word]:
    """The words of one kind, each once; where a value may pass, that it decides as well is not said."""
    shown: dict[tuple[str, str], bool] = {}
    for mark, direct in marks:
        if mark.kind == kind:
            shown[mark.word, mark.entry] = direct or shown.get((mark.word, mark.entry), False)
    return [Word(word, direct, entry) for (word, entry), direct in sorted(shown.items())]


def rule_lines(
    findings: Sequence[Finding], checks: Sequence[Check], columns: int, segments: int, minimum: int
) -> Iterator[RuleLine]:
    """Each rule that something was checked by."""
    places = dict.fromkeys(AT_EVERY + AT_EVERY_INDIRECT, columns + 1)
    places |= dict.fromkeys(AT_COLUMNS, columns) | dict.fromkeys(AT_SEGMENT, segments)
    by_code = {check.code: check for check in checks}
    for code in RULES:
        check = by_code.get(code)
        found = sum(finding.code == code for finding in findings)
        if code in places or check or found:
            yield RuleLine(
                code=code,
                places=places.get(code, 0),
                found=found,
                checks=check.total if check else 0,
                passed=check.passed if check else 0,
                evaluated=counted(check.evaluated if check else 0, minimum),
                unexpected=counted(check.unexpected if check else 0, minimum),
            )
