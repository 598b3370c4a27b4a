"""The flow corpus, read by the analysis: each case has exactly the flows that the conventions give it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from askfirst.lineage.analyse import analyse
from askfirst.lineage.dialects import BINDINGS
from askfirst.lineage.schema import schema_of

from tests.flows import Case, cases, schema

if TYPE_CHECKING:
    from askfirst.lineage.flows import Flow

TABLES = {name: dict(columns) for name, columns in schema().items()}


def shown(flows: tuple[Flow, ...]) -> set[str]:
    """Flows as the corpus writes them; a relation's row set has no column, and is not among them."""
    return {f"{origin.relation}.{origin.column} {subtype}" for origin, subtype, _ in flows if origin.column}


@pytest.mark.parametrize("case", cases(), ids=str)
def test_a_case_has_exactly_its_flows(case: Case) -> None:
    flows = analyse(case.sql, schema_of(TABLES, BINDINGS[case.dialect]), case.dialect)
    assert not flows.gaps
    assert [shown(column.flows) for column in flows.columns] == [
        {str(flow) for flow in expected} for expected in case.fields.values()
    ]
    assert shown(flows.rows) == {str(flow) for flow in case.dataset}


@pytest.mark.parametrize("case", [case for case in cases() if case.dialect == "duckdb"], ids=str)
def test_the_columns_are_called_as_the_engine_calls_them(case: Case) -> None:
    """Only where the query names them, or reads them as they are."""
    flows = analyse(case.sql, schema_of(TABLES, BINDINGS[case.dialect]), case.dialect)
    for column, expected in zip(flows.columns, case.fields, strict=True):
        if expected.isidentifier():
            assert column.name.lower() == expected.lower()
