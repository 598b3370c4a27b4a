"""What is seen to influence a column or a row set is what the analysis says: on every model of this project."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from askfirst.lineage.flows import ROWS
from askfirst.lineage.graph import build_graph

from tests.proofs.influence_table import GOAL, all_influences, details, figures, table
from tests.proofs.influences import Budget, examine
from tests.proofs.world import load

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path


def test_a_sample_of_what_is_observed_is_covered(clean_build: Path) -> None:
    found = all_influences(clean_build, Budget(cells=2, worlds=1, last=0, share=0.04, seed=2), processes=1)
    whole = figures(found)
    assert whole.runs > 300
    assert whole.changes > 50
    assert not whole.stray, details(found)


@pytest.mark.proof
def test_all_that_is_observed_is_covered_and_little_else_reported(
    clean_build: Path, tell: Callable[[str], None]
) -> None:
    found = all_influences(clean_build, Budget(), processes=2)
    whole = figures(found)
    tell(table(found))
    assert not whole.stray, details(found)
    assert whole.edges > 1000
    assert whole.precision <= GOAL, details(found)


@pytest.mark.parametrize(
    ("model", "target"), [("seg_greet", ROWS), ("declared_contacts", "email"), ("int_household_purchases", "topic")]
)
def test_an_influence_that_the_analysis_forgets_is_noticed(clean_build: Path, model: str, target: str) -> None:
    world = load(clean_build)
    graph = build_graph(world.nodes, world.binding, "duckdb")
    unique_id = f"model.askfirst.{model}"
    known = graph.nodes[unique_id]
    assert known.flows is not None
    columns = tuple(replace(one, flows=() if one.name == target else one.flows) for one in known.flows.columns)
    rows = () if target == ROWS else known.flows.rows
    forgetful = replace(known, flows=replace(known.flows, columns=columns, rows=rows))
    spoilt = replace(graph, nodes={**graph.nodes, unique_id: forgetful})
    found = examine(world, spoilt, unique_id, Budget(cells=2, worlds=0, last=0))
    assert target in {name for one in found for name in one.strays}, details(found)
