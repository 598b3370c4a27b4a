"""What the gate reads beside the warehouse, as frozen records: dbt's manifest, and the reference seeds.

Nothing here judges. Whatever is missing, half written, of another version or of another run is EvidenceMissing, with
the file and the way out: what cannot be read proves nothing.
"""

from __future__ import annotations

import csv
import hashlib
import json
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from askfirst.errors import EvidenceMissing, WrongConfiguration

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

MANIFEST_VERSION = "v12"
SCHEMA_URL = "https://schemas.getdbt.com/dbt/manifest/{version}.json"
BUILT = ("model", "seed", "snapshot")
PERIODS = {"minute": timedelta(minutes=1), "hour": timedelta(hours=1), "day": timedelta(days=1)}
REBUILD = "Fix: run `dbt build` (or `dbt parse`) again, without --no-write-json, and let it end."


@dataclass(frozen=True)
class Column:
    """A column as YAML declares it. ``meta`` is what stands under ``config.meta``; ``data_type`` may be empty."""

    name: str
    data_type: str
    meta: Mapping[str, object]
    description: str = ""


@dataclass(frozen=True)
class Model:
    """A model, seed or snapshot. ``path`` is its file; ``yaml_path`` where it is described, or empty.

    ``hooks`` is a digest of the hooks around it. ``keeps_rows``: a run adds to it, and does not make it anew;
    ``refuses_refresh``: nor does `dbt build --full-refresh`.
    """

    unique_id: str
    name: str
    kind: str
    schema: str
    relation: str
    path: str
    yaml_path: str
    group: str
    meta: Mapping[str, object]
    columns: tuple[Column, ...]
    contract_enforced: bool
    depends_on: tuple[str, ...]
    checksum: str = ""
    hooks: str = ""
    keeps_rows: bool = False
    refuses_refresh: bool = False
    description: str = ""


@dataclass(frozen=True)
class Source:
    """A raw table; ``name`` is source and table with a dot between.

    ``limit`` is how old its newest load may be, by ``freshness.error_after``; None where it declares none.
    """

    unique_id: str
    name: str
    path: str
    meta: Mapping[str, object]
    columns: tuple[Column, ...]
    limit: timedelta | None = None
    description: str = ""


@dataclass(frozen=True)
class Exposure:
    """What somebody does with models, and who answers for it; ``owner`` is an address or a name, or empty."""

    name: str
    owner: str
    depends_on: tuple[str, ...]


@dataclass(frozen=True)
class Manifest:
    """A project as dbt parsed it in one invocation; every tuple is sorted by unique id or name."""

    invocation_id: str
    models: tuple[Model, ...]
    sources: tuple[Source, ...]
    exposures: tuple[Exposure, ...]

    def model(self, name: str) -> Model | None:
        """The model of that name, or None."""
        return next((model for model in self.models if model.name == name), None)


@dataclass(frozen=True)
class Reference:
    """The reference seeds, by their keys: of a purpose and a recipient the kind, of a topic its special category.

    ``countries`` and ``transfer_records`` are of recipients: where they process data, and what allows it abroad.
    ``ad_platforms`` are recipients too. Of a purpose, ``opt_outs`` are the ways out, ``ad_signals`` what it grants one.
    ``data`` are the purposes of each datum, ``categories`` what the labels of its raw columns call it.
    """

    purposes: Mapping[str, str]
    opt_outs: Mapping[str, frozenset[str]]
    ad_signals: Mapping[str, frozenset[str]]
    channels: frozenset[str]
    recipients: Mapping[str, str]
    countries: Mapping[str, str]
    transfer_records: Mapping[str, str]
    ad_platforms: frozenset[str]
    topics: Mapping[str, str]
    data: Mapping[str, frozenset[str]]
    categories: Mapping[str, str]


