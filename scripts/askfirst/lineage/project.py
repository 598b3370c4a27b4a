"""The nodes of a dbt project as the analysis needs them: what each is, what it reads, and the SQL that makes it."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

from askfirst.artifacts import keeps_rows
from askfirst.lineage.hooks import parts_of, read_hooks
from askfirst.lineage.schema import keys_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from askfirst.lineage.dialects import Binding
    from askfirst.lineage.hooks import Hook, Hooks
    from askfirst.lineage.schema import Keys

BUILT = frozenset({"model", "seed", "snapshot"})
SEPARATE = frozenset({"unique"})  # data tests whose column is unique
TOGETHER = {  # data tests whose columns together are unique, and where they say which
    "unique_combination": "columns",
    "unique_combination_of_columns": "combination_of_columns",
}


@dataclass(frozen=True)
class Node:
    """A source, seed, snapshot or model.

    ``parts`` are catalog, schema and name of its relation; empty where it has none (ephemeral). ``sql`` is what built
    it, ``raw`` the text of its file. ``columns`` are name and type, all of them where ``complete``. ``keys`` are what
    the build proves unique. ``hooks`` are those that may write it, ``earlier`` the SQL of runs whose rows it keeps.
    """

    unique_id: str
    name: str
    kind: str
    parts: tuple[str, ...]
    path: str
    language: str = "sql"
    materialized: str = ""
    sql: str = ""
    raw: str = ""
    compiled_path: str = ""
    columns: tuple[tuple[str, str], ...] = ()
    complete: bool = False
    keys: Keys = frozenset()
    depends_on: tuple[str, ...] = ()
    hooks: tuple[Hook, ...] = ()
    earlier: tuple[str, ...] = ()
    column_meta: Mapping[str, Mapping[str, object]] = field(default_factory=dict)
    meta: Mapping[str, object] = field(default_factory=dict)
    yaml_path: str = ""

    @property
    def keeps_rows(self) -> bool:
        """Whether a run adds to its relation, and does not make it anew."""
        return keeps_rows(self.kind, self.materialized)


def read_nodes(raw: Mapping[str, Any], binding: Binding, all_hooks: Hooks | None = None) -> dict[str, Node]:
    """The nodes of a manifest's JSON, by unique id; ``all_hooks`` where somebody has read them already.

    Raises KeyError, TypeError or AttributeError where it is not of its form.
    """
    keys = proved_keys(raw["nodes"].values(), binding)
    hooks = (all_hooks or read_hooks(raw)).of_node
    nodes = {}
    for node in (*raw["nodes"].values(), *raw["sources"].values()):
        unique_id = node["unique_id"]
        if node["resource_type"] in BUILT or node["resource_type"] == "source":
            nodes[unique_id] = read_node(node, keys.get(unique_id, frozenset()), hooks.get(unique_id, ()))
    return nodes


def read_node(node: Mapping[str, Any], keys: Keys, hooks: tuple[Hook, ...] = ()) -> Node:
    """One node of a manifest."""
    kind = node["resource_type"]
    config = node.get("config") or {}
    materialized = str(config.get("materialized") or "")
    columns = node.get("columns") or {}
    return Node(
        unique_id=node["unique_id"],
        name=f"{node['source_name']}.{node['name']}" if kind == "source" else node["name"],
        kind=kind,
        parts=() if materialized == "ephemeral" else parts_of(node),
        path=node["original_file_path"],
        language=node.get("language") or "sql",
        materialized=materialized,
        sql=node.get("compiled_code") or "",
        raw=node.get("raw_code") or "",
        compiled_path=node.get("compiled_path") or "",
        columns=tuple((column["name"], column.get("data_type") or "") for column in columns.values()),
        complete=bool((config.get("contract") or {}).get("enforced")),
        keys=keys,
        depends_on=tuple((node.get("depends_on") or {}).get("nodes") or ()),
        hooks=hooks,
        column_meta={column["name"]: meta_of(column) for column in columns.values()},
        meta=meta_of(node),
        yaml_path=(node.get("patch_path") or "").partition("://")[2]
        or (node["original_file_path"] if kind == "source" else ""),
    )


def meta_of(node: Mapping[str, Any]) -> Mapping[str, object]:
    """``config.meta``, dbt's place for it since 1.10; ``meta`` where there is no config."""
    meta: Mapping[str, object] = (node.get("config") or {}).get("meta") or node.get("meta") or {}
    return meta


def proved_keys(nodes: Iterable[Mapping[str, Any]], binding: Binding) -> dict[str, Keys]:
    """What data tests prove unique, by the node tested; one with a condition, or that only warns, proves nothing.

    A contract's keys prove nothing either: they hold only where the engine enforces them.
    """
    found: dict[str, Keys] = {}
    for node in nodes:
        metadata, tested = node.get("test_metadata"), node.get("attached_node")
        if node["resource_type"] != "test" or not metadata or not tested:
            continue
        config = node.get("config") or {}
        if config.get("where") or not config.get("enabled", True) or str(config.get("severity", "")).lower() == "warn":
            continue
        arguments = metadata.get("kwargs") or {}
        columns: list[str] = []
        if metadata["name"] in SEPARATE:
            columns = [arguments.get("column_name") or node.get("column_name") or ""]
        elif metadata["name"] in TOGETHER:
            columns = list(arguments.get(TOGETHER[metadata["name"]]) or ())
        if columns and all(columns):
            found[tested] = found.get(tested, frozenset()) | keys_of([columns], binding)
    return found


def with_catalog(nodes: Mapping[str, Node], catalog: Mapping[str, Mapping[str, str]]) -> dict[str, Node]:
    """Nodes with the columns that really stand in the warehouse, by unique id; a relation not there keeps YAML's."""
    return {
        unique_id: replace(node, columns=tuple(catalog[unique_id].items()), complete=True)
        if unique_id in catalog
        else node
        for unique_id, node in nodes.items()
    }


def read_catalog(raw: Mapping[str, Any]) -> dict[str, dict[str, str]]:
    """``catalog.json`` as columns and types by unique id, in the order of the warehouse. KeyError: it is no catalog."""
    found = {}
    for unique_id, node in (*raw["nodes"].items(), *raw["sources"].items()):
        columns = sorted(node["columns"].values(), key=lambda column: column["index"])
        found[unique_id] = {column["name"]: column["type"] for column in columns}
    return found
