"""What a check found, for people and as JSON."""

from __future__ import annotations

import json
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from askfirst import __version__
from askfirst.findings import RULES, render
from askfirst.reach import UNRUN

if TYPE_CHECKING:
    from askfirst.activation import Chosen
    from askfirst.check import Checked
    from askfirst.evidence import Evidence
    from askfirst.reach import Blind

VERDICTS = {0: "clean", 1: "leaks", 3: "not proved"}
MOST = 10  # blind spots told


def as_json(checked: Checked, evidence: Evidence) -> str:
    """All of it, sorted; equal input gives equal text."""
    told: dict[str, Any] = {
        "askfirst": __version__,
        "project": evidence.name,
        "dialect": evidence.dialect,
        "columns_from": evidence.columns_from,
        "verdict": VERDICTS[checked.exit_code],
        "exit_code": checked.exit_code,
        "analysed": asdict(checked.coverage),
        "activation": [activation_json(one) for one in checked.activations],
        "findings": [
            {**asdict(finding), "title": RULES[finding.code], "way": list(finding.way)} for finding in checked.findings
        ],
        "not_analysed": [{**asdict(spot), "unproved": spot in checked.unproved} for spot in checked.blind],
        "reclassifications": checked.entries,
    }
    return json.dumps(told, indent=2, ensure_ascii=False, sort_keys=True)


def activation_json(one: Chosen) -> dict[str, Any]:
    """One activation model and what it says."""
    said = {key: one.word(key) for key in ("purpose", "subject", "recipient", "owner")}
    return {"model": one.model.name, "unique_id": one.model.unique_id, "path": one.model.path, **said}


def as_text(checked: Checked, evidence: Evidence, *, everything: bool = False) -> str:
    """A report for people: the findings, what could not be analysed, and how much of the question was answered."""
    count = len(checked.findings)
    parts = []
    if count:
        heading = f"{count} finding{'s' * (count != 1)} in {evidence.name}"
        parts.append(render(checked.findings, heading, most=count if everything else None))
    if checked.unproved:
        parts.append("\n".join(blind_lines("Not proved", checked.unproved, everything=everything)))
    others = tuple(spot for spot in checked.blind if spot not in checked.unproved)
    if others:
        parts.append(
            "\n".join(blind_lines("Not analysed, so counted as flowing everywhere", others, everything=everything))
        )
    parts.append(summary(checked, evidence))
    return "\n\n".join(parts)


def blind_lines(heading: str, spots: tuple[Blind, ...], *, everything: bool) -> list[str]:
    """Blind spots under a heading; those on the way to activation first."""
    lines = [f"{heading}: {len(spots)}"]
    ordered = sorted(spots, key=lambda spot: not spot.reaches)
    shown = ordered if everything else ordered[:MOST]
    for spot in shown:
        way = "on the way to activation" if spot.reaches else "not on the way to activation"
        lines += [f"  {spot.model}  {spot.place}  ({way})", f"    what  {spot.reason}", f"    fix   {spot.fix}"]
    if len(spots) > len(shown):
        lines.append(f"  and {len(spots) - len(shown)} more (--all shows them)")
    return lines


def summary(checked: Checked, evidence: Evidence) -> str:
    """How much was analysed, and the verdict."""
    seen = checked.coverage
    judged = ", ".join(one.model.name for one in checked.activations[:MOST])
    more = f" and {len(checked.activations) - MOST} more" if len(checked.activations) > MOST else ""
    models = f"{seen.models_read} of {seen.models} models"
    columns = f"{seen.columns_resolved} of {seen.columns} columns"
    raw = f"{seen.raw_tables} tables, {seen.raw_columns} columns, {seen.raw_columns_labelled} with a label"
    source = evidence.columns_from or "YAML and SQL alone, since there is no catalog.json: run `dbt docs generate`"
    lines = [
        f"analysed    {models}; every origin known of {columns} ({evidence.dialect})",
        f"raw         {raw}; columns from {source}",
        f"activation  {len(checked.activations)}: {judged}{more}",
    ]
    if seen.keep_rows:
        names = ", ".join(seen.keep_rows[:MOST]) + (" and more" if len(seen.keep_rows) > MOST else "")
        told = "keep rows of earlier runs, whose SQL no manifest tells; judged by today's SQL alone"
        lines.append(f"incremental {len(seen.keep_rows)} {told}: {names}")
    if not seen.raw_columns_labelled:
        lines.append("labels      none at all: give them in the sources' YAML, or in a file (--labels, docs/cli.md)")
    if checked.entries:
        unrun = sum(spot.kind == UNRUN for spot in checked.blind)
        lines.append(f"lowered by  {checked.entries} reclassifications; of their proofs, {unrun} not run")
    return "\n".join([*lines, f"verdict     {VERDICTS[checked.exit_code]}"])
