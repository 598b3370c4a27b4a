"""Each measurement in a process of its own: CPU with that of its children, wall, peak memory."""

from __future__ import annotations

import json
import resource
import subprocess
import sys
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

TIMEOUT = 1800


@dataclass(frozen=True)
class Run:
    """What one run took. ``peak`` is in MB, ``children`` that of the largest worker."""

    cpu: float
    wall: float
    peak: float
    children: float
    columns: int


def cpu_seconds() -> float:
    """What this process and those that it waited for have used."""
    spent = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(one.ru_utime + one.ru_stime for one in spent)


def peak_megabytes(who: int) -> float:
    """The most memory that was in use at once; Linux counts in kB, macOS in bytes."""
    return resource.getrusage(who).ru_maxrss / (1024 * 1024 if sys.platform == "darwin" else 1024)


def here(name: str, manifest: Path, catalog: Path | None, folder: Path) -> None:
    """Run one contestant in this process, and print what it took."""
    from bench_lineage.contestants import CONTESTANTS, Project

    work = CONTESTANTS[name](Project(manifest, catalog), folder)
    cpu, wall = cpu_seconds(), time.perf_counter()
    columns = work()
    cpu, wall = cpu_seconds() - cpu, time.perf_counter() - wall
    peaks = [peak_megabytes(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    print(json.dumps([cpu, wall, *peaks, columns]))


def in_turns(
    names: Sequence[str], manifest: Path, catalog: Path | None, folder: Path, repeats: int
) -> dict[str, Run | str]:
    """Run contestants, each in processes of its own; the best of each figure, or why there is none.

    They take turns, so that a machine that is slow for a while is slow for all of them.
    """
    runs: dict[str, list[Run]] = {name: [] for name in names}
    failed: dict[str, str] = {}
    for turn in range(repeats):
        for name in names:
            print(f"  {turn + 1} of {repeats}: {name}", end="\033[K\r", file=sys.stderr, flush=True)
            run = apart(name, manifest, catalog, folder)
            if isinstance(run, Run):
                runs[name].append(run)
            else:
                failed[name] = run
    print(end="\033[K", file=sys.stderr, flush=True)
    return {name: failed.get(name) or best(runs[name]) for name in names}


def apart(name: str, manifest: Path, catalog: Path | None, folder: Path) -> Run | str:
    """Run one contestant in a process of its own; why, if it fails."""
    command = [sys.executable, "-m", "bench_lineage", "--run", name, str(manifest), str(catalog or ""), str(folder)]
    try:
        done = subprocess.run(command, capture_output=True, text=True, timeout=TIMEOUT, check=False)
    except subprocess.TimeoutExpired:
        return f"more than {TIMEOUT} s"
    if done.returncode != 0:
        return (done.stderr.strip().splitlines() or ["failed"])[-1][:120]
    return Run(*json.loads(done.stdout.strip().splitlines()[-1]))


def best(runs: Sequence[Run]) -> Run:
    """The best of each figure."""
    return Run(
        min(run.cpu for run in runs),
        min(run.wall for run in runs),
        min(run.peak for run in runs),
        min(run.children for run in runs),
        runs[0].columns,
    )
