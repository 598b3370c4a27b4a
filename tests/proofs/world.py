"""A built project as the proofs use it: its nodes, and a copy of its warehouse in memory that may be spoilt at will."""

from __future__ import annotations

import json
import random
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import duckdb
from askfirst.keyed_hash import DEMO_KEY, lay_key
from askfirst.lineage.dialects import binding_of
from askfirst.lineage.project import read_nodes, with_catalog

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from pathlib import Path

    from askfirst.lineage.dialects import Binding
    from askfirst.lineage.project import Node

DATABASES = ("askfirst", "private")
WAREHOUSE = "warehouse/sample"
Row = tuple[Any, ...]


class NotBuilt(Exception):  # noqa: N818 - it says what is the matter
    """The project has not been built on the sample world."""


@dataclass(frozen=True)
class World:
    """``nodes`` by unique id with the columns of the warehouse; ``con`` holds the copy under the same names."""

    nodes: Mapping[str, Node]
    con: duckdb.DuckDBPyConnection
    binding: Binding
    purposes: frozenset[str]
    raw: Mapping[str, Any]

    def relation(self, unique_id: str) -> str:
        """A node's relation as dbt writes it into compiled SQL."""
        return dotted(self.nodes[unique_id].parts)

    def is_named(self, unique_id: str, sql: str) -> bool:
        """Whether a node's relation is named in some SQL; in a text literal it is no relation."""
        return self.renamed(unique_id, "", sql) != sql

    def renamed(self, unique_id: str, relation: str, sql: str) -> str:
        """Some SQL that reads another relation instead of a node's, which a project may have quoted or not."""
        parts = [f"(?:{re.escape(dotted((part,)))}|{re.escape(part)})" for part in self.nodes[unique_id].parts]
        known = r"\.".join(parts)
        return re.sub(rf"(?<![\w.'\"]){known}(?![\w\"])", lambda _: relation, sql) if known else sql

    def rows(self, sql: str) -> list[Row]:
        """What a query yields, in its order."""
        return [tuple(map(hashable, row)) for row in self.con.execute(sql).fetchall()]

    def shape(self, sql: str) -> dict[str, str]:
        """The columns of a query and their types."""
        described = self.con.execute(f"describe {sql}").fetchall()
        return {name: kind for name, kind, *_ in described}


def dotted(parts: Iterable[str]) -> str:
    """A relation's name, each part quoted."""
    return ".".join(f'"{part}"' for part in parts)


def seeded(*parts: object) -> random.Random:
    """A source of choices that are the same in every run."""
    return random.Random(":".join(map(str, parts)))  # noqa: S311 - drawn to be repeated, not to be secret


def hashable(value: object) -> object:
    """A value that can be counted."""
    if isinstance(value, list):
        return tuple(map(hashable, value))
    if isinstance(value, dict):
        return tuple((key, hashable(entry)) for key, entry in value.items())
    return value


def load(project: Path) -> World:
    """Read a project that ``dbt build --target sample`` has built, and copy its warehouse into memory."""
    manifest, files = project / "target/manifest.json", [project / WAREHOUSE / f"{name}.duckdb" for name in DATABASES]
    if not all(file.exists() for file in (manifest, *files)):
        raise NotBuilt(f"{project}: there is no build of the sample world. Fix: dbt build --target sample")
    raw = json.loads(manifest.read_text(encoding="utf-8"))
    binding = binding_of("duckdb")
    if binding is None:
        raise NotBuilt("the analysis does not know DuckDB")
    con = copied(dict(zip(DATABASES, files, strict=True)))
    nodes = read_nodes(raw, binding)
    by_parts = {tuple(part.lower() for part in node.parts): unique_id for unique_id, node in nodes.items()}
    catalog: dict[str, dict[str, str]] = {}
    for *parts, column, kind in con.execute(
        "select database_name, schema_name, table_name, column_name, data_type"
        " from duckdb_columns() where not internal order by database_name, schema_name, table_name, column_index"
    ).fetchall():
        unique_id = by_parts.get(tuple(part.lower() for part in parts))
        if unique_id is not None:
            catalog.setdefault(unique_id, {})[column] = kind
    purposes = con.execute("select purpose from askfirst.reference.purposes").fetchall()
    return World(with_catalog(nodes, catalog), con, binding, frozenset(name for (name,) in purposes), raw)


def copied(files: Mapping[str, Path]) -> duckdb.DuckDBPyConnection:
    """An in-memory copy of some database files, each under its own name; one thread, so that order is stable."""
    con = duckdb.connect(config={"threads": 1})
    con.execute("create schema aside")
    for name, file in files.items():
        con.execute(f"attach '{str(file).replace(chr(39), chr(39) * 2)}' as {name} (read_only)")
    known = con.execute(
        "select distinct database_name, schema_name, table_name from duckdb_columns()"
        " where not internal and database_name in ('askfirst', 'private') order by all"
    ).fetchall()
    for number, parts in enumerate(known):
        con.execute(f"create table aside.t{number} as select * from {dotted(parts)}")
    for name in files:
        con.execute(f"detach {name}")
        con.execute(f"attach ':memory:' as {name}")
    for number, parts in enumerate(known):
        con.execute(f"create schema if not exists {dotted(parts[:2])}")
        con.execute(f"create table {dotted(parts)} as select * from aside.t{number}")
    con.execute("drop schema aside cascade")
    lay_key(con, DEMO_KEY)
    return con
