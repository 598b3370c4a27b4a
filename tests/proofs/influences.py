"""Every influence that can be seen, beside every one that the analysis reports: for each model of the built project.

Each column of each relation that a model reads is changed, and its row set, and the model's SQL is run again. What
changes is a true influence. It is covered where the analysis has it, or has that column as deciding the rows.

Whatever the model, three things are tried: the sample world; the same with half of one relation, or each row of it
twice; and relations drawn anew from the values that occur. A change that breaks a key which a data test proves is left
out: no build goes on with such rows, and the analysis may lean on it. So is one that the SQL stops on.
"""

from __future__ import annotations

import zlib
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

import duckdb
from askfirst.lineage.flows import ROWS, Origin

from tests.proofs.observe import appears, compare
from tests.proofs.perturb import (
    Field,
    Perturbation,
    broken_key,
    compared,
    drawn_relation,
    literals,
    of_column,
    of_rows,
    pool_of,
)
from tests.proofs.world import dotted, seeded

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from askfirst.lineage.flows import QueryFlows, Subtype
    from askfirst.lineage.graph import Graph

    from tests.proofs.world import Row, World

SAMPLE, DRAWN = "the sample world", "drawn anew"
HELD = "a filter or a literal holds the output column at one value"
WITH_ROWS = "every change that might show it changes the rows as well"
BY_RULE = "decides the rows by the conventions; only columns were seen to change"
NOTHING = "no change of it changed anything"
OTHER = "other changes of it were seen"
REASONS = (HELD, WITH_ROWS, BY_RULE, NOTHING, OTHER)
FEW = 2  # single cells tried of what is said to reach nothing
CHANGED = "changed"


@dataclass(frozen=True)
class Budget:
    """How much is tried: single cells a column, further worlds, and rows of each relation in those."""

    cells: int = 6
    worlds: int = 4
    rows: int = 40
    last: int = 40  # single cells tried at the end where something reported has not been seen
    share: float = 1.0  # of the columns and row sets
    seed: int = 1


@dataclass
class Influence:
    """One column of one relation that a model reads (or its row set), and all that it was said and seen to reach."""

    model: str
    origin: Origin
    reported: Mapping[str, tuple[Subtype, ...]]
    observed: dict[str, str] = field(default_factory=dict)
    strays: dict[str, str] = field(default_factory=dict)
    runs: int = 0
    changes: int = 0
    constant: frozenset[str] = frozenset()

    @property
    def surplus(self) -> dict[str, str]:
        """What was reported and not seen, with the class of the reason."""
        return {target: self.reason(target) for target in self.reported if target not in self.observed}

    def reason(self, target: str) -> str:
        """Why an influence may be there and not be seen."""
        if target in self.constant:
            return HELD
        if not self.observed:
            return NOTHING
        if target == ROWS:
            return BY_RULE
        return WITH_ROWS if ROWS in self.observed else OTHER


@dataclass(frozen=True)
class Stage:
    """One model over one set of relations: what each is called there, how many rows it has, and what comes out."""

    name: str
    sql: str
    relations: Mapping[str, str]
    sizes: Mapping[str, int]
    result: tuple[Row, ...]


def read_by(world: World, unique_id: str) -> tuple[str, ...]:
    """The relations whose names stand in a model's SQL, whatever anybody says that it reads."""
    sql = world.nodes[unique_id].sql
    return tuple(other for other in sorted(world.nodes) if other != unique_id and world.is_named(other, sql))


def models(world: World) -> tuple[str, ...]:
    """The SQL models that read anything."""
    named = (u for u, node in world.nodes.items() if node.kind == "model" and node.language == "sql" and node.sql)
    return tuple(unique_id for unique_id in sorted(named) if read_by(world, unique_id))


def origins(world: World, unique_id: str) -> Iterator[Origin]:
    """All that a model could be influenced by."""
    for parent in read_by(world, unique_id):
        yield Origin(parent, ROWS)
        for column, _ in world.nodes[parent].columns:
            yield Origin(parent, column)


