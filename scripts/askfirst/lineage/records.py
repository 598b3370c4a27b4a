"""Flows as compact JSON and back: what the cache keeps, and what a worker sends home."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from askfirst.lineage.context import Unreadable
from askfirst.lineage.flows import Flow, Gap, Oddity, Origin, OutputColumn, QueryFlows, Span
from askfirst.lineage.influences import CODE, SUBTYPES, WIDTH

if TYPE_CHECKING:
    from collections.abc import Iterable

Outcome = QueryFlows | Unreadable
CODES = {subtype: code for code, subtype in enumerate(SUBTYPES)}
NOWHERE = -1  # stands for both ends of a span that is None


def encode(outcome: Outcome) -> str:
    """An outcome as one line of ASCII."""
    record = unreadable(outcome) if isinstance(outcome, Unreadable) else flows(outcome)
    return json.dumps(record, separators=(",", ":"))


def unreadable(outcome: Unreadable) -> list[object]:
    """What could not be read at all, and why."""
    return [outcome.reason, *ends(outcome.span)]


def flows(outcome: QueryFlows) -> dict[str, object]:
    """Flows with each origin written once; a flow is its origin's number and subtype in one, and its span's ends."""
    numbers: dict[Origin, int] = {}

    def flat(some: Iterable[Flow]) -> list[int]:
        listed: list[int] = []
        for origin, subtype, span in some:
            listed += (numbers.setdefault(origin, len(numbers)) * WIDTH + CODES[subtype], *ends(span))
        return listed

    return {
        "columns": [[column.name, *ends(column.category), flat(column.flows)] for column in outcome.columns],
        "rows": flat(outcome.rows),
        "origins": list(numbers),
        "reads": outcome.reads,
        "gaps": [[gap.reason, *ends(gap.span)] for gap in outcome.gaps],
        "oddities": [[odd.kind, odd.what, *ends(odd.span)] for odd in outcome.oddities],
        "keys": sorted(sorted(key) for key in outcome.keys),
    }


def ends(span: Span | None) -> tuple[int, int]:
    """A span, or its lack, as two numbers."""
    return (NOWHERE, NOWHERE) if span is None else (span.start, span.end)


def decode(text: str | bytes) -> Outcome:
    """An outcome from its line. Raises ValueError, KeyError, TypeError or IndexError where it is none."""
    record: Any = json.loads(text)
    if isinstance(record, list):
        reason, *place = record
        return Unreadable(reason, span(*place))
    origins = [Origin(*origin) for origin in record["origins"]]
    return QueryFlows(
        columns=tuple(
            [OutputColumn(name, raised(flat, origins), span(a, b)) for name, a, b, flat in record["columns"]]
        ),
        rows=raised(record["rows"], origins),
        reads=tuple(record["reads"]),
        gaps=tuple([Gap(reason, span(*place)) for reason, *place in record["gaps"]]),
        oddities=tuple([Oddity(kind, what, span(*place)) for kind, what, *place in record["oddities"]]),
        keys=frozenset([frozenset(key) for key in record["keys"]]),
    )


def raised(flat: list[int], origins: list[Origin]) -> tuple[Flow, ...]:
    """Flows from their numbers."""
    parts = iter(flat)
    return tuple(
        [
            Flow(origins[key // WIDTH], SUBTYPES[key & CODE], None if start == NOWHERE else Span(start, end))
            for key, start, end in zip(parts, parts, parts, strict=True)
        ]
    )


def span(start: int, end: int) -> Span | None:
    """A span from its ends."""
    return None if start == NOWHERE else Span(start, end)
