"""Write tables as parquet files, a whole folder at once: whoever looks sees the old folder, none, or the new one."""

import shutil
from pathlib import Path
from typing import Any

import duckdb

Table = tuple[tuple[str, ...], list[tuple[Any, ...]]]  # (columns as `name:type`, rows)


def write_folder(folder: Path, tables: dict[str, Table]) -> None:
    """Write each table to `<folder>/<its name>.parquet`, then put the folder in place of an older one.

    Raises FileExistsError where the folder holds anything but such tables: it is replaced whole.
    """
    _refuse_foreign(folder, {name.split("/")[0] for name in tables})
    aside, retired = (folder.with_name(f".{folder.name}.{state}") for state in ("aside", "retired"))
    for left_by_a_kill in (aside, retired):
        shutil.rmtree(left_by_a_kill, ignore_errors=True)
    for name, (columns, rows) in tables.items():
        file = aside / f"{name}.parquet"
        file.parent.mkdir(parents=True, exist_ok=True)
        _write_parquet(file, columns, rows)
    if folder.exists():
        folder.rename(retired)
    aside.rename(folder)
    shutil.rmtree(retired, ignore_errors=True)


def _refuse_foreign(folder: Path, known: set[str]) -> None:
    """A folder of ours holds our sources' folders or tables, and the truth beside them; all of it is drawn anew."""
    if not folder.exists():
        return
    foreign = sorted(
        entry.name for entry in folder.iterdir() if entry.name.removesuffix(".parquet") not in known | {"truth"}
    )
    if foreign:
        raise FileExistsError(f"{folder} is replaced whole, but holds {', '.join(foreign)}: choose a folder of its own")


def _write_parquet(file: Path, columns: tuple[str, ...], rows: list[tuple[Any, ...]]) -> None:
    """`columns` are `name:type`. The values go in column by column, which takes DuckDB a fraction of a second."""
    names_and_types = [column.split(":") for column in columns]
    values = list(zip(*rows, strict=True)) or [()] * len(columns)
    select = ", ".join(f'unnest(cast($c{i} as {kind}[])) as "{name}"' for i, (name, kind) in enumerate(names_and_types))
    parameters = {f"c{i}": list(column) for i, column in enumerate(values)}
    with duckdb.connect() as con:
        con.execute(f"create table written as select {select}", parameters)
        con.execute(f"copy written to '{str(file).replace(chr(39), chr(39) * 2)}' (format parquet)")
