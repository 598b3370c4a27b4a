"""The gate's two steps, as the Python models of models/gate call them.

`gate_results` judges and records, and raises only where it cannot judge at all; `gate_verdict` reads what this
invocation recorded, and raises where anything has not passed. Two steps, because a model that raises stores nothing.
"""

from __future__ import annotations

import json
from dataclasses import asdict, fields
from typing import TYPE_CHECKING

import duckdb

from askfirst.artifacts import read_manifest, read_reference
from askfirst.errors import EvidenceMissing, GateClosed
from askfirst.findings import Finding, render
from askfirst.gate import docs, freshness
from askfirst.gate.candidates import covered, read_candidates
from askfirst.gate.context import own_connection, read_gate_context
from askfirst.gate.flows import EDGE_COLUMNS, edges, judged, unproved
from askfirst.gate.keys import broken_keys
from askfirst.gate.page import PAGE, write_page
from askfirst.gate.places import place_of
from askfirst.gate.quarantine import nameless
from askfirst.gate.results import CONTENT, FRESHNESS, POLICY, Recorder, count_of
from askfirst.gate.rows import Receipt, Row, sql_columns
from askfirst.gate.stamps import unstamped
from askfirst.gate.suites import generate, read_files, stale
from askfirst.gate.validate import PASSED, define, validate
from askfirst.policy import CODES, activation_models, check
from askfirst.sql import listed, relation_of

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection, DuckDBPyRelation

    from askfirst.artifacts import Manifest
    from askfirst.gate.context import GateContext

FOLDER = "gate"  # of the pages, in dbt's target folder


def gate_results(session: DuckDBPyConnection) -> DuckDBPyRelation:
    """The body of the model gate_results."""
    return relation_of(session, sql_columns(Row), map(asdict, evaluate(session)))


def gate_verdict(session: DuckDBPyConnection) -> DuckDBPyRelation:
    """The body of the model gate_verdict."""
    return relation_of(session, sql_columns(Receipt), map(asdict, verdict(session)))


def column_lineage(session: DuckDBPyConnection) -> DuckDBPyRelation:
    """The body of the model column_lineage: every flow of what stands in the warehouse."""
    context = read_gate_context(session)
    read_manifest(context.artifacts, context.invocation_id)
    reference = read_reference(context.root)
    with own_connection(session) as con:
        found = judged(con, context.artifacts, reference, context.as_of.date())
    return relation_of(session, EDGE_COLUMNS, edges(found))


def evaluate(session: DuckDBPyConnection) -> list[Row]:
    """Judge every candidate, write the pages, and return a row for each check, passed or not.

    Raises AskfirstStop only where there is nothing to judge by: no run context, no manifest of this run, no seeds.
    """
    context = read_gate_context(session)
    manifest = read_manifest(context.artifacts, context.invocation_id)
    reference = read_reference(context.root)
    models = activation_models(manifest)
    suites = generate(manifest, reference)
    relations = {model.name: model.relation for model in models}
    queries = freshness.read_loads(session)
    with own_connection(session) as con:
        candidates = read_candidates(con, models)
        in_list = covered(con)
        named = frozenset(name for name, relation in in_list.items() if relations.get(name) == relation)
        findings = check(manifest, reference, named) + stale(manifest, suites, read_files(context.root))
        findings += unstamped(con, manifest, context) + nameless(con, manifest, context.as_of.date())
        flows = judged(con, context.artifacts, reference, context.as_of.date())
        findings += flows.findings + tuple(unproved(con, flows.labelled))
        findings += tuple(broken_keys(con, flows.labelled.graph, [model.unique_id for model in models]))
        loads = freshness.judge_loads(con, manifest, queries, context.as_of)
        failed = define(con, context.as_of_text, relations)
        outcomes = validate(con, suites, relations)
    recorder = Recorder(context, candidates)
    rows = [
        *recorder.content_rows(),
        *recorder.policy_rows(models, findings),
        *recorder.freshness_rows(loads),
        *recorder.definition_rows(failed),
        *(row for name, suite in suites.items() for row in recorder.suite_rows(name, suite, outcomes[name])),
    ]
    rows.sort(key=lambda row: (row.audience, row.model, row.code, row.check_id, row.column_name, row.message))
    docs.write(context.artifacts / FOLDER, rows, suites)
    write_page(context, manifest, reference, flows, rows)
    return rows


