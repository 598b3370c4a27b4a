"""No expectation is there for show: delete any one of a committed suite, and a named case turns red.

Runs on the candidates of a clean build of the sample world, in one session: a case is made in a transaction, the one
check is asked, and everything is rolled back.
"""

from __future__ import annotations

import json
import shutil
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import bad_idea
import duckdb
import pytest
from askfirst.gate.suites import read_files
from askfirst.gate.validate import FAILED, PASSED, Outcome, define, validate_one, warehouse

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from duckdb import DuckDBPyConnection
    from great_expectations.datasource.fluent.sql_datasource import SQLDatasource

AS_OF = "2018-01-02T00:00:00Z"
SUITES = read_files(bad_idea.ROOT)
RELATIONS = {model: f"activation.{model}" for model in SUITES}
SWITCHED_OFF = """
    insert into staging.stg_crm__switches by name
    select person_id, '{subject}' as datum, purpose, 'off' as state, timestamp '2017-12-31' as switched_at
    from staging.stg_crm__persons, reference.purposes
"""
NEVER_ASKED = ("nobody ever asked", "delete from staging.base_consent__events")
# By check, or by the part of its name that a family shares: the name of a case, and the change that makes it.
CASES = {
    "columns": ("a column too many", "alter table {table} add column more varchar"),
    "column_types": ("a column of another type", "alter table {table} alter control type varchar[] using [control]"),
    "person_once": ("everyone twice", "insert into {table} from {table}"),
    "person_named": ("nobody named", "update {table} set person_id = null"),
    "address_": ("no address", "update {table} set {subject} = null"),
    "address_is_theirs": ("nobody gave this address", "delete from staging.stg_crm__addresses"),
    "control_as_said": ("words of one's own", "update {table} set control = control || '!'"),
    "reason_as_said": ("words of one's own", "update {table} set reason = reason || '!'"),
    "consent_in_force": NEVER_ASKED,
    "every_record_agrees": NEVER_ASKED,
    "not_suppressed": (
        "everyone has objected",
        """insert into staging.stg_consent__objections by name
        select person_id, 'all' as scope, timestamp '2017-12-31' as objected_at, timestamp '2017-12-31' as received_at
        from staging.stg_crm__persons""",
    ),
    "not_hidden": (
        "everything hidden",
        """insert into staging.stg_crm__dismissals by name
        select person_id, 'topic' as kind, topic as target, topic, 'hide' as state,
            timestamp '2017-12-31' as dismissed_at
        from staging.stg_crm__persons, reference.topics""",
    ),
    "not_too_often": (
        "everyone chose to get nothing",
        """insert into staging.stg_crm__frequencies by name
        select person_id, channel, 0 as maximum, 'P1D' as period, timestamp '2017-12-31' as chosen_at
        from staging.stg_crm__persons, reference.channels""",
    ),
    "known_adult": ("only minors", "update staging.stg_crm__persons set is_declared_adult = false"),
    "uses_": ("everything switched off", SWITCHED_OFF),
    "shows_": ("everything switched off", SWITCHED_OFF),
    "says_": ("no words", "update {table} set {subject} = ' '"),
    "nothing_special_in_": ("pregnancy tests", "update {table} set {subject} = 'pregnancy_tests'"),
    "offer_fits": ("an offer out of the blue", "update {table} set offer_topic = 'flowers'"),
    "offer_as_said": ("an offer out of the blue", "update {table} set offer_topic = 'flowers'"),
    "ground_was_stated": ("a ground that nobody stated", "update {table} set based_on = 'flowers'"),
    "bought_for_itself": ("a ground that nobody bought", "update {table} set based_on = 'flowers'"),
    "household_agrees": (
        "the other adults never asked",
        """delete from staging.base_consent__events
        where person_id in (select max(person_id) from staging.stg_crm__persons group by household_id)""",
    ),
    "no_mark_in_": ("a canary sings", "update {table} set {subject} = coalesce({subject}, '') || ' CANARY-7'"),
    "canaries_are_there": (
        "no canary",
        "delete from {table} where person_id in (select person_id from staging.stg_crm__canaries)",
    ),
}


def case_of(model: str, check: str) -> tuple[str, str]:
    """The named case of a check: its name, and the change that makes it."""
    key = check if check in CASES else next(key for key in CASES if key.endswith("_") and check.startswith(key))
    name, change = CASES[key]
    return name, change.format(table=f"activation.{model}", subject=check.removeprefix(key))


@pytest.fixture(scope="module")
def con(clean_build: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[DuckDBPyConnection]:
    """The warehouse of a clean build, copied, as dbt's session has it."""
    folder = Path(shutil.copytree(clean_build / bad_idea.WAREHOUSE, tmp_path_factory.mktemp("warehouse") / "sample"))
    with duckdb.connect(str(folder / "askfirst.duckdb")) as connection:
        connection.execute(f"attach '{folder / 'private.duckdb'}' as private (read_only)")
        yield connection


@contextmanager
def spoilt(con: DuckDBPyConnection, change: str) -> Iterator[None]:
    """The warehouse with a change, and the gate's definitions over it, for the block."""
    con.execute("begin transaction")
    try:
        con.execute(change)
        assert define(con, AS_OF, RELATIONS) == {}
        yield
    finally:
        con.execute("rollback")


def only(suite: dict[str, Any], check: str) -> dict[str, Any]:
    """A suite of one expectation."""
    return {**suite, "expectations": [item for item in suite["expectations"] if item["meta"]["check"] == check]}


def without(suite: dict[str, Any], check: str) -> dict[str, Any]:
    """A suite from which one expectation has been deleted."""
    return {**suite, "expectations": [item for item in suite["expectations"] if item["meta"]["check"] != check]}


class Asked:
    """Great Expectations over one connection; every question is an asset of its own."""

    def __init__(self, source: SQLDatasource) -> None:
        self.source, self.count = source, 0

    def is_red(self, suite: dict[str, Any], check: str) -> bool:
        """Whether a check's case is red, because the check has not found it; no other check is asked."""
        outcome = self.outcomes(only(suite, check)).get(check)
        return outcome is None or outcome.outcome != FAILED

    def outcomes(self, suite: dict[str, Any]) -> dict[str, Outcome]:
        """What becomes of each check of a suite."""
        self.count += 1
        return validate_one(self.source, f"asset_{self.count}", suite, f"activation.{suite['name']}")


@pytest.mark.proof
@pytest.mark.parametrize("model", SUITES)
def test_deleting_any_expectation_turns_a_named_case_red(
    model: str, con: DuckDBPyConnection, tell: Callable[[str], None]
) -> None:
    suite = json.loads(SUITES[model])
    told = []
    with warehouse(con) as source:
        asked = Asked(source)
        with spoilt(con, "select 1"):
            assert {outcome.outcome for outcome in asked.outcomes(suite).values()} == {PASSED}
        for check in (item["meta"]["check"] for item in suite["expectations"]):
            name, change = case_of(model, check)
            with spoilt(con, change):
                assert not asked.is_red(suite, check), (check, name)
                assert asked.is_red(without(suite, check), check), (check, name)
            told.append(f"  without {check}, red: {name}")
    tell("\n".join([f"{model}: {len(told)} expectations", *told]))


def test_every_expectation_has_a_case() -> None:
    checks = [(model, item["meta"]["check"]) for model in SUITES for item in json.loads(SUITES[model])["expectations"]]
    assert all(case_of(model, check) for model, check in checks)
