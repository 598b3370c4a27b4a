"""Columns of another project, drawn at random: what the analysis says of each, held against what changes when it runs.

    dbt build && python -m tests.proofs.foreign target/manifest.json dev.duckdb

The project needs compiled SQL and a DuckDB file. The file is opened read-only; what is changed is a copy in memory.
Of each column drawn, every column and the row set of every relation that its model's SQL names is changed: what the
analysis says to decide the column or the rows, one by one; all the rest together, which must leave both as they were.
"""

from __future__ import annotations

import argparse
import sys
import zlib
from collections import Counter
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, field, replace
from functools import partial
from multiprocessing import get_context
from pathlib import Path
from typing import TYPE_CHECKING

import duckdb
from askfirst.evidence import Places, read_evidence
from askfirst.lineage.flows import ROWS
from askfirst.lineage.graph import twins_of
from askfirst.lineage.whole import project_graph

from tests.proofs.influences import CHANGED, Budget, Examination, origins, reported
from tests.proofs.observe import compare
from tests.proofs.perturb import of_all_rows, rotated
from tests.proofs.world import World, dotted, seeded

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from askfirst.lineage.flows import Origin
    from askfirst.lineage.graph import Graph

    from tests.proofs.influences import Stage

COLUMNS, ROWS_COPIED, WAYS = 100, 300, 10
BUDGET = Budget(cells=2, worlds=2, rows=40, last=0)


@dataclass(frozen=True)
class Place:
    """A project to draw from: its manifest, its warehouse, and how many rows of each relation are copied."""

    manifest: Path
    database: Path
    rows: int = ROWS_COPIED


@dataclass(frozen=True)
class Verdict:
    """One column. ``quiet`` origins are said to decide neither it nor the rows; ``missed`` are seen and not reported.

    ``reported`` and ``seen`` count what is said to decide the column or the rows; ``unseen`` why some were not seen.
    ``unverified`` says why nothing could be tried, or is empty.
    """

    model: str
    column: str
    reported: int = 0
    seen: int = 0
    quiet: int = 0
    runs: int = 0
    missed: tuple[str, ...] = ()
    unseen: Counter[str] = field(default_factory=Counter)
    unverified: str = ""


class NotVerifiable(Exception):  # noqa: N818 - it says why
    """Nothing can be said of a model's columns by running it."""


def read(place: Place) -> tuple[World, Graph]:
    """A project's nodes, its warehouse attached read-only under the name that compiled SQL gives it, and its flows."""
    evidence = read_evidence(
        Places(place.manifest.parent.parent, target=place.manifest.parent, warehouse=(place.database,))
    )
    graph = project_graph(evidence.nodes, evidence.binding, evidence.dialect, evidence.flows_cache)
    names = Counter(node.parts[0] for node in evidence.nodes.values() if len(node.parts) > 2)
    con = duckdb.connect(config={"threads": 1})
    con.execute("set enable_progress_bar = false")
    file = str(place.database).replace("'", "''")
    for name, _ in names.most_common(1):
        con.execute(f"attach '{file}' as {dotted((name,))} (read_only)")
    # whoever reads a source that the project builds reads it as the source
    builders = set(twins_of(evidence.nodes).values())
    nodes = {unique_id: node for unique_id, node in evidence.nodes.items() if unique_id not in builders}
    return World(nodes, con, evidence.binding, frozenset(), {}), graph


def drawn(world: World, graph: Graph, count: int, seed: int) -> dict[str, tuple[str, ...]]:
    """Columns at random, by their models: any that a query makes from something."""
    known = [
        (unique_id, column.name)
        for unique_id, one in sorted(graph.nodes.items())
        if unique_id in world.nodes and one.node.kind == "model" and one.flows is not None and one.node.depends_on
        for column in one.flows.columns
    ]
    chosen = seeded(seed, "columns").sample(known, min(count, len(known)))
    return {unique_id: tuple(c for u, c in chosen if u == unique_id) for unique_id, _ in sorted(chosen)}