def reported(flows: QueryFlows, origin: Origin) -> dict[str, tuple[Subtype, ...]]:
    """What the analysis says that an origin reaches."""
    found: dict[str, tuple[Subtype, ...]] = {}
    for name, several in (*((column.name, column.flows) for column in flows.columns), (ROWS, flows.rows)):
        subtypes = tuple(flow.subtype for flow in several if flow.origin == origin)
        if subtypes:
            found[name] = subtypes
    return found


class Examination:
    """One model, its relations, and its SQL run over them as they are changed."""

    def __init__(self, world: World, graph: Graph, unique_id: str, budget: Budget) -> None:
        flows = graph.nodes[unique_id].flows
        if flows is None:
            raise ValueError(f"{unique_id} was not analysed")
        self.world, self.unique_id, self.flows, self.budget = world, unique_id, flows, budget
        self.seed = zlib.crc32(f"{budget.seed}:{unique_id}".encode())
        self.parents = read_by(world, unique_id)
        self.written = literals(world.nodes[unique_id].sql)
        self.equal = compared(world.nodes[unique_id].sql)
        self.names = [column.name for column in flows.columns]
        self.fields = {parent: self.fields_of(parent) for parent in self.parents}
        for schema in (CHANGED, "half", "twice"):
            world.con.execute(f"create schema if not exists {schema}")
        self.stages = [self.stage(number) for number in range(budget.worlds + 1)]

    def home(self, parent: str) -> str:
        """Where a relation stands as the build left it."""
        return self.world.relation(parent)

    def place(self, schema: str, parent: str) -> str:
        """Where a relation's other version stands; relations of two schemas may have one name."""
        name = f"{self.parents.index(parent)}_{self.world.nodes[parent].parts[-1]}"
        return dotted(("memory", schema, name))

    def fields_of(self, parent: str) -> dict[str, Field]:
        """The columns of a relation, with the values that may matter."""
        node = self.world.nodes[parent]
        names = tuple(name for name, _ in node.columns)
        return {
            name: Field(self.home(parent), names, name, kind, self.pool(parent, name, kind))
            for name, kind in node.columns
        }

    def pool(self, parent: str, name: str, kind: str) -> tuple[str, ...]:
        """Values for one column: its own, those of its namesakes beside it, and what is written."""
        beside = [
            (self.home(other), column)
            for other in self.parents
            for column, _ in self.world.nodes[other].columns
            if (other, column) != (parent, name) and (column == name or column in self.equal.get(name, ()))
        ]
        return pool_of(self.world.con, kind, [(self.home(parent), name), *beside], self.written, self.seed)

    def stage(self, number: int) -> Stage:
        """The sample world first; then worlds whose relations are all drawn anew."""
        relations, sizes = {}, {}
        for parent in self.parents:
            node, relations[parent] = self.world.nodes[parent], self.home(parent)
            if number:
                drawn = drawn_relation(
                    list(self.fields[parent].values()), node.keys, self.budget.rows, self.seed + number
                )
                self.world.con.execute(f"create schema if not exists drawn{number}")
                relations[parent] = self.place(f"drawn{number}", parent)
                self.world.con.execute(f"create or replace table {relations[parent]} as {drawn}")
            sizes[parent] = self.world.rows(f"select count(*) from {relations[parent]}")[0][0]
        return self.with_result(DRAWN if number else SAMPLE, relations, sizes)

    def with_result(self, name: str, relations: Mapping[str, str], sizes: Mapping[str, int]) -> Stage:
        """A stage with what comes out there; nothing where the SQL fails on it."""
        stage = Stage(name, self.world.nodes[self.unique_id].sql, relations, sizes, ())
        try:
            return replace(stage, result=tuple(self.run(stage, {})))
        except duckdb.Error:
            return stage

    def other(self, parent: str, how: str, query: str) -> Stage:
        """The sample world with another version of one relation."""
        sample = self.stages[0]
        place = self.place(how, parent)
        filled = query.format(relation=sample.relations[parent], seed=self.seed)
        self.world.con.execute(f"create or replace table {place} as {filled}")
        size = self.world.rows(f"select count(*) from {place}")[0][0]
        return self.with_result(how, {**sample.relations, parent: place}, {**sample.sizes, parent: size})

    def run(self, stage: Stage, instead: Mapping[str, str]) -> list[Row]:
        """The model's rows, read from a stage's relations, some of them replaced."""
        sql = stage.sql
        for parent, relation in {**stage.relations, **instead}.items():
            sql = self.world.renamed(parent, relation, sql)
        return self.world.rows(sql)

    def perturbations(self, origin: Origin, stage: Stage, seed: int, cells: int) -> Iterator[Perturbation]:
        """The ways to change one origin."""
        size, relation = stage.sizes[origin.relation], stage.relations[origin.relation]
        if origin.column == ROWS:
            yield from of_rows(relation, list(self.fields[origin.relation]), size, seed, cells)
            return
        known = self.fields[origin.relation][origin.column]
        place = Field(relation, known.columns, known.name, known.kind, known.pool)
        yield from of_column(place, size, seed, cells)

    def examine(self, origin: Origin, targets: frozenset[str] | None = None) -> Influence:
        """Change one origin in every way that the budget has, until the sample world is through and all is seen.

        ``targets``: of what it is said to reach, what is looked for; None for all.
        """
        said = reported(self.flows, origin)
        wanted = set(said) if targets is None else set(said) & targets
        found = Influence(self.world.nodes[self.unique_id].name, origin, said)
        for number, (stage, cells) in enumerate(self.course(origin.relation, bool(said))):
            for change in self.perturbations(origin, stage, self.seed + number, cells):
                if wanted <= set(found.observed) and (number or ROWS in said):
                    return found
                self.look(found, stage, change)
        found.constant = frozenset(name for n, name in enumerate(self.names) if self.is_constant(n))
        return found

    def course(self, parent: str, reported_at_all: bool) -> Iterator[tuple[Stage, int]]:
        """The stages in their order, each with how many single cells are tried there."""
        sample, *drawn = self.stages
        yield sample, self.budget.cells if reported_at_all else FEW
        # half of a relation leaves values free that join; each row twice shows what tells equal rows apart
        half = self.other(parent, "half", "select * from {relation} where hash(rowid + {seed}) % 2 = 0")
        twice = self.other(parent, "twice", "select * from {relation} union all select * from {relation}")
        yield from (
            (stage, self.budget.cells) for stage in (half, *([] if self.world.nodes[parent].keys else [twice]), *drawn)
        )
        yield from ((stage, self.budget.last) for stage in (sample, half))

    def is_constant(self, position: int) -> bool:
        """Whether an output column never shows more than one value, whatever the relations hold."""
        return all(len({row[position] for row in stage.result}) <= 1 for stage in self.stages)

    def look(self, found: Influence, stage: Stage, change: Perturbation) -> None:
        """Run one change and note what it did."""
        con, parent = self.world.con, found.origin.relation
        place = self.place(CHANGED, parent)
        con.execute(f"create or replace view {place} as {change.sql}")
        try:
            keys = self.world.nodes[parent].keys
            touched = [key for key in keys if found.origin.column == ROWS or found.origin.column.lower() in key]
            if broken_key(con, place, frozenset(touched)):
                return
            after = self.run(stage, {parent: place})
        except duckdb.Error:
            return
        found.runs += 1
        said = {n for n, name in enumerate(self.names) if name in found.reported}
        seen = compare(stage.result, after, frozenset(said), rows_reached=ROWS in found.reported)
        if seen is None:
            return
        found.changes += 1
        changed = {self.names[n] for n in seen.columns} | ({ROWS} if seen.rows else set())
        strays = {self.names[n] if n >= 0 else ROWS for n in seen.stray}
        if change.value is not None:
            direct = [n for n in said if any(subtype.is_direct for subtype in found.reported[self.names[n]])]
            changed |= {self.names[n] for n in direct if appears(stage.result, after, n, change.value)}
        for name in changed - strays:
            found.observed.setdefault(name, stage.name)
        for name in strays:
            found.strays.setdefault(name, f"{change.name}, {stage.name}")


def examine(world: World, graph: Graph, unique_id: str, budget: Budget) -> list[Influence]:
    """A model's influences, or a share of them drawn by the seed."""
    draw = seeded(budget.seed, unique_id)
    chosen = [origin for origin in origins(world, unique_id) if draw.random() < budget.share]
    if not chosen:
        return []
    examination = Examination(world, graph, unique_id, budget)
    return [examination.examine(origin) for origin in chosen]
