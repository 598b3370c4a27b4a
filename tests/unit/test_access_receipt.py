"""The consent receipt: put together from rows, and held against a schema in which no mandatory field may be missing."""

from __future__ import annotations

import copy
import datetime as dt
import json
from pathlib import Path
from typing import Any

import pytest
import yaml
from askfirst.access.persons import Person
from askfirst.access.plain import text_of
from askfirst.access.receipt import Category, ConsentRows, consent_receipt
from askfirst.access.validate import RECEIPT, problems, require_valid, schema_of
from askfirst.errors import InvalidDocument
from jsonschema import Draft202012Validator

ROOT = Path(__file__).parents[2]
PERSON = Person("P1", ("P1", "P2"), (7,), lives_with_others=True)
# The fields that ISO/IEC TS 27560:2023 makes mandatory, by the table in DPV's guide to it.
MANDATORY = (
    "schema_version",
    "record_id",
    "receipt_id",
    "pii_principal_id",
    "privacy_notice",
    "language",
    "purposes",
    "purpose",
    "pii_information",
    "pii_controllers",
    "storage_locations",
    "retention_period",
    "jurisdiction",
    "recipient_third_parties",
    "withdrawal_method",
    "pii_type",
    "party_id",
    "party_address",
    "party_name",
    "party_contact",
    "party_type",
    "event_time",
    "validity_duration",
    "entity_id",
    "event_type",
    "event_state",
)
# GDPR 13 and 14 ask for these too, though the standard leaves them open.
ALSO_MANDATORY = (
    "purpose_type",
    "lawful_basis",
    "privacy_rights",
    "party_role",
    "authority_party",
    "collection_method",
)
SECTIONS = (
    "receipt_metadata",
    "consent_records",
    "record_metadata",
    "pii_processing",
    "party_identification",
    "events",
)


def at(day: int) -> dt.datetime:
    return dt.datetime(2017, 3, day, 10)  # noqa: DTZ001 - UTC without a zone, as stored


def event(event_id: str, state: str, day: int, **more: object) -> dict[str, object]:
    return {
        "event_id": event_id,
        "record_id": "P1",
        "purpose": "offers",
        "channel": "email",
        "event_state": state,
        "is_grant": state == "ConsentGiven",
        "is_confirmation": False,
        "event_time": at(day),
        "received_at": at(day),
        "privacy_notice": "N-1",
        "notice_shown_at": at(day),
        "collection_method": "web_form",
        "evidence": "form-1",
        "legal_basis": "consent",
        "confirmation_of": None,
        "authorised_by": None,
        "expires_at": dt.datetime(2018, 4, day, 10) if state == "ConsentGiven" else None,  # noqa: DTZ001
        "rules": None,
        **more,
    }


def rows(*events: dict[str, object], **more: Any) -> ConsentRows:  # noqa: ANN401 - fields of any type
    notice = {
        "privacy_notice": "N-1",
        "title": "Welcome form",
        "valid_from": dt.date(2016, 1, 1),
        "controller": "demo shop",
        "purposes": "offers|personalisation",
        "right_to_withdraw": True,
        "steps_to_withdraw": 2,
    }
    purpose = {"title": "Offers", "dpv_term": "dpv:PersonalisedAdvertising", "controller": "demo shop"}
    status = {
        "record_id": "P1",
        "purpose": "offers",
        "channel": "email",
        "valid_from": dt.datetime(1, 1, 1),  # noqa: DTZ001
        "valid_to": at(1),
        "event_id": None,
        "event_state": "ConsentUnknown",
        "is_given": False,
        "rule_id": "R08",
    }
    given: dict[str, Any] = {
        "as_of": "2018-01-02T00:00:00Z",
        "events": events or (event("E1", "ConsentGiven", 1), event("E2", "ConsentWithdrawn", 2)),
        "history": [status],
        "jurisdictions": {"P1": "US-CA"},
        "notices": {"N-1": notice},
        "purposes": {"offers": purpose},
        "rules": {"R08": "No record: Unknown", "R01": "A pre-ticked box gives nothing"},
        "recipients": {
            ("offers", "email"): [
                {"title": "Sendwell", "kind": "processor"},
                {"title": "Ad Net", "kind": "third_party"},
                {"title": "ourselves", "kind": "self"},
            ]
        },
        "data": {
            "offers": [
                Category("purchases", "Purchases", "pd:Purchase", frozenset({"observed"}), frozenset({"health"}), "P2Y")
            ]
        },
    }
    return ConsentRows(**{**given, **more})


