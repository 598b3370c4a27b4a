"""What the warehouse holds about one person, with labels and sources: the copy that GDPR 15(3) asks for."""

from __future__ import annotations

from typing import TYPE_CHECKING

from askfirst.access.held import HOUSEHOLD_KEY, WHOLE_ROW
from askfirst.access.plain import identifier, plain, text_of
from askfirst.access.release import WHY, Released, released, shown_rules
from askfirst.access.terms import PROVENANCE
from askfirst.access.warehouse import PUBLISHED
from askfirst.sql import dotted, quoted

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from askfirst.access.held import HeldRelation
    from askfirst.access.persons import Person
    from askfirst.access.release import Boundary
    from askfirst.access.warehouse import Row, Warehouse
    from askfirst.labels import Label

Json = dict[str, object]
SCHEMA_VERSION = "askfirst-access-1"
MEMBERS = """
    select
        members.audience, catalogue.model, catalogue.purpose, catalogue.channel, catalogue.owner,
        recipients.title as recipient, recipients.kind as recipient_kind,
        candidates.person_id is not null as is_candidate, ledger.rules
    from {audience_members} as members
    inner join {audience_catalogue} as catalogue on members.audience = catalogue.audience
    inner join {recipients} as recipients on catalogue.recipient = recipients.recipient
    left join {audience_candidates} as candidates
        on members.audience = candidates.audience and members.person_id = candidates.person_id
    left join {exclusion_ledger} as ledger
        on members.audience = ledger.audience and members.person_id = ledger.person_id
    where members.person_id = ?
    order by members.audience
"""
NOT_SEARCHED = (
    "Raw tables, and where their rows are judged: each is in staging, in the quarantine, or of somebody erased.",
    "The suppression list: keyed hashes of erased customers' addresses, which no customer record leads to.",
    "Working steps that are kept by consent event alone: `askfirst receipt` tells what they decide.",
    "Rejected rows in which nobody can read whom they are about.",
    "What a browser sent while nobody was known there: somebody else may have used it.",
    "Gifts: which baskets were for somebody else is about whoever got them.",
    "The gate's tables and the published counts: they hold no rows about people.",
)


def access_export(
    person: Person, entries: Sequence[Json], audiences: Sequence[Json], sources: Mapping[str, str], as_of: str
) -> Json:
    """The export, put together. ``entries`` are relations with their rows, ``sources`` descriptions of raw tables."""
    subject: Json = {
        "person_id": person.person_id,
        "customer_records": list(person.records),
        "households": list(person.households),
        "lives_with_others": person.lives_with_others,
    }
    return document(subject, entries, audiences, sources, as_of)


def erased_export(record_key: str, entries: Sequence[Json], sources: Mapping[str, str], as_of: str) -> Json:
    """What is left of somebody who was erased (R45): the proof of it, under the keyed hash of the record's number."""
    return document({"erased": True, "record_key": record_key}, entries, (), sources, as_of)


def document(
    subject: Json, entries: Sequence[Json], audiences: Sequence[Json], sources: Mapping[str, str], as_of: str
) -> Json:
    """An export's frame."""
    named = sorted({str(name) for entry in entries for name in listed(entry["sources"])})
    reasons = sorted(set(withheld_in([*entries, *audiences])))
    return {
        "access_export": {
            "schema_version": SCHEMA_VERSION,
            "export_id": identifier("access", text_of({"subject": subject, "as_of": as_of, "relations": entries})),
            "data_subject": subject,
            "as_of": as_of,
            "provenance_terms": PROVENANCE,
            "sources": {name: sources.get(name, "") for name in named},
            "audiences": list(audiences),
            "relations": list(entries),
            "withheld": {reason: WHY[reason] for reason in reasons},
            "not_searched": list(NOT_SEARCHED),
        }
    }


def listed(value: object) -> list[object]:
    """A list of the document."""
    return value if isinstance(value, list) else []


def withheld_in(value: object) -> Iterator[str]:
    """Each reason for which something is withheld, wherever it stands."""
    if isinstance(value, dict):
        reason = value.get("withheld")
        yield from (str(one) for one in (reason if isinstance(reason, list) else [reason]) if isinstance(one, str))
        for inner in value.values():
            yield from withheld_in(inner)
    elif isinstance(value, list | tuple):
        for inner in value:
            yield from withheld_in(inner)


def relation_entry(relation: HeldRelation, found: Released) -> Json:
    """One relation: what its columns are, and the rows."""
    entry: Json = {
        "relation": f"{relation.layer}.{relation.name}",
        "description": relation.description,
        "as_of": relation.as_of,
        "sources": sources_of_rows(found) if relation.raw else list(relation.sources),
        "columns": {
            column.name: {"description": column.description, "label": label_entry(column.label)}
            for column in relation.columns
        },
        "rows": [plain(row) for row in found.rows],
    }
    return {**entry, "withheld": list(found.withheld)} if found.withheld else entry