class Foreign(Examination):
    """A model of another project. Of each relation that it reads, the first rows are copied."""

    def __init__(self, world: World, graph: Graph, unique_id: str, budget: Budget, rows: int) -> None:
        self.rows, self.homes = rows, dict[str, str]()
        world.con.execute("create schema if not exists home")
        super().__init__(world, graph, unique_id, budget)
        if not any(stage.result for stage in self.stages):
            raise NotVerifiable("its SQL fails on the data, or no row comes out")
        for stage in self.stages:
            if Counter(stage.result) != Counter(self.with_result(stage.name, stage.relations, stage.sizes).result):
                raise NotVerifiable("two runs on the same data differ")

    def home(self, parent: str) -> str:
        """A copy in memory, made when it is first asked for."""
        if parent not in self.homes:
            self.homes[parent] = self.place("home", parent)
            source = self.world.relation(parent)
            try:
                self.world.con.execute(
                    f"create or replace table {self.homes[parent]} as select * from {source} limit {self.rows}"
                )
            except duckdb.CatalogException as error:
                raise NotVerifiable("a relation that it reads is not in the warehouse") from error
        return self.homes[parent]

    def together(self, quiet: Sequence[Origin]) -> tuple[int, bool]:
        """Change all of some columns at once, in several ways: the runs, and whether anything not foreseen changed."""
        reached = {name for origin in quiet for name in reported(self.flows, origin)}
        positions, runs = frozenset(n for n, name in enumerate(self.names) if name in reached), 0
        for stage in (stage for stage in self.stages if stage.result):
            for way in range(WAYS):
                after = self.changed(stage, quiet, way)
                if after is None:
                    continue
                runs += 1
                seen = compare(stage.result, after, positions, rows_reached=False)
                if seen is not None and seen.stray:
                    return runs, True
        return runs, False

    def changed(self, stage: Stage, quiet: Sequence[Origin], way: int) -> list[tuple[object, ...]] | None:
        """What comes out with some columns changed in one way; None where the SQL stops on it."""
        instead = {}
        for parent in dict.fromkeys(origin.relation for origin in quiet):
            columns = {origin.column for origin in quiet if origin.relation == parent}
            instead[parent] = self.place(CHANGED, parent)
            self.world.con.execute(
                f"create or replace view {instead[parent]} as {self.relation_changed(stage, parent, columns, way)}"
            )
        try:
            return self.run(stage, instead)
        except duckdb.Error:
            return None

    def relation_changed(self, stage: Stage, parent: str, columns: set[str], way: int) -> str:
        """A relation with some columns changed. Of those in proved keys whole rows' values move, so that keys hold."""
        size, keyed = stage.sizes[parent], {name for key in self.world.nodes[parent].keys for name in key}
        listed = []
        for name, known in self.fields[parent].items():
            own, expression = replace(known, relation=stage.relations[parent]), f'"{name}"'
            if name in columns and name.lower() in keyed:
                expression = rotated(own, size, 1 + way)
            elif name in columns:
                ways = list(of_all_rows(own, size, self.seed + zlib.crc32(name.encode()), 1 + way))
                expression = ways[way % len(ways)][1]
            listed.append(f'cast({expression} as {known.kind}) as "{name}"')
        return f"select {', '.join(listed)} from {stage.relations[parent]}"


def verify(world: World, graph: Graph, unique_id: str, columns: Sequence[str], rows: int) -> list[Verdict]:
    """Some columns of one model."""
    name = world.nodes[unique_id].name
    try:
        examination = Foreign(world, graph, unique_id, BUDGET, rows)
    except (NotVerifiable, duckdb.Error) as error:
        why = str(error) if isinstance(error, NotVerifiable) else f"DuckDB: {type(error).__name__}"
        return [Verdict(name, column, unverified=why) for column in columns]
    return verdicts(examination, name, columns)


def verdicts(examination: Foreign, name: str, columns: Sequence[str]) -> list[Verdict]:
    """Each origin examined once, for all columns drawn of the model; then what is quiet, for each of them."""
    every = list(origins(examination.world, examination.unique_id))
    said = {origin: reported(examination.flows, origin) for origin in every}
    targets = frozenset({*columns, ROWS})
    alone = [origin for origin in every if targets & set(said[origin]) or origin.column == ROWS]
    found = {origin: examination.examine(origin, targets) for origin in alone}
    strays = tuple(
        f"{one.origin.relation}.{one.origin.column or '(rows)'} -> {target or '(rows)'}: {how}"
        for one in found.values()
        for target, how in one.strays.items()
    )
    made = []
    for column in columns:
        own = {column, ROWS}
        pairs = [(found[origin], target) for origin in alone for target in said[origin] if target in own]
        quiet = [origin for origin in every if origin.column != ROWS and not own & set(said[origin])]
        runs, stray = examination.together(quiet) if quiet else (0, False)
        late = culprits(examination, quiet) if stray else ()
        tried = runs + sum(found[origin].runs for origin in alone if own & set(said[origin]))
        made.append(
            Verdict(
                model=name,
                column=column,
                reported=len(pairs),
                seen=sum(target in one.observed for one, target in pairs),
                quiet=len(quiet),
                runs=tried,
                missed=(*strays, *late),
                unseen=Counter(one.reason(target) for one, target in pairs if target not in one.observed),
                unverified="" if tried else "its SQL fails on whatever is changed",
            )
        )
    return made


