"""Leaks brought into clean models are found, each shown to be one; neutral changes of the same models raise nothing."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.proofs.mutation import ALARM, FOUND, MISSED, SILENT, outcomes, summary

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

    from tests.proofs.mutation import Outcome


def told(found: Sequence[Outcome], result: str) -> str:
    """The mutants with some result, as text."""
    return "\n\n".join(one.text for one in found if one.result == result)


def count(found: Sequence[Outcome], result: str) -> int:
    return sum(one.result == result for one in found)


@pytest.mark.parametrize(
    ("leaks", "neutrals", "least", "processes"),
    [
        pytest.param(60, 60, 30, 1, id="sample"),
        pytest.param(1700, 1100, 1000, 2, id="full", marks=pytest.mark.proof),
    ],
)
def test_leaks_are_found_and_neutral_changes_let_pass(
    clean_build: Path, leaks: int, neutrals: int, least: int, processes: int, tell: Callable[[str], None]
) -> None:
    leaky, clean = outcomes(clean_build, leaks, neutrals, processes)
    tell(summary(leaky, clean))
    assert not count(leaky, MISSED), told(leaky, MISSED)
    assert not count(clean, ALARM), told(clean, ALARM)
    assert count(leaky, FOUND) >= least
    assert count(clean, SILENT) >= neutrals * 0.9
