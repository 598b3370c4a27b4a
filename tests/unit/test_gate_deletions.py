"""No expectation is there for show: delete any one of a suite, and a named case is no longer stopped."""

from __future__ import annotations

import json

import pytest
from askfirst.gate.context import own_connection
from askfirst.gate.suites import generate
from askfirst.gate.validate import PASSED, define, validate

from tests.unit.test_gate_world import AS_OF, MODELS, World, new_world

SWITCHED_OFF = """
    insert into staging.stg_crm__switches
    select person_id, '{datum}', purpose, 'off', timestamp '2017-05-01'
    from staging.stg_crm__persons, reference.purposes
"""
# By check: the name of a case, and the change of the clean little world that makes it, in any suite.
CASES = {
    "columns": ("a column too many", "alter table {table} add column more varchar"),
    "column_types": ("a column of another type", "alter table {table} alter control type varchar[] using [control]"),
    "person_once": ("everyone twice", "insert into {table} from {table}"),
    "person_named": ("nobody named", "update {table} set person_id = null"),
    "address_": ("no address", "update {table} set {column} = null"),
    "address_is_theirs": ("nobody gave this address", "delete from staging.stg_crm__addresses"),
    "control_as_said": ("words of one's own", "update {table} set control = control || '!'"),
    "reason_as_said": ("words of one's own", "update {table} set reason = reason || '!'"),
    "consent_in_force": ("nobody ever asked", "delete from staging.stg_consent__event_purposes"),
    "every_record_agrees": ("nobody ever asked", "delete from staging.stg_consent__event_purposes"),
    "not_suppressed": (
        "everyone has objected",
        """insert into staging.stg_consent__objections
        select person_id, 'all', timestamp '2017-05-01', timestamp '2017-05-01' from staging.stg_crm__persons""",
    ),
    "known_adult": ("only minors", "update staging.stg_crm__persons set is_declared_adult = false"),
    "uses_": ("everything switched off", SWITCHED_OFF),
    "shows_": ("everything switched off", SWITCHED_OFF),
    "says_": ("no words", "update {table} set {column} = ' '"),
    "nothing_special_in_": ("pregnancy tests", "update {table} set {column} = 'pregnancy_tests'"),
    "offer_fits": ("an offer out of the blue", "update {table} set offer_topic = 'flowers'"),
    "offer_as_said": ("an offer out of the blue", "update {table} set offer_topic = 'flowers'"),
    "ground_was_stated": ("a ground that nobody stated", "update {table} set based_on = 'flowers'"),
    "bought_for_itself": ("a ground that nobody bought", "update {table} set based_on = 'flowers'"),
    "household_agrees": (
        "the other adult never asked",
        "delete from staging.stg_consent__event_purposes where person_id = 'P3'",
    ),
    "no_mark_in_": ("a canary sings", "update {table} set {column} = coalesce({column}, '') || ' CANARY-7'"),
    "canaries_are_there": ("no canary", "delete from {table} where person_id = 'C1'"),
}


def case_of(model: str, check: str) -> tuple[str, str]:
    """The named case of a check: its name, and the change that makes it."""
    key = check if check in CASES else next(key for key in CASES if key.endswith("_") and check.startswith(key))
    subject = check.removeprefix(key)
    name, change = CASES[key]
    return name, change.format(table=f"activation.{model}", column=subject, datum=subject)


def broken_without(world: World, model: str, deleted: str) -> set[str]:
    """The checks of a suite that do not pass, after one of its expectations has been deleted."""
    suite = json.loads(generate(world.manifest, world.reference)[model])
    suite["expectations"] = [item for item in suite["expectations"] if item["meta"]["check"] != deleted]
    with own_connection(world.con) as con:
        define(con, AS_OF)
        outcomes = validate(con, {model: json.dumps(suite)}, {model: f"activation.{model}"})[model]
    return {check for check, outcome in outcomes.items() if outcome.outcome != PASSED}


def checks_of(world: World, model: str) -> list[str]:
    """The checks of a model's suite."""
    suite = json.loads(generate(world.manifest, world.reference)[model])
    return [item["meta"]["check"] for item in suite["expectations"]]


@pytest.mark.proof
@pytest.mark.parametrize("model", MODELS)
def test_deleting_any_expectation_turns_a_named_case_red(
    model: str, tmp_path_factory: pytest.TempPathFactory, capsys: pytest.CaptureFixture[str]
) -> None:
    for check in checks_of(new_world(tmp_path_factory.mktemp("whole")), model):
        name, change = case_of(model, check)
        world = new_world(tmp_path_factory.mktemp("world"))
        world.con.execute(change)
        assert check in world.broken(model), (name, check)
        assert check not in broken_without(world, model, check), (name, check)
        with capsys.disabled():
            print(f"{model}: without {check}, red: {name}")
