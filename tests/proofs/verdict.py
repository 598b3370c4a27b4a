"""What the static analysis says of a mutant, and of the project without it."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from askfirst.lineage.analyse import analyse
from askfirst.lineage.graph import build_graph
from askfirst.lineage.judge import Activation, judge
from askfirst.lineage.labelling import begin
from askfirst.lineage.project import Node
from askfirst.lineage.propagate import Mark, propagate

from tests.proofs.sites import targets, upstream

if TYPE_CHECKING:
    from collections.abc import Mapping

    from askfirst.findings import Finding
    from askfirst.lineage.flows import QueryFlows
    from askfirst.lineage.graph import Graph
    from askfirst.lineage.schema import Schema

    from tests.proofs.sites import Mutant
    from tests.proofs.replay import Built
    from tests.proofs.world import World

LEAKS = frozenset({"AF001", "AF002", "AF003", "AF004", "AF006"})
# One raw column holds guesses beside what people said. Staging splits them, and a reclassification says so; here it
# counts as what people said, so that the project begins clean and a mutant's finding is the mutant's.
MIXED = "source.askfirst.crm.persons"
GUESS = Mark("provenance", "inferred")


class Judge:
    """The project's findings for its activation models, with mutants in it; each query is analysed once."""

    def __init__(self, world: World) -> None:
        self.world = world
        needed = {unique_id for target in targets(world) for unique_id in upstream(world, target)}
        secrets = {
            u for u, node in world.nodes.items() if node.parts and node.parts[0] == "private" and node.kind == "model"
        }
        needed |= {unique_id for secret in secrets for unique_id in upstream(world, secret)}
        self.nodes = {unique_id: node for unique_id, node in world.nodes.items() if unique_id in needed}
        self.read: dict[tuple[str, str], QueryFlows] = {}
        self.before = {target: self.findings(self.nodes, target, "") for target in targets(world)}

    def findings(self, nodes: Mapping[str, Node], target: str, changed: str) -> set[tuple[str, str, str]]:
        """Code, column and statement of each finding of one activation model. ``changed`` tells apart what queries read."""

        def reading(sql: str, schema: Schema, dialect: str) -> QueryFlows:
            known = self.read.get((sql, "")) if sql in self.plain else None
            key = (sql, changed)
            if known is None and key not in self.read:
                self.read[key] = analyse(sql, schema, dialect)
            return known or self.read[key]

        self.plain = {node.sql for node in self.nodes.values()} if not changed.endswith("*") else set()
        graph = build_graph(nodes, self.world.binding, "duckdb", reading)
        if changed:
            self.read = {key: flows for key, flows in self.read.items() if not key[1]}
        return {(f.code, f.column, f.what) for f in self.judged(graph, target)}

    def judged(self, graph: Graph, target: str) -> list[Finding]:
        """The findings of one activation model."""
        begun = begin(graph, self.world.purposes)
        for vertex, marks in begun.items():
            if vertex.node == MIXED:
                begun[vertex] = tuple(mark for mark in marks if mark != GUESS)
        labelled = propagate(graph, begun, {})
        return list(judge(labelled, (Activation(target),), {}))

    def added(self, mutant: Mutant, built: Built) -> set[tuple[str, str, str]]:
        """The findings that a mutant brings."""
        nodes = dict(self.nodes)
        for extra in mutant.extras:
            node = Node(
                extra.unique_id, extra.name, "model", extra.parts, f"models/{extra.name}.sql", extra.language, "table"
            )
            sql = extra.sql if extra.language == "sql" else ""
            reads = tuple(u for u in (*self.nodes, *nodes) if dotted_in(nodes[u], extra.sql))
            nodes[extra.unique_id] = replace(
                node,
                sql=sql,
                columns=built.columns[extra.unique_id],
                complete=True,
                depends_on=tuple(dict.fromkeys(reads)),
            )
        for unique_id, columns in built.columns.items():
            if unique_id in self.nodes:
                sql = mutant.changed.get(unique_id, nodes[unique_id].sql)
                nodes[unique_id] = replace(nodes[unique_id], sql=sql, columns=columns, keys=built.keys[unique_id])
        same = all(
            nodes[u].columns == self.nodes[u].columns and nodes[u].keys == self.nodes[u].keys
            for u in built.columns
            if u in self.nodes
        )
        return (
            self.findings(nodes, mutant.target, f"mutant {mutant.number}{'' if same else '*'}")
            - self.before[mutant.target]
        )


def dotted_in(node: Node, sql: str) -> bool:
    """Whether a node's relation is named in some SQL."""
    return bool(node.parts) and ".".join(f'"{part}"' for part in node.parts) in sql