def sources_of_rows(found: Released) -> list[str]:
    """The raw tables that the rejected rows came from."""
    return sorted({str(row["raw_table"]).replace("__", ".", 1) for row in found.rows})


def label_entry(label: Label) -> Json:
    """A label, in the words of the YAML."""
    words: Json = {
        "provenance": sorted(label.provenance),
        "subject": sorted(label.subject),
        "category": label.category,
        "purposes": sorted(label.purposes),
        "retention": label.retention,
        "special_category": sorted(label.special_category),
    }
    return {key: value for key, value in words.items() if value}


def held_rows(warehouse: Warehouse, relation: HeldRelation, person: Person) -> list[Row]:
    """The rows of a relation that are about a person, or about their household."""
    where, values = condition(relation, person)
    return warehouse.rows(f"select * from {relation.relation} where {where} order by all", values)


def condition(relation: HeldRelation, person: Person) -> tuple[str, list[object]]:
    """By which rows are found: all records of the person, also in a rejected row; without such a key, the household."""
    records, households = list(person.records), list(person.households)
    if not relation.keys:
        return f"{quoted(HOUSEHOLD_KEY)} = any(?::bigint[])", [households]
    by_key = [f"{quoted(key)} = any(?)" for key in relation.keys]
    if not relation.raw:
        return " or ".join(by_key), [records] * len(by_key)
    of_raw = [f"json_extract_string({quoted(WHOLE_ROW)}, '$.{key}')" for key in ("person_id", "same_as", HOUSEHOLD_KEY)]
    alone = [] if person.lives_with_others else [str(number) for number in households]
    rejected = [
        f"{of_raw[0]} = any(?)",
        f"{of_raw[1]} = any(?)",
        f"person_id is null and {of_raw[2]} = any(?::varchar[])",
    ]
    return " or ".join([*by_key, *rejected]), [*([records] * len(by_key)), records, records, alone]


def entries_of(
    warehouse: Warehouse, relations: Iterable[HeldRelation], person: Person, boundary: Boundary
) -> list[Json]:
    """Each relation that holds something about the person, with what may go out of it."""
    found = ((relation, released(relation, held_rows(warehouse, relation, person), boundary)) for relation in relations)
    return [relation_entry(relation, rows) for relation, rows in found if rows.rows or rows.withheld]


def audience_entries(warehouse: Warehouse, person: Person, boundary: Boundary, rules: Mapping[str, str]) -> list[Json]:
    """Every audience whose segment the person is in: whether they are written to, by whom, and why or why not."""
    names = ("audience_members", "audience_catalogue", "recipients", "audience_candidates", "exclusion_ledger")
    sql = warehouse.named(MEMBERS, *names)
    return [
        audience_entry(row, told(warehouse, row, person), published(warehouse, row, person), boundary, rules)
        for row in warehouse.rows(sql, [person.person_id])
    ]


def told(warehouse: Warehouse, row: Row, person: Person) -> Row:
    """What a candidate is told: reason and control; nothing for one who is none."""
    relation = warehouse.relation(str(row["model"]))
    found = warehouse.rows(f"select reason, control from {relation} where person_id = ?", [person.person_id])
    return found[0] if found else {}


def published(warehouse: Warehouse, row: Row, person: Person) -> bool:
    """Whether the person's row stands in the file that marketers have."""
    relation = dotted((PUBLISHED, "data", str(row["audience"])))
    if not warehouse.is_published or relation not in warehouse.tables:
        return False
    return bool(warehouse.rows(f"select 1 from {relation} where person_id = ?", [person.person_id]))


def audience_entry(row: Row, said: Row, is_published: bool, boundary: Boundary, rules: Mapping[str, str]) -> Json:
    """One audience."""
    entry: Json = {
        "audience": row["audience"],
        "purpose": row["purpose"],
        "channel": row["channel"],
        "recipient": row["recipient"],
        "recipient_kind": row["recipient_kind"],
        "owner": row["owner"],
        "is_candidate": row["is_candidate"],
        "is_published": is_published,
        "reason": said.get("reason"),
        "control": said.get("control"),
    }
    against = str(row["rules"] or "")
    if against:
        shown = [rule for rule in against.split(",") if rule not in boundary.hidden]
        entry["excluded_by"] = [{"rule_id": rule, "rule": rules.get(rule, "")} for rule in shown]
        if isinstance(shown_rules(against.split(","), boundary.hidden), dict):
            entry["withheld"] = "rule"
    return entry
