"""The flow corpus: queries with the flows that an analysis must find in them, as data.

The cases live in `tests/fixtures/flows/{leaking,clean}/<topic>.yml`; `world.sql` and `schema.json` beside them are the
tables that they read. A leaking case's secret is among its expected flows, a clean one's is not.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import yaml

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

FOLDER = Path(__file__).parent / "fixtures" / "flows"
WORLD = FOLDER / "world.sql"
SCHEMA = FOLDER / "schema.json"
DIALECTS = frozenset({"duckdb", "postgres", "spark"})
DIRECT = frozenset({"IDENTITY", "TRANSFORMATION", "AGGREGATION"})
INDIRECT = frozenset({"JOIN", "GROUP_BY", "FILTER", "SORT", "WINDOW", "CONDITIONAL"})
LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)  # ten times as fast, where PyYAML came with libyaml
KEYS = frozenset({"name", "dialect", "secret", "sql", "fields", "dataset", "duckdb", "why"})


@dataclass(frozen=True, slots=True, order=True)
class Flow:
    """One edge: a source column (`table.column`) and what becomes of it on the way."""

    source: str
    subtype: str

    @classmethod
    def parse(cls, text: str) -> Flow:
        source, subtype = text.split()
        return cls(source, subtype)

    def __str__(self) -> str:
        return f"{self.source} {self.subtype}"


@dataclass(frozen=True, slots=True)
class Case:
    """One query of the corpus; `duckdb` is the same query for DuckDB (itself, where that is its dialect)."""

    name: str
    dialect: str
    sql: str
    duckdb: str
    secret: tuple[str, ...]
    fields: Mapping[str, frozenset[Flow]]
    dataset: frozenset[Flow]
    leaking: bool
    path: Path
    why: str

    @property
    def flows(self) -> frozenset[Flow]:
        """Every expected flow, wherever it arrives."""
        return self.dataset.union(*self.fields.values())

    @property
    def ordered(self) -> bool:
        """Whether the secret tells only by the order of the rows."""
        return {flow.subtype for flow in self.flows if flow.source in self.secret} == {"SORT"}

    def __str__(self) -> str:
        return self.name


@cache
def schema() -> Mapping[str, Mapping[str, str]]:
    """The world's tables and columns with their DuckDB types."""
    tables: dict[str, dict[str, str]] = json.loads(SCHEMA.read_text(encoding="utf-8"))
    return tables


@cache
def cases() -> tuple[Case, ...]:
    """The whole corpus, by path and then in the order of each file."""
    return tuple(case for path in sorted(FOLDER.glob("*/*.yml")) for case in _read(path))


def _read(path: Path) -> Iterator[Case]:
    for entry in yaml.load(path.read_text(encoding="utf-8"), Loader=LOADER):  # noqa: S506 (it is a SafeLoader)
        if unknown := entry.keys() - KEYS:
            raise ValueError(f"{path}: {entry.get('name')}: unknown keys {sorted(unknown)}; known are {sorted(KEYS)}")
        yield _case(path, entry)


def _case(path: Path, entry: Mapping[str, Any]) -> Case:
    secret = entry["secret"]
    return Case(
        name=entry["name"],
        dialect=entry["dialect"],
        sql=entry["sql"].strip(),
        duckdb=entry.get("duckdb", entry["sql"]).strip(),
        secret=(secret,) if isinstance(secret, str) else tuple(secret),
        fields={column: frozenset(map(Flow.parse, flows)) for column, flows in entry["fields"].items()},
        dataset=frozenset(map(Flow.parse, entry["dataset"])),
        leaking=path.parent.name == "leaking",
        path=path,
        why=entry.get("why", ""),
    )
