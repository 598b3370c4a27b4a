"""DuckDB files that a dbt project has built, opened together: which relations stand in them, and with what columns."""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

from askfirst.errors import EvidenceMissing, WrongConfiguration
from askfirst.sql import dotted, literal, quoted

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from pathlib import Path

    from duckdb import DuckDBPyConnection

    from askfirst.lineage.project import Node

COLUMNS = """
    select database_name, schema_name, table_name, column_name, data_type
    from duckdb_columns() where not internal order by database_name, schema_name, table_name, column_index
"""
CUT_OFF = "set enable_external_access = false; set lock_configuration = true"
Place = tuple[str, ...]  # database (of a file its name without the ending), schema, name


@dataclass(frozen=True)
class Files:
    """An open connection to some files, and their relations by schema and name in small letters, with their columns."""

    con: DuckDBPyConnection
    standing: Mapping[tuple[str, ...], Mapping[Place, Mapping[str, str]]]

    def place(self, node: Node) -> Place | None:
        """Where a node's relation stands, by schema and name; of several files, in the one that dbt names."""
        names = tuple(part.lower() for part in node.parts)
        fitting = list(self.standing.get(names[-2:], {}))
        if len(fitting) > 1:
            fitting = [place for place in fitting if place[0].lower() == names[0]]
        return fitting[0] if len(fitting) == 1 else None

    def relation(self, node: Node) -> str:
        """A node's relation as SQL names it; as dbt does where it does not stand here."""
        return dotted(self.place(node) or node.parts)

    def columns(self, nodes: Mapping[str, Node]) -> dict[str, dict[str, str]]:
        """The columns and types of the nodes that stand here, by unique id."""
        places = {unique_id: self.place(node) for unique_id, node in nodes.items()}
        return {unique_id: dict(self.listed(place)) for unique_id, place in places.items() if place is not None}

    def listed(self, place: Place) -> Mapping[str, str]:
        """The columns and types of a relation."""
        return self.standing[place[1].lower(), place[2].lower()][place]


@contextmanager
def opened(paths: Sequence[Path]) -> Iterator[Files]:
    """Files, read-only and cut off from other files and the network: a project's own SQL may run in them (its proofs).

    Each is a database by its name without the ending, as dbt-duckdb attaches it. Raises EvidenceMissing for what is no
    DuckDB file, WrongConfiguration for two of one name.
    """
    names = [path.stem.lower() for path in paths]
    if len(set(names)) < len(names):
        raise WrongConfiguration(f"Two files have one name: {', '.join(map(str, paths))}.\nFix: rename one of them.")
    first, *others = paths
    with connected(first) as con:
        for path in others:
            attach(con, path)
        con.execute(CUT_OFF)
        yield Files(con, standing(con))


def connected(path: Path) -> DuckDBPyConnection:
    """A connection to a file."""
    import duckdb  # noqa: PLC0415 - where a catalog tells the columns no engine is needed

    with told_if_none(path):
        return duckdb.connect(str(path), read_only=True)


def attach(con: DuckDBPyConnection, path: Path) -> None:
    """Make another file known to a connection."""
    with told_if_none(path):
        con.execute(f"attach {literal(str(path))} as {quoted(path.stem)} (type duckdb, read_only)")


@contextmanager
def told_if_none(path: Path) -> Iterator[None]:
    """Raise EvidenceMissing where opening a file shows that it is no DuckDB file."""
    import duckdb  # noqa: PLC0415 - as above

    if not path.is_file():
        raise EvidenceMissing(f"{path} is no file, so no warehouse.\nFix: name a DuckDB file (--warehouse).")
    try:
        yield
    except duckdb.Error as error:
        what = f"{path} cannot be opened as a DuckDB file ({type(error).__name__})."
        raise EvidenceMissing(f"{what}\nFix: close whoever writes to it, or build again.") from error


def standing(con: DuckDBPyConnection) -> dict[tuple[str, ...], dict[Place, dict[str, str]]]:
    """The relations of a connection, as `Files` holds them."""
    found: dict[tuple[str, ...], dict[Place, dict[str, str]]] = {}
    for place, columns in columns_standing(con).items():
        found.setdefault((place[1].lower(), place[2].lower()), {})[place] = columns
    return found


def columns_standing(con: DuckDBPyConnection) -> dict[Place, dict[str, str]]:
    """The columns and types of each relation of a connection, in their order."""
    found: dict[Place, dict[str, str]] = {}
    for database, schema, table, column, kind in con.execute(COLUMNS).fetchall():
        found.setdefault((database, schema, table), {})[column] = kind
    return found