def receipt(*events: dict[str, object], **more: Any) -> dict[str, Any]:  # noqa: ANN401
    made = consent_receipt(PERSON, rows(*events, **more))
    assert problems(made, RECEIPT) == []
    parsed: dict[str, Any] = json.loads(text_of(made))
    return parsed


def record(*events: dict[str, object], **more: Any) -> dict[str, Any]:  # noqa: ANN401
    (found,) = receipt(*events, **more)["consent_records"]
    return dict(found)


def without(value: object, field: str) -> object:
    """A document with a field taken out wherever it stands; what `@context` says of it stays."""
    if isinstance(value, dict):
        return {
            key: inner if key == "@context" else without(inner, field) for key, inner in value.items() if key != field
        }
    if isinstance(value, list):
        return [without(inner, field) for inner in value]
    return value


@pytest.mark.parametrize("field", [*MANDATORY, *ALSO_MANDATORY, *SECTIONS, "@context", "@type"])
def test_a_receipt_without_a_mandatory_field_is_invalid(field: str) -> None:
    whole = receipt()
    less = without(whole, field)
    assert isinstance(less, dict)
    assert less != whole
    assert any(f"{field} missing" in problem or f"{field}, " in problem for problem in problems(less, RECEIPT))


@pytest.mark.parametrize(
    ("place", "value"),
    [
        (("receipt_metadata", "created"), "yesterday"),
        (("receipt_metadata", "schema_version"), "1.0"),
        (("consent_records", 0, "events", 0, "event_state"), "dpv:ConsentPresumed"),
        (("consent_records", 0, "events", 0, "event_time"), "2017-03-01 10:00:00"),
        (("consent_records", 0, "pii_processing", "language"), None),
        (("consent_records", 0, "pii_processing", "purposes", 0, "jurisdiction"), "California"),
        (("consent_records", 0, "pii_processing", "purposes", 0, "pii_information"), []),
        (("consent_records", 0, "pii_processing", "purposes"), []),
        (("consent_records", 0, "unheard_of"), "field"),
    ],
)
def test_a_receipt_with_a_wrong_value_is_invalid_and_nobody_is_shown_the_value(
    place: tuple[str | int, ...], value: object
) -> None:
    made: Any = receipt()
    inner = made
    for step in place[:-1]:
        inner = inner[step]
    inner[place[-1]] = value
    with pytest.raises(InvalidDocument) as stop:
        require_valid(made, RECEIPT)
    assert stop.value.exit_code == 1
    assert str(value) not in str(stop.value) or value in (None, [])


def test_the_schemas_are_schemas() -> None:
    for name in (RECEIPT, "access_export"):
        Draft202012Validator.check_schema(schema_of(name))


def test_the_context_knows_every_mandatory_field_and_every_prefix() -> None:
    context = receipt()["@context"]
    assert {*MANDATORY, *ALSO_MANDATORY, *SECTIONS} <= context.keys()
    terms = [term["@id"] if isinstance(term, dict) else term for term in context.values() if term != 1.1]
    assert {term.partition(":")[0] for term in terms if not term.startswith(("@", "http"))} <= context.keys()


def test_one_record_for_each_customer_record_purpose_and_channel() -> None:
    events = (event("E1", "ConsentGiven", 1), event("E2", "ConsentGiven", 1, record_id="P2"))
    made = receipt(*events, event("E3", "ConsentRefused", 2, channel="direct_mail"))
    metadata = [one["record_metadata"] for one in made["consent_records"]]
    assert [one["customer_record"] for one in metadata] == ["P1", "P1", "P2"]
    assert {one["pii_principal_id"] for one in metadata} == {"P1"}
    assert len({one["record_id"] for one in metadata}) == 3