def culprits(examination: Foreign, quiet: Sequence[Origin]) -> tuple[str, ...]:
    """Which of some columns changes alone what it is not said to reach; all of them where none does alone."""
    found = [(origin, examination.examine(origin)) for origin in quiet]
    return tuple(
        f"{origin.relation}.{origin.column} -> {target or '(rows)'}: {how}"
        for origin, one in found
        for target, how in one.strays.items()
    ) or (f"{len(quiet)} columns together",)


def part(place: Place, chosen: Mapping[str, tuple[str, ...]]) -> list[Verdict]:
    """The columns drawn of some models."""
    world, graph = read(place)
    found = []
    for unique_id, columns in chosen.items():
        found += verify(world, graph, unique_id, columns, place.rows)
    return found


def all_verdicts(place: Place, count: int, seed: int, processes: int) -> list[Verdict]:
    """Columns drawn at random, verified."""
    world, graph = read(place)
    chosen = drawn(world, graph, count, seed)
    world.con.close()
    if processes < 2:
        return sorted(part(place, chosen), key=lambda one: (one.model, one.column))
    parts = [dict(list(chosen.items())[n :: processes * 4]) for n in range(processes * 4)]
    with ProcessPoolExecutor(processes, mp_context=get_context("spawn")) as pool:
        found = [one for several in pool.map(partial(part, place), parts) for one in several]
    return sorted(found, key=lambda one: (one.model, one.column))


def table(found: Sequence[Verdict]) -> str:
    """The verdicts, one a line, and their sums."""
    lines = [f"{'column':<76}{'reported':>9}{'seen':>6}{'quiet':>7}{'runs':>7}{'missed':>8}"]
    for one in found:
        name = f"{one.model}.{one.column}"
        counts = f"{one.reported:>9}{one.seen:>6}{one.quiet:>7}{one.runs:>7}{len(one.missed):>8}"
        lines.append(f"{name:<76}{f'  {one.unverified}' if one.unverified else counts}")
    return "\n".join([*lines, "", *summary(found)])


def summary(found: Sequence[Verdict]) -> list[str]:
    """The figures in words."""
    verified = [one for one in found if not one.unverified]
    reasons = Counter(one.unverified for one in found if one.unverified)
    unseen = sum((one.unseen for one in verified), Counter[str]())
    missed = [f"  {one.model}.{one.column}  {way}" for one in verified for way in one.missed]
    return [
        f"{len(verified)} of {len(found)} columns verified",
        *(f"  {count:>5}  not verified: {reason}" for reason, count in reasons.most_common()),
        f"{sum(one.reported for one in verified)} influences reported on them and their rows",
        f"{sum(one.seen for one in verified)} of these seen; the others:",
        *(f"  {count:>5}  {reason}" for reason, count in unseen.most_common()),
        f"{sum(one.quiet for one in verified)} columns said to decide neither, changed together",
        f"{len(missed)} influences seen that are not reported",
        *missed,
    ]


def main() -> int:
    """Print the table; 1 where something seen is not reported."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n", maxsplit=1)[0])
    parser.add_argument("manifest", type=Path, help="a compiled manifest.json")
    parser.add_argument("database", type=Path, help="the DuckDB file that the project was built into")
    parser.add_argument("--columns", type=int, default=COLUMNS, help="how many are drawn")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--rows", type=int, default=ROWS_COPIED, help="rows copied of each relation")
    parser.add_argument("--processes", type=int, default=2)
    said = parser.parse_args()
    found = all_verdicts(Place(said.manifest, said.database, said.rows), said.columns, said.seed, said.processes)
    print(table(found))
    return 1 if any(one.missed for one in found) else 0


if __name__ == "__main__":
    sys.exit(main())
