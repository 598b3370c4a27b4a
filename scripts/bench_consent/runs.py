"""The builds that are timed: the project's own models by dbt, in a copy of the project, on two threads of DuckDB."""

from __future__ import annotations

import json
import os
import resource
import secrets
import subprocess
import sys
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING

import duckdb
import yaml
from bench_lineage.runs import cpu_seconds, peak_megabytes

if TYPE_CHECKING:
    from pathlib import Path

THREADS = 2
RESULTS = ("int_permissions", "int_consent_history", "int_suppression_history")
DATABASE = "warehouse/prod/askfirst.duckdb"


@dataclass(frozen=True)
class Build:
    """Seconds of a build by the wall, of the processors, and of each model; the rows that models keep, and write."""

    wall: float
    cpu: float
    seconds: dict[str, float]
    rows: dict[str, int]
    written: dict[str, int]


def settle_in(project: Path, memory: str) -> None:
    """Let DuckDB have so much memory and two threads, and spill beside its file."""
    profiles = yaml.safe_load((project / "profiles.yml").read_text(encoding="utf-8"))
    profiles["askfirst"]["outputs"]["prod"]["settings"] = {"threads": THREADS, "memory_limit": memory}
    (project / "profiles.yml").write_text(yaml.safe_dump(profiles), encoding="utf-8")


def build(project: Path, raw: Path, as_of: str, *more: str) -> Build:
    """Build consent from the raw tables to permission. Raises RuntimeError where dbt does."""
    key = os.environ.get("ASKFIRST_SUPPRESSION_KEY") or secrets.token_hex(32)
    os.environ["ASKFIRST_SUPPRESSION_KEY"] = key
    command = [
        *(sys.executable, "-c", "from dbt.cli.main import cli; cli()", "build", "--quiet", "--target", "prod"),
        *("--select", *(f"+{name}" for name in RESULTS)),
        *("--exclude-resource-type", "test", "--exclude-resource-type", "unit_test"),
        *("--vars", json.dumps({"as_of": as_of}), *more),
    ]
    begin, before = time.perf_counter(), cpu_seconds()
    environment = os.environ | {"ASKFIRST_RAW": str(raw)}
    done = subprocess.run(command, cwd=project, env=environment, capture_output=True, text=True, check=False)
    wall, cpu = time.perf_counter() - begin, cpu_seconds() - before
    if done.returncode:
        raise RuntimeError(f"dbt build ended with {done.returncode}:\n{(done.stdout + done.stderr)[-2000:]}")
    results = json.loads((project / "target/run_results.json").read_text(encoding="utf-8"))["results"]
    seconds = {result["unique_id"].rpartition(".")[2]: result["execution_time"] for result in results}
    return Build(wall, cpu, seconds, *counted(project))


def counted(project: Path) -> tuple[dict[str, int], dict[str, int]]:
    """The rows of each model that keeps its rows: all, and those of keys that the last build has worked on."""
    nodes = json.loads((project / "target/manifest.json").read_text(encoding="utf-8"))["nodes"]
    kept = {name: node for name, node in nodes.items() if node["config"]["meta"].get("refreshes_itself")}
    rows, written = {}, {}
    with duckdb.connect(str(project / DATABASE), read_only=True, config={"threads": THREADS}) as con:
        for unique_id, node in kept.items():
            leaders = [one for one in node["depends_on"]["nodes"] if one in kept and one.endswith("_inputs")]
            inputs = kept[next(iter(leaders), unique_id)]
            key, relation = inputs["config"]["unique_key"], inputs["relation_name"].partition(".")[2]
            if node["name"] == "int_record_rules":
                relation = f"intermediate.int_identity join {relation} using (person_id)"
                key = "record_id"
            query = f"select count(*), count(*) filter ({key} in (select {key} from {relation} where is_pending))"
            found = con.execute(f"{query} from {node['relation_name'].partition('.')[2]}").fetchall()[0]
            rows[node["name"]], written[node["name"]] = found
    return rows, written


def peak_gigabytes() -> float:
    """The most memory that a build has used at once."""
    return peak_megabytes(resource.RUSAGE_CHILDREN) / 1024


def by_hand(query: str) -> tuple[float, float, int]:
    """One query in a DuckDB of its own: seconds by the wall and of the processors, and how many rows it yields."""
    with duckdb.connect(config={"threads": THREADS}) as con:
        begin, before = time.perf_counter(), cpu_seconds()
        con.execute(query)
        wall, cpu = time.perf_counter() - begin, cpu_seconds() - before
        return wall, cpu, con.execute("select count(*) from present").fetchall()[0][0]
