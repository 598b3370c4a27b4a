"""Each expectation fails on the smallest world that breaks its promise, and on nothing else of that world."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest
from askfirst.artifacts import parse_manifest, read_reference
from askfirst.findings import RULES
from askfirst.gate.suites import generate

from tests.unit.test_gate_world import MODELS, ROOT, manifest_json, new_world

if TYPE_CHECKING:
    from pathlib import Path

RIBS, MILK, GREET = "act_email__ribs", "act_email__replenishment", "act_direct_mail__greet"
NOT_IN_FORCE = {"consent_in_force", "every_record_agrees"}


def consent(change: str) -> str:
    """Change the consent events of P1's first record."""
    return f"update staging.stg_consent__event_purposes set {change} where person_id = 'P1'"


def event(state: str, time: str, *, record: str = "P1", received: str | None = None) -> str:
    """One more consent event for offers by e-mail, in all else like the first."""
    return f"""
        insert into staging.stg_consent__event_purposes
        select * replace (
            '{state}' as event_state, timestamp '{time}' as event_time, timestamp '{received or time}' as received_at
        )
        from staging.stg_consent__event_purposes
        where person_id = '{record}' and purpose = 'offers' and channel = 'email'
        limit 1
    """


def set_in(model: str, change: str) -> str:
    """Change the row of the candidate that is no canary's."""
    return f"update activation.{model} set {change} where person_id <> 'C1'"


