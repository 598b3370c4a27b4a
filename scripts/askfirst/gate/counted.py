"""Great Expectations' query for unexpected rows, without the rows: they are counted, and not fetched.

Its own runs each query twice, once for the count and once for up to 200 rows, which it then leaves out of a result of
the format that the gate asks for. This module imports Great Expectations: import it where it is used.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

from great_expectations.expectations.core.unexpected_rows_expectation import UnexpectedRowsExpectation

from askfirst.gate.expectation import ROWS

if TYPE_CHECKING:
    from collections.abc import Mapping

    from great_expectations.core import ExpectationValidationResult
    from great_expectations.execution_engine.execution_engine import ExecutionEngine

TABLE, COUNT = "unexpected_rows_query.table", "unexpected_rows_query.row_count"
COUNTED = "counted_rows_expectation"  # as Great Expectations spells the class below


class CountedRowsExpectation(UnexpectedRowsExpectation):
    """The count alone."""

    metric_dependencies: ClassVar[tuple[str, ...]] = (COUNT,)

    def _validate(
        self,
        metrics: dict[str, Any],
        runtime_configuration: dict[str, Any] | None = None,
        execution_engine: ExecutionEngine[Any] | None = None,
    ) -> ExpectationValidationResult | dict[str, Any]:
        return super()._validate({**metrics, TABLE: []}, runtime_configuration, execution_engine)


def counted(suite: Mapping[str, Any]) -> dict[str, Any]:
    """A suite in which rows are counted and not fetched."""
    expectations = [{**one, "type": COUNTED} if one["type"] == ROWS else one for one in suite["expectations"]]
    return {**suite, "expectations": expectations}