def verdict(session: DuckDBPyConnection) -> list[Receipt]:
    """The receipts of this invocation, one a candidate. Raises GateClosed unless every check is there and passed."""
    context = read_gate_context(session)
    manifest = read_manifest(context.artifacts, context.invocation_id)
    suites = generate(manifest, read_reference(context.root))
    with own_connection(session) as con:
        rows = read_rows(con, context)
    findings = [finding_of(row, manifest, context) for row in rows if row.outcome != PASSED]
    findings += absent(manifest, suites, rows) + unasked(manifest, rows)
    if findings:
        models = len({finding.model for finding in findings})
        counted = f"{plural(len(findings), 'finding')} in {plural(models, 'model')}"
        heading = f"{counted}. The content that marketers see stays as it is."
        pages = (
            f"All checks, with counts: gate.gate_results, and {context.artifacts / FOLDER / docs.INDEX}\n"
            f"Every way that data takes: gate.column_lineage, and {context.artifacts.joinpath(*PAGE)}"
        )
        raise GateClosed(render(findings, heading) + f"\n\n{pages}")
    return [
        Receipt(row.invocation_id, row.as_of, row.audience, row.model, row.content_sha256, row.evaluated)
        for row in rows
        if row.check_id == CONTENT
    ]


def read_rows(con: DuckDBPyConnection, context: GateContext) -> list[Row]:
    """What this invocation recorded for this `as_of`; raises EvidenceMissing where that is nothing."""
    columns = listed(field.name for field in fields(Row))
    query = f"select {columns} from gate.gate_results where invocation_id = ? and as_of = ? order by all"
    try:
        rows = con.execute(query, [context.invocation_id, context.as_of]).fetchall()
    except duckdb.CatalogException:
        rows = []
    if not rows:
        raise EvidenceMissing(
            "gate.gate_results has nothing of this run: nothing is proved, and nothing is published.\n"
            "Fix: build the gate as a whole: `dbt build --select +gate_verdict`."
        )
    return [Row(*row) for row in rows]


def finding_of(row: Row, manifest: Manifest, context: GateContext) -> Finding:
    """A row that has not passed, with its place; policy finds in YAML, the other checks in what the model yields."""
    path = place_of(manifest, context.root, row.model, row.column_name, in_yaml=row.check_id.startswith(POLICY))
    return Finding(
        row.code, row.model, row.column_name, row.message, "", row.fix, path, count_of(row), tuple(row.way.splitlines())
    )


def absent(manifest: Manifest, suites: dict[str, str], rows: list[Row]) -> list[Finding]:
    """AF010 for each activation model some check of which this invocation did not record."""
    recorded = {(row.model, row.check_id) for row in rows}
    models = activation_models(manifest)
    found = []
    for model in models:
        suite = json.loads(suites[model.name])["expectations"] if model.name in suites else []
        expected = {CONTENT, *(POLICY + code for code in CODES), *(item["meta"]["check"] for item in suite)}
        missing = sorted(check_id for check_id in expected if (model.name, check_id) not in recorded)
        if missing:
            what = f"the gate has no result of {len(missing)} of its {len(expected)} checks: {', '.join(missing[:3])}"
            found.append(
                Finding("AF010", model.name, "", what, "", "build the gate as a whole: `dbt build`", model.path)
            )
    if not models:
        why = "a gate that judges nothing proves nothing"
        found.append(Finding("AF010", "gate", "", "the project has no activation model", why, "add one, or no gate"))
    return found


def unasked(manifest: Manifest, rows: list[Row]) -> list[Finding]:
    """AF112 for each permission feed whose age this invocation did not record, and where there is no feed at all."""
    recorded = {row.model for row in rows if row.check_id == FRESHNESS}
    feeds = freshness.consent_feeds(manifest)
    again = "build the gate as a whole: `dbt build`"
    missing = (feed for feed in feeds if feed.name not in recorded)
    what = "its age was not asked"
    found = [Finding(freshness.CODE, feed.name, "", what, freshness.WHY, again, feed.path) for feed in missing]
    if not feeds:
        what, fix = "no raw table holds permission records", "label their columns `provenance: consent`"
        found.append(Finding(freshness.CODE, "gate", "", what, "nothing tells who has withdrawn", fix))
    return found


def plural(count: int, word: str) -> str:
    """A count with its word."""
    return f"{count} {word}" if count == 1 else f"{count} {word}s"
