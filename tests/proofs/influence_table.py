"""The table of observed influences: what the analysis reports of each model, beside what was seen to happen.

dbt build --target sample
python -m tests.proofs.influence_table                            every model, minutes
python -m tests.proofs.influence_table --model int_persons        one model, and each edge that was not seen
"""

from __future__ import annotations

import argparse
import sys
from collections import Counter
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from functools import partial
from multiprocessing import get_context
from pathlib import Path
from typing import TYPE_CHECKING

from askfirst.lineage.flows import ROWS
from askfirst.lineage.graph import build_graph

from tests.proofs.influences import DRAWN, REASONS, Budget, Influence, examine, models
from tests.proofs.world import load, seeded

if TYPE_CHECKING:
    from collections.abc import Sequence

GOAL = 1.5  # edges reported for each edge observed


@dataclass(frozen=True)
class Figures:
    """``edges`` reported, ``seen`` of these, ``drawn`` of those only with drawn rows; ``stray`` are not covered."""

    origins: int
    runs: int
    changes: int
    edges: int
    seen: int
    drawn: int
    by_rows: int
    stray: int
    surplus: Counter[str]

    @property
    def recall(self) -> float:
        """The share of what was observed that is covered."""
        observed = self.seen + self.stray
        return self.seen / observed if observed else 1.0

    @property
    def precision(self) -> float:
        """Edges reported for each edge observed."""
        return self.edges / self.seen if self.seen else 1.0


def figures(found: Sequence[Influence]) -> Figures:
    """Count."""
    seen = [(one, target) for one in found for target in one.observed if target in one.reported]
    return Figures(
        origins=len(found),
        runs=sum(one.runs for one in found),
        changes=sum(one.changes for one in found),
        edges=sum(len(one.reported) for one in found),
        seen=len(seen),
        drawn=sum(one.observed[target] == DRAWN for one, target in seen),
        by_rows=sum(ROWS in one.reported for one in found),
        stray=sum(len(one.strays) for one in found),
        surplus=Counter(reason for one in found for reason in one.surplus.values()),
    )


def all_influences(project: Path, budget: Budget, processes: int, only: str = "") -> list[Influence]:
    """Every model's influences (or a share of them), in a stable order."""
    world = load(project)
    chosen = [unique_id for unique_id in models(world) if only in ("", world.nodes[unique_id].name)]
    work = partial(influences_of, project, budget)
    if processes < 2:
        return work(chosen)
    shuffled = seeded(budget.seed).sample(chosen, len(chosen))
    parts = [shuffled[n :: processes * 4] for n in range(processes * 4)]
    with ProcessPoolExecutor(processes, mp_context=get_context("spawn")) as pool:
        found = [one for several in pool.map(work, parts) for one in several]
    return sorted(found, key=lambda one: (one.model, one.origin))


def influences_of(project: Path, budget: Budget, chosen: Sequence[str]) -> list[Influence]:
    """The influences of some models."""
    world = load(project)
    graph = build_graph(world.nodes, world.binding, "duckdb")
    return [one for unique_id in chosen for one in examine(world, graph, unique_id, budget)]


def table(found: Sequence[Influence]) -> str:
    """The table as text."""
    lines = [f"{'model':<44}{'origins':>8}{'runs':>7}{'reported':>10}{'observed':>10}{'stray':>7}{'per observed':>14}"]
    for model in sorted({one.model for one in found}):
        own = figures([one for one in found if one.model == model])
        lines.append(line(model, own))
    whole = figures(found)
    lines += [line("all", whole), "", *summary(whole)]
    return "\n".join(lines)


def line(name: str, own: Figures) -> str:
    """One line of the table."""
    return f"{name:<44}{own.origins:>8}{own.runs:>7}{own.edges:>10}{own.seen:>10}{own.stray:>7}{own.precision:>14.2f}"


def summary(whole: Figures) -> list[str]:
    """The figures in words."""
    return [
        f"recall: {100 * whole.recall:.2f} % of what was observed is covered ({whole.stray} changes were not foreseen)",
        f"precision: {whole.precision:.2f} edges reported for each observed (goal: at most {GOAL})",
        f"{whole.runs} runs of {whole.origins} columns and row sets; {whole.changes} changed something",
        f"{whole.by_rows} of them are said to decide rows, so that any change of theirs is covered",
        f"{whole.drawn} edges were seen only with rows drawn anew",
        "reported and not observed:",
        *(f"  {whole.surplus[reason]:>5}  {reason}" for reason in REASONS),
    ]


def details(found: Sequence[Influence]) -> str:
    """Each edge that was not seen, and each change that was not foreseen."""
    lines = []
    for one in found:
        place = f"{one.model} <- {one.origin.relation}.{one.origin.column or '(rows)'}"
        lines += [f"STRAY    {place} -> {target or '(rows)'}: {how}" for target, how in one.strays.items()]
        for target, reason in one.surplus.items():
            subtypes = ", ".join(one.reported[target])
            lines.append(f"surplus  {place} -> {target or '(rows)'} {subtypes}: {reason}")
    return "\n".join(lines)


def main() -> int:
    """Print the table; 1 where something observed is not covered."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n", maxsplit=1)[0])
    parser.add_argument("--project-dir", type=Path, default=Path())
    parser.add_argument("--model", default="", help="only this model")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--processes", type=int, default=2)
    parser.add_argument("--verbose", action="store_true", help="each edge that was not seen")
    said = parser.parse_args()
    processes = 1 if said.model else said.processes
    found = all_influences(said.project_dir, Budget(seed=said.seed), processes, said.model)
    print(table(found))
    if said.verbose or said.model or figures(found).stray:
        print(details(found))
    return 1 if figures(found).stray else 0


if __name__ == "__main__":
    sys.exit(main())
