"""The file's way: written aside, made durable and read-only, and put in place in one step, by one writer at a time."""

from __future__ import annotations

import fcntl
import glob
import itertools
import os
import time
from contextlib import contextmanager
from typing import TYPE_CHECKING

import duckdb

from askfirst.sql import literal

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from duckdb import DuckDBPyConnection

READ_ONLY = 0o444
# Every DuckDB since 1.0 reads this format, so a marketer's tool need not have the newest driver.
STORAGE = "storage_version 'v1.0.0'"
PATIENCE = 60.0  # seconds
NUMBERS = itertools.count(1)


def aside(published: Path, invocation_id: str) -> Path:
    """Where a publication is written first: beside its place, so that the swap stays in one file system."""
    return published.with_name(f"{published.name}.{invocation_id}.tmp")


def log_of(file: Path) -> Path:
    """DuckDB's write-ahead log of a file."""
    return file.with_name(f"{file.name}.wal")


@contextmanager
def one_writer(published: Path) -> Iterator[None]:
    """Hold the folder's lock: the publication and the removals of one build may run at once, in two threads.

    The lock ends with its holder, so that a kill leaves nothing to clear. Leftovers of killed writers go first: files
    aside, and a write-ahead log beside the published file. The publication leaves no such log; one that stands there is
    of a client that wrote to the file against its mode, and would make the next file unreadable.
    """
    published.parent.mkdir(parents=True, exist_ok=True)
    folder = os.open(published.parent, os.O_RDONLY)
    try:
        fcntl.flock(folder, fcntl.LOCK_EX)
        for leftover in published.parent.glob(f"{glob.escape(published.name)}.*.tmp*"):
            leftover.unlink()
        log_of(published).unlink(missing_ok=True)
        yield
    finally:
        os.close(folder)


@contextmanager
def attached(con: DuckDBPyConnection, file: Path, options: str) -> Iterator[str]:
    """Attach a file for the block, as the alias that this yields. Raises duckdb.Error where it is no readable database.

    No alias comes back: a transaction of another model that has listed the catalogs fails at a second file of one name.
    """
    alias = f"askfirst_{next(NUMBERS)}"
    patiently(con, f"attach {literal(str(file))} as {alias} ({options})")
    try:
        yield alias
    finally:
        con.execute(f"detach {alias}")


def checkpoint(con: DuckDBPyConnection, alias: str) -> None:
    """Bring everything from the log into the attached file itself."""
    patiently(con, f"checkpoint {alias}")


def patiently(con: DuckDBPyConnection, statement: str) -> None:
    """Run a statement, again while another thread's transaction holds the file.

    A transaction of another model that lists the catalogs of all attached files (dbt and tools do) holds each of them
    until it ends: meanwhile a file is not let go by DETACH, and takes no CHECKPOINT.
    """
    deadline = time.monotonic() + PATIENCE
    while True:
        try:
            con.execute(statement)
        except (duckdb.ResourceInUseException, duckdb.TransactionException):
            if time.monotonic() > deadline:
                raise
            time.sleep(0.02)
        else:
            return


def put_in_place(written: Path, published: Path) -> None:
    """Make a file durable and read-only, and let it take the published one's place; readers of that one go on."""
    sync(written)
    written.chmod(READ_ONLY)
    written.replace(published)
    sync(published.parent)


def sync(path: Path) -> None:
    """Wait until a file, or a folder's list of names, is on the disk."""
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def discard(written: Path) -> None:
    """Take away what was written aside, with its log."""
    written.unlink(missing_ok=True)
    log_of(written).unlink(missing_ok=True)
