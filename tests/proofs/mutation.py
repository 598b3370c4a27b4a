"""Mutants by the hundred: leaks that the static analysis must find, each shown to be one; changes that must pass.

    dbt build --target sample
    python -m tests.proofs.mutation                          1,500 leaks and 1,100 neutral ones, minutes
    python -m tests.proofs.mutation --leaks 0 --neutrals 50
    python -m tests.proofs.mutation --show 17                one leak's SQL, and what is said of it

A leak counts where the activation table changes when nothing but the secret column's values does (``replay``). One that
does not run, or does not show on the sample world, is discarded. A neutral mutant counts where the activation table is
what it was without it, whatever the secret holds.
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

import duckdb

from tests.proofs.mutants import leak
from tests.proofs.neutral import neutral
from tests.proofs.replay import Built, build, shows
from tests.proofs.secrets import Secret, enrich
from tests.proofs.sites import Mutant, targets
from tests.proofs.verdict import LEAKS, Judge
from tests.proofs.world import World, load, seeded

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

SEED = 7
FOUND, MISSED, HIDDEN, FAILS = "found", "MISSED", "does not show on the sample world", "does not run"
SILENT, ALARM, OTHERWISE = "let pass", "ALARM", "is not neutral on the sample world"
NEUTRAL_TRIES = 3


@dataclass(frozen=True)
class Outcome:
    """What became of a mutant: ``codes`` are those of the findings that it added, ``text`` its SQL where it matters."""

    number: int
    how: str
    result: str
    codes: tuple[str, ...] = ()
    text: str = ""


class Bench:
    """A world with its secrets, the judge, and the activation tables as they are without any mutant."""

    def __init__(self, project: Path) -> None:
        self.world: World = load(project)
        self.secrets: list[Secret] = enrich(self.world, SEED)
        self.judge = Judge(self.world)
        self.before = {t: Counter(self.world.rows(self.plain(t, self.world.relation(t)))) for t in targets(self.world)}

    def plain(self, target: str, relation: str) -> str:
        """An activation table's own columns, in their order."""
        return f"select {', '.join(name for name, _ in self.world.nodes[target].columns)} from {relation}"

    def leak(self, number: int) -> Outcome:
        """Draw, verify and judge one leak."""
        mutant = leak(self.world, self.secrets, number, seeded(SEED, number))
        built = self.build(mutant)
        if built is None:
            return Outcome(number, mutant.how, FAILS)
        if not shows(self.world, mutant, built):
            return Outcome(number, mutant.how, HIDDEN)
        added = self.judge.added(mutant, built)
        codes = tuple(sorted({code for code, _, _ in added} & LEAKS))
        return Outcome(number, mutant.how, FOUND if codes else MISSED, codes, "" if codes else mutant.told())

    def neutral(self, number: int) -> Outcome:
        """Draw, verify and judge one neutral mutant."""
        mutant = neutral(self.world, self.secrets, number, seeded(SEED, "neutral", number))
        built = self.build(mutant)
        if built is None:
            return Outcome(number, mutant.how, FAILS, text=mutant.told())
        name = self.world.nodes[mutant.target].parts[-1]
        after = Counter(self.world.rows(self.plain(mutant.target, f'"memory"."replay"."{name}"')))
        if after != self.before[mutant.target] or shows(self.world, mutant, built, NEUTRAL_TRIES):
            return Outcome(number, mutant.how, OTHERWISE, text=mutant.told())
        known = {(code, column) for code, column, _ in self.judge.before[mutant.target]}
        added = {(code, column) for code, column, _ in self.judge.added(mutant, built)}
        codes = tuple(sorted({code for code, _ in added - known}))
        return Outcome(number, mutant.how, ALARM if codes else SILENT, codes, mutant.told() if codes else "")

    def build(self, mutant: Mutant) -> Built | None:
        """A mutant built, or None where its SQL does not run."""
        try:
            return build(self.world, mutant)
        except duckdb.Error:
            return None


def outcomes_of(project: Path, work: tuple[Iterable[int], Iterable[int]]) -> tuple[list[Outcome], list[Outcome]]:
    """The outcomes of some leaks and of some neutral mutants, by their numbers."""
    bench = Bench(project)
    return [bench.leak(number) for number in work[0]], [bench.neutral(number) for number in work[1]]


def outcomes(project: Path, leaks: int, neutrals: int, processes: int) -> tuple[list[Outcome], list[Outcome]]:
    """The outcomes of the first so many leaks and neutral mutants."""
    if processes < 2:
        return outcomes_of(project, (range(leaks), range(neutrals)))
    parts = [(range(n, leaks, processes), range(n, neutrals, processes)) for n in range(processes)]
    with ProcessPoolExecutor(processes, mp_context=get_context("spawn")) as pool:
        found = list(pool.map(partial(outcomes_of, project), parts))
    return [one for several, _ in found for one in several], [one for _, several in found for one in several]


def summary(leaks: Sequence[Outcome], neutrals: Sequence[Outcome]) -> str:
    """The figures in words."""
    results = Counter(one.result for one in (*leaks, *neutrals))
    ways = {one.how.partition(";")[0] for one in leaks if one.result in (FOUND, MISSED)}
    blind = sum(one.codes == ("AF006",) for one in leaks)
    verified = results[FOUND] + results[MISSED]
    codes = Counter(code for one in leaks for code in one.codes)
    return "\n".join(
        [
            f"leaks: {len(leaks)} drawn; {results[HIDDEN]} {HIDDEN}; {failed(leaks)} {FAILS}",
            f"  {verified} verified, in {len(ways)} ways; {results[FOUND]} found, {results[MISSED]} missed",
            f"  by {', '.join(f'{code} {count}' for code, count in sorted(codes.items()))}; by AF006 alone: {blind}",
            f"neutral: {len(neutrals)} drawn; {results[OTHERWISE]} {OTHERWISE}; {failed(neutrals)} {FAILS}",
            f"  {results[SILENT] + results[ALARM]} verified; {results[SILENT]} let pass, {results[ALARM]} false alarms",
        ]
    )


def failed(found: Iterable[Outcome]) -> int:
    """How many did not run."""
    return sum(one.result == FAILS for one in found)


def wrong(found: Iterable[Outcome]) -> list[Outcome]:
    """The leaks that were missed, and the false alarms."""
    return [one for one in found if one.result in (MISSED, ALARM)]


def main() -> int:
    """Print the figures; 1 where a leak was missed or a neutral mutant was not let pass."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n", maxsplit=1)[0])
    parser.add_argument("--project-dir", type=Path, default=Path())
    parser.add_argument("--leaks", type=int, default=1500)
    parser.add_argument("--neutrals", type=int, default=1100)
    parser.add_argument("--processes", type=int, default=2)
    parser.add_argument("--show", type=int, help="the number of one leak")
    said = parser.parse_args()
    if said.show is not None:
        bench = Bench(said.project_dir)
        print(leak(bench.world, bench.secrets, said.show, seeded(SEED, said.show)).told())
        print(bench.leak(said.show))
        return 0
    leaks, neutrals = outcomes(said.project_dir, said.leaks, said.neutrals, said.processes)
    for one in wrong((*leaks, *neutrals)):
        print(f"{one.result} {' '.join(one.codes)}\n{one.text}\n")
    print(summary(leaks, neutrals))
    return 1 if wrong((*leaks, *neutrals)) else 0


if __name__ == "__main__":
    sys.exit(main())
