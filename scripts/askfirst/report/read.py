"""Where the page's evidence is read: dbt's manifest, the warehouse's columns, and what the gate recorded there.

All of it is read-only. What is missing is said on the page (not proved); what is half written is EvidenceMissing.
"""

from __future__ import annotations

import json
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import duckdb

from askfirst.activation import activation_of
from askfirst.artifacts import read_manifest, read_reference
from askfirst.duckdb_files import columns_standing
from askfirst.errors import EvidenceMissing, WrongConfiguration
from askfirst.findings import Finding
from askfirst.lineage.dialects import binding_of
from askfirst.lineage.graph import build_graph
from askfirst.lineage.judge import Activation
from askfirst.lineage.labelling import lowerings
from askfirst.lineage.project import read_catalog, read_nodes, with_catalog
from askfirst.lineage.verdict import judged, label
from askfirst.policy import activation_models, told
from askfirst.report.records import Audience, Check, Dossier, Gate
from askfirst.sql import literal

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

    from duckdb import DuckDBPyConnection

    from askfirst.artifacts import Manifest, Model, Reference
    from askfirst.lineage.graph import Graph
    from askfirst.lineage.project import Node

# The greatest count of one check, not the sum over checks: rows are counted once. What is not about rows has no rows.
CHECKS = """
select
    model,
    code,
    count(*) filter (where outcome = 'passed') as passed,
    count(*) filter (where outcome = 'failed') as failed,
    count(*) filter (where outcome not in ('passed', 'failed')) as unjudged,
    coalesce(max(evaluated) filter (where check_id not like 'policy%'), 0) as evaluated,
    coalesce(max(unexpected) filter (where check_id not like 'policy%'), 0) as unexpected
from gate.gate_results
group by model, code
order by model, code
"""
REFUSED = """
select code, model, column_name, message, fix from gate.gate_results where outcome <> 'passed' order by all
"""
AS_OF = "select max(as_of) from gate.gate_results"


def read_dossier(root: Path, target: Path, warehouse: Path | None, minimum: int = 20) -> Dossier:
    """Read everything. Without a warehouse, columns are those of ``catalog.json`` or YAML; of the gate is nothing."""
    manifest = read_manifest(target)
    raw = json.loads((target / "manifest.json").read_text(encoding="utf-8"))
    dialect = raw["metadata"].get("adapter_type") or "duckdb"
    binding = binding_of(dialect)
    if binding is None:
        raise WrongConfiguration(f"How the dialect `{dialect}` binds names is not known.\nFix: use one that is.")
    nodes = read_nodes(raw, binding)
    catalog = target / "catalog.json"
    gate = Gate()
    if warehouse is not None:
        with opened(warehouse) as con:
            nodes = with_catalog(nodes, standing(con, nodes))
            gate = read_gate(con, manifest)
    elif catalog.exists():
        nodes = with_catalog(nodes, read_catalog(json.loads(catalog.read_text(encoding="utf-8"))))
    reference = read_reference(root)
    audiences = tuple(
        described(audience_of(manifest, model, reference), raw["nodes"][model.unique_id])
        for model in activation_models(manifest)
    )
    purposes = frozenset(reference.purposes)
    project = raw["metadata"].get("project_name") or root.resolve().name
    dossier = dossier_of(build_graph(nodes, binding, dialect), audiences, purposes, gate, project)
    return replace(dossier, minimum=minimum)


def dossier_of(
    graph: Graph, audiences: tuple[Audience, ...], purposes: frozenset[str], gate: Gate, project: str
) -> Dossier:
    """Judge a graph, and put what the gate refused beside it."""
    today = datetime.fromisoformat(gate.as_of).date() if gate.as_of else datetime.now(UTC).date()
    labelled, wrong = label(graph, purposes, today)
    activations = (Activation(one.unique_id, one.purpose, one.subject, one.segment, one.data) for one in audiences)
    found = {*gate.refused, *wrong, *judged(labelled, activations, purposes)}
    return Dossier(
        project=project,
        as_of=gate.as_of,
        labelled=labelled,
        audiences=audiences,
        findings=tuple(sorted(found)),
        checks=gate.checks,
        purposes=purposes,
        problems=tuple(lowerings(graph, today)[1]),
    )


def audience_of(manifest: Manifest, model: Model, reference: Reference) -> Audience:
    """An activation model and its segment, as far as they say what they are."""
    says = told(manifest, model)
    activation = activation_of(manifest, model, says, reference)
    said = {key: str(value or "") for key, value in says.items()}
    return Audience(
        unique_id=model.unique_id,
        model=model.name,
        segment=activation.segment,
        data=activation.data,
        purpose=activation.purpose,
        subject=activation.subject,
        channel=said.get("channel", ""),
        recipient=said.get("recipient", ""),
        owner=said.get("owner", ""),
        reason=said.get("reason", ""),
        control=said.get("control", ""),
    )


def described(audience: Audience, node: Mapping[str, Any]) -> Audience:
    """An audience with the descriptions that its YAML has."""
    columns = {name: column.get("description") or "" for name, column in (node.get("columns") or {}).items()}
    return replace(audience, description=node.get("description") or "", descriptions=columns)


@contextmanager
def opened(warehouse: Path) -> Iterator[DuckDBPyConnection]:
    """The warehouse, read-only, and beside it the file of what is private, where there is one."""
    try:
        con = duckdb.connect(str(warehouse), read_only=True)
    except duckdb.Error as error:
        raise EvidenceMissing(
            f"{warehouse} cannot be opened ({type(error).__name__}).\nFix: build first, and let the build end."
        ) from error
    try:
        private = warehouse.with_name("private.duckdb")
        if private.exists():
            con.execute(f"attach {literal(str(private))} as private (read_only)")
        yield con
    finally:
        con.close()


def standing(con: DuckDBPyConnection, nodes: Mapping[str, Node]) -> dict[str, dict[str, str]]:
    """The columns that stand in the warehouse, by unique id."""
    found = columns_standing(con)
    return {unique_id: found[node.parts] for unique_id, node in nodes.items() if node.parts in found}


def read_gate(con: DuckDBPyConnection, manifest: Manifest) -> Gate:
    """What the gate recorded last; nothing where it has not run."""
    try:
        checks = tuple(Check(*row) for row in con.execute(CHECKS).fetchall())
        refused = con.execute(REFUSED).fetchall()
        ((as_of,),) = con.execute(AS_OF).fetchall()
    except duckdb.CatalogException:
        return Gate()
    paths = {model.name: model.path for model in manifest.models}
    findings = tuple(
        Finding(code, model, column, message, "", fix, paths.get(model, ""))
        for code, model, column, message, fix in refused
    )
    return Gate(checks, findings, f"{as_of.isoformat()}Z" if as_of else "")
