"""An analysis that ends in a result or in Unreadable, whatever happens inside it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from askfirst.lineage.context import Unreadable

BROKE = "the analysis itself broke"
# What a fault of the analysis would raise. It is told as such, by model and reason, and counts as SQL not read.
BROKEN = (ArithmeticError, AssertionError, AttributeError, LookupError, RecursionError, TypeError, ValueError)

if TYPE_CHECKING:
    from collections.abc import Callable

    from askfirst.lineage.flows import QueryFlows, Span
    from askfirst.lineage.schema import Schema


def reading(sql: str, schema: Schema, dialect: str) -> QueryFlows:
    """Analyse one query. A fault of the analysis itself counts as SQL that cannot be read, never as clean."""
    from askfirst.lineage.analyse import analyse  # noqa: PLC0415 - sqlglot, half a second, and not where all is cached

    try:
        return analyse(sql, schema, dialect)
    except Unreadable:
        raise
    except BROKEN as error:
        raise Unreadable(f"{BROKE} ({type(error).__name__}): please report this query") from error


def counted(tick: Callable[[int], None]) -> Callable[[str, Schema, str], QueryFlows]:
    """The same, saying before each query how many characters it has."""

    def read(sql: str, schema: Schema, dialect: str) -> QueryFlows:
        tick(len(sql))
        return reading(sql, schema, dialect)

    return read


def watched(
    step: Callable[[], None], inner: Callable[[str, Schema, str], QueryFlows] = reading
) -> Callable[[str, Schema, str], QueryFlows]:
    """The same, saying after each query that it is done."""

    def read(sql: str, schema: Schema, dialect: str) -> QueryFlows:
        try:
            return inner(sql, schema, dialect)
        finally:
            step()

    return read


def line_of(text: str, span: Span | None) -> int | None:
    """The number of the line at which a piece of text begins."""
    return None if span is None else text.count("\n", 0, span.start) + 1


def said_at(text: str, reason: str, span: Span | None) -> str:
    """A reason with its line before it, unless the reason names one itself, as the parser's does."""
    line = line_of(text, span)
    return reason if line is None or "(line " in reason else f"line {line}: {reason}"
