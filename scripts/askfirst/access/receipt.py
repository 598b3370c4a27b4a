"""The consent receipt of one person, in the fields of ISO/IEC TS 27560:2023 and the terms of DPV. Rows in, data out.

A receipt holds consent records; there is one for each customer record, purpose and channel with an event, since
that is what consent is asked for and what can be withdrawn on its own. Nothing is invented: what no table says is
said to be not known.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import quote

from askfirst.access.plain import identifier, instant, plain
from askfirst.access.terms import (
    ACTS_OF_THE_PERSON,
    CONSENT_TYPE,
    CONTEXT,
    LEGAL_BASIS,
    PARTY,
    PROVENANCE,
    SCHEMA,
    SOURCE,
    not_applicable,
    not_known,
)

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from askfirst.access.persons import Person
    from askfirst.access.warehouse import Row

Json = dict[str, object]
COUNTRY = re.compile(r"[A-Z]{2}(-[A-Z0-9]{1,3})?")
NOWHERE = "No table of the warehouse says it."


@dataclass(frozen=True)
class Category:
    """Personal data of one category that may be used for a purpose: its DPV term, where from, how long."""

    category: str
    title: str
    term: str
    provenance: frozenset[str]
    special: frozenset[str]
    retention: str | None


@dataclass(frozen=True)
class ConsentRows:
    """What the warehouse says of one person's consent. Rows are as their tables have them; ``data`` is by purpose.

    ``events`` are of int_consent_events, with ``expires_at`` and the ``rules`` by which a grant gives nothing;
    ``history`` is int_consent_history as known at ``as_of``; the others are of the reference, by their keys.
    """

    as_of: str
    events: Sequence[Row]
    history: Sequence[Row]
    jurisdictions: Mapping[str, str]
    notices: Mapping[str, Row]
    purposes: Mapping[str, Row]
    rules: Mapping[str, str]
    recipients: Mapping[tuple[str, str], Sequence[Row]]
    data: Mapping[str, Sequence[Category]]


def consent_receipt(person: Person, rows: ConsentRows) -> Json:
    """The receipt: its metadata, and the person's consent records in the order of their keys."""
    keys = sorted({key_of(event) for event in rows.events})
    records = [consent_record(person, key, rows) for key in keys]
    return {
        "@context": CONTEXT,
        "@type": "dpv:ConsentReceipt",
        "receipt_metadata": {
            "schema_version": f"{SCHEMA}#receipt",
            "receipt_id": identifier("receipt", person.person_id, rows.as_of, *(str(record) for record in records)),
            "pii_principal_id": person.person_id,
            "created": rows.as_of,
        },
        "consent_records": records,
    }


def key_of(row: Row) -> tuple[str, str, str]:
    """Of which consent record a row is."""
    return str(row["record_id"]), str(row["purpose"]), str(row["channel"])


def consent_record(person: Person, key: tuple[str, str, str], rows: ConsentRows) -> Json:
    """One consent record."""
    events = [event for event in rows.events if key_of(event) == key]
    names = dict.fromkeys(str(event["privacy_notice"]) for event in events if event["privacy_notice"])
    notices = [rows.notices[name] for name in names if name in rows.notices]
    return {
        "@type": "dpv:ConsentRecord",
        "record_metadata": {
            "schema_version": f"{SCHEMA}#record",
            "record_id": identifier("record", *key),
            "pii_principal_id": person.person_id,
            "customer_record": key[0],
        },
        "pii_processing": {
            "privacy_notice": [notice_entry(name, rows.notices.get(name)) for name in names]
            or not_known("No notice was recorded with any of the events (R05)."),
            "language": not_known(NOWHERE),
            "purposes": [process(key, events, notices, rows)],
        },
        "party_identification": parties(key, notices, rows),
        "events": [event_entry(person, event, rows) for event in events],
        "consent_status": [status_entry(row, rows) for row in rows.history if key_of(row) == key],
    }


def notice_entry(name: str, notice: Row | None) -> Json:
    """A notice that the person was shown."""
    if notice is None:
        return {"@type": "dpv:ConsentNotice", "notice_id": name, "comment": "A notice of which nothing is known (R07)."}
    return {
        "@type": "dpv:ConsentNotice",
        "notice_id": name,
        "title": notice["title"],
        "valid_from": plain(notice["valid_from"]),
        "controller": notice["controller"] or not_known("The notice names no controller (R06)."),
        "purposes": str(notice["purposes"] or "").split("|") if notice["purposes"] else [],
    }


def process(key: tuple[str, str, str], events: Sequence[Row], notices: Sequence[Row], rows: ConsentRows) -> Json:
    """What consent was asked for: one purpose on one channel."""
    record, name, channel = key
    purpose, data = rows.purposes[name], rows.data.get(name, ())
    recipients = others(rows.recipients.get((name, channel), ()))
    return {
        "@type": "dpv:Process",
        "purpose": purpose["title"],
        "purpose_id": name,
        "purpose_type": purpose["dpv_term"],
        "channel": channel,
        "lawful_basis": sorted({LEGAL_BASIS[str(event["legal_basis"])] for event in events}),
        "pii_information": [category_entry(one) for one in data]
        or not_applicable("No data is collected for this purpose."),
        "pii_controllers": [party_id(str(purpose["controller"]))],
        "collection_method": sorted({SOURCE[word] for one in data for word in one.provenance}),
        "storage_locations": not_known(NOWHERE),
        "retention_period": [
            {"@type": "dpv:StorageDuration", "category": one.category, "duration": one.retention}
            for one in data
            if one.retention
        ]
        or not_known(NOWHERE),
        "jurisdiction": jurisdiction(rows.jurisdictions.get(record)),
        "recipient_third_parties": [party_id(str(one["title"])) for one in recipients if one["kind"] == "third_party"],
        "recipients": [party_id(str(one["title"])) for one in recipients],
        "withdrawal_method": [withdrawal(notice) for notice in notices if notice["right_to_withdraw"]]
        or not_known("No notice that is known tells of it (R06)."),
        "privacy_rights": rights(notices),
        "authority_party": not_known(NOWHERE),
    }


