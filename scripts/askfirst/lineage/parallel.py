"""Many queries at once: what the cache lacks is shared out among processes, before the graph is put together.

The workers are processes of their own, started anew: a fork would copy locks that other threads hold (dbt has many),
and multiprocessing's spawn would import dbt's command line again. They only fill the cache. Whatever goes wrong with
one of them, its queries are analysed here; and an outcome counts only where the cache finds it valid, so the result
is that of going through the nodes one by one.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from contextlib import ExitStack
from pathlib import Path
from typing import IO, TYPE_CHECKING, Self

from askfirst.lineage.cache import KEY, key_of
from askfirst.lineage.context import Unreadable

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from askfirst.lineage.cache import FlowsCache, Reading
    from askfirst.lineage.schema import Schema

ENOUGH = 600_000  # characters of SQL, a second's work: less is done sooner than a worker has started
START = 150_000  # what a process could have read while a worker starts
MOST = 8  # workers


def ahead(
    cache: FlowsCache, sqls: Iterable[str], schema: Schema, dialect: str, analyse: Reading, cores: int = 0
) -> None:
    """Have in the cache what comes of some queries over a schema that is known already."""
    lacking = [sql for sql in dict.fromkeys(sqls) if cache.find(sql, schema, dialect) is None]
    cores = min(cores or usable_cores(), MOST)
    if cores == 1 or sum(map(len, lacking)) < ENOUGH or not sys.executable:
        return
    own, *others = shared_out(lacking, cores)
    reading = cache.reading(analyse)
    with ExitStack() as stack:
        workers = [stack.enter_context(Worker(share, schema, dialect)) for share in others if share]
        for sql in own:
            try:
                reading(sql, schema, dialect)
            except Unreadable:
                continue  # the cache has it, or whoever asks next is told the same
        for worker in workers:
            for line in worker.lines():
                cache.take(line[:KEY], line)


def usable_cores() -> int:
    """How many processors this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def shared_out(sqls: Iterable[str], shares: int) -> list[list[str]]:
    """Queries in shares of like length; the first, which need not wait for a start, has more."""
    loads = [0] + [START] * (shares - 1)
    parts: list[list[str]] = [[] for _ in range(shares)]
    for sql in sorted(sqls, key=len, reverse=True):
        least = loads.index(min(loads))
        parts[least].append(sql)
        loads[least] += len(sql)
    return parts


class Worker:
    """A process that analyses some queries. Its input and output are files, so that nobody waits for anybody."""

    def __init__(self, sqls: Sequence[str], schema: Schema, dialect: str) -> None:
        self.keys = {key_of(sql, dialect) for sql in sqls}
        self.task = json.dumps({"dialect": dialect, "tables": packed(schema), "sqls": sqls}).encode("ascii")
        self.process: subprocess.Popen[bytes] | None = None
        self.output: IO[bytes] | None = None

    def __enter__(self) -> Self:
        root = str(Path(__file__).parents[2])
        paths = [root, *filter(None, [os.environ.get("PYTHONPATH")])]
        self.output = tempfile.TemporaryFile()
        try:
            with tempfile.TemporaryFile() as file:
                file.write(self.task)
                file.seek(0)
                self.process = subprocess.Popen(
                    [sys.executable, "-m", "askfirst.lineage.worker"],
                    stdin=file,
                    stdout=self.output,
                    stderr=subprocess.DEVNULL,
                    env={**os.environ, "PYTHONPATH": os.pathsep.join(paths)},
                )
        except OSError:
            self.process = None
        return self

    def __exit__(self, *_: object) -> None:
        if self.process is not None and self.process.poll() is None:
            self.process.kill()
            self.process.wait()
        if self.output is not None:
            self.output.close()

    def lines(self) -> list[str]:
        """What it has found, as lines for the cache; of one that failed, nothing."""
        if self.process is None or self.output is None or self.process.wait() != 0:
            return []
        self.output.seek(0)
        lines = self.output.read().decode("ascii", "replace").split("\n")
        return [line for line in lines if line[:KEY] in self.keys]


def packed(schema: Schema) -> list[object]:
    """A schema as JSON can carry it."""
    return [
        [parts, table.name, table.columns, table.complete, [sorted(key) for key in table.keys]]
        for entries in schema.by_last.values()
        for parts, table in entries
    ]
