"""What a check of any dbt project reads, without running it: manifest, catalog or warehouse, reference seeds.

Whatever is missing, half written or of another version is EvidenceMissing, with the file and the way out.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from askfirst.artifacts import REBUILD, Manifest, Reference, load_manifest, parse_manifest, read_reference
from askfirst.duckdb_files import opened
from askfirst.errors import EvidenceMissing
from askfirst.lineage.cache import FILE as FLOWS_CACHE
from askfirst.lineage.hooks import read_hooks
from askfirst.lineage.project import read_catalog, read_nodes, with_catalog
from askfirst.lineage.query_files import known_dialect

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from askfirst.lineage.dialects import Binding
    from askfirst.lineage.hooks import Hook
    from askfirst.lineage.project import Node

COMPILE = "Fix: run `dbt compile` (or `dbt build`), which writes the SQL into the manifest; `dbt parse` does not."
DOCS = "Fix: run `dbt docs generate` again after the build, or leave the file away (--catalog names another)."


@dataclass(frozen=True)
class Evidence:
    """A project as its artifacts tell of it.

    ``columns_from`` names what the columns were read from, or is empty; ``listed`` are the nodes that stand there.
    ``flows_cache`` is where the analysis keeps what it finds. ``reference`` are the seeds of a project that has them as
    this one does. ``tags`` are each model's, by unique id. ``elsewhere`` are operations that nobody can read.
    ``warehouse`` are the DuckDB files that were given.
    """

    name: str
    dialect: str
    binding: Binding
    manifest: Manifest
    nodes: Mapping[str, Node]
    tags: Mapping[str, tuple[str, ...]]
    columns_from: str
    listed: frozenset[str]
    reference: Reference | None
    flows_cache: Path | None = None
    elsewhere: tuple[Hook, ...] = ()
    warehouse: tuple[Path, ...] = ()


@dataclass(frozen=True)
class Places:
    """Where the evidence is. ``target`` and ``catalog`` have defaults under the project; ``warehouse`` has none."""

    project: Path
    target: Path | None = None
    catalog: Path | None = None
    warehouse: tuple[Path, ...] = ()
    dialect: str | None = None


def read_evidence(places: Places) -> Evidence:
    """Read a project's artifacts."""
    target = places.target or places.project / "target"
    path = target / "manifest.json"
    raw = load_manifest(path)
    dialect = places.dialect or str(raw["metadata"].get("adapter_type") or "")
    binding = known_dialect(dialect)
    try:
        manifest, hooks = parse_manifest(raw), read_hooks(raw)
        nodes = read_nodes(raw, binding, hooks)
        tags = {unique_id: tags_of(node) for unique_id, node in raw["nodes"].items()}
        for node in nodes.values():
            check_form(node)
    except (KeyError, TypeError, AttributeError, ValueError) as error:
        what = f"{path} lacks what a manifest has ({type(error).__name__}: {error})."
        raise EvidenceMissing(f"{what}\n{REBUILD}") from error
    check_compiled(nodes, path)
    columns_from, catalog = columns_of(places, target, nodes)
    return Evidence(
        name=str(raw["metadata"].get("project_name") or places.project.resolve().name),
        dialect=dialect,
        binding=binding,
        manifest=manifest,
        nodes=with_catalog(nodes, catalog),
        tags=tags,
        columns_from=columns_from,
        listed=frozenset(catalog),
        reference=reference_of(places.project),
        flows_cache=target / FLOWS_CACHE,
        elsewhere=hooks.elsewhere,
        warehouse=places.warehouse,
    )


def check_form(node: Node) -> None:
    """Raise TypeError where a node holds something else than text and mappings, as a damaged manifest may."""
    texts = (
        node.unique_id,
        node.name,
        node.path,
        node.language,
        node.sql,
        node.raw,
        node.compiled_path,
        node.yaml_path,
    )
    listed = (*node.parts, *node.depends_on, *(text for column in node.columns for text in column))
    if not all(isinstance(text, str) for text in (*texts, *listed)):
        raise TypeError(f"{node.unique_id} has something else where text belongs")
    if not all(isinstance(meta, dict) for meta in (node.meta, *node.column_meta.values())):
        raise TypeError(f"{node.unique_id} has a meta that is no mapping")


def tags_of(node: Mapping[str, Any]) -> tuple[str, ...]:
    """A node's tags."""
    tags = node.get("tags") or ()
    return (tags,) if isinstance(tags, str) else tuple(map(str, tags))


def check_compiled(nodes: Mapping[str, Node], path: Path) -> None:
    """A manifest of `dbt parse` holds no compiled SQL: then nothing at all can be said."""
    models = [node for node in nodes.values() if node.kind == "model" and node.language == "sql"]
    if models and not any(node.sql for node in models):
        what = f"{path} has compiled SQL for none of its {len(models)} models."
        raise EvidenceMissing(f"{what}\n{COMPILE}")


def columns_of(places: Places, target: Path, nodes: Mapping[str, Node]) -> tuple[str, dict[str, dict[str, str]]]:
    """The columns that stand in the warehouse, by unique id, and the file that says so; empty where none does."""
    if places.warehouse:
        with opened(places.warehouse) as files:
            return ", ".join(map(str, places.warehouse)), files.columns(nodes)
    path = places.catalog or target / "catalog.json"
    if places.catalog is None and not path.exists():
        return "", {}
    return str(path), catalog_columns(path)


def catalog_columns(path: Path) -> dict[str, dict[str, str]]:
    """The columns of a ``catalog.json``."""
    try:
        found = read_catalog(json.loads(path.read_text(encoding="utf-8")))
        check_texts(found)
    except FileNotFoundError as error:
        raise EvidenceMissing(f"{path} is missing: which columns are there cannot be known.\n{DOCS}") from error
    except OSError as error:
        raise EvidenceMissing(f"{path} cannot be read: {error.strerror}.\nFix: make it readable.") from error
    except (json.JSONDecodeError, UnicodeDecodeError, RecursionError) as error:
        raise EvidenceMissing(f"{path} is half written or no JSON.\n{DOCS}") from error
    except (KeyError, TypeError, AttributeError) as error:
        what = f"{path} lacks what a catalog has ({type(error).__name__}: {error})."
        raise EvidenceMissing(f"{what}\n{DOCS}") from error
    return found


def check_texts(found: Mapping[str, Mapping[str, str]]) -> None:
    """Raise TypeError where a catalog has something else than text for a column's name or type."""
    if not all(isinstance(text, str) for columns in found.values() for column in columns.items() for text in column):
        raise TypeError("a column's name or type is no text")


def reference_of(project: Path) -> Reference | None:
    """The reference seeds of a project that keeps purposes and recipients as this one does."""
    folder = project / "seeds" / "reference"
    has_own = all((folder / name).is_file() for name in ("purposes.csv", "recipients.csv", "data.csv"))
    return read_reference(project) if has_own else None
