"""Those who are timed, each on the same manifest and catalog, from artifacts that are read already."""

from __future__ import annotations

import json
import logging
import shutil
from dataclasses import replace
from datetime import date
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any

from askfirst.lineage.cache import FlowsCache
from askfirst.lineage.dialects import binding_of
from askfirst.lineage.project import read_catalog, read_nodes, with_catalog
from askfirst.lineage.verdict import label
from askfirst.lineage.whole import project_graph

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from askfirst.lineage.dialects import Binding
    from askfirst.lineage.project import Node

PROVENANCES = ("declared", "observed", "inferred", "third_party", "operational", "technical")
TODAY = date(2026, 1, 1)  # no reclassification expires in a benchmark
PURPOSES = frozenset({"personalisation", "newsletter"})


class Project:
    """A project's artifacts."""

    def __init__(self, manifest: Path, catalog: Path | None) -> None:
        raw = json.loads(manifest.read_text())
        self.paths = manifest, catalog
        self.dialect = str(raw["metadata"]["adapter_type"])
        binding = binding_of(self.dialect)
        assert binding is not None, f"dialect {self.dialect} is not known"  # noqa: S101 - a benchmark
        self.binding: Binding = binding
        nodes = read_nodes(raw, binding)
        del raw
        if catalog is not None:
            nodes = with_catalog(nodes, read_catalog(json.loads(catalog.read_text())))
        self.nodes = labelled(nodes)

    def queries(self) -> list[Node]:
        """The nodes that have SQL."""
        return [node for node in self.nodes.values() if node.sql and node.language == "sql"]

    def mapping(self) -> dict[str, Any]:
        """The schema as sqlglot takes it."""
        found: dict[str, Any] = {}
        for node in self.nodes.values():
            if node.parts and node.columns:
                level = found
                for part in node.parts[:-1]:
                    level = level.setdefault(part, {})
                level[node.parts[-1]] = {name: kind or "UNKNOWN" for name, kind in node.columns}
        return found


def labelled(nodes: Mapping[str, Node]) -> dict[str, Node]:
    """Nodes whose raw columns all have a label, by turns."""
    found = dict(nodes)
    for unique_id, node in nodes.items():
        if node.kind in ("source", "seed"):
            meta = {
                name: {
                    "provenance": PROVENANCES[number % len(PROVENANCES)],
                    "subject": "self",
                    "category": f"kind_{number % 7}",
                    "purposes": ["personalisation"],
                    "retention": "P1Y",
                }
                for number, (name, _) in enumerate(node.columns)
            }
            found[unique_id] = replace(node, column_meta=meta)
    return found


def askfirst(project: Project, cache: Path | None, cores: int, *, with_labels: bool = True) -> Callable[[], int]:
    """The analysis: all flows of all columns, the graph, and the labels carried through it."""

    def work() -> int:
        graph = project_graph(project.nodes, project.binding, project.dialect, cache, cores=cores)
        if with_labels:
            label(graph, PURPOSES, TODAY)
        return sum(len(one.columns) for one in graph.nodes.values() if one.flows is not None)

    return work


def cold_one(project: Project, _folder: Path) -> Callable[[], int]:
    """This analysis in one process, nothing known before."""
    import_module("askfirst.lineage.analyse")  # imports are not timed, of none of them

    return askfirst(project, None, 1)


def cold_flows(project: Project, _folder: Path) -> Callable[[], int]:
    """The same without labels."""
    import_module("askfirst.lineage.analyse")  # imports are not timed, of none of them

    return askfirst(project, None, 1, with_labels=False)


def cold_all(project: Project, folder: Path) -> Callable[[], int]:
    """This analysis on all cores, with an empty cache to fill; the workers' imports are timed."""
    import_module("askfirst.lineage.analyse")  # imports are not timed, of none of them

    cache = folder / "cold"
    cache.unlink(missing_ok=True)
    return askfirst(project, cache, 0)


def warm(project: Project, folder: Path) -> Callable[[], int]:
    """The same again, nothing changed; sqlglot is not even imported."""
    return askfirst(project, filled(folder), 0)


def warm_flows(project: Project, folder: Path) -> Callable[[], int]:
    """The same without labels."""
    return askfirst(project, filled(folder), 0, with_labels=False)


