"""What of a project lies on the way to some nodes, and what of it could not be analysed."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from askfirst.lineage.guarded import line_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from askfirst.lineage.graph import Graph, NodeFlows
    from askfirst.lineage.hooks import Hook
    from askfirst.lineage.project import Node

BESIDE = "the warehouse has columns"  # how the graph begins a gap that is a contradiction of this kind
PROJECT = "dbt_project.yml"
BY_ITSELF = "write its SQL out in dbt_project.yml, over ref() and source(); or look for yourself what it writes"
UNREAD, CONTRADICTED, UNRUN, OPAQUE, GAP = "unread", "contradicted", "unrun", "opaque", "gap"


@dataclass(frozen=True, order=True)
class Blind:
    """Something that could not be analysed.

    ``kind``: unread (SQL that cannot be parsed, bound, or is not there), contradicted (SQL and catalog differ) and
    unrun (a reclassification's proof) leave a project unproved; opaque (Python) and gap (a part of a query) count as
    flowing everywhere, and are judged so.
    """

    kind: str
    model: str
    unique_id: str
    path: str
    line: int | None
    reason: str
    fix: str
    reaches: bool

    @property
    def place(self) -> str:
        """File and line."""
        return self.path if self.line is None else f"{self.path}:{self.line}"


def within_reach(graph: Graph, ends: Iterable[str]) -> frozenset[str]:
    """The nodes that some others are made of, and these themselves."""
    parents: dict[str, set[str]] = {}
    for edges in graph.into.values():
        for edge in edges:
            parents.setdefault(edge.target.node, set()).add(edge.source.node)
    return closure(ends, {name: (*parents.get(name, ()), *one.node.depends_on) for name, one in graph.nodes.items()})


def closure(ends: Iterable[str], parents: Mapping[str, Iterable[str]]) -> frozenset[str]:
    """All that leads to some names, and these themselves."""
    found: set[str] = set()
    waiting = list(ends)
    while waiting:
        name = waiting.pop()
        if name not in found and name in parents:
            found.add(name)
            waiting += parents[name]
    return frozenset(found)


def upstream(nodes: Mapping[str, Node], end: str) -> dict[str, Node]:
    """The part of a project that one node is made of, by what each says that it depends on; and every raw table."""
    built = {node.parts: node.unique_id for node in nodes.values() if node.parts and node.kind != "source"}
    parents = {
        name: (*node.depends_on, *([built[node.parts]] if node.kind == "source" and node.parts in built else ()))
        for name, node in nodes.items()
    }
    raw = [
        node for node in nodes.values() if node.kind == "seed" or (node.kind == "source" and node.parts not in built)
    ]
    kept = closure([end, *(node.unique_id for node in raw)], parents)
    return {name: node for name, node in nodes.items() if name in kept}


def blind_spots(
    graph: Graph, listed: frozenset[str], reach: frozenset[str], elsewhere: Iterable[Hook] = ()
) -> tuple[Blind, ...]:
    """All that could not be analysed; ``listed`` are the nodes whose columns a catalog tells.

    ``elsewhere`` are operations that cannot be read and name nothing of the project.
    """
    found = [Blind(GAP, hook.place, "", PROJECT, None, hook.problem, BY_ITSELF, reaches=False) for hook in elsewhere]
    for unique_id, one in graph.nodes.items():
        found += spots_of(one, reaches=unique_id in reach)
        if unique_id in listed:
            found += contradictions(one, reaches=unique_id in reach)
    return tuple(sorted(found, key=lambda spot: (spot.kind, spot.model, spot.path, spot.line or 0, spot.reason)))


def spots_of(one: NodeFlows, *, reaches: bool) -> Iterator[Blind]:
    """What of one node could not be analysed."""
    node = one.node
    if one.opaque:
        kind = UNREAD if node.language == "sql" else OPAQUE
        line = line_of(node.sql, one.opaque_span)
        yield Blind(kind, node.name, node.unique_id, where(node), line, one.opaque, remedy(one), reaches)
    for gap in one.parts_unread:
        if gap.reason.startswith(BESIDE):
            continue  # told as a contradiction
        fix = "write what can be read: SQL over ref() and source(), the dialect's own functions, named columns"
        yield Blind(GAP, node.name, node.unique_id, where(node), line_of(node.sql, gap.span), gap.reason, fix, reaches)


def where(node: Node) -> str:
    """The file that the lines of a node's compiled SQL count in."""
    return node.compiled_path or node.path


def remedy(one: NodeFlows) -> str:
    """What to do about a node that could not be read."""
    if one.node.language != "sql":
        return "rewrite it in SQL, or keep it away from activation"
    if not one.node.sql:
        return "run `dbt compile` for the whole project: `dbt parse`, or a selection, leaves SQL out"
    return "correct the SQL; if the warehouse takes it, report the query; if a column is unknown, refresh the catalog"


def contradictions(one: NodeFlows, *, reaches: bool) -> Iterator[Blind]:
    """Where the catalog has other columns than the model's SQL makes: one of the two is not of this build."""
    node = one.node
    if node.kind != "model" or node.materialized == "incremental" or one.flows is None:
        return
    if any(not gap.reason.startswith(BESIDE) for gap in one.flows.gaps):
        return  # which columns come out may be what is not known
    made = {column.name.lower() for column in one.flows.columns}
    standing = {name.lower() for name, _ in node.columns}
    only_made, only_standing = sorted(made - standing), sorted(standing - made)
    if only_made or only_standing:
        parts = [
            (only_made, "the SQL makes {}, which the catalog lacks"),
            (only_standing, "the catalog has {}, which the SQL does not make"),
        ]
        reason = "; ".join(text.format(", ".join(names[:3])) for names, text in parts if names)
        fix = "build the model and run `dbt docs generate` again, so that both are of one build"
        yield Blind(CONTRADICTED, node.name, node.unique_id, node.path, None, reason, fix, reaches)
