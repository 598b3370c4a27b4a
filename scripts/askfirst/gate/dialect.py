"""A minimal SQLAlchemy dialect over one live DuckDB connection, for Great Expectations alone.

Great Expectations knows DuckDB only through SQLAlchemy. It gives a connection back to the pool before it fetches, and
the pool then rolls back, which drops DuckDB's result. So here nothing begins, commits, rolls back or closes, and a
cursor takes its whole result at once: counts and constants, since that is all that the suites select.

duckdb-engine is not used: it hangs a function on a class of SQLAlchemy's, by which DuckDB's module outlives the
interpreter's clean-up as soon as Great Expectations is imported too, and forty lines of "nanobind: leaked" follow.
"""

from __future__ import annotations

from collections import deque
from typing import TYPE_CHECKING, Any

import duckdb
from sqlalchemy.dialects import registry
from sqlalchemy.engine.default import DefaultDialect

if TYPE_CHECKING:
    from collections.abc import Sequence

    from duckdb import DuckDBPyConnection

NAME = "duckdb"
URL = f"{NAME}://"


class Cursor:
    """A DBAPI cursor that keeps its rows, so that the next statement on the connection takes nothing away."""

    arraysize = 1
    rowcount = -1

    def __init__(self, con: DuckDBPyConnection) -> None:
        self._con = con
        self._rows: deque[Any] = deque()
        self.description: Any = None

    def execute(self, statement: str, parameters: object = None) -> None:
        """Run one statement and take its rows."""
        result = self._con.execute(statement, parameters or None)
        self.description = result.description
        self._rows = deque(result.fetchall())

    def fetchone(self) -> Any:  # noqa: ANN401 - a row of any types
        """The next row, or None."""
        return self._rows.popleft() if self._rows else None

    def fetchmany(self, size: int | None = None) -> Sequence[Any]:
        """The next rows, at most so many."""
        return [self._rows.popleft() for _ in range(min(size or self.arraysize, len(self._rows)))]

    def fetchall(self) -> Sequence[Any]:
        """The rows that are left."""
        return self.fetchmany(len(self._rows)) if self._rows else []

    def close(self) -> None:
        """Let go of the rows."""
        self._rows.clear()


class Connection:
    """A DBAPI connection whose cursors share one DuckDB connection; it belongs to whoever made it."""

    def __init__(self, con: DuckDBPyConnection) -> None:
        self._con: DuckDBPyConnection | None = con

    def cursor(self) -> Cursor:
        """A cursor of its own rows. Raises duckdb.ConnectionException after `release`."""
        if self._con is None:
            raise duckdb.ConnectionException("the gate has ended")
        return Cursor(self._con)

    def release(self) -> None:
        """Forget the DuckDB connection."""
        self._con = None

    def commit(self) -> None:
        """Nothing was begun."""

    rollback = close = commit


class Dialect(DefaultDialect):
    """What SQLAlchemy must know of DuckDB for queries that arrive as text."""

    name = NAME
    default_paramstyle = "qmark"
    supports_statement_cache = False
    supports_native_boolean = True

    @classmethod
    def import_dbapi(cls) -> Any:  # noqa: ANN401 - SQLAlchemy's own type is private
        """DuckDB's module, for its exceptions and its parameter style."""
        return duckdb

    def initialize(self, connection: object) -> None:
        """Ask the connection nothing."""


def register() -> None:
    """Make the dialect known to SQLAlchemy under its name."""
    registry.register(NAME, __name__, Dialect.__name__)
