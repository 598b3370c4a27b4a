"""One expectation of a candidate, before it is written into a suite.

A row check is a query for the rows that break a promise, over ``{batch}`` (the candidate) and the gate's own
definitions (as ``temp.…``). It selects the constant 1, so that not even a failing row leaves DuckDB.
A row that is on no positive list has no partner in an anti join and so breaks the promise; a null key does too.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

ROWS = "unexpected_rows_expectation"
USE_THE_MACRO = "build the candidate with the macro candidates(), which joins the effective permission"


@dataclass(frozen=True)
class Check:
    """One expectation: ``kind`` and ``kwargs`` as Great Expectations names them, and what a person is told of it."""

    check_id: str
    code: str
    column: str
    sentence: str
    fix: str
    kind: str
    kwargs: Mapping[str, object]


def row_check(check_id: str, code: str, column: str, sentence: str, fix: str, *, query: str) -> Check:
    """A check that no row is found by a query; line breaks are for the reader here, not in the suite."""
    return Check(check_id, code, column, sentence, fix, ROWS, {"unexpected_rows_query": " ".join(query.split())})
