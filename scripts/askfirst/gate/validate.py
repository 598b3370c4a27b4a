"""Evaluate suites with Great Expectations, pushed down as SQL into a live DuckDB connection: counts come back, no rows.

Great Expectations takes seconds to import, and brings SQLAlchemy: both are imported where they are used (PLC0415).
"""

from __future__ import annotations

import json
import logging
import os
import re
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import duckdb

from askfirst.gate import definitions
from askfirst.sql import literal

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from duckdb import DuckDBPyConnection
    from great_expectations.core import ExpectationSuiteValidationResult, ExpectationValidationResult
    from great_expectations.datasource.fluent.sql_datasource import SQLDatasource

PASSED, FAILED, ERROR = "passed", "failed", "error"
COUNTS_ONLY = {"result_format": "BASIC", "partial_unexpected_count": 0}  # values are personal data
RAISED = re.compile(r"^([A-Za-z_][\w.]*(?:Error|Exception)):", re.MULTILINE)


@dataclass(frozen=True)
class Outcome:
    """What became of one check. ``unexpected`` counts the rows that break it, ``raised`` is an exception's class."""

    outcome: str
    unexpected: int = 0
    raised: str = ""


def define(con: DuckDBPyConnection, as_of: str, relations: Mapping[str, str]) -> dict[str, str]:
    """Make the gate's definitions in a connection of its own. Returns those that failed, with the exception's class.

    ``relations`` are the candidates' by model. What failed is not there, so each check that speaks of it raises, and
    the gate closes.
    """
    con.execute(f"set variable askfirst_as_of = {literal(as_of)}")
    failed = {}
    for name, statement in (("planned_messages", definitions.planned(relations)), *definitions.statements()):
        try:
            con.execute(statement)
        except duckdb.Error as error:
            failed[name] = type(error).__name__
    return failed


def validate(
    con: DuckDBPyConnection, suites: Mapping[str, str], relations: Mapping[str, str]
) -> dict[str, dict[str, Outcome]]:
    """Evaluate each suite (JSON, by model) on its relation: an outcome for every check that the suite names.

    A check without a result of its own is an error: Great Expectations drops in silence what it cannot read.
    """
    if not suites:
        return {}
    with warehouse(con) as source:
        return {name: validate_one(source, name, json.loads(suites[name]), relations[name]) for name in suites}


@contextmanager
def warehouse(con: DuckDBPyConnection) -> Iterator[SQLDatasource]:
    """The connection as a data source, for as long as the block lasts."""
    os.environ["GX_ANALYTICS_ENABLED"] = "false"  # read when it is imported
    import great_expectations as gx  # noqa: PLC0415
    from great_expectations.data_context.types.base import (  # noqa: PLC0415
        DataContextConfig,
        InMemoryStoreBackendDefaults,
        ProgressBarsConfig,
    )
    from great_expectations.datasource.fluent.sql_datasource import SQLDatasource  # noqa: PLC0415
    from sqlalchemy.pool import StaticPool  # noqa: PLC0415

    from askfirst.gate.dialect import URL, Connection, register  # noqa: PLC0415

    # its own log of a failed expectation quotes the error, which may quote data; we keep the class
    logging.getLogger("great_expectations").setLevel(logging.CRITICAL)
    context = gx.get_context(
        mode="ephemeral",
        project_config=DataContextConfig(
            store_backend_defaults=InMemoryStoreBackendDefaults(),  # of its own accord it would make a folder for pages
            progress_bars=ProgressBarsConfig(globally=False),
            analytics_enabled=False,
        ),
    )
    register()
    connection = Connection(con)
    try:
        yield context.data_sources.add_sql(
            datasource=SQLDatasource(
                name="warehouse",
                connection_string=URL,
                create_temp_table=False,
                kwargs={"poolclass": StaticPool, "creator": lambda: connection},
            )
        )
    finally:
        connection.release()  # the context outlives the block in its library; the connection must not


def validate_one(source: SQLDatasource, name: str, suite: Mapping[str, Any], relation: str) -> dict[str, Outcome]:
    """Evaluate one suite on one relation; a query asset, since a table asset loses the schema."""
    import great_expectations as gx  # noqa: PLC0415
    from great_expectations.exceptions.exceptions import GreatExpectationsError  # noqa: PLC0415
    from sqlalchemy.exc import SQLAlchemyError  # noqa: PLC0415

    from askfirst.gate.counted import counted  # noqa: PLC0415

    checks = [expectation["meta"]["check"] for expectation in suite["expectations"]]
    try:
        asset = source.add_query_asset(name, query=f"select * from {relation}")
        batch = asset.add_batch_definition_whole_table("all").get_batch()
        results = batch.validate(gx.ExpectationSuite(**counted(suite)), result_format=COUNTS_ONLY)
    except (GreatExpectationsError, SQLAlchemyError, duckdb.Error) as error:
        return {check: Outcome(ERROR, raised=type(error).__name__) for check in checks}
    found = outcomes(results)
    return {check: found.get(check, Outcome(ERROR, raised="NoResult")) for check in checks}


def outcomes(results: ExpectationSuiteValidationResult) -> dict[str, Outcome]:
    """The outcome of each check of one suite, by its id."""
    found = {}
    for result in results.results:
        configuration = result.expectation_config
        if configuration is not None:
            found[str(configuration.meta["check"])] = outcome_of(result)
    return found


def outcome_of(result: ExpectationValidationResult) -> Outcome:
    """One result. A raised exception is an error, whatever else the result says."""
    raised = exception_class(result.exception_info or {})
    if raised:
        return Outcome(ERROR, raised=raised)
    counts = result.result
    count = counts.get("unexpected_count", counts.get("observed_value"))
    return Outcome(PASSED if result.success is True else FAILED, count if isinstance(count, int) else 0)


def exception_class(info: Mapping[str, Any]) -> str:
    """The class of the exception that an expectation raised first, or empty; its text may hold values."""
    reports = [info] if "raised_exception" in info else list(info.values())
    for report in reports:
        if report.get("raised_exception"):
            first = RAISED.search(report.get("exception_traceback") or "")
            return first[1].rpartition(".")[2] if first else "Exception"
    return ""
