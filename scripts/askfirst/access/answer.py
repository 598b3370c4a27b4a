"""The two answers: open the warehouse, find the person, put the document together, hold it against its schema."""

from __future__ import annotations

import os
from dataclasses import dataclass
from typing import TYPE_CHECKING

from askfirst.access.consent_rows import as_of_text, read_consent
from askfirst.access.export import (
    access_export,
    audience_entries,
    entries_of,
    erased_export,
    relation_entry,
)
from askfirst.access.held import held_relation, held_relations
from askfirst.access.persons import find_person
from askfirst.access.receipt import consent_receipt
from askfirst.access.release import Boundary, Released
from askfirst.access.validate import EXPORT, RECEIPT, require_valid
from askfirst.access.warehouse import opened
from askfirst.artifacts import read_manifest
from askfirst.errors import WrongConfiguration

if TYPE_CHECKING:
    from pathlib import Path

    from askfirst.access.warehouse import Warehouse

Json = dict[str, object]
NOBODY = (
    "There is nobody to answer for under that number.\n"
    "Fix: give a customer record as staging has it. Of somebody erased only `askfirst access` can tell what is left,\n"
    "and for data of your own only with the ASKFIRST_SUPPRESSION_KEY of the build."
)


@dataclass(frozen=True)
class Question:
    """About whom, and where: a customer record's number, the project, dbt's target folder, the target."""

    number: str
    project: Path
    artifacts: Path
    target: str

    @property
    def folder(self) -> Path:
        """Where the target's warehouse is."""
        return self.project / "warehouse" / self.target


def answer_receipt(question: Question) -> Json:
    """The consent receipt. Raises WrongConfiguration where nobody has the number, InvalidDocument, EvidenceMissing."""
    manifest = read_manifest(question.artifacts)
    with opened(manifest, question.folder, question.target) as warehouse:
        person = find_person(warehouse, question.number)
        if person is None:
            raise WrongConfiguration(NOBODY)
        receipt = consent_receipt(person, read_consent(warehouse, person))
    require_valid(receipt, RECEIPT)
    return receipt


def answer_access(question: Question) -> Json:
    """The access export. Raises as answer_receipt does; of somebody erased it holds what R45 leaves."""
    manifest = read_manifest(question.artifacts)
    with opened(manifest, question.folder, question.target) as warehouse:
        export = export_of(question, warehouse)
    require_valid(export, EXPORT)
    return export


def export_of(question: Question, warehouse: Warehouse) -> Json:
    """The export of one person, whether they are still there or erased."""
    purposes = frozenset(keys(warehouse, "purposes", "purpose"))
    sources = {source.name: " ".join(source.description.split()) for source in warehouse.manifest.sources}
    as_of = as_of_text(warehouse)
    person = find_person(warehouse, question.number)
    if person is None:
        return left_of(question, warehouse, purposes, sources)
    rules = keys(warehouse, "consent_rules", "rule_id", "rule")
    boundary = Boundary(
        records=frozenset(person.records),
        is_shared=person.lives_with_others,
        rules=frozenset(rules),
        hidden=frozenset(keys(warehouse, "rules_about_others", "rule_id")),
    )
    entries = entries_of(warehouse, held_relations(warehouse, purposes), person, boundary)
    audiences = audience_entries(warehouse, person, boundary, rules)
    return access_export(person, entries, audiences, sources, as_of)


def keys(warehouse: Warehouse, seed: str, key: str, value: str = "") -> dict[str, str]:
    """One column of a seed by another, or by itself."""
    rows = warehouse.rows(f"select * from {warehouse.relation(seed)} order by all")
    return {str(row[key]): str(row[value or key]) for row in rows}


def left_of(
    question: Question,
    warehouse: Warehouse,
    purposes: frozenset[str],
    sources: dict[str, str],
) -> Json:
    """What is left of somebody erased. Raises WrongConfiguration where nothing is, or the key is not at hand."""
    from askfirst.keyed_hash import DEMO_KEY, VARIABLE, keyed_hash  # noqa: PLC0415 - brings dbt with it: seconds

    erasures, model = warehouse.relation("int_erasures"), warehouse.manifest.model("int_erasures")
    hashes = [keyed_hash(key, question.number) for key in (os.environ.get(VARIABLE, ""), DEMO_KEY) if key]
    found = warehouse.rows(f"select * from {erasures} where record_key = any(?) order by all", [hashes])
    if not found or model is None:
        raise WrongConfiguration(NOBODY)
    relation = held_relation(model, warehouse, purposes)
    entry = relation_entry(relation, Released(tuple(found)))
    return erased_export(str(found[0]["record_key"]), [entry], sources, as_of_text(warehouse))
