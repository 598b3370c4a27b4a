"""What a query's result depends on, as plain sets, and how an analysis of flows is held against it."""

from __future__ import annotations

import enum
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence


class Doubt(enum.Enum):
    """Why an edge may rightly be absent from an analysis that knows more, or reads more narrowly, than the plan."""

    UNIQUE = "the row set depends on it only if a key on the nullable side of an outer join repeats"
    ORDER = "it only orders rows, and nothing that asks for their order says so"


@dataclass(frozen=True)
class Influences:
    """Influences on a result: on the value of each output column by position, and on which rows there are.

    An edge that is in ``rows`` need not be in ``fields``: whoever decides the rows decides what each column holds.
    ``tables`` are the tables whose rows feed the result, those included of which no column matters.
    """

    fields: tuple[frozenset[tuple[str, str]], ...]
    rows: frozenset[tuple[str, str]]
    doubtful_fields: tuple[dict[tuple[str, str], Doubt], ...]
    doubtful_rows: dict[tuple[str, str], Doubt]
    tables: frozenset[str]

    def on(self, position: int) -> frozenset[tuple[str, str]]:
        """All that may influence one output column, its rows and what is doubtful included."""
        return self.fields[position] | self.rows | {*self.doubtful_fields[position], *self.doubtful_rows}

    def anywhere(self) -> frozenset[tuple[str, str]]:
        """All that may influence anything in the result."""
        return self.rows.union(self.doubtful_rows, *self.fields, *self.doubtful_fields)


@dataclass(frozen=True)
class Flows:
    """The result of an analysis, as plain data."""

    fields: Sequence[Collection[tuple[str, str]]]
    rows: Collection[tuple[str, str]]


@dataclass(frozen=True, order=True)
class Edge:
    """One influence: of a source column on an output column (by position, from 0) or on the row set (-1)."""

    position: int
    table: str
    column: str
    doubt: Doubt | None = field(default=None, compare=False)
    elsewhere: bool = field(default=False, compare=False)


ROWS = -1


def missing(plan: Influences, flows: Flows, *, tolerant: bool = True) -> list[Edge]:
    """What the plan has and the analysis lacks, sorted.

    * An edge to an output column is satisfied by the same edge, or by one from the same source to the row set.
    * An edge to the row set is satisfied by an edge to the row set, and by nothing else.
    * One weakening is tolerated: an edge to the row set that is there only because a key on the nullable side of an
      outer join may repeat (``Doubt.UNIQUE``) is also satisfied by an edge to any output column, since that is where
      it belongs once the key is proved unique. Found nowhere, it is returned with its doubt: right only if no column
      of that side is shown and the key is indeed unique. ``tolerant=False`` takes the weakening back: the reader
      itself sees the keys that GROUP BY, DISTINCT and ``row_number() = 1`` make, so that where no key is declared
      hardly any of these doubts is idle.
    * ``Doubt.ORDER`` is never missed: the conventions count an order only where something depends on it.
    """
    _same_width(plan, flows)
    known = {*flows.rows}.union(*(flows.fields if tolerant else ()))
    lacking = [Edge(ROWS, *source) for source in plan.rows if source not in flows.rows]
    lacking += [Edge(ROWS, *s, doubt=d) for s, d in plan.doubtful_rows.items() if d is Doubt.UNIQUE and s not in known]
    for position, (sources, doubtful) in enumerate(zip(plan.fields, plan.doubtful_fields, strict=True)):
        found = {*flows.fields[position], *flows.rows}
        lacking += [Edge(position, *source) for source in sources - found]
        lacking += [Edge(position, *s, doubt=d) for s, d in doubtful.items() if d is Doubt.UNIQUE and s not in found]
    return sorted(lacking)


def surplus(plan: Influences, flows: Flows) -> list[Edge]:
    """What the analysis has and the plan lacks, even as doubtful, sorted.

    ``elsewhere`` marks an edge to the row set whose source the plan has only on output columns: a matter of where the
    conventions put it (the filter under an aggregate without GROUP BY decides a value, and is written at the rows).
    """
    _same_width(plan, flows)
    rows = plan.rows.union(plan.doubtful_rows)
    anywhere = plan.anywhere()
    extra = [Edge(ROWS, *source, elsewhere=source in anywhere) for source in {*flows.rows} - rows]
    for position, sources in enumerate(flows.fields):
        extra += [Edge(position, *source) for source in {*sources} - plan.on(position)]
    return sorted(extra)


def _same_width(plan: Influences, flows: Flows) -> None:
    if len(plan.fields) != len(flows.fields):
        raise ValueError(f"the plan has {len(plan.fields)} output columns, the analysis {len(flows.fields)}")
