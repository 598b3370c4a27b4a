"""The graph of a project, with what was found before kept in a file, and on as many cores as there are."""

from __future__ import annotations

from typing import TYPE_CHECKING

from askfirst.lineage.cache import FlowsCache
from askfirst.lineage.graph import build_graph, known_schema, twins_of
from askfirst.lineage.guarded import counted, watched
from askfirst.lineage.memory import collecting_rarely
from askfirst.lineage.parallel import ahead

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

    from askfirst.lineage.dialects import Binding
    from askfirst.lineage.graph import Graph
    from askfirst.lineage.project import Node


def project_graph(
    nodes: Mapping[str, Node],
    binding: Binding,
    dialect: str,
    cache_file: Path | None = None,
    step: Callable[[], None] = lambda: None,
    cores: int = 0,
) -> Graph:
    """What `build_graph` yields, sooner. ``step`` is told of each query; ``cores`` 0 means all."""
    cache = FlowsCache.read(cache_file)
    schema = known_schema(nodes, binding, twins_of(nodes))
    ready = [node.sql for node in nodes.values() if is_ready(node, nodes)]
    with collecting_rarely() as tick:
        analyse = counted(tick)
        ahead(cache, ready, schema, dialect, analyse, cores)
        graph = build_graph(nodes, binding, dialect, watched(step, cache.reading(analyse)), schema)
    cache.save()
    return graph


def is_ready(node: Node, nodes: Mapping[str, Node]) -> bool:
    """Whether a node has SQL, and the columns of all that it reads are known before anything is analysed."""
    if node.language != "sql" or not node.sql or node.kind in ("source", "seed"):
        return False
    parents = [nodes[parent] for parent in node.depends_on if parent in nodes]
    return all(parent.complete or not parent.parts for parent in parents)