BROKEN: dict[str, tuple[str, str, set[str]]] = {
    # AF100
    "a column more": (
        RIBS,
        "alter table activation.act_email__ribs add column income varchar",
        {"columns", "column_types"},
    ),
    "a column less": (
        RIBS,
        "alter table activation.act_email__ribs drop column control",
        {"column_types", "columns", "control_as_said", "no_mark_in_control", "says_control"},
    ),
    "another order": (
        RIBS,
        """create or replace table activation.act_email__ribs as
        select email, * exclude (email) from activation.act_email__ribs""",
        {"columns"},
    ),
    "another type": (
        GREET,
        "alter table activation.act_direct_mail__greet alter postcode type integer",
        {"column_types", "address_postcode"},
    ),
    # AF101: each condition of a grant that is worth something
    "no consent at all": (RIBS, "delete from staging.stg_consent__event_purposes where person_id = 'P1'", NOT_IN_FORCE),
    "consent for another purpose": (RIBS, consent("purpose = 'replenishment'"), NOT_IN_FORCE),
    "consent on another channel": (RIBS, consent("channel = 'direct_mail'"), NOT_IN_FORCE),
    "consent after as_of": (RIBS, consent("event_time = '2018-02-01', received_at = '2018-02-01'"), NOT_IN_FORCE),
    "consent learned of after as_of": (RIBS, consent("received_at = '2018-02-01'"), NOT_IN_FORCE),
    "consent expired": (RIBS, consent("event_state = 'ConsentExpired'"), NOT_IN_FORCE),
    "consent of an unknown state": (RIBS, consent("event_state = null"), NOT_IN_FORCE),
    "R01 pre-ticked": (RIBS, consent("pre_ticked = true"), NOT_IN_FORCE),
    "R02 by scrolling": (RIBS, consent("collection_method = 'scroll'"), NOT_IN_FORCE),
    "R03 bundled": (RIBS, consent("purpose_count = 2"), NOT_IN_FORCE),
    "R04 required for a service": (RIBS, consent("required_for_service = true"), NOT_IN_FORCE),
    "R04 paid for": (RIBS, consent("incentive = true"), NOT_IN_FORCE),
    "R05 no notice": (RIBS, consent("privacy_notice = null"), NOT_IN_FORCE),
    "R05 notice shown later": (RIBS, consent("notice_shown_at = '2017-03-03'"), NOT_IN_FORCE),
    "R05 notice never shown": (RIBS, consent("notice_shown_at = null"), NOT_IN_FORCE),
    "R06 notice without controller": (RIBS, consent("privacy_notice = 'N-BAD-01'"), NOT_IN_FORCE),
    "R06 notice without purposes": (RIBS, consent("privacy_notice = 'N-BAD-02'"), NOT_IN_FORCE),
    "R07 unknown notice": (RIBS, consent("privacy_notice = 'N-1999'"), NOT_IN_FORCE),
    "R07 no method": (RIBS, consent("collection_method = null"), NOT_IN_FORCE),
    "R07 no evidence": (RIBS, consent("evidence = null"), NOT_IN_FORCE),
    "R09 withdrawn": (RIBS, event("ConsentWithdrawn", "2017-06-01"), NOT_IN_FORCE),
    "R10 withdrawn at the same moment": (RIBS, event("ConsentWithdrawn", "2017-03-01"), NOT_IN_FORCE),
    "R10 withdrawn earlier than it arrived": (
        RIBS,
        event("ConsentWithdrawn", "2017-03-02", received="2017-12-01"),
        NOT_IN_FORCE,
    ),
    "R40 an unreadable permission record": (
        RIBS,
        "insert into private.staging.quarantine values ('consent__events', 'P1', 'unreadable event_time', null)",
        NOT_IN_FORCE,
    ),
    # AF102
    "R20 objected to the purpose": (
        RIBS,
        "insert into staging.stg_consent__objections values ('P1', 'offers', '2017-05-01', '2017-05-01')",
        {"not_suppressed"},
    ),
    "R20 objected to all, by another record": (
        RIBS,
        "insert into staging.stg_consent__objections values ('P1b', 'all', '2017-05-01', '2017-05-01')",
        {"not_suppressed"},
    ),
    "R20 objected, nobody knows to what": (
        RIBS,
        "insert into staging.stg_consent__objections values ('P1', null, '2017-05-01', '2017-05-01')",
        {"not_suppressed"},
    ),
    "R31 unsubscribed": (
        RIBS,
        "insert into staging.stg_consent__unsubscribes values ('P1', 'email', '2017-05-01')",
        {"not_suppressed"},
    ),
    # AF103
    "R17 a minor": (
        RIBS,
        "update staging.stg_crm__persons set is_declared_adult = false where person_id = 'P1'",
        {"known_adult"},
    ),
    "R16 age unknown": (
        RIBS,
        "update staging.stg_crm__persons set is_declared_adult = null, birth_year = null where person_id = 'P1'",
        {"known_adult"},
    ),
    "nobody knows the person": (
        RIBS,
        "delete from staging.stg_crm__persons where person_id = 'P1'",
        {"address_is_theirs", "known_adult", "shows_first_name", "uses_birthday_month"},
    ),
    # AF104
    "R34 the other record never consented": (
        RIBS,
        "delete from staging.stg_consent__event_purposes where person_id = 'P1b'",
        {"every_record_agrees"},
    ),
    "R34 the other record withdrew": (
        RIBS,
        event("ConsentWithdrawn", "2017-06-01", record="P1b"),
        {"every_record_agrees"},
    ),
    "a record where a person should be": (
        RIBS,
        set_in(RIBS, "person_id = 'P1b'"),
        {
            "address_is_theirs",
            "every_record_agrees",
            "ground_was_stated",
            "known_adult",
            "shows_first_name",
            "uses_birthday_month",
            "uses_favourite_cut",
        },
    ),
    "somebody else's address": (RIBS, set_in(RIBS, "email = 'bob@example.com'"), {"address_is_theirs"}),
    "an address of before": (RIBS, set_in(RIBS, "email = 'before@example.com'"), {"address_is_theirs"}),
    "somebody else's name on the envelope": (GREET, set_in(GREET, "last_name = 'Hopper'"), {"address_is_theirs"}),
    "a datum hidden in the control": (RIBS, set_in(RIBS, "control = control || ' [1]'"), {"control_as_said"}),
    "a datum hidden in the reason": (RIBS, set_in(RIBS, "reason = reason || ' [1]'"), {"reason_as_said"}),
    # AF105
    "a birthday that they never told": (
        RIBS,
        "update staging.stg_crm__persons set birthday_month = null where person_id = 'P1'",
        {"uses_birthday_month"},
    ),
    "a name that is not theirs": (RIBS, set_in(RIBS, "first_name = 'Eve'"), {"shows_first_name"}),
    "R35 the favourite cut switched off": (
        RIBS,
        "insert into staging.stg_crm__switches values ('P1', 'favourite_cut', 'offers', 'off', '2017-05-01')",
        {"uses_favourite_cut", "ground_was_stated"},
    ),
    "R35 at a tie it is off": (
        RIBS,
        """insert into staging.stg_crm__switches values
        ('P1', 'favourite_cut', 'offers', 'off', '2017-05-01'),
        ('P1', 'favourite_cut', 'offers', 'on', '2017-05-01')""",
        {"uses_favourite_cut", "ground_was_stated"},
    ),
    "R35 a name shown though it is off, by another record": (
        RIBS,
        "insert into staging.stg_crm__switches values ('P1b', 'first_name', 'offers', 'off', '2017-05-01')",
        {"shows_first_name"},
    ),
    "R35 the purchases switched off": (
        MILK,
        "insert into staging.stg_crm__switches values ('P2', 'purchases', 'replenishment', 'off', '2017-05-01')",
        {"uses_purchases"},
    ),
    "R35 the first name switched off": (
        GREET,
        "insert into staging.stg_crm__switches values ('P1', 'first_name', 'personalisation', 'off', '2017-05-01')",
        {"uses_first_name", "shows_first_name"},
    ),
    "R35 a switch that nobody can read": (
        RIBS,
        """insert into private.staging.quarantine values
        ('crm__switches', 'P1', 'unreadable switched_at', '{"datum": "birthday_month", "purpose": "offers"}')""",
        {"uses_birthday_month"},
    ),
    "R35 a switch of nobody knows what": (
        GREET,
        """insert into private.staging.quarantine values
        ('crm__switches', 'P1', 'unknown datum', '{"datum": "name", "purpose": "personalisation"}')""",
        {"uses_first_name", "shows_first_name"},
    ),
    # AF106
    "no reason": (RIBS, set_in(RIBS, "reason = null"), {"reason_as_said", "says_reason"}),
    "a blank reason": (RIBS, set_in(RIBS, "reason = ' \t'"), {"reason_as_said", "says_reason"}),
    "no control": (RIBS, set_in(RIBS, "control = ''"), {"control_as_said", "says_control"}),
    "no ground": (
        MILK,
        set_in(MILK, "based_on = null"),
        {"bought_for_itself", "offer_fits", "reason_as_said", "says_based_on"},
    ),
    # AF107
    "R38 bought as a gift alone": (
        MILK,
        "insert into staging.stg_crm__gifts values (20)",
        {"bought_for_itself", "uses_purchases"},
    ),
    "R38 an entry of gifts that nobody can read": (
        MILK,
        """insert into private.staging.quarantine values
        ('crm__gifts', null, 'unreadable marked_gift', '{"basket_id": "20"}')""",
        {"bought_for_itself", "uses_purchases"},
    ),
    "never bought": (
        MILK,
        "delete from staging.stg_completejourney__transactions where household_id = 2",
        {"bought_for_itself", "uses_purchases"},
    ),
    # AF108: one for each column, below
    # AF109
    "a person twice": (RIBS, "insert into activation.act_email__ribs from activation.act_email__ribs", {"person_once"}),
    "no e-mail address": (RIBS, set_in(RIBS, "email = null"), {"address_email", "address_is_theirs"}),
    "two in one": (
        RIBS,
        set_in(RIBS, "email = 'a@example.com, b@example.com'"),
        {"address_email", "address_is_theirs"},
    ),
    "no street": (GREET, set_in(GREET, "street = ''"), {"address_is_theirs", "address_street"}),
    "no postcode": (GREET, set_in(GREET, "postcode = null"), {"address_is_theirs", "address_postcode"}),
    "no town": (GREET, set_in(GREET, "city = ' '"), {"address_city", "address_is_theirs"}),
    # AF110
    "R41 the other adult never consented": (
        MILK,
        "delete from staging.stg_consent__event_purposes where person_id = 'P3'",
        {"household_agrees"},
    ),
    "R41 the other adult objected": (
        MILK,
        "insert into staging.stg_consent__objections values ('P3', 'all', '2017-05-01', '2017-05-01')",
        {"household_agrees"},
    ),
    "R41 the other adult switched purchases off": (
        MILK,
        "insert into staging.stg_crm__switches values ('P3', 'purchases', 'replenishment', 'off', '2017-05-01')",
        {"household_agrees"},
    ),
    "R41 the other's age is unknown": (
        MILK,
        "update staging.stg_crm__persons set birth_year = null where person_id = 'P3'",
        {"household_agrees"},
    ),
    "R41 another's record cannot be read": (
        MILK,
        """insert into private.staging.quarantine values
        ('crm__persons', 'P9', 'no such month', '{"household_id": "2"}')""",
        {"household_agrees"},
    ),
    "R41 whose household it is, nobody knows": (
        MILK,
        "update staging.stg_crm__persons set household_id = null where person_id = 'P2'",
        {"household_agrees", "bought_for_itself", "uses_purchases"},
    ),
    # AF111
    "no canary": (RIBS, "delete from activation.act_email__ribs where person_id = 'C1'", {"canaries_are_there"}),
    "nobody at all": (RIBS, "delete from activation.act_email__ribs", {"canaries_are_there"}),
    # AF015, AF005
    "wings for ribs": (
        RIBS,
        set_in(RIBS, "offer_topic = 'chicken_wings'"),
        {"offer_as_said", "offer_fits", "reason_as_said"},
    ),
    "a companion that the YAML does not say": (
        RIBS,
        set_in(RIBS, "offer_topic = 'barbecue_sauce'"),
        {"offer_as_said", "reason_as_said"},
    ),
    "a topic that nobody listed": (
        RIBS,
        set_in(RIBS, "offer_topic = 'surprise', based_on = 'surprise'"),
        {"ground_was_stated", "offer_as_said", "offer_fits", "reason_as_said"},
    ),
    "a ground that was not stated": (
        RIBS,
        "update staging.stg_crm__preferences set topic = 'steak' where person_id = 'P1'",
        {"ground_was_stated"},
    ),
    "a ground stated as another datum": (
        RIBS,
        "update staging.stg_crm__preferences set datum = 'favourite_department'",
        {"ground_was_stated", "uses_favourite_cut"},
    ),
    "something else than a greeting": (
        GREET,
        set_in(GREET, "offer_topic = 'ribs', based_on = 'ribs'"),
        {"ground_was_stated", "offer_as_said", "reason_as_said"},
    ),
    "pregnancy tests": (
        MILK,
        set_in(MILK, "offer_topic = 'pregnancy_tests', based_on = 'pregnancy_tests'"),
        {"bought_for_itself", "nothing_special_in_based_on", "nothing_special_in_offer_topic", "reason_as_said"},
    ),
    "nobody there to be asked": (
        RIBS,
        set_in(RIBS, "person_id = null"),
        {
            "address_is_theirs",
            "consent_in_force",
            "every_record_agrees",
            "ground_was_stated",
            "known_adult",
            "person_named",
            "shows_first_name",
            "uses_birthday_month",
            "uses_favourite_cut",
        },
    ),
}
FINE = {
    "a renewed consent after a withdrawal": (
        RIBS,
        event("ConsentWithdrawn", "2017-06-01") + ";" + event("RenewedConsentGiven", "2017-07-01"),
    ),
    "a withdrawal that nobody knows yet": (RIBS, event("ConsentWithdrawn", "2017-12-31", received="2018-01-03")),
    "several purposes, each by itself": (RIBS, consent("purpose_count = 2, separate_choices = true")),
    "a duplicate in quarantine": (
        RIBS,
        "insert into private.staging.quarantine values ('consent__events', 'P1', 'duplicate', null)",
    ),
    "an objection to something else": (
        RIBS,
        "insert into staging.stg_consent__objections values ('P1', 'replenishment', '2017-05-01', '2017-05-01')",
    ),
    "an objection, then consent again": (
        RIBS,
        "insert into staging.stg_consent__objections values ('P1', 'all', '2017-02-01', '2017-02-01')",
    ),
    "switched off, then on": (
        RIBS,
        """insert into staging.stg_crm__switches values
        ('P1', 'favourite_cut', 'offers', 'off', '2017-05-01'),
        ('P1', 'favourite_cut', 'offers', 'on', '2017-05-02')""",
    ),
    "a name that is off and not shown": (
        RIBS,
        "insert into staging.stg_crm__switches values ('P1', 'first_name', 'offers', 'off', '2017-05-01');"
        + set_in(RIBS, "first_name = null"),
    ),
    "a gift, and once for itself": (
        MILK,
        """insert into staging.stg_crm__gifts values (22);
        insert into staging.stg_completejourney__transactions values (2, 22, 1, '2017-11-03')""",
    ),
    "a companion from the list": (
        MILK,
        "insert into staging.stg_completejourney__products values (4, 'cereal');"
        "insert into staging.stg_completejourney__transactions values (2, 23, 4, '2017-11-03');"
        + set_in(MILK, "based_on = 'cereal', reason = 'You told us of breakfast cereal and milk.'"),
    ),
    "a child need not permit": (MILK, "delete from staging.stg_consent__event_purposes where person_id = 'K1'"),
}


