"""Which relations hold rows about people, by the manifest: their keys, their labels, the raw tables under them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from askfirst.errors import EvidenceMissing
from askfirst.labels import PROVENANCES, Label, checked, read_label
from askfirst.sql import dotted

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from askfirst.access.warehouse import Warehouse
    from askfirst.artifacts import Column, Manifest, Model, Source

PERSON_KEYS = ("person_id", "record_id", "same_as")  # by each of these a row is about somebody
HOUSEHOLD_KEY = "household_id"
WHOLE_ROW = "raw_row"  # a raw row as JSON: of the quarantine's rejected rows, and wherever rows are judged
JUDGED = "base_"
LAYERS = ("staging", "declared", "observed", "inferred", "third_party", "segments", "activation", "audit", "control")
COLUMNS = """
    select database_name, schema_name, table_name, column_name from duckdb_columns()
    where not internal and not ends_with(table_name, '__dbt_tmp') and not ends_with(table_name, '__dbt_backup')
"""


@dataclass(frozen=True)
class HeldColumn:
    """A column, what it is, and its label."""

    name: str
    description: str
    label: Label


@dataclass(frozen=True)
class HeldRelation:
    """A table with rows about people. ``keys`` are its PERSON_KEYS; without any it is the household's.

    ``withheld`` says why its rows tell of somebody else, or is empty; ``raw`` has, for a quarantine, the labels of the
    fields in its rejected rows, by raw table.
    """

    name: str
    relation: str
    layer: str
    description: str
    columns: tuple[HeldColumn, ...]
    keys: tuple[str, ...]
    sources: tuple[str, ...]
    as_of: str
    withheld: str
    raw: Mapping[str, Mapping[str, Label]]


def held_relations(warehouse: Warehouse, purposes: frozenset[str]) -> tuple[HeldRelation, ...]:
    """Every table of a model that has a key of people, by layer. Views hold nothing: they are windows on the raw files.

    Nor do judged raw rows that are kept as a table: each is in staging, were it a view of them, or in the quarantine.

    Raises EvidenceMissing where the warehouse and the manifest differ in what there is, or a column has no label.
    """
    manifest, standing = warehouse.manifest, columns_standing(warehouse)
    require_known(manifest, standing, warehouse.tables)
    judged = {
        model.unique_id
        for model in manifest.models
        if holds_judged_raw_rows(model) and model.relation in warehouse.tables
    }
    models = [
        model
        for model in manifest.models
        if model.kind == "model" and keys_of(model) and not holds_judged_raw_rows(model)
    ]
    held = [
        held_relation(model, warehouse, purposes)
        for model in models
        if require_built(model, standing, warehouse) in warehouse.tables or judged.intersection(model.depends_on)
    ]
    return tuple(sorted(held, key=lambda relation: (place_of(relation.layer), relation.name)))


def holds_judged_raw_rows(model: Model) -> bool:
    """Whether it judges raw rows and keeps them whole beside its columns."""
    return model.name.startswith(JUDGED) and any(column.name == WHOLE_ROW for column in model.columns)


def held_relation(model: Model, warehouse: Warehouse, purposes: frozenset[str]) -> HeldRelation:
    """One model's table."""
    manifest = warehouse.manifest
    is_quarantine = any(column.name == WHOLE_ROW for column in model.columns)
    return HeldRelation(
        name=model.name,
        relation=warehouse.relation(model.name),
        layer=model.schema,
        description=" ".join(model.description.split()),
        columns=tuple(
            HeldColumn(column.name, column.description, label_of(column, model.name, purposes))
            for column in model.columns
        ),
        keys=tuple(column.name for column in model.columns if column.name in PERSON_KEYS),
        sources=sources_of(model, manifest),
        as_of=str(warehouse.stamps[model.relation].get("as_of", "")),
        withheld=str(model.meta.get("withheld", "")),
        raw=raw_labels(manifest, purposes) if is_quarantine else {},
    )


def keys_of(model: Model) -> tuple[str, ...]:
    """By which columns its rows are found."""
    return tuple(column.name for column in model.columns if column.name in (*PERSON_KEYS, HOUSEHOLD_KEY))


def place_of(layer: str) -> int:
    """Where a layer stands in an answer: what was told and seen first, the steps in between last."""
    return LAYERS.index(layer) if layer in LAYERS else len(LAYERS)


def label_of(column: Column, owner: str, purposes: frozenset[str]) -> Label:
    """A column's label. Raises EvidenceMissing where there is none, or one with a mistake."""
    reading = read_label(column.meta, purposes)
    if reading.label is None:
        why = "; ".join(reading.problems) or "it has none"
        raise EvidenceMissing(
            f"{owner}.{column.name} has no label that can be read ({why}), so nobody knows whom it tells of.\n"
            "Fix: give it one in its YAML (CONTRIBUTING.md, A label), and build again."
        )
    return reading.label


