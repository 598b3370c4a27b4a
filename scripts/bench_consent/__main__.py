"""Time consent on a SYNTHETIC world: a full build, one after 0.1 % of the persons have changed, and a query by hand."""

from __future__ import annotations

import argparse
import tempfile
from pathlib import Path

import bad_idea
import duckdb

from bench_consent.runs import RESULTS, THREADS, Build, build, by_hand, peak_gigabytes, settle_in
from bench_consent.world import BY_HAND, change_world, write_world

FIRST, SECOND = "2018-01-02T00:00:00Z", "2018-01-03T00:00:00Z"


def main() -> None:
    """Read the command line."""
    parser = argparse.ArgumentParser(prog="make bench-consent", description=__doc__)
    parser.add_argument("--persons", type=int, default=1_000_000)
    parser.add_argument("--events", type=int, default=10_000_000)
    parser.add_argument("--memory", default="8GB", help="DuckDB's limit; what does not fit is spilled")
    parser.add_argument("--folder", type=Path, help="where to work (default: a temporary folder)")
    told = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="askfirst-", dir=told.folder) as folder:
        run(Path(folder), told.persons, told.events, told.memory)


def run(folder: Path, persons: int, events: int, memory: str) -> None:
    """Draw, build, change, build, and print."""
    print(f"{persons:,} persons, {events:,} consent events, all SYNTHETIC; {THREADS} threads, {memory} of memory")
    project, raw = bad_idea.copy_project(folder / "project"), folder / "raw"
    settle_in(project, memory)
    with duckdb.connect(config={"threads": THREADS, "memory_limit": "4GB"}) as con:
        write_world(con, raw, bad_idea.ROOT / "seeds" / "sample", persons, events)
    full = build(project, raw, FIRST)
    show("full build", full, full)
    with duckdb.connect(config={"threads": THREADS, "memory_limit": "4GB"}) as con:
        change_world(con, raw, persons)
    incremental = build(project, raw, SECOND)
    show("incremental build: 0.1 % of the persons have changed, and a day has gone by", incremental, full)
    query = BY_HAND.format(as_of=SECOND[:19].replace("T", " "), events=raw / "consent/events.parquet")
    wall, cpu, rows = by_hand(query)
    print(f"\n{'':28}{'wall s':>10}{'CPU s':>10}{'wall x':>9}{'CPU x':>9}")
    print(f"{'one query, the present only':28}{wall:10.1f}{cpu:10.1f}{1:9.1f}{1:9.1f}   {rows:,} rows, by hand")
    for name, one in (("full build", full), ("incremental build", incremental)):
        print(f"{name:28}{one.wall:10.1f}{one.cpu:10.1f}{one.wall / wall:9.1f}{one.cpu / cpu:9.1f}")
    print(f"peak memory of a build: {peak_gigabytes():.1f} GB")


def show(title: str, one: Build, full: Build) -> None:
    """One build: the models that keep their rows, what else took long, and the sums."""
    print(f"\n{title}: {one.wall:.1f} s by the wall, {one.cpu:.1f} s of the processors")
    print(f"  {'':28}{'rows':>14}{'written':>14}{'of all':>9}{'s':>8}{'full s':>8}")
    for name, rows in one.rows.items():
        share = f"{one.written[name] / max(rows, 1):.2%}"
        times = f"{one.seconds[name]:8.1f}{full.seconds[name]:8.1f}"
        print(f"  {name:28}{rows:14,}{one.written[name]:14,}{share:>9}{times}")
    others = sorted((taken, name) for name, taken in one.seconds.items() if name not in one.rows)[::-1]
    print("  made anew each time: " + ", ".join(f"{name} {taken:.1f} s" for taken, name in others[:8]))
    rest = sum(taken for taken, _ in others[8:])
    print(f"  and {len(others) - 8} more, {rest:.1f} s; the results are {', '.join(RESULTS)}", flush=True)


if __name__ == "__main__":
    main()
