"""What incremental models and snapshots hold beside what their own SQL makes."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest
from askfirst.lineage.dialects import BINDINGS
from askfirst.lineage.edges import Vertex
from askfirst.lineage.flows import ROWS
from askfirst.lineage.graph import Graph, build_graph
from askfirst.lineage.project import read_nodes

from tests.manifests import PEOPLE, put, shop
from tests.unit.test_cli_check import run, told

if TYPE_CHECKING:
    from pathlib import Path

    from askfirst.lineage.project import Node

DUCKDB = BINDINGS["duckdb"]
STAGED = "model.shop.stg_people"


def kept(**more: Any) -> dict[str, Node]:  # noqa: ANN401 - fields of a node
    """The shop, its staged people as an incremental model, or as whatever `more` says."""
    nodes = read_nodes(shop(), DUCKDB)
    return {**nodes, STAGED: replace(nodes[STAGED], **{"materialized": "incremental", **more})}


def graph_of(nodes: dict[str, Node]) -> Graph:
    return build_graph(nodes, DUCKDB, "duckdb")


def sources(graph: Graph, column: str) -> set[str]:
    return {f"{edge.source.column} {edge.subtype}" for edge in graph.into[Vertex(STAGED, column)]}


def test_earlier_sql_is_united_with_the_last() -> None:
    earlier = "select person_id as id, score as email from shop.bureau.scores where score > 0.5"
    graph = graph_of(kept(earlier=(PEOPLE, earlier)))
    assert sources(graph, "email") == {"email IDENTITY", "score IDENTITY"}
    assert "score FILTER" in sources(graph, ROWS)
    assert all(edge.span is None for edge in graph.into[Vertex(STAGED, "email")] if edge.source.column == "score")


def test_earlier_sql_that_reads_its_own_relation_closes_no_circle() -> None:
    graph = graph_of(kept(earlier=(f"{PEOPLE} where id not in (select id from shop.main.stg_people)",)))
    assert graph.nodes[STAGED].gaps == ()


def test_earlier_sql_that_reads_what_is_made_of_it_is_a_gap() -> None:
    graph = graph_of(kept(earlier=("select id, email, null as birthday from shop.main.newsletter",)))
    (gap,) = graph.nodes[STAGED].gaps
    assert gap.reason.startswith("the SQL of an earlier run of stg_people cannot be read")


def test_a_column_that_no_known_sql_makes_is_a_gap() -> None:
    listed = tuple((name, "VARCHAR") for name in ("id", "email", "birthday", "score"))
    graph = graph_of(kept(columns=listed, complete=True))
    (gap,) = graph.nodes[STAGED].gaps
    assert "makes its columns score" in gap.reason
    assert Vertex(STAGED, "score") in graph.vertices(STAGED)
    explained = kept(columns=listed, complete=True, earlier=("select person_id as id, score from shop.bureau.scores",))
    assert graph_of(explained).nodes[STAGED].gaps == ()


@pytest.mark.parametrize("column", ["dbt_valid_from", "dbt_valid_to", "dbt_scd_id", "dbt_updated_at", ROWS])
def test_what_a_snapshot_adds_depends_on_all_that_it_shows(column: str) -> None:
    graph = graph_of(kept(kind="snapshot", materialized="snapshot"))
    assert {"id CONDITIONAL", "email CONDITIONAL", "birthday CONDITIONAL"} <= sources(graph, column)


def test_a_check_says_what_it_cannot_know(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    raw = shop()
    raw["nodes"][STAGED]["config"]["materialized"] = "incremental"
    put(tmp_path, raw)
    assert told(tmp_path, capsys)["analysed"]["keep_rows"] == ["stg_people"]
    assert run(tmp_path) == 0
    assert "judged by today's SQL alone: stg_people\n" in capsys.readouterr().out