def columns_standing(warehouse: Warehouse) -> dict[str, frozenset[str]]:
    """The columns of each relation that stands in the warehouse."""
    found: dict[str, set[str]] = {}
    for row in warehouse.rows(COLUMNS):
        place = (str(row["database_name"]), str(row["schema_name"]), str(row["table_name"]))
        found.setdefault(dotted(place), set()).add(str(row["column_name"]))
    return {relation: frozenset(names) for relation, names in found.items()}


def require_built(model: Model, standing: Mapping[str, frozenset[str]], warehouse: Warehouse) -> str:
    """The model's relation. Raises EvidenceMissing where it does not stand as the manifest says."""
    if model.relation not in standing:
        problem = "is not built"
    elif standing[model.relation] != {column.name for column in model.columns}:
        problem = "has other columns than its YAML names"
    elif warehouse.stamps.get(model.relation, {}).get("node") != model.unique_id:
        problem = "does not carry the stamp of its own build"
    else:
        return model.relation
    raise EvidenceMissing(
        f"`{model.name}` ({model.path}) {problem}, so what is held about a person cannot be told in full.\n"
        "Fix: build the whole project: `dbt build --target ...`"
    )


def require_known(manifest: Manifest, standing: Mapping[str, frozenset[str]], tables: frozenset[str]) -> None:
    """Raise EvidenceMissing where a table with a key of people is nobody's: no label says what it holds."""
    known = {model.relation for model in manifest.models}
    keys = {*PERSON_KEYS, HOUSEHOLD_KEY}
    strange = sorted(
        relation
        for relation in tables - known
        if standing.get(relation, frozenset()) & keys and not relation.startswith('"activation".')
    )
    if strange:
        raise EvidenceMissing(
            f"{', '.join(strange)} stands in the warehouse with a key of people, and no model of this project built "
            "it.\nFix: drop it if it is left over, or run `dbt parse` where the project has changed."
        )


def sources_of(model: Model, manifest: Manifest) -> tuple[str, ...]:
    """The raw tables that a model's rows rest on: a staging model's own, else those of the staging models under it.

    A raw table of which no label says that it holds anything about somebody is no source of personal data.
    """
    models = {one.unique_id: one for one in manifest.models}
    raw = {source.unique_id: source.name for source in manifest.sources if tells_of_people(source)}
    own = {source.name.replace(".", "__"): source.name for source in manifest.sources}
    found: set[str] = set()
    waiting, seen = [model.unique_id], set()
    while waiting:
        unique_id = waiting.pop()
        if unique_id in seen:
            continue
        seen.add(unique_id)
        if unique_id in raw:
            found.add(raw[unique_id])
        elif unique_id in models:
            table = models[unique_id].name.partition("_")[2]
            if table not in own:
                waiting.extend(models[unique_id].depends_on)
            elif unique_id == model.unique_id or own[table] in raw.values():
                found.add(own[table])
    return tuple(sorted(found))


def tells_of_people(source: Source) -> bool:
    """Whether any column's label says more than that it is a key, a load time, or about products."""
    problems: list[str] = []  # a typo is told where the label itself is read
    said = (checked(column.meta, "provenance", PROVENANCES, problems) for column in source.columns)
    return any(words - {"technical", "reference"} for words in said)


def raw_labels(manifest: Manifest, purposes: frozenset[str]) -> dict[str, dict[str, Label]]:
    """The labels of the fields of rejected rows, by raw table as the quarantine names it.

    A rejected row is kept as it came, or, of Complete Journey, as typed at staging: so both sets of columns count.
    """
    labels: dict[str, dict[str, Label]] = {}
    for table, columns in (*source_columns(manifest.sources), *base_columns(manifest.models)):
        for column in columns:
            reading = read_label(column.meta, purposes)
            if reading.label is not None:
                labels.setdefault(table, {}).setdefault(column.name, reading.label)
    return labels


def source_columns(sources: Iterable[Source]) -> Iterator[tuple[str, tuple[Column, ...]]]:
    """The columns of each raw table."""
    for source in sources:
        yield source.name.replace(".", "__"), source.columns


def base_columns(models: Iterable[Model]) -> Iterator[tuple[str, tuple[Column, ...]]]:
    """The columns of each judged model, by the raw table that it judges."""
    for model in models:
        if model.name.startswith(JUDGED):
            yield model.name.removeprefix(JUDGED), model.columns
