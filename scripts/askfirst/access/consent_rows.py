"""What the warehouse says of one person's consent, read for the receipt."""

from __future__ import annotations

from itertools import groupby
from typing import TYPE_CHECKING

from askfirst.access.receipt import Category, ConsentRows
from askfirst.errors import WrongConfiguration
from askfirst.labels import read_label

if TYPE_CHECKING:
    from askfirst.access.persons import Person
    from askfirst.access.warehouse import Row, Warehouse
    from askfirst.artifacts import Manifest
    from askfirst.labels import Label

AUDIENCES = """
    select distinct catalogue.purpose, catalogue.channel, recipients.recipient, recipients.title, recipients.kind
    from {audience_catalogue} as catalogue
    inner join {recipients} as recipients on catalogue.recipient = recipients.recipient
    order by all
"""
EVENTS = """
    select
        events.*,
        acts.expires_at,
        (
            select list(void.rule_id order by rules.priority)
            from {int_void_grants} as void
            inner join {consent_rules} as rules on void.rule_id = rules.rule_id
            where void.event_id = events.event_id and void.purpose = events.purpose
        ) as rules
    from {int_consent_events} as events
    left join (
        select event_id, purpose, max(expires_at) as expires_at from {int_consent_acts} group by event_id, purpose
    ) as acts on events.event_id = acts.event_id and events.purpose = acts.purpose
    where events.record_id = any(?)
    order by events.record_id, events.purpose, events.channel, events.event_time, events.received_at, events.event_id
"""
HISTORY = """
    select * from {int_consent_history}
    where record_id = any(?) and known_from <= cast(? as timestamp) and known_to > cast(? as timestamp)
    order by record_id, purpose, channel, valid_from
"""


def read_consent(warehouse: Warehouse, person: Person) -> ConsentRows:
    """All rows that a receipt is made of. Raises EvidenceMissing where a table is missing or cannot be read."""
    records, as_of = list(person.records), as_of_text(warehouse)
    here = as_of.removesuffix("Z")

    def table(name: str) -> list[Row]:
        return warehouse.rows(f"select * from {warehouse.relation(name)} order by all")

    history = warehouse.named(HISTORY, "int_consent_history")
    jurisdictions = f"select person_id, jurisdiction from {warehouse.relation('stg_crm__persons')}"
    purposes = {str(row["purpose"]): row for row in table("purposes")}
    return ConsentRows(
        as_of=as_of,
        events=warehouse.rows(
            warehouse.named(EVENTS, "int_consent_events", "int_consent_acts", "int_void_grants", "consent_rules"),
            [records],
        ),
        history=warehouse.rows(history, [records, here, here]),
        jurisdictions={
            str(row["person_id"]): str(row["jurisdiction"] or "")
            for row in warehouse.rows(f"{jurisdictions} where person_id = any(?)", [records])
        },
        notices={str(row["privacy_notice"]): row for row in table("notices")},
        purposes=purposes,
        rules={str(row["rule_id"]): str(row["rule"]) for row in table("consent_rules")},
        recipients=recipients(warehouse.rows(warehouse.named(AUDIENCES, "audience_catalogue", "recipients"))),
        data=data_of_purposes(
            warehouse.manifest, {str(row["category"]): row for row in table("data_categories")}, purposes
        ),
    )


def as_of_text(warehouse: Warehouse) -> str:
    """As of when the consent history was built, by its stamp: ISO 8601, UTC."""
    return str(warehouse.stamps.get(warehouse.relation("int_consent_history"), {}).get("as_of", ""))


def recipients(rows: list[Row]) -> dict[tuple[str, str], list[Row]]:
    """Who receives data for a purpose on a channel, by the audiences that there are."""
    found: dict[tuple[str, str], list[Row]] = {}
    for row in rows:
        found.setdefault((str(row["purpose"]), str(row["channel"])), []).append(row)
    return found


def data_of_purposes(
    manifest: Manifest, categories: dict[str, Row], purposes: dict[str, Row]
) -> dict[str, list[Category]]:
    """What data may be used for each purpose, by the labels of the raw columns.

    Raises WrongConfiguration where a label names a category that the reference does not know.
    """
    known = frozenset(purposes)
    labels = [
        reading.label
        for source in manifest.sources
        for column in source.columns
        if (reading := read_label(column.meta, known)).label is not None and reading.label.category
    ]
    return {purpose: categories_of([one for one in labels if purpose in one.purposes], categories) for purpose in known}


def categories_of(labels: list[Label], categories: dict[str, Row]) -> list[Category]:
    """Labels, put together by their category and how long the data is kept."""

    def kind(label: Label) -> tuple[str, str]:
        return label.category or "", label.retention or ""

    found = []
    for (name, retention), group in groupby(sorted(labels, key=kind), key=kind):
        same = list(group)
        if name not in categories:
            raise WrongConfiguration(
                f"A label names the category `{name}`, of which seeds/reference/data_categories.csv knows nothing.\n"
                "Fix: add it there with its DPV term, and build again."
            )
        found.append(
            Category(
                category=name,
                title=str(categories[name]["title"]),
                term=str(categories[name]["dpv_term"]),
                provenance=frozenset().union(*(one.provenance for one in same)),
                special=frozenset().union(*(one.special_category for one in same)),
                retention=retention or None,
            )
        )
    return found
