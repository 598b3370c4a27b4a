"""A build killed at any moment leaves a published file that is whole, and the next build needs no repair by hand."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import time
from pathlib import Path

import bad_idea
import pytest

from tests.integration.test_build import published_rows, withdraw

SEED = 20180102
LONGEST_BUILD = 240.0


def start(project: Path) -> subprocess.Popen[bytes]:
    """A build in a process group of its own, as a scheduler would start it."""
    command = [str(Path(sys.executable).parent / "dbt"), "build", "--target", "sample", "--quiet"]
    environment = {key: value for key, value in os.environ.items() if not key.startswith("DBT_")}
    return subprocess.Popen(
        [*command, "--vars", bad_idea.SMALL_AUDIENCES],
        cwd=project,
        env=environment,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )


def kill(process: subprocess.Popen[bytes]) -> None:
    """SIGKILL, for the whole group."""
    os.killpg(process.pid, signal.SIGKILL)
    process.wait()


def kill_after(project: Path, seconds: float) -> None:
    """Kill a build so many seconds after its start, or let it end before."""
    process = start(project)
    try:
        process.wait(seconds)
    except subprocess.TimeoutExpired:
        kill(process)


def kill_while_publishing(project: Path, delay: float) -> bool:
    """Kill a build shortly after the new file has appeared beside the published one; False where it was too quick."""
    process = start(project)
    until = time.monotonic() + LONGEST_BUILD
    while time.monotonic() < until and process.poll() is None:
        if any((project / bad_idea.WAREHOUSE).glob("activation.duckdb.*")):
            time.sleep(delay)
            if process.poll() is None:
                kill(process)
                return True
    process.wait()
    return False


def build_seconds(project: Path) -> float:
    """How long such a build takes here and now, from the start of its process to the end."""
    begun = time.monotonic()
    assert start(project).wait() == 0
    return time.monotonic() - begun


def spoil(project: Path, kills: int, inside: int) -> None:
    """Withdraw one person before each build, kill the build, and see that the next one puts everything right."""
    chance = random.Random(SEED)  # noqa: S311 - moments of a kill, the same in every run; no secret
    length = build_seconds(project)
    for turn in range(kills):
        before = published_rows(project)
        withdraw(project, min(str(row[0]) for row in before["email__greet"]), f"E-KILL-{turn}")
        if turn < inside:
            kill_while_publishing(project, chance.uniform(0, 0.2))
        else:
            kill_after(project, chance.uniform(1, length))
        between = published_rows(project)
        build = bad_idea.build(project)
        assert build.exit_code == 0, build.output
        after = published_rows(project)
        assert all(between[name] in (before[name], after[name]) for name in before), turn
        left = {name: before[name] - after[name] for name in before}
        assert len(left["email__greet"]) == 1, "the withdrawal took effect"
        assert not list((project / bad_idea.WAREHOUSE).glob("activation.duckdb.*")), "nothing is left aside"


@pytest.mark.proof
def test_ten_kills_three_of_them_while_publishing(project: Path) -> None:
    spoil(project, kills=10, inside=3)