def test_equal_rows_give_equal_text() -> None:
    assert text_of(consent_receipt(PERSON, rows())) == text_of(consent_receipt(PERSON, rows()))


def test_nobody_who_never_said_anything_has_a_consent_record() -> None:
    assert consent_receipt(PERSON, rows(history=[], events=[]))["consent_records"] == []


def test_a_grant_lasts_until_it_expires_and_a_withdrawal_has_no_duration() -> None:
    given, withdrawn = record()["events"]
    assert given["validity_duration"] == {"@type": "dpv:UntilTimeDuration", "value": "2018-04-01T10:00:00Z"}
    assert withdrawn["validity_duration"]["@type"] == "dpv:NotApplicable"
    assert (given["entity_id"], withdrawn["entity_id"]) == ("P1", "P1")


def test_a_void_grant_says_by_which_rule_and_does_not_last() -> None:
    (void,) = record(event("E1", "ConsentGiven", 1, rules=["R01"]))["events"]
    assert void["gives_nothing_by"] == [{"rule_id": "R01", "rule": "A pre-ticked box gives nothing"}]
    assert void["validity_duration"]["@type"] == "dpv:NotApplicable"


def test_a_guardian_is_told_of_and_not_named() -> None:
    made = record(event("E1", "ConsentGiven", 1, authorised_by="P9"))
    assert made["events"][0]["authorised_by"]["@type"] == "dpv:GuardianOfDataSubject"
    assert "P9" not in json.dumps(made)


def test_who_brought_about_what_nobody_recorded_is_not_known() -> None:
    (asked,) = record(event("E1", "ConsentRequested", 1))["events"]
    assert asked["entity_id"]["@type"] == "dpv:NotAvailable"


def test_what_no_table_says_is_not_known() -> None:
    made = record(event("E1", "ConsentGiven", 1, privacy_notice=None), jurisdictions={"P1": "somewhere"})
    processing = made["pii_processing"]
    (process,) = processing["purposes"]
    fields = [
        processing["privacy_notice"],
        processing["language"],
        process["storage_locations"],
        process["jurisdiction"],
    ]
    assert {field["@type"] for field in [*fields, process["withdrawal_method"]]} == {"dpv:NotAvailable"}


def test_data_of_a_special_category_is_called_so() -> None:
    ((datum,),) = (one["pii_information"] for one in record()["pii_processing"]["purposes"])
    assert (datum["@type"], datum["special_pii_category"]) == ("dpv:SpecialCategoryPersonalData", ["health"])


def test_third_parties_are_told_apart_from_processors_and_ourselves() -> None:
    (process,) = record()["pii_processing"]["purposes"]
    assert process["recipient_third_parties"] == ["urn:askfirst:party:Ad%20Net"]
    assert process["recipients"] == ["urn:askfirst:party:Sendwell", "urn:askfirst:party:Ad%20Net"]
    roles = {one["party_name"]: one["party_role"] for one in record()["party_identification"]}
    assert roles == {"demo shop": "dpv:DataController", "Sendwell": "dpv:DataProcessor", "Ad Net": "dpv:ThirdParty"}


def test_the_beginning_and_the_end_of_time_are_no_times() -> None:
    (before,) = record()["consent_status"]
    assert (before["from"], before["to"]) == (None, "2017-03-01T10:00:00Z")
    assert before["not_given_by"] == [{"rule_id": "R08", "rule": "No record: Unknown"}]


def test_a_receipt_is_not_changed_by_being_judged() -> None:
    made = receipt()
    kept = copy.deepcopy(made)
    require_valid(made, RECEIPT)
    assert made == kept


def test_every_category_of_the_raw_labels_has_a_dpv_term() -> None:
    named = set()
    for path in (ROOT / "models" / "staging").rglob("*__sources.yml"):
        for source in yaml.safe_load(path.read_text(encoding="utf-8"))["sources"]:
            columns = (column for table in source["tables"] for column in table["columns"])
            named |= {column.get("config", {}).get("meta", {}).get("category") for column in columns} - {None}
    listed = (ROOT / "seeds" / "reference" / "data_categories.csv").read_text(encoding="utf-8").splitlines()[1:]
    assert named == {line.partition(",")[0] for line in listed}