def category_entry(one: Category) -> Json:
    """Personal data of one category."""
    return {
        "@type": "dpv:SpecialCategoryPersonalData" if one.special else "dpv:PersonalData",
        "pii_type": one.term,
        "category": one.category,
        "title": one.title,
        "provenance": sorted(PROVENANCE[word] for word in one.provenance),
        "special_pii_category": sorted(one.special),
    }


def jurisdiction(told: str | None) -> object:
    """Where the person said that they live, as a location of DPV."""
    if told and COUNTRY.fullmatch(told):
        return f"loc:{told}"
    return not_known("The person's jurisdiction is not known, so the strictest parameters hold (R49).")


def withdrawal(notice: Row) -> Json:
    """How consent by a notice is withdrawn, as far as the notice says."""
    steps = notice["steps_to_withdraw"]
    return {
        "@type": "dpv:WithdrawConsent",
        "notice_id": notice["privacy_notice"],
        "steps": not_known("Nobody wrote down how many steps it takes (R11).") if steps is None else steps,
        "exercised_at": not_known(NOWHERE),
    }


def rights(notices: Sequence[Row]) -> object:
    """The rights that the notices told of; the only one that the warehouse knows is that to withdraw."""
    told = [
        {"@type": "dpv:DataSubjectRight", "title": "Right to withdraw consent", "notice_id": notice["privacy_notice"]}
        for notice in notices
        if notice["right_to_withdraw"]
    ]
    return told or not_known("No notice that is known tells of any.")


def parties(key: tuple[str, str, str], notices: Sequence[Row], rows: ConsentRows) -> list[Json]:
    """Who is named in the record: controllers, then who else receives data, each once."""
    controllers = [str(rows.purposes[key[1]]["controller"]), *(str(one["controller"] or "") for one in notices)]
    found = {name: party(name, "self") for name in controllers if name}
    for one in others(rows.recipients.get((key[1], key[2]), ())):
        found.setdefault(str(one["title"]), party(str(one["title"]), str(one["kind"])))
    return list(found.values())


def others(recipients: Sequence[Row]) -> list[Row]:
    """The recipients that are not ourselves."""
    return [one for one in recipients if one["kind"] != "self"]


def party(name: str, kind: str) -> Json:
    """One party."""
    return {
        "party_id": party_id(name),
        "party_name": name,
        "party_role": PARTY[kind],
        "party_type": PARTY[kind] if kind == "self" else "dpv:Recipient",
        "party_address": not_known(NOWHERE),
        "party_contact": not_known(NOWHERE),
    }


def party_id(name: str) -> str:
    """A party's id within the records, which know it by its name alone."""
    return f"urn:askfirst:party:{quote(name)}"


def event_entry(person: Person, event: Row, rows: ConsentRows) -> Json:
    """One consent event. Who authorised a child's act is not named: that is about the guardian."""
    state = str(event["event_state"])
    entry: Json = {
        "event_id": event["event_id"],
        "event_time": plain(event["event_time"]),
        "received_at": plain(event["received_at"]),
        "event_state": f"dpv:{state}",
        "event_type": event_type(event),
        "validity_duration": validity(event),
        "entity_id": person.person_id
        if state in ACTS_OF_THE_PERSON
        else not_known("The event does not say who brought it about."),
        "privacy_notice": event["privacy_notice"],
        "notice_shown_at": plain(event["notice_shown_at"]),
        "indication_method": event["collection_method"],
        "evidence": event["evidence"],
        "confirms": event["confirmation_of"],
        "gives_nothing_by": rules_entry(event_rules(event), rows.rules),
    }
    if event["authorised_by"]:
        entry["authorised_by"] = {"@type": "dpv:GuardianOfDataSubject", "comment": "Known to us, and not named here."}
    return entry


def event_type(event: Row) -> object:
    """The type of consent that an event can be of, by how it was indicated."""
    if event["legal_basis"] != "consent":
        return not_applicable("No consent was asked (R42).")
    return CONSENT_TYPE.get(str(event["collection_method"]), "dpv:Consent")


def validity(event: Row) -> Json:
    """How long a grant lasts; what is none has no duration."""
    if not event["is_grant"]:
        what = "confirms another event" if event["is_confirmation"] else "gives no consent"
        return dict(not_applicable(f"The event {what}."))
    if event_rules(event):
        return dict(not_applicable("The grant gives nothing, so it does not last."))
    return {"@type": "dpv:UntilTimeDuration", "value": plain(event["expires_at"])}


def event_rules(event: Row) -> list[str]:
    """The rules by which a grant gives nothing."""
    found = event["rules"]
    return [str(rule) for rule in found] if isinstance(found, list) else []


def rules_entry(found: Iterable[str], rules: Mapping[str, str]) -> list[Json]:
    """Rules with their sentences."""
    return [{"rule_id": rule, "rule": rules.get(rule, "")} for rule in found]


def status_entry(row: Row, rows: ConsentRows) -> Json:
    """What held from when to when, as known now; null is since ever, or until further notice."""
    rule = str(row["rule_id"]) if row["rule_id"] else ""
    return {
        "from": instant(row["valid_from"]),
        "to": instant(row["valid_to"]),
        "event_id": row["event_id"],
        "event_state": f"dpv:{row['event_state']}",
        "is_given": row["is_given"],
        "not_given_by": rules_entry([rule] if rule else [], rows.rules),
    }