@pytest.mark.parametrize("case", BROKEN)
def test_a_broken_promise_is_found(case: str, tmp_path: Path) -> None:
    model, change, expected = BROKEN[case]
    world = new_world(tmp_path)
    world.con.execute(change)
    assert set(world.broken(model)) == expected


@pytest.mark.parametrize("case", FINE)
def test_what_is_fine_passes(case: str, tmp_path: Path) -> None:
    model, change = FINE[case]
    world = new_world(tmp_path)
    world.con.execute(change)
    assert world.broken(model) == {}


@pytest.mark.parametrize("mark", ["canary-7", "see CANARY-income", "-987654321", "-987654321.0"])
def test_a_mark_is_found_in_any_column(mark: str, tmp_path: Path) -> None:
    world = new_world(tmp_path)
    columns = [column.name for model in world.manifest.models if model.name == RIBS for column in model.columns]
    for name in columns:
        world.con.execute("begin")
        world.con.execute(f"update activation.act_email__ribs set {name} = '{mark}' where person_id = 'C1'")
        world.con.execute("commit")
        assert f"no_mark_in_{name}" in world.broken(RIBS)
        if name == "person_id":
            world.con.execute(f"update activation.act_email__ribs set person_id = 'C1' where person_id = '{mark}'")


def test_a_count_says_how_many_rows(tmp_path: Path) -> None:
    world = new_world(tmp_path)
    world.con.execute("update activation.act_email__ribs set reason = null")
    assert world.broken(RIBS) == {"says_reason": 2, "reason_as_said": 2}


def test_every_check_of_every_suite_is_broken_by_some_case() -> None:
    suites = generate(parse_manifest(manifest_json()), read_reference(ROOT))
    broken = {(model, check) for model, _, checks in BROKEN.values() for check in checks}
    ids = {check for _, check in broken}
    for model in MODELS:
        for expectation in json.loads(suites[model])["expectations"]:
            check = expectation["meta"]["check"]
            assert check in ids or check.startswith("no_mark_in_"), (model, check)


def test_every_code_has_a_title() -> None:
    suites = generate(parse_manifest(manifest_json()), read_reference(ROOT))
    codes = {item["meta"]["code"] for suite in suites.values() for item in json.loads(suite)["expectations"]}
    assert codes <= set(RULES)
