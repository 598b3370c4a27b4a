"""Print the tables: beside others, by size of the project, by width and depth of a query."""

from __future__ import annotations

import argparse
import tempfile
import time
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING

from bench_lineage.contestants import BASELINE, CONTESTANTS, SLOW
from bench_lineage.project import write_project
from bench_lineage.runs import Run, here, in_turns
from bench_lineage.shapes import SHAPES, TABLE

if TYPE_CHECKING:
    from collections.abc import Callable

MODELS = 700
SIZES = (100, 700, 2000, 5000)
INSTALL = "not installed: .venv/bin/pip install dbt-colibri"


def main() -> None:
    """Read the command line."""
    parser = argparse.ArgumentParser(prog="make bench-lineage", description=__doc__)
    parser.add_argument("--manifest", type=Path, help="a compiled manifest.json (default: a generated project)")
    parser.add_argument("--catalog", type=Path, help="its catalog.json (default: beside the manifest)")
    parser.add_argument("--repeat", type=int, default=3, help="runs of each, of which the best counts")
    parser.add_argument("--skip-slow", action="store_true", help="leave out the other tools")
    parser.add_argument("--tables", default="project,sizes,shapes", help="which tables to print")
    parser.add_argument("--run", nargs=4, metavar=("NAME", "MANIFEST", "CATALOG", "FOLDER"), help=argparse.SUPPRESS)
    told = parser.parse_args()
    if told.run:
        name, manifest, catalog, folder = told.run
        here(name, Path(manifest), Path(catalog) if catalog else None, Path(folder))
        return
    with tempfile.TemporaryDirectory() as folder:
        if "project" in told.tables:
            if told.manifest:
                beside = told.catalog or told.manifest.with_name("catalog.json")
                paths = told.manifest, beside if beside.exists() else None
            else:
                paths = write_project(MODELS, Path(folder))
            print_project(*paths, Path(folder), told.repeat, skip_slow=told.skip_slow)
        if "sizes" in told.tables:
            print_sizes(Path(folder), told.repeat)
        if "shapes" in told.tables:
            print_shapes()


def print_project(manifest: Path, catalog: Path | None, folder: Path, repeats: int, *, skip_slow: bool) -> None:
    """Everyone on one project."""
    missing = set() if find_spec("dbt_colibri") else {"dbt-colibri"}
    slow = [] if skip_slow else [name for name in CONTESTANTS if name in SLOW - missing]
    runs = in_turns([name for name in CONTESTANTS if name not in SLOW], manifest, catalog, folder, repeats)
    runs |= in_turns(slow, manifest, catalog, folder, 1) | dict.fromkeys(missing, INSTALL)
    baseline = runs[BASELINE]
    print(f"\n{manifest if folder not in manifest.parents else f'generated, {MODELS} models'}; best of {repeats}\n")
    print(f"{'':32}{'CPU s':>8}{'wall s':>8}{'peak MB':>14}{'columns':>9}{'col/CPU s':>11}{'CPU x':>7}")
    for name, run in runs.items():
        base = baseline.cpu if isinstance(baseline, Run) else 0.0
        print(f"{name:32}{row(run, base) if isinstance(run, Run) else f'  {run}'}", flush=True)


def row(run: Run, base: float) -> str:
    """One line of the table."""
    peak = f"{run.peak:.0f}" + (f" + {run.children:.0f}" if run.children > 30 else "")
    ratio = f"{run.cpu / base:.2f}" if base else "-"
    return f"{run.cpu:8.2f}{run.wall:8.2f}{peak:>14}{run.columns:9}{run.columns / run.cpu:11.0f}{ratio:>7}"


def print_sizes(folder: Path, repeats: int) -> None:
    """Generated projects of growing size."""
    print(f"\ngenerated projects, one process; best of {repeats}\n")
    heads = {"models": 7, "columns": 9, "askfirst CPU s": 16, "ms a model": 12, "peak MB": 9}
    heads |= {"parse+qualify": 15, "CPU x": 7}
    print("".join(f"{head:>{width}}" for head, width in heads.items()))
    for models in SIZES:
        paths = write_project(models, folder / str(models))
        own, base = in_turns(["askfirst, one process", BASELINE], *paths, folder, repeats).values()
        if isinstance(own, str) or isinstance(base, str):
            print(f"{models:7}  {own} {base}")
            continue
        print(
            f"{models:7}{own.columns:9}{own.cpu:16.2f}{own.cpu / models * 1000:12.2f}{own.peak:9.0f}{base.cpu:15.2f}"
            f"{own.cpu / base.cpu:7.2f}",
            flush=True,
        )


def print_shapes() -> None:
    """Queries of growing width and depth: seconds, and how much longer for twice as much."""
    import sqlglot
    from askfirst.lineage.analyse import analyse
    from askfirst.lineage.dialects import BINDINGS
    from askfirst.lineage.schema import schema_of
    from sqlglot.optimizer.qualify import qualify
    from sqlglot.schema import MappingSchema

    columns = {f"c{number}": "INTEGER" for number in range(2000)}
    known, schema = MappingSchema({TABLE: columns}, dialect="duckdb"), schema_of({TABLE: columns}, BINDINGS["duckdb"])
    analyse(f"select c0 from {TABLE}", schema, "duckdb")

    def own(sql: str) -> None:
        analyse(sql, schema, "duckdb")

    def other(sql: str) -> None:
        tree = sqlglot.parse_one(sql, dialect="duckdb")
        qualify(tree, schema=known, dialect="duckdb", validate_qualify_columns=False, identify=False)

    print("\none query, CPU seconds, and in brackets how much longer than half of it\n")
    for name, (make, sizes) in SHAPES.items():
        for who, work in (("askfirst", own), ("parse + qualify", other)):
            print(f"{name if who == 'askfirst' else '':26}{who:16}", end="")
            before = 0.0
            for size in sizes:
                taken = seconds(work, make(size))
                grown = f"({taken / before:.1f})" if before and taken else ""
                print(f"{size:7}: {f'{taken:.3f}' if taken else 'fails':>6} {grown:6}", end="", flush=True)
                before = taken
            print()


def seconds(work: Callable[[str], None], sql: str, repeats: int = 3) -> float:
    """The least CPU time of a few runs; 0 where it fails."""
    best = float("inf")
    for _ in range(repeats):
        begun = time.process_time()
        try:
            work(sql)
        except Exception:  # noqa: BLE001 - a benchmark: whatever it is, it failed
            return 0.0
        best = min(best, time.process_time() - begun)
    return best


if __name__ == "__main__":
    main()
