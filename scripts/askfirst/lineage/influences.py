"""The algebra of influences: sets of (origin, subtype), kept as whole numbers while a query is analysed.

A key is an origin's number times 16 plus a subtype's code, so that following an influence through an expression is one
look-up and no object: queries of a thousand columns do this millions of times.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from askfirst.lineage.flows import Flow, Origin, Span, Subtype

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

Influences = dict[int, Span | None]

SUBTYPES = tuple(Subtype)
IDENTITY, TRANSFORMATION, AGGREGATION, JOIN, GROUP_BY, FILTER, SORT, WINDOW, CONDITIONAL = range(len(SUBTYPES))
WIDTH = 16
CODE = WIDTH - 1
NONE: Influences = {}  # shared; never written to


def compose(key: int, use: int) -> int:
    """An influence on a value, as the influence on whatever makes this use of the value.

    An indirect use says how the value takes part, whatever it was before; a direct use passes an indirect influence on
    as it is; of two direct uses the stronger remains.
    """
    code = key & CODE
    if use > AGGREGATION:
        return key - code + use
    if code > AGGREGATION:
        return key
    return key - code + max(code, use)


def add(into: Influences, value: Mapping[int, Span | None], use: int, span: Span | None = None) -> None:
    """Add a value's influences, used so; an indirect use is what a reader looks for, so its place is kept."""
    put = into.setdefault
    if use > AGGREGATION:
        for key, origin_span in value.items():
            put(key - (key & CODE) + use, span or origin_span)
    elif use == IDENTITY:  # of two direct uses the stronger remains, and this is the weakest
        for key, origin_span in value.items():
            put(key, origin_span)
    else:
        for key, origin_span in value.items():
            put(key - (key & CODE) + use if key & CODE < use else key, origin_span)


def as_indirect(value: Mapping[int, Span | None], use: int) -> Influences:
    """Row-set influences as influences on a value: what was direct there (rows that pass) decides, by this use."""
    return {(key - (key & CODE) + use if key & CODE <= AGGREGATION else key): span for key, span in value.items()}


def used(value: Mapping[int, Span | None], use: int, span: Span | None = None) -> Influences:
    """A value's influences, used so, as a set of their own."""
    into: Influences = {}
    add(into, value, use, span)
    return into


class Origins:
    """The origins that one analysis has met, by their numbers."""

    def __init__(self) -> None:
        self.numbers: dict[Origin, int] = {}
        self.listed: list[Origin] = []

    def key(self, origin: Origin, code: int = IDENTITY) -> int:
        """The key of an origin under a subtype's code."""
        number = self.numbers.setdefault(origin, len(self.listed))
        if number == len(self.listed):
            self.listed.append(origin)
        return number * WIDTH + code

    def flows(self, influences: Mapping[int, Span | None]) -> tuple[Flow, ...]:
        """Influences as records, sorted by origin and subtype."""
        listed = self.listed
        keys = (
            sorted(influences, key=lambda key: (listed[key // WIDTH], key & CODE))
            if len(influences) > 1
            else influences
        )
        return tuple([Flow(listed[key // WIDTH], SUBTYPES[key & CODE], influences[key]) for key in keys])


def union(parts: Iterable[Mapping[int, Span | None]]) -> Influences:
    """All of several sets."""
    into: Influences = {}
    for part in parts:
        if not into:
            into.update(part)
        else:
            for key, span in part.items():
                into.setdefault(key, span)
    return into
