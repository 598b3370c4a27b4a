"""The functions that engines have by themselves, as lists beside this module have them."""

from __future__ import annotations

import functools
from importlib.resources import files


def functions_of(dialect: str) -> frozenset[str] | None:
    """The functions that a dialect has by itself; None where nobody has listed them."""
    own = {"duckdb": duckdb_functions, "postgres": postgres_functions, "spark": spark_functions}.get(dialect)
    return own() if own else None


@functools.cache
def duckdb_functions() -> frozenset[str]:
    """The functions that DuckDB has by itself; whatever else is called is a macro or an extension's.

    As `duckdb_functions()` of the version in requirements.lock has them, without operators of several words. To ask an
    engine each time would take a third of all that is done after a small change.
    """
    return listed_in("duckdb_functions.txt") | {"list_transform", "row", "struct_pack"}


@functools.cache
def postgres_functions() -> frozenset[str]:
    """The functions that PostgreSQL has by itself, and those of common extensions that read their arguments alone.

    By the catalog of version 15 and the manuals of 16 to 18; without those that read a table, a file, the session or
    the server's state by a name or a query that is text.
    """
    return listed_in("postgres_functions.txt")


@functools.cache
def spark_functions() -> frozenset[str]:
    """The functions that Spark has by itself, as `SHOW ALL FUNCTIONS` of version 4.3 has them.

    Without those that call code by a name (`reflect`) or tell of the file that is read.
    """
    return listed_in("spark_functions.txt")


def listed_in(name: str) -> frozenset[str]:
    """The words of a list beside this module."""
    return frozenset(files("askfirst.lineage").joinpath(name).read_text(encoding="ascii").split())
