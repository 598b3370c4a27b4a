"""How much of any dbt project the flow analysis reads: which columns have all their origins known, and every gap.

    python scripts/survey.py target/manifest.json                        columns from catalog.json beside it
    python scripts/survey.py target/manifest.json --warehouse dev.duckdb  columns from a DuckDB file

A column is resolved where all that it and the rows of its model are made of are columns that catalog, YAML or SQL
list, and nothing of the model's query was left unread. One unread part leaves all columns of its model unresolved.
"""

from __future__ import annotations

import argparse
import re
import sys
import time
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from askfirst.errors import AskfirstStop
from askfirst.evidence import Places, read_evidence
from askfirst.lineage.flows import ROWS
from askfirst.lineage.guarded import BROKE
from askfirst.lineage.whole import project_graph
from askfirst.reach import contradictions

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from askfirst.evidence import Evidence
    from askfirst.lineage.graph import Graph, NodeFlows

GOAL = 0.995
UNLISTED = "an origin is in no catalog, no YAML and no SQL"


@dataclass(frozen=True)
class Survey:
    """Counts of one project.

    ``opaque`` models could not be read at all; of ``unknown`` of these nobody says which columns they have, so that
    none is counted. ``gaps``: columns not resolved, by (model, reason). ``crashed``: models where the analysis broke.
    """

    models: int
    opaque: int
    unknown: int
    columns: int
    resolved: int
    raw_tables: int
    raw_columns: int
    gaps: Mapping[tuple[str, str], int]
    crashed: tuple[str, ...]

    @property
    def share(self) -> float:
        """Of the columns, those resolved."""
        return self.resolved / self.columns if self.columns else 1.0


def survey(evidence: Evidence, graph: Graph) -> Survey:
    """Count."""
    built = [one for one in graph.nodes.values() if one.node.kind in ("model", "snapshot")]
    raw = [one for one in graph.nodes.values() if one.node.kind in ("source", "seed")]
    listed = listed_columns(evidence, graph)
    gaps: dict[tuple[str, str], int] = {}
    resolved = 0
    for one in built:
        reasons = list(dict.fromkeys(reasons_of(one, evidence)))
        for reason in reasons:
            gaps[one.node.name, reason] = len(one.columns)
        unlisted = set() if reasons else unlisted_columns(one, evidence, listed)
        if unlisted:
            gaps[one.node.name, UNLISTED] = len(unlisted)
        resolved += 0 if reasons else len(one.columns) - len(unlisted)
    return Survey(
        models=len(built),
        opaque=sum(bool(one.opaque) for one in built),
        unknown=sum(bool(one.opaque) and not one.columns for one in built),
        columns=sum(len(one.columns) for one in built),
        resolved=resolved,
        raw_tables=len(raw),
        raw_columns=sum(len(one.columns) for one in raw),
        gaps=gaps,
        crashed=tuple(sorted(one.node.name for one in built if one.opaque.startswith(BROKE))),
    )


def reasons_of(one: NodeFlows, evidence: Evidence) -> Iterator[str]:
    """Why a model counts as not read in full."""
    yield from (gap.reason for gap in one.gaps)
    if one.node.unique_id in evidence.listed:
        yield from (spot.reason for spot in contradictions(one, reaches=False))


def listed_columns(evidence: Evidence, graph: Graph) -> dict[str, set[str]]:
    """The columns that each relation is known to have: by catalog, by YAML, and by the SQL that makes it."""
    fold = evidence.binding.fold_text
    return {
        unique_id: {fold(name) for name, _ in one.node.columns}
        | {fold(column.name) for column in (one.flows.columns if one.flows else ())}
        for unique_id, one in graph.nodes.items()
    }


def unlisted_columns(one: NodeFlows, evidence: Evidence, listed: dict[str, set[str]]) -> set[str]:
    """The columns of a model that are made of something which nobody lists; all, where the rows are."""
    if one.flows is None:
        return set()
    fold = evidence.binding.fold_text
    lost = {
        name
        for name, flows in (*((column.name, column.flows) for column in one.flows.columns), (ROWS, one.flows.rows))
        for (relation, column), _, _ in flows
        if column != ROWS and fold(column) not in listed.get(relation, set())
    }
    return set(one.columns) if ROWS in lost else lost


def report(evidence: Evidence, found: Survey, cpu: float, wall: float) -> str:
    """The counts as text, gaps by reason with one model each."""
    columns_from = Path(evidence.columns_from).name if evidence.columns_from else "YAML and SQL alone"
    each = ", by reason, with the columns that each leaves open:" if found.gaps else ""
    lines = [
        f"project   {evidence.name} ({evidence.dialect})",
        f"raw       {found.raw_tables} tables, {found.raw_columns} columns; columns from {columns_from}",
        f"models    {found.models}; {found.opaque} unreadable, {found.unknown} of them with no known column",
        f"columns   {found.columns}; {found.resolved} resolved ({100 * found.share:.2f} %, goal {100 * GOAL:.1f} %)",
        f"crashes   {len(found.crashed)}{''.join(f' {name}' for name in found.crashed)}",
        f"seconds   {cpu:.1f} CPU, {wall:.1f} wall",
        f"gaps      {len(found.gaps)}{each}",
    ]
    by_reason: dict[str, list[tuple[str, int]]] = {}
    for (model, reason), count in sorted(found.gaps.items()):
        by_reason.setdefault(class_of(reason), []).append((model, count))
    for reason, models in sorted(by_reason.items(), key=lambda entry: (-sum(n for _, n in entry[1]), entry[0])):
        others = f" and {len(models) - 1} more" if len(models) > 1 else ""
        lines.append(f"  {sum(count for _, count in models):>6}  {reason}: {models[0][0]}{others}")
    return "\n".join(lines)


def class_of(reason: str) -> str:
    """A reason without the names and places that are one model's own."""
    return re.sub(r" \(line \d+, column \d+\)", "", re.sub(r"`[^`]*`", "`...`", reason))


def main() -> int:
    """Print the counts; 1 where something crashed or the goal is missed, 2 or 3 where there is nothing to count."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n", maxsplit=1)[0])
    parser.add_argument("manifest", type=Path, help="a compiled manifest.json")
    parser.add_argument("--catalog", type=Path, help="its catalog.json (default: beside the manifest)")
    about = "a DuckDB file to read columns from, in place of a catalog"
    parser.add_argument("--warehouse", type=Path, action="append", default=[], help=about)
    parser.add_argument("--dialect", help="the SQL dialect (default: that of the project's adapter)")
    said = parser.parse_args()
    folder = said.manifest.parent
    try:
        evidence = read_evidence(Places(folder.parent, folder, said.catalog, tuple(said.warehouse), said.dialect))
        cpu, wall = time.process_time(), time.perf_counter()
        graph = project_graph(evidence.nodes, evidence.binding, evidence.dialect, cores=1)
        cpu, wall = time.process_time() - cpu, time.perf_counter() - wall
    except AskfirstStop as error:
        print(error, file=sys.stderr)
        return error.exit_code
    found = survey(evidence, graph)
    print(report(evidence, found, cpu, wall))
    return 1 if found.crashed or found.share < GOAL else 0


if __name__ == "__main__":
    sys.exit(main())
