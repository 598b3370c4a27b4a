"""Flows in the form of OpenLineage's column lineage facet 1-2-0, for one query or for one model of a project.

Source: OpenLineage, spec/facets/1-2-0/ColumnLineageDatasetFacet.json. That a relation's row set takes part has no place
in it (an input field is a column), so origins that are row sets are left out here.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from askfirst import __version__
from askfirst.lineage.edges import Vertex
from askfirst.lineage.flows import ROWS

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from askfirst.lineage.flows import Origin, QueryFlows, Subtype
    from askfirst.lineage.graph import Graph

PRODUCER = f"urn:askfirst:{__version__}"
SCHEMA_URL = "https://openlineage.io/spec/facets/1-2-0/ColumnLineageDatasetFacet.json#/$defs/ColumnLineageDatasetFacet"
Taken = tuple[str, str, "Subtype"]  # a dataset's name, its column, how it takes part


def query_facet(flows: QueryFlows, namespace: str) -> dict[str, Any]:
    """The facet of one query."""
    columns = {column.name: [taken(origin, subtype) for origin, subtype, _ in column.flows] for column in flows.columns}
    return facet(columns, [taken(origin, subtype) for origin, subtype, _ in flows.rows], namespace)


def taken(origin: Origin, subtype: Subtype) -> Taken:
    """One flow without its place."""
    return origin.relation, origin.column, subtype


def model_facet(graph: Graph, unique_id: str, namespace: str) -> dict[str, Any]:
    """The facet of one model; datasets are named by their relations."""

    def into(column: str) -> list[Taken]:
        edges = graph.into.get(Vertex(unique_id, column), ())
        return [(dataset(graph, edge.source.node), edge.source.column, edge.subtype) for edge in edges]

    return facet({column: into(column) for column in graph.nodes[unique_id].columns}, into(ROWS), namespace)


def dataset(graph: Graph, unique_id: str) -> str:
    """A node's relation, its parts with dots between; what has no relation goes by its name."""
    known = graph.nodes.get(unique_id)
    if known is None:
        return unique_id
    return ".".join(known.node.parts) or known.node.name


def facet(columns: dict[str, list[Taken]], rows: list[Taken], namespace: str) -> dict[str, Any]:
    """A facet from what each column and the row set take."""
    return {
        "_producer": PRODUCER,
        "_schemaURL": SCHEMA_URL,
        "fields": {name: {"inputFields": input_fields(flows, namespace)} for name, flows in columns.items()},
        "dataset": input_fields(rows, namespace),
    }


def input_fields(flows: Iterable[Taken], namespace: str) -> list[dict[str, Any]]:
    """One entry for each column that takes part, with all that it does; sorted."""
    by_column: dict[tuple[str, str], set[Subtype]] = {}
    for name, column, subtype in flows:
        if column != ROWS:
            by_column.setdefault((name, column), set()).add(subtype)
    return [
        {
            "namespace": namespace,
            "name": name,
            "field": column,
            "transformations": [transformation(subtype) for subtype in sorted(subtypes, key=rank)],
        }
        for (name, column), subtypes in sorted(by_column.items())
    ]


def rank(subtype: Subtype) -> tuple[bool, str]:
    """Direct ones first, then by name."""
    return not subtype.is_direct, subtype.value


def transformation(subtype: Subtype) -> dict[str, Any]:
    """One way of taking part. ``masking`` stays false: hashing and bucketing hide nothing here (docs: labels)."""
    kind = "DIRECT" if subtype.is_direct else "INDIRECT"
    return {"type": kind, "subtype": subtype.value, "description": "", "masking": False}


def facets(graph: Graph, error_of: Callable[[str], str], namespace: str) -> dict[str, dict[str, Any]]:
    """The facet of every model and snapshot, by unique id; ``{"error": ...}`` where ``error_of`` has one."""
    made: dict[str, dict[str, Any]] = {}
    for unique_id, one in sorted(graph.nodes.items()):
        if one.node.kind in ("model", "snapshot"):
            error = error_of(unique_id)
            made[unique_id] = {"error": error} if error else model_facet(graph, unique_id, namespace)
    return made
