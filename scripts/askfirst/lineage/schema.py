"""What is known of the relations that queries read: their columns, types and proved keys."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from askfirst.lineage.influences import Origins

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from askfirst.lineage.dialects import Binding
    from askfirst.lineage.relations import Relation

Keys = frozenset[frozenset[str]]


@dataclass(frozen=True)
class Table:
    """A relation. ``columns`` maps names to types; not ``complete``: it may have more. ``keys`` are proved unique."""

    name: str
    columns: tuple[tuple[str, str], ...]
    complete: bool = True
    keys: Keys = frozenset()


@dataclass(frozen=True)
class Ambiguous:
    """A name that fits several relations equally well."""

    names: tuple[str, ...]


@dataclass
class Schema:
    """Relations by their names' last part; a reference may give fewer parts than a name has, or more.

    ``origins`` and ``relations`` are what the analysis has made of them so far, for whichever query reads them next;
    ``asked`` is what was looked up, and what was found, since somebody last cleared it.
    """

    binding: Binding
    by_last: dict[str, list[tuple[tuple[str, ...], Table]]] = field(default_factory=dict)
    origins: Origins = field(default_factory=Origins)
    relations: dict[str, tuple[Table, Relation]] = field(default_factory=dict)
    asked: dict[tuple[str, ...], Table | Ambiguous | None] = field(default_factory=dict)
    additions: int = 0

    def add(self, parts: Sequence[str], table: Table) -> None:
        """Make a relation known under its full name."""
        folded = tuple(self.binding.fold_text(part) for part in parts)
        self.by_last.setdefault(folded[-1], []).append((folded, table))
        self.additions += 1

    def find(self, parts: tuple[str, ...]) -> Table | Ambiguous | None:
        """The relation that a folded reference means; None where no known one fits."""
        found = self.asked[parts] = self.fitting(parts)
        return found

    def fitting(self, parts: tuple[str, ...]) -> Table | Ambiguous | None:
        """The same, leaving no note of it."""
        fitting = [
            (len(name) != len(parts), len(name), table)
            for name, table in self.by_last.get(parts[-1], ())
            if agree(name, parts)
        ]
        if not fitting:
            return None
        best = min(rank[:2] for rank in fitting)
        tables = [table for *rank, table in fitting if tuple(rank) == best]
        return tables[0] if len(tables) == 1 else Ambiguous(tuple(sorted(table.name for table in tables)))


def agree(name: Sequence[str], parts: Sequence[str]) -> bool:
    """Whether two dotted names are the same as far as both go, read from their ends."""
    return all(one == other for one, other in zip(reversed(name), reversed(parts), strict=False))


def schema_of(tables: dict[str, dict[str, str]], binding: Binding) -> Schema:
    """A schema from ``{"table": {"column": "TYPE"}}``; dots part catalog, schema and table."""
    schema = Schema(binding)
    for name, columns in tables.items():
        schema.add(name.split("."), Table(name, tuple(columns.items())))
    return schema


def keys_of(groups: Iterable[Iterable[str]], binding: Binding) -> Keys:
    """Proved keys, folded as the dialect folds names."""
    return frozenset(frozenset(binding.fold_text(name) for name in group) for group in groups)
