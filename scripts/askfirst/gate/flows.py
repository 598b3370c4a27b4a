"""The flows of what stands in the warehouse, judged: the SQL of the stamps, not that of the files on disk.

Each relation's stamp holds the SQL that built it. The columns are those that stand there. So a model that was edited
and not built again is judged by what it was when it was built, and told to be stale besides (AF013).
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from askfirst.activation import activation_of
from askfirst.artifacts import parse_manifest
from askfirst.duckdb_files import columns_standing
from askfirst.findings import Finding
from askfirst.gate.history import earlier
from askfirst.gate.stamps import STANDING, read_stamp
from askfirst.lineage.cache import FILE as FLOWS_CACHE
from askfirst.lineage.dialects import BINDINGS
from askfirst.lineage.hooks import read_hooks
from askfirst.lineage.judge import BLIND
from askfirst.lineage.project import Node, read_nodes, with_catalog
from askfirst.lineage.verdict import broken, label
from askfirst.lineage.verdict import judged as flows_judged
from askfirst.lineage.ways import place_of
from askfirst.lineage.whole import project_graph
from askfirst.policy import activation_models, told
from askfirst.proofs import proofs_of, run
from askfirst.reach import BY_ITSELF, PROJECT
from askfirst.sql import dotted

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from datetime import date
    from pathlib import Path

    from duckdb import DuckDBPyConnection

    from askfirst.artifacts import Manifest, Reference
    from askfirst.lineage.hooks import Hooks
    from askfirst.lineage.judge import Activation
    from askfirst.lineage.propagate import Labelled

DIALECT = "duckdb"
# DuckDB looks for a function among the macros of its databases first.
SHADOWING = """
    select distinct database_name, schema_name, function_name from duckdb_functions() as one
    where not internal and function_name in (select function_name from duckdb_functions() where internal)
    order by database_name, schema_name, function_name
"""


@dataclass(frozen=True)
class Judged:
    """A project's flows with their labels, and what they have against it."""

    labelled: Labelled
    findings: tuple[Finding, ...]


_latest: dict[str, Judged] = {}  # by a digest of all that was judged: several models of one run ask for the same


def judged(con: DuckDBPyConnection, artifacts: Path, reference: Reference, today: date) -> Judged:
    """Judge what stands in the warehouse; anew only where it has changed. ``today`` is what entries expire by."""
    text = (artifacts / "manifest.json").read_text(encoding="utf-8")
    raw = json.loads(text)
    hooks = read_hooks(raw)
    nodes = standing_nodes(con, raw, hooks)
    shadows = tuple(shadowing(con))
    told_by = f"{text}\0{today}\0{sorted(nodes.items())}\0{reference}\0{shadows}"
    digest = hashlib.sha256(told_by.encode()).hexdigest()
    if digest not in _latest:
        found = judge_nodes(nodes, parse_manifest(raw), reference, today, artifacts / FLOWS_CACHE)
        found = replace(found, findings=(*found.findings, *unread_operations(hooks), *shadows))
        _latest.clear()
        _latest[digest] = found
    return _latest[digest]


def standing_nodes(con: DuckDBPyConnection, raw: Mapping[str, Any], hooks: Hooks) -> dict[str, Node]:
    """The manifest's nodes with the columns that stand in the warehouse and the SQL that built them."""
    nodes = read_nodes(raw, BINDINGS[DIALECT], hooks)
    columns = columns_standing(con)
    stamps = {tuple(place): read_stamp(comment) for *place, comment, _ in con.execute(STANDING).fetchall()}
    catalog = {node.unique_id: columns[node.parts] for node in nodes.values() if node.parts in columns}
    return {
        unique_id: replace(
            node,
            sql=str(stamps.get(node.parts, {}).get("sql") or ""),
            earlier=earlier(stamps.get(node.parts, {})),
        )
        for unique_id, node in with_catalog(nodes, catalog).items()
        if node.parts in columns or node.kind == "source"
    }


def judge_nodes(
    nodes: Mapping[str, Node], manifest: Manifest, reference: Reference, today: date, flows_cache: Path | None = None
) -> Judged:
    """Analyse, label and judge. What does not stand in the warehouse is left out: AF013 tells of it.

    ``flows_cache`` is where the analysis keeps what it finds; a query that is the same over the same columns is there.
    """
    kept = {
        unique_id: replace(node, depends_on=tuple(parent for parent in node.depends_on if parent in nodes))
        for unique_id, node in nodes.items()
    }
    graph = project_graph(kept, BINDINGS[DIALECT], DIALECT, flows_cache)
    purposes = frozenset(reference.purposes)
    labelled, wrong = label(graph, purposes, today)
    return Judged(labelled, (*wrong, *flows_judged(labelled, activations(manifest, reference), purposes)))


def unread_operations(hooks: Hooks) -> Iterator[Finding]:
    """AF006 for each operation of the project that may write and cannot be read: it may be any relation."""
    for hook in hooks.elsewhere:
        yield Finding("AF006", hook.place, "", hook.problem, BLIND, BY_ITSELF, PROJECT)


def shadowing(con: DuckDBPyConnection) -> Iterator[Finding]:
    """AF006 for each macro that has the name of a function of DuckDB's own: all SQL that calls it may read anything."""
    for place in con.execute(SHADOWING).fetchall():
        name = dotted(place)
        what = f"macro {name} has the name of a function of DuckDB's own, and is called in its stead"
        yield Finding("AF006", name, "", what, BLIND, f"drop macro {name}; or give it a name of its own", PROJECT)


def activations(manifest: Manifest, reference: Reference) -> tuple[Activation, ...]:
    """The activation models, with what each says that it is for."""
    return tuple(
        activation_of(manifest, model, told(manifest, model), reference) for model in activation_models(manifest)
    )


def unproved(con: DuckDBPyConnection, labelled: Labelled) -> Iterator[Finding]:
    """AF009 for each reclassification whose proof finds a row that breaks it, or cannot be run."""
    for proof in proofs_of(labelled.graph):
        outcome = run(con, proof, dotted(proof.node.parts))
        if not outcome.holds:
            yield broken(proof.node.name, f"reclassification `{proof.name}`: {outcome.told}", proof.node.path)


def edges(found: Judged) -> Iterator[dict[str, object]]:
    """Every flow between two relations, one row each; an empty column name is the row set."""
    graph = found.labelled.graph
    for unique_id in graph.order:
        node = graph.nodes[unique_id].node
        for vertex in graph.vertices(unique_id):
            for edge in graph.into.get(vertex, ()):
                place = place_of(node, edge.span)
                known = graph.nodes.get(edge.source.node)
                yield {
                    "model": node.name,
                    "column_name": edge.target.column,
                    "source": known.node.name if known is not None else edge.source.node,
                    "source_column": edge.source.column,
                    "type": "DIRECT" if edge.subtype.is_direct else "INDIRECT",
                    "subtype": str(edge.subtype),
                    "path": place.path if place else node.path,
                    "line": place.line if place else None,
                }


EDGE_COLUMNS = {
    "model": "varchar",
    "column_name": "varchar",
    "source": "varchar",
    "source_column": "varchar",
    "type": "varchar",
    "subtype": "varchar",
    "path": "varchar",
    "line": "bigint",
}