def read_manifest(artifacts: Path, invocation_id: str | None = None) -> Manifest:
    """Read ``manifest.json`` in dbt's target folder; of this invocation alone, if one is named."""
    path = artifacts / "manifest.json"
    raw = load_manifest(path)
    try:
        manifest = parse_manifest(raw)
    except (KeyError, TypeError, AttributeError) as error:
        raise EvidenceMissing(
            f"{path} lacks what a manifest has ({type(error).__name__}: {error}).\n{REBUILD}"
        ) from error
    if invocation_id is not None and manifest.invocation_id != invocation_id:
        raise EvidenceMissing(
            f"{path} was written by another run of dbt than this one: it cannot say what was built now.\n"
            f"This run is {invocation_id}, the file's is {manifest.invocation_id}.\n"
            "Fix: run dbt without --no-write-json, and where the target folder is set, set it by --target-path or\n"
            "DBT_TARGET_PATH, so that the gate reads where dbt writes. Two runs must not share one folder at a time."
        )
    return manifest


def load_manifest(path: Path) -> dict[str, Any]:
    """The JSON of a manifest of the one version that is understood here; nothing in it is checked yet."""
    try:
        raw = json.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError as error:
        raise EvidenceMissing(f"{path} is missing: labels and contracts cannot be read.\n{REBUILD}") from error
    except OSError as error:
        raise EvidenceMissing(f"{path} cannot be read: {error.strerror}.\nFix: make it readable.") from error
    except (ValueError, RecursionError) as error:
        raise EvidenceMissing(f"{path} is half written or no JSON.\n{REBUILD}") from error
    metadata = raw.get("metadata") if isinstance(raw, dict) else None
    version = metadata.get("dbt_schema_version") if isinstance(metadata, dict) else None
    if version != SCHEMA_URL.format(version=MANIFEST_VERSION):
        found = str(version).rpartition("/")[2].removesuffix(".json") if version else "none that is said"
        raise EvidenceMissing(
            f"{path} is not a manifest of version {MANIFEST_VERSION} (it is {found}).\n"
            f"Fix: let a dbt-core write it that makes {MANIFEST_VERSION}, such as the one that requirements.lock names."
        )
    return dict(raw)


def parse_manifest(raw: Mapping[str, Any]) -> Manifest:
    """A manifest's JSON as records. Raises KeyError, TypeError or AttributeError where it is not of its form."""
    built = (node for node in raw["nodes"].values() if node["resource_type"] in BUILT)
    return Manifest(
        invocation_id=raw["metadata"]["invocation_id"],
        models=tuple(sorted((parse_model(node) for node in built), key=lambda model: model.unique_id)),
        sources=tuple(sorted(map(parse_source, raw["sources"].values()), key=lambda source: source.unique_id)),
        exposures=tuple(sorted(map(parse_exposure, raw["exposures"].values()), key=lambda exposure: exposure.name)),
    )


def parse_model(node: Mapping[str, Any]) -> Model:
    """One built node."""
    return Model(
        unique_id=node["unique_id"],
        name=node["name"],
        kind=node["resource_type"],
        schema=node["schema"],
        relation=node.get("relation_name") or "",
        path=node["original_file_path"],
        yaml_path=(node.get("patch_path") or "").partition("://")[2],
        group=node.get("group") or "",
        meta=meta_of(node),
        columns=columns_of(node),
        contract_enforced=bool(node["config"].get("contract", {}).get("enforced")),
        depends_on=tuple(node.get("depends_on", {}).get("nodes", ())),
        checksum=str((node.get("checksum") or {}).get("checksum") or ""),
        hooks=hooks_digest(node["config"]),
        keeps_rows=keeps_rows(node["resource_type"], node["config"].get("materialized")),
        refuses_refresh=node["config"].get("full_refresh") is False,
        description=node.get("description") or "",
    )


def keeps_rows(kind: str, materialized: str | None) -> bool:
    """Whether a relation is added to, and not made anew, by each run."""
    return kind == "snapshot" or materialized == "incremental"


