"""What is seen to influence a column or a row set is what the analysis says: on every model of this project."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.proofs.influence_table import GOAL, all_influences, details, figures, table
from tests.proofs.influences import Budget

if TYPE_CHECKING:
    from pathlib import Path


def test_a_sample_of_what_is_observed_is_covered(clean_build: Path) -> None:
    found = all_influences(clean_build, Budget(cells=2, worlds=1, last=0, share=0.06, seed=2), processes=1)
    whole = figures(found)
    assert whole.runs > 300
    assert whole.changes > 50
    assert not whole.stray, details(found)


@pytest.mark.proof
def test_all_that_is_observed_is_covered_and_little_else_reported(clean_build: Path) -> None:
    found = all_influences(clean_build, Budget(), processes=2)
    whole = figures(found)
    print(table(found))
    assert not whole.stray, details(found)
    assert whole.edges > 1000
    assert whole.precision <= GOAL, details(found)
