"""Killed at any moment, the published file is whole: a complete state, before or after; the next run needs no repair.

A child process publishes and removes in turn, each step another content that follows from the step's number alone.
It is killed (SIGKILL) ten times: at three moments pinned inside the writing by watching the folder, and at seven drawn
from a fixed seed. A reader has the file open all along.
"""

from __future__ import annotations

import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path
from random import Random
from typing import TYPE_CHECKING

import duckdb
import pytest
from askfirst.content import content_hash
from askfirst.publication.publish import publish
from askfirst.publication.removals import remove

from tests.unit.test_publication_world import NOW, World, new_world

if TYPE_CHECKING:
    from collections.abc import Callable

ROOT = Path(__file__).parents[2]
SIZE, REST = 8_000, 2_000  # persons at a time, and those who come later
AUDIENCES = ("email__ribs", "direct_mail__ribs")
CHILD = """
import sys
from pathlib import Path
from tests.integration.test_kill_publication import REST, go, prepare

world = prepare(Path(sys.argv[1]))
for step in range(int(sys.argv[2]), REST):
    print(step, "begun", flush=True)
    go(world, step)
    print(step, "done", flush=True)
"""


def prepare(folder: Path) -> World:
    """A warehouse with everyone who will ever be in the two audiences."""
    world = new_world(folder)
    for channel in ("email", "direct_mail"):
        audience = world.add("ribs", SIZE + REST, channel)
        world.con.execute(f"create table everyone_{audience} as from activation.act_{audience}")
    return world


def window(audience: str, step: int) -> str:
    """The rows of an audience after a step. A publication (even) adds at the end, a removal takes the first."""
    first, last = step, SIZE + step - step % 2
    return f"select * from everyone_{audience} where person_id >= 'P{first:07d}' and person_id < 'P{last:07d}'"


def go(world: World, step: int) -> None:
    """One step: a publication or a removal."""
    context = world.context(f"run-{step}")
    if step % 2:
        world.con.execute(f"""
            update intermediate.int_audience_permissions set permitted = false where person_id < 'P{step:07d}'
        """)
        remove(world.con, context)
        return
    for audience in AUDIENCES:
        world.con.execute(f"create or replace table activation.act_{audience} as {window(audience, step)}")
    world.judge(f"run-{step}")
    publish(world.con, context, NOW)


@dataclass(frozen=True)
class Folder:
    """What the killer watches."""

    path: Path

    @property
    def published(self) -> Path:
        return self.path / "activation.duckdb"

    def written_aside(self, ending: str) -> bool:
        return any(self.path.glob(f"activation.duckdb.*{ending}"))

    def inode(self) -> int:
        return self.published.stat().st_ino


def wait(condition: Callable[[], bool]) -> None:
    """Look without a pause, so as to strike at once."""
    deadline = time.monotonic() + 20
    while not condition():
        assert time.monotonic() < deadline, "the child did not get there"


def at_random(delay: float) -> Callable[[Folder], None]:
    return lambda _: time.sleep(delay)


def when_aside_appears(folder: Folder) -> None:
    wait(lambda: not folder.written_aside(".tmp"))
    wait(lambda: folder.written_aside(".tmp"))


def when_its_log_appears(folder: Folder) -> None:
    wait(lambda: folder.written_aside(".tmp.wal"))


def when_it_takes_the_place(folder: Folder) -> None:
    before = folder.inode()
    wait(lambda: folder.inode() != before)


def moments() -> list[Callable[[Folder], None]]:
    draw = Random(20180102)  # noqa: S311 - drawn to be repeated
    return [
        *(when_aside_appears, when_its_log_appears, when_it_takes_the_place),
        *(at_random(draw.uniform(0.0, 0.8)) for _ in range(7)),
    ]


def kill_at(moment: Callable[[Folder], None], folder: Folder, log: Path, step: int) -> set[int]:
    """Run a child from a step on, kill it, and return the steps whose states may stand."""
    with log.open("w") as output:
        child = subprocess.Popen(
            [sys.executable, "-c", CHILD, str(folder.path), str(step)],
            stdout=output,
            cwd=ROOT,
            env={"PYTHONPATH": f"{ROOT}:{ROOT / 'scripts'}"},
        )
        try:
            wait(lambda: "begun" in log.read_text() or child.poll() is not None)
            moment(folder)
            assert child.poll() is None, "the child ended by itself"
        finally:
            child.kill()
            child.wait()
    told = [line.split() for line in log.read_text().splitlines()]
    return {step - 1} | {int(number) for number, _ in told[-2:]}


def standing_step(folder: Folder, candidates: set[int], expected: World) -> int:
    """The step whose state is published: the whole of it, in both audiences, with the catalogue that goes with it."""
    with duckdb.connect(folder.published, read_only=True) as reader:
        found = {audience: content_hash(reader, f"select * from data.{audience}") for audience in AUDIENCES}
        people = dict(reader.execute("select audience, people from catalogue").fetchall())
        counted = {a: reader.execute(f"select count(*) from data.{a}").fetchall()[0][0] for a in AUDIENCES}
    steps = [
        step
        for step in sorted(candidates)
        if found == {audience: content_hash(expected.con, window(audience, step)) for audience in AUDIENCES}
    ]
    assert len(steps) == 1, f"none of the states {sorted(candidates)} stands whole"
    assert people == counted
    return steps[0]


@pytest.fixture(scope="module")
def expected(tmp_path_factory: pytest.TempPathFactory) -> World:
    return prepare(tmp_path_factory.mktemp("expected"))


def test_kills_leave_a_whole_file_and_need_no_repair(tmp_path: Path, expected: World) -> None:
    (tmp_path / "published").mkdir()
    folder, step = Folder(tmp_path / "published"), 0
    go(World(expected.con, folder.path), step)
    struck = []
    for number, moment in enumerate(moments()):
        with duckdb.connect(folder.published, read_only=True) as reader:
            rows = reader.execute("select count(*) from data.email__ribs").fetchall()
            may_stand = kill_at(moment, folder, tmp_path / f"child-{number}.log", step + 1)
            struck.append(folder.written_aside(".tmp"))
            assert reader.execute("select count(*) from data.email__ribs").fetchall() == rows
        step = standing_step(folder, may_stand, expected)
        assert folder.published.stat().st_mode & 0o777 == 0o444
    assert struck[:2] == [True, True], "the pinned kills did not strike while the file was written"
    assert step > 0

    # the next run clears what the kills left, and publishes
    last = World(expected.con, folder.path)
    go(last, step + 2 - step % 2)
    assert standing_step(folder, {step + 2 - step % 2}, expected) == step + 2 - step % 2
    assert [path.name for path in folder.path.iterdir()] == ["activation.duckdb"]
