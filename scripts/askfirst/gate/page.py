"""The auditors' page, written by the gate from what it has just judged: target/lineage/index.html."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import TYPE_CHECKING

from askfirst.findings import Finding
from askfirst.gate.results import POLICY
from askfirst.gate.validate import FAILED, PASSED
from askfirst.policy import activation_models
from askfirst.report.page import render
from askfirst.report.read import audience_of, described
from askfirst.report.records import Check, Dossier
from askfirst.report.write import write

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

    from askfirst.artifacts import Manifest, Reference
    from askfirst.gate.context import GateContext
    from askfirst.gate.flows import Judged
    from askfirst.gate.rows import Row

PAGE = ("lineage", "index.html")


def write_page(context: GateContext, manifest: Manifest, reference: Reference, flows: Judged, rows: list[Row]) -> Path:
    """Write the page; equal judgements give equal bytes. Returns where it is."""
    raw = json.loads((context.artifacts / "manifest.json").read_text(encoding="utf-8"))
    dossier = Dossier(
        project=raw["metadata"].get("project_name") or "project",
        as_of=context.as_of_text,
        labelled=flows.labelled,
        audiences=tuple(
            described(audience_of(manifest, model, reference), raw["nodes"][model.unique_id])
            for model in activation_models(manifest)
            if model.unique_id in flows.labelled.graph.nodes
        ),
        findings=tuple(sorted(found_by(flows.findings, rows, manifest))),
        checks=tuple(checks_of(rows)),
        purposes=frozenset(reference.purposes),
        minimum=context.minimum,
    )
    path = context.artifacts.joinpath(*PAGE)
    write(path, render(dossier))
    return path


def found_by(flows: Iterable[Finding], rows: Iterable[Row], manifest: Manifest) -> set[Finding]:
    """The findings of the flows with their ways, and those of every other check as the gate recorded them."""
    told = {(finding.code, finding.model, finding.column) for finding in flows}
    paths = {model.name: model.path for model in manifest.models}
    recorded = {
        Finding(row.code, row.model, row.column_name, row.message, "", row.fix, paths.get(row.model, ""))
        for row in rows
        if row.outcome != PASSED and (row.code, row.model, row.column_name) not in told
    }
    return {*flows, *recorded}


def checks_of(rows: Iterable[Row]) -> Iterator[Check]:
    """What was checked by each rule in each model. Rows are counted once, however many checks looked at them."""
    counted: dict[tuple[str, str], Check] = {}
    for row in rows:
        known = counted.get((row.model, row.code), Check(row.model, row.code, 0, 0, 0, 0, 0))
        about_rows = not row.check_id.startswith(POLICY)
        counted[row.model, row.code] = replace(
            known,
            passed=known.passed + (row.outcome == PASSED),
            failed=known.failed + (row.outcome == FAILED),
            unjudged=known.unjudged + (row.outcome not in (PASSED, FAILED)),
            evaluated=max(known.evaluated, row.evaluated if about_rows else 0),
            unexpected=max(known.unexpected, row.unexpected if about_rows else 0),
        )
    return (counted[key] for key in sorted(counted))