def changed(project: Project, folder: Path, *, with_labels: bool = True) -> Callable[[], int]:
    """The same after the model of median length has been edited."""
    import_module("askfirst.lineage.analyse")  # imports are not timed, of none of them
    cache = filled(folder)
    node = sorted(project.queries(), key=lambda one: len(one.sql))[len(project.queries()) // 2]
    project.nodes[node.unique_id] = replace(node, sql=f"{node.sql}\n-- edited")
    return askfirst(project, cache, 0, with_labels=with_labels)


def changed_flows(project: Project, folder: Path) -> Callable[[], int]:
    """The same without labels."""
    return changed(project, folder, with_labels=False)


def filled(folder: Path) -> Path:
    """A cache as an earlier run, in a process of its own, has left it."""
    if not FlowsCache.read(folder / "cold").lines:
        raise SystemExit("the cold run has left no cache")
    return Path(shutil.copy(folder / "cold", folder / "warm"))


def parse_only(project: Project, _folder: Path) -> Callable[[], int]:
    """sqlglot's parser alone."""
    import sqlglot

    def work() -> int:
        for node in project.queries():
            sqlglot.parse_one(node.sql, dialect=project.dialect)
        return known_columns(project)

    return work


def parse_and_qualify(project: Project, _folder: Path) -> Callable[[], int]:
    """sqlglot's parser and `qualify`, as its own `lineage` calls it: what any analysis on sqlglot begins with."""
    import sqlglot
    from sqlglot.optimizer.qualify import qualify
    from sqlglot.schema import MappingSchema

    schema = MappingSchema(project.mapping(), dialect=project.dialect)

    def work() -> int:
        for node in project.queries():
            tree = sqlglot.parse_one(node.sql, dialect=project.dialect)
            qualify(tree, schema=schema, dialect=project.dialect, validate_qualify_columns=False, identify=False)
        return known_columns(project)

    return work


def sqlglot_lineage(project: Project, _folder: Path, *, at_once: bool = False, **options: bool) -> Callable[[], int]:
    """sqlglot's `lineage`, each query parsed and qualified once: column by column, or all of a query's at once."""
    import sqlglot
    from sqlglot.errors import SqlglotError
    from sqlglot.lineage import lineage
    from sqlglot.optimizer.qualify import qualify
    from sqlglot.optimizer.scope import build_scope
    from sqlglot.schema import MappingSchema

    schema = MappingSchema(project.mapping(), dialect=project.dialect)

    def work() -> int:
        done = 0
        for node in project.queries():
            tree = sqlglot.parse_one(node.sql, dialect=project.dialect)
            tree = qualify(tree, schema=schema, dialect=project.dialect, validate_qualify_columns=False, identify=False)
            scope = build_scope(tree)
            names = tree.named_selects if isinstance(tree, sqlglot.exp.Query) else []
            for name in [None] if at_once else names:
                try:
                    lineage(name, tree, schema=schema, scope=scope, dialect=project.dialect, **options)
                    done += len(names) if at_once else 1
                except (SqlglotError, ValueError):
                    continue
        return done

    return work


def untrimmed(project: Project, folder: Path) -> Callable[[], int]:
    """The same without trimming the query, or copying it, for each column."""
    return sqlglot_lineage(project, folder, trim_selects=False, copy=False)


def together(project: Project, folder: Path) -> Callable[[], int]:
    """All columns of a query at once: the quickest way there is."""
    return sqlglot_lineage(project, folder, at_once=True, trim_selects=False, copy=False)


def colibri(project: Project, _folder: Path) -> Callable[[], int]:
    """dbt-colibri, from manifest and catalog."""
    from dbt_colibri.lineage_extractor.extractor import DbtColumnLineageExtractor

    logging.disable(logging.CRITICAL)
    extractor = DbtColumnLineageExtractor(*map(str, project.paths))

    def work() -> int:
        return sum(map(len, extractor.build_lineage_map().values()))

    return work


def known_columns(project: Project) -> int:
    """The columns of what has SQL."""
    return sum(len(node.columns) for node in project.queries())


BASELINE = "sqlglot parse + qualify"
CONTESTANTS: dict[
    str, Callable[[Project, Path], Callable[[], int]]
] = {  # in this order: the cold run leaves the cache that the warm ones find
    BASELINE: parse_and_qualify,
    "sqlglot parse alone": parse_only,
    "askfirst, one process": cold_one,
    "askfirst, all cores": cold_all,
    "askfirst, nothing changed": warm,
    "askfirst, one model changed": changed,
    "- flows alone, one process": cold_flows,
    "- flows alone, nothing changed": warm_flows,
    "- flows alone, one changed": changed_flows,
    "sqlglot lineage, all at once": together,
    "sqlglot lineage, not trimmed": untrimmed,
    "dbt-colibri": colibri,
    "sqlglot lineage as it comes": sqlglot_lineage,
}
SLOW = frozenset({"dbt-colibri", *(name for name in CONTESTANTS if name.startswith("sqlglot lineage"))})
