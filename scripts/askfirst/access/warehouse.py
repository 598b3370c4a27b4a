"""The built warehouse of a target, opened to be read and for nothing else, with the stamp of each relation."""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

import duckdb

from askfirst.errors import EvidenceMissing
from askfirst.gate.stamps import STANDING, read_stamp
from askfirst.sql import dotted, literal

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from pathlib import Path

    from askfirst.artifacts import Manifest

Row = dict[str, object]
PUBLISHED = "activation"


@dataclass(frozen=True)
class Warehouse:
    """An open warehouse, with the manifest that says what stands in it.

    ``stamps`` are by relation, as the manifest writes it; ``tables`` are the relations that hold rows.
    ``is_published``: the marketers' file is there, and attached as PUBLISHED.
    """

    manifest: Manifest
    con: duckdb.DuckDBPyConnection
    stamps: Mapping[str, Mapping[str, object]]
    tables: frozenset[str]
    is_published: bool

    def relation(self, name: str) -> str:
        """The relation of a model or seed, quoted. Raises EvidenceMissing where its own build has not made it."""
        model = self.manifest.model(name)
        if model is None or self.stamps.get(model.relation, {}).get("node") != model.unique_id:
            raise EvidenceMissing(
                f"`{name}` does not stand in the warehouse as the project builds it: it is missing, or lacks its stamp."
                "\nFix: build the whole project: `dbt build --target ...`"
            )
        return model.relation

    def named(self, sql: str, *names: str) -> str:
        """A query with its relations, each by its model's name in braces."""
        return sql.format(**{name: self.relation(name) for name in names})

    def rows(self, sql: str, values: Sequence[object] = ()) -> list[Row]:
        """The rows of a query; values are bound. A database error tells its class alone: its text may quote data."""
        try:
            result = self.con.execute(sql, list(values))
            names = [column[0] for column in result.description or ()]
            return [dict(zip(names, row, strict=True)) for row in result.fetchall()]
        except duckdb.Error as error:
            raise EvidenceMissing(
                f"The warehouse cannot be read ({type(error).__name__}), so nobody is answered from it.\n"
                "Fix: build it again, and leave the raw files where they are: `dbt build --target ...`"
            ) from error


@contextmanager
def opened(manifest: Manifest, folder: Path, target: str) -> Iterator[Warehouse]:
    """Open the warehouse of a target in its folder. Raises EvidenceMissing where it is not built, or cannot be read."""
    again = f"Fix: `dbt build --target {target}`, and let it end."
    files = {"": folder / "askfirst.duckdb", "private": folder / "private.duckdb"}
    missing = [str(file) for file in files.values() if not file.is_file()]
    if missing:
        raise EvidenceMissing(f"{' and '.join(missing)} is missing: target `{target}` is not built.\n{again}")
    published = folder / f"{PUBLISHED}.duckdb"
    try:
        con = duckdb.connect(str(files[""]), read_only=True)
    except duckdb.Error as error:
        raise EvidenceMissing(
            f"{files['']} cannot be opened ({type(error).__name__}): it is being built, or no database.\n{again}"
        ) from error
    try:
        attach(con, files["private"], "private")
        if published.is_file():
            attach(con, published, PUBLISHED)
        standing = con.execute(STANDING).fetchall()
        yield Warehouse(
            manifest=manifest,
            con=con,
            stamps={dotted(place): read_stamp(comment) for *place, comment, _ in standing},
            tables=frozenset(dotted(place) for *place, _, is_table in standing if is_table),
            is_published=published.is_file(),
        )
    finally:
        con.close()


def attach(con: duckdb.DuckDBPyConnection, file: Path, alias: str) -> None:
    """Attach a file to be read."""
    try:
        con.execute(f"attach {literal(str(file))} as {alias} (read_only)")
    except duckdb.Error as error:
        raise EvidenceMissing(
            f"{file} cannot be opened ({type(error).__name__}): it is being built, or no database.\n"
            "Fix: wait for the build to end, or build again."
        ) from error
