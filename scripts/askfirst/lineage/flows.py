"""What the analysis of one query yields, as frozen records, in the words of OpenLineage's column lineage facet 1-2-0.

Source of the terms: OpenLineage, spec/facets/1-2-0/ColumnLineageDatasetFacet.json.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import NamedTuple

ROWS = ""  # stands where a column's name would: the row set of a relation, which has no column to be named by


class Subtype(StrEnum):
    """How a source column takes part. The first three are DIRECT (a value may pass), the others INDIRECT."""

    IDENTITY = "IDENTITY"
    TRANSFORMATION = "TRANSFORMATION"
    AGGREGATION = "AGGREGATION"
    JOIN = "JOIN"
    GROUP_BY = "GROUP_BY"
    FILTER = "FILTER"
    SORT = "SORT"
    WINDOW = "WINDOW"
    CONDITIONAL = "CONDITIONAL"

    @property
    def is_direct(self) -> bool:
        """Whether a value may pass through."""
        return self in DIRECT


DIRECT = frozenset({Subtype.IDENTITY, Subtype.TRANSFORMATION, Subtype.AGGREGATION})


class Origin(NamedTuple):
    """A column of a relation that the query reads, or, with ``ROWS``, that relation's row set."""

    relation: str
    column: str


class Span(NamedTuple):
    """Where in the query's text something stands: offsets of its first and last character."""

    start: int
    end: int


class Flow(NamedTuple):
    """One influence. ``span`` is where it takes effect, or None where the text does not say."""

    origin: Origin
    subtype: Subtype
    span: Span | None


class Gap(NamedTuple):
    """What could not be analysed, and why. Whatever it may hide counts as flowing everywhere (AF006)."""

    reason: str
    span: Span | None


class Oddity(NamedTuple):
    """What makes a result depend on more than its data (AF017); ``kind`` is clock, chance, sample or cut."""

    kind: str
    what: str
    span: Span | None


@dataclass(frozen=True)
class OutputColumn:
    """One column of the result. ``category`` is where it turns data into one of a few literals (AF016), or None."""

    name: str
    flows: tuple[Flow, ...]
    category: Span | None = None


@dataclass(frozen=True)
class QueryFlows:
    """All that one query does with what it reads; columns in their order, flows and relations sorted."""

    columns: tuple[OutputColumn, ...]
    rows: tuple[Flow, ...]
    reads: tuple[str, ...]
    gaps: tuple[Gap, ...] = ()
    oddities: tuple[Oddity, ...] = ()
    keys: frozenset[frozenset[str]] = frozenset()