def hooks_digest(config: Mapping[str, Any]) -> str:
    """A digest of the hooks around a node, as the stamp has it (macros/stamps)."""
    hooks = (hook["sql"] for kind in ("pre-hook", "post-hook") for hook in config.get(kind) or ())
    return hashlib.md5("\n".join(hooks).encode(), usedforsecurity=False).hexdigest()


def parse_source(node: Mapping[str, Any]) -> Source:
    """One raw table."""
    return Source(
        unique_id=node["unique_id"],
        name=f"{node['source_name']}.{node['name']}",
        path=node["original_file_path"],
        meta=meta_of(node),
        columns=columns_of(node),
        limit=limit_of((node.get("freshness") or {}).get("error_after") or {}),
        description=node.get("description") or "",
    )


def limit_of(error_after: Mapping[str, Any]) -> timedelta | None:
    """dbt's ``{count, period}`` as a time; None unless it says both."""
    count, period = error_after.get("count"), error_after.get("period")
    return count * PERIODS[period] if isinstance(count, int) and period in PERIODS else None


def parse_exposure(node: Mapping[str, Any]) -> Exposure:
    """One exposure."""
    owner = node.get("owner") or {}
    return Exposure(node["name"], owner.get("email") or owner.get("name") or "", tuple(node["depends_on"]["nodes"]))


def columns_of(node: Mapping[str, Any]) -> tuple[Column, ...]:
    """A node's columns, in the order of its YAML."""
    return tuple(
        Column(column["name"], column.get("data_type") or "", meta_of(column), column.get("description") or "")
        for column in node["columns"].values()
    )


def meta_of(node: Mapping[str, Any]) -> Mapping[str, object]:
    """``config.meta``, dbt's place for it since 1.10; ``meta`` where there is no config."""
    meta: Mapping[str, object] = (node.get("config") or {}).get("meta") or node.get("meta") or {}
    return meta


def read_reference(root: Path) -> Reference:
    """Read the reference seeds of a project."""
    folder = root / "seeds" / "reference"
    return Reference(
        purposes=keyed(folder / "purposes.csv", "purpose", "recipient_kind"),
        opt_outs=listed(folder / "purposes.csv", "purpose", "opt_out_by"),
        ad_signals=listed(folder / "purposes.csv", "purpose", "ad_signals"),
        channels=frozenset(keyed(folder / "channels.csv", "channel", "address_kind")),
        recipients=keyed(folder / "recipients.csv", "recipient", "kind"),
        countries=keyed(folder / "recipients.csv", "recipient", "country"),
        transfer_records=keyed(folder / "recipients.csv", "recipient", "transfer_record"),
        ad_platforms=frozenset(
            name
            for name, said in keyed(folder / "recipients.csv", "recipient", "ad_platform").items()
            if said != "false"
        ),
        topics=keyed(folder / "topics.csv", "topic", "special_category"),
        data=listed(folder / "data.csv", "datum", "purposes"),
        categories=keyed(folder / "data.csv", "datum", "category"),
    )


def listed(path: Path, key: str, value: str) -> dict[str, frozenset[str]]:
    """A column of words with a ``|`` between them, by another."""
    return {name: frozenset(filter(None, text.split("|"))) for name, text in keyed(path, key, value).items()}


def keyed(path: Path, key: str, value: str) -> dict[str, str]:
    """One column of a seed by another. Raises for a missing file, a missing column or a key that stands there twice."""
    try:
        with path.open(encoding="utf-8", newline="") as file:
            rows = [(row[key], row[value]) for row in csv.DictReader(file)]
    except FileNotFoundError as error:
        raise EvidenceMissing(f"{path} is missing: nothing can be judged by it.\nFix: restore the seed.") from error
    except KeyError as error:
        raise WrongConfiguration(
            f"{path} has no column {error}.\nFix: give it the columns {key} and {value}."
        ) from error
    found = dict(rows)
    if len(found) != len(rows):
        raise WrongConfiguration(f"{path} names a {key} twice: which row holds?\nFix: keep one row each.")
    return {name: text or "" for name, text in found.items()}
