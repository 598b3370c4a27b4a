"""Small dbt projects as their artifacts tell of them, made by hand for the command line's tests.

`shop` sends a newsletter to people of a source; `crm.people` is declared and observed, `bureau.scores` is inferred.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from pathlib import Path

VERSION = "https://schemas.getdbt.com/dbt/manifest/v12.json"
TOLD = {"provenance": "declared", "subject": "self", "purposes": ["offers"]}
KEY = {"provenance": "technical"}
GUESS = {"provenance": "inferred", "subject": "self"}
SAYS = {"purpose": "offers", "subject": "self", "recipient": "processor", "owner": "crm-team"}
PEOPLE = "select id, email, birthday from shop.crm.people"
NEWSLETTER = "select people.id, people.email\nfrom shop.main.stg_people as people"
LEAK = (
    f"{NEWSLETTER}\ninner join shop.bureau.scores as scores on people.id = scores.person_id\nwhere scores.score > 0.8"
)


def columns(labels: dict[str, Any]) -> dict[str, Any]:
    """Columns with their labels."""
    return {name: {"name": name, "config": {"meta": label}} for name, label in labels.items()}


def source(name: str, labels: dict[str, Any], meta: dict[str, Any] | None = None) -> dict[str, Any]:
    """A source by `schema.table`."""
    schema, _, table = name.partition(".")
    return {
        "unique_id": f"source.shop.{name}",
        "resource_type": "source",
        "source_name": schema,
        "name": table,
        "identifier": table,
        "database": "shop",
        "schema": schema,
        "original_file_path": f"models/{schema}.yml",
        "columns": columns(labels),
        "config": {"meta": meta or {}},
    }


def model(name: str, sql: str, reads: tuple[str, ...], **more: Any) -> dict[str, Any]:  # noqa: ANN401 - JSON
    """A model in schema `main`."""
    return {
        "unique_id": f"model.shop.{name}",
        "resource_type": "model",
        "name": name,
        "alias": name,
        "database": "shop",
        "schema": "main",
        "relation_name": f"shop.main.{name}",
        "original_file_path": f"models/{name}.sql",
        "compiled_path": f"target/compiled/shop/models/{name}.sql",
        "patch_path": "shop://models/_models.yml",
        "language": "sql",
        "raw_code": sql,
        "compiled_code": sql,
        "columns": {},
        "config": {"materialized": "table", "meta": {}},
        "depends_on": {"nodes": list(reads)},
        "tags": [],
        **more,
    }


def shop(newsletter: str = NEWSLETTER, **meta: Any) -> dict[str, Any]:  # noqa: ANN401 - JSON
    """The project; `meta` is what stands under `config.meta` of the newsletter, and otherwise SAYS."""
    sources = [
        source("crm.people", {"id": KEY, "email": TOLD, "birthday": TOLD}),
        source("bureau.scores", {"person_id": KEY, "score": GUESS}),
    ]
    reads = ("model.shop.stg_people", "source.shop.bureau.scores")
    models = [
        model("stg_people", PEOPLE, ("source.shop.crm.people",)),
        model("newsletter", newsletter, reads, config={"materialized": "table", "meta": meta or {"activation": SAYS}}),
    ]
    return {
        "metadata": {
            "dbt_schema_version": VERSION,
            "adapter_type": "duckdb",
            "project_name": "shop",
            "invocation_id": "run-1",
        },
        "nodes": {node["unique_id"]: node for node in models},
        "sources": {node["unique_id"]: node for node in sources},
        "exposures": {},
    }


def catalog(**tables: dict[str, str]) -> dict[str, Any]:
    """A catalog; double underscores in a name stand for dots."""
    nodes = {
        name.replace("__", "."): {
            "columns": {
                column: {"name": column, "type": kind, "index": number}
                for number, (column, kind) in enumerate(columns.items())
            }
        }
        for name, columns in tables.items()
    }
    return {"nodes": nodes, "sources": {}}


def put(folder: Path, manifest: object, **files: object) -> Path:
    """Write a project's artifacts into a folder; each as JSON, or as it stands if it is text."""
    target = folder / "target"
    target.mkdir(exist_ok=True)
    for name, content in {"manifest": manifest, **files}.items():
        text = content if isinstance(content, str) else json.dumps(content)
        (target / f"{name}.json").write_text(text, encoding="utf-8")
    return folder
