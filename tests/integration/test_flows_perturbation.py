"""The flow corpus is true: changing a leaking case's secret changes what its query returns, a clean one's does not.

No analysis takes part: each query runs in DuckDB, in a world where the values of one column alone are others. The
analysis is held to the same corpus elsewhere.
"""

from __future__ import annotations

from collections import Counter

import pytest

from tests import flows
from tests.perturbation import world

CASES = flows.cases()
LEAKING = [case for case in CASES if case.leaking]
CLEAN = [case for case in CASES if not case.leaking]
COLUMNS = {f"{table}.{column}" for table, columns in flows.schema().items() for column in columns}


def read_by(case: flows.Case) -> list[str]:
    """Every column of the tables that a query names."""
    return sorted(source for source in COLUMNS if source.split(".")[0] in case.duckdb.lower())


def test_the_corpus_is_large_and_every_name_is_its_own() -> None:
    assert len(LEAKING) >= 250
    assert len(CLEAN) >= 120
    assert [name for name, count in Counter(case.name for case in CASES).items() if count > 1] == []
    queries = Counter((case.dialect, " ".join(case.sql.lower().split())) for case in CASES)
    assert [query for query, count in queries.items() if count > 1] == []


def test_every_subtype_leaks_and_every_dialect_is_on_both_sides() -> None:
    leaks = {flow.subtype for case in LEAKING for flow in case.flows if flow.source in case.secret}
    assert leaks == flows.DIRECT | flows.INDIRECT
    assert {case.dialect for case in LEAKING} == {case.dialect for case in CLEAN} == flows.DIALECTS


def test_the_schema_is_the_worlds() -> None:
    types = world().connection.execute(
        "select table_name, column_name, replace(data_type, '\"', '') from duckdb_columns() "
        "where database_name = current_database() and schema_name = 'main' and not internal"
    )
    columns: dict[str, dict[str, str]] = {}
    for table, column, kind in types.fetchall():
        columns.setdefault(table, {})[column] = kind
    assert columns == flows.schema()


@pytest.mark.parametrize("case", CASES, ids=str)
def test_expected_flows_are_of_known_columns_and_kinds(case: flows.Case) -> None:
    assert case.dialect in flows.DIALECTS
    assert {flow.source for flow in case.flows} | set(case.secret) <= COLUMNS
    assert {flow.subtype for flow in case.flows} <= flows.DIRECT | flows.INDIRECT
    assert {flow.subtype for flow in case.dataset} <= flows.INDIRECT, "a row set has no direct flows"
    assert world().run(case.duckdb).columns == tuple(case.fields)


@pytest.mark.parametrize("case", LEAKING, ids=str)
def test_a_leaking_secret_changes_what_is_returned(case: flows.Case) -> None:
    base = world().run(case.duckdb)
    for secret in case.secret:
        assert secret in {flow.source for flow in case.flows}
        outcomes = (rows for _, rows in world().outcomes(case.duckdb, secret))
        if case.ordered:
            assert any(rows != base for rows in outcomes), secret
        else:
            assert any(rows.unordered() != base.unordered() for rows in outcomes), secret


@pytest.mark.parametrize("case", CLEAN, ids=str)
def test_a_clean_secret_changes_nothing(case: flows.Case) -> None:
    base = world().run(case.duckdb)
    for secret in case.secret:
        assert secret not in {flow.source for flow in case.flows}
        outcomes = dict(world().outcomes(case.duckdb, secret))
        assert outcomes, "some perturbation has to run"
        assert [shadow for shadow, rows in outcomes.items() if rows != base] == []


@pytest.mark.proof
@pytest.mark.parametrize("case", CASES, ids=str)
def test_no_other_column_matters(case: flows.Case) -> None:
    """The expected flows are complete: a column that is not among them changes nothing, a field's only that field."""
    rows = {flow.source for flow in case.dataset}
    for source in read_by(case):
        if source not in rows:
            fields = [name for name, expected in case.fields.items() if source in {flow.source for flow in expected}]
            base = world().run(case.duckdb).without(fields)
            for shadow, outcome in world().outcomes(case.duckdb, source):
                got = outcome.without(fields)
                assert got == base or (fields and got.unordered() == base.unordered()), shadow
