"""The lists of functions that engines have by themselves."""

from __future__ import annotations

import duckdb
from askfirst.lineage.functions import listed_in


def test_the_list_of_duckdb_s_functions_is_that_of_the_version_installed() -> None:
    with duckdb.connect() as con:
        query = "select distinct lower(function_name) from duckdb_functions() where not contains(function_name, ' ')"
        rows = con.execute(query).fetchall()
    assert listed_in("duckdb_functions.txt") == {name for (name,) in rows}, "write the list anew (CONTRIBUTING.md)"
