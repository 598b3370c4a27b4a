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
from tests.proofs.world import dotted

if TYPE_CHECKING:
    from collections.abc import Mapping

    from askfirst.findings import Finding
    from askfirst.lineage.flows import QueryFlows
    from askfirst.lineage.graph import Graph
    from askfirst.lineage.schema import Schema

    from tests.proofs.replay import Built
    from tests.proofs.sites import Mutant
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
        private = {u for u, node in world.nodes.items() if node.parts[:1] == ("private",) and node.kind == "model"}
        beside = {unique_id for secret in private for unique_id in upstream(world, secret)}
        self.nodes = {
            target: {unique_id: world.nodes[unique_id] for unique_id in sorted({*upstream(world, target), *beside})}
            for target in targets(world)
        }
        self.read: dict[str, QueryFlows] = {}
        self.before = {target: self.findings(self.nodes[target], target) for target in targets(world)}

    def findings(self, nodes: Mapping[str, Node], target: str) -> set[tuple[str, str, str]]:
        """Code, column and statement of each finding of one activation model."""
        plain = self.nodes[target]
        as_before = all(known_as(nodes[unique_id]) == known_as(node) for unique_id, node in plain.items())
        known = {node.sql for node in plain.values()} if as_before else set()

        def reading(sql: str, schema: Schema, dialect: str) -> QueryFlows:
            if sql not in known:
                return analyse(sql, schema, dialect)
            if sql not in self.read:
                self.read[sql] = analyse(sql, schema, dialect)
            return self.read[sql]

        graph = build_graph(nodes, self.world.binding, "duckdb", reading)
        return {(found.code, found.column, found.what) for found in self.judged(graph, target)}

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
        nodes = dict(self.nodes[mutant.target])
        for extra in mutant.extras:
            node = Node(
                extra.unique_id, extra.name, "model", extra.parts, f"models/{extra.name}.sql", extra.language, "table"
            )
            sql = extra.sql if extra.language == "sql" else ""
            reads = tuple(u for u in nodes if is_named(nodes[u], extra.sql))
            nodes[extra.unique_id] = replace(
                node,
                sql=sql,
                keys=built.keys[extra.unique_id],
                columns=built.columns[extra.unique_id],
                complete=True,
                depends_on=tuple(dict.fromkeys(reads)),
            )
        for unique_id, columns in built.columns.items():
            if unique_id in self.nodes[mutant.target]:
                sql = mutant.changed.get(unique_id, nodes[unique_id].sql)
                nodes[unique_id] = replace(nodes[unique_id], sql=sql, columns=columns, keys=built.keys[unique_id])
        return self.findings(nodes, mutant.target) - self.before[mutant.target]


def known_as(node: Node) -> tuple[object, ...]:
    """What those who read a node know of it."""
    return node.parts, node.columns, node.keys


def is_named(node: Node, sql: str) -> bool:
    """Whether a node's relation is named in some SQL."""
    return bool(node.parts) and dotted(node.parts) in sql
