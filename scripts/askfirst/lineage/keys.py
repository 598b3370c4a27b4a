"""What can be proved unique inside a query: by keys of tables, GROUP BY, DISTINCT, and row_number() = 1.

A proof only ever takes influences off the row set, so what is not understood proves nothing.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlglot import exp

from askfirst.lineage.context import Unreadable
from askfirst.lineage.names import resolve
from askfirst.lineage.values import evaluate

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from askfirst.lineage.context import Context
    from askfirst.lineage.relations import Column, Frame, Place, Scope, Value
    from askfirst.lineage.schema import Keys

FAMILIES = {
    **dict.fromkeys(
        ("TINYINT", "SMALLINT", "INTEGER", "INT", "INT4", "INT8", "BIGINT", "LONG", "HUGEINT", "UTINYINT", "USMALLINT"),
        "number",
    ),
    **dict.fromkeys(("UINTEGER", "UBIGINT", "INT2", "SHORT", "BYTE", "UHUGEINT"), "number"),
    **dict.fromkeys(("VARCHAR", "TEXT", "STRING", "CHARACTER VARYING", "CHAR", "BPCHAR"), "text"),
}
MOST = 8  # keys kept of one frame; more would only cost time


def conjuncts(node: exp.Expr | None) -> Iterator[exp.Expr]:
    """The parts of a condition that all have to hold."""
    if isinstance(node, exp.Paren):
        yield from conjuncts(node.this)
    elif isinstance(node, exp.And):
        yield from conjuncts(node.this)
        yield from conjuncts(node.expression)
    elif node is not None:
        yield node


def value_of(ctx: Context, node: exp.Expr, scope: Scope) -> Value | None:
    """A plain column's value, else None."""
    return (
        evaluate(ctx, node, scope) if isinstance(node, exp.Column) and isinstance(node.this, exp.Identifier) else None
    )


def learn(ctx: Context, condition: exp.Expr | None, scope: Scope) -> None:
    """Take from a WHERE or QUALIFY what it proves of the frame: constants, and one row of each group."""
    for part in conjuncts(condition):
        first = is_first(part)
        if first is not None:
            value = evaluate(ctx, first, scope) if isinstance(first, exp.Window) else value_of(ctx, first, scope)
            # A numbering made here is of the frame's rows; one that was read, of its own source's, before any join.
            alone = isinstance(first, exp.Window) or sum(source.is_visible for source in scope.frame.sources) == 1
            if value is not None and value.ranks is not None and alone:
                scope.frame.keys |= {value.ranks}
                continue
        if isinstance(part, exp.EQ):
            for side, other in ((part.this, part.expression), (part.expression, part.this)):
                value = value_of(ctx, side, scope) if isinstance(other, exp.Literal) else None
                if value is not None and value.place is not None and alike(value, None, other):
                    scope.frame.constants.add(value.place)


def is_first(part: exp.Expr) -> exp.Expr | None:
    """The numbering in ``numbering = 1`` and its like."""
    one, two = part.args.get("this"), part.args.get("expression")
    if isinstance(part, exp.EQ | exp.LTE) and isinstance(two, exp.Literal) and two.name == "1":
        return one
    if isinstance(part, exp.EQ) and isinstance(one, exp.Literal) and one.name == "1":
        return two
    if isinstance(part, exp.LT) and isinstance(two, exp.Literal) and two.name == "2":
        return one
    return None


def matches(ctx: Context, condition: exp.Expr | None, scope: Scope, inside: set[int]) -> set[Place]:
    """The columns of some sources that a join holds equal to something from outside of them."""
    found: set[Place] = set()
    for part in conjuncts(condition):
        if not isinstance(part, exp.EQ):
            continue
        for side, other in ((part.this, part.expression), (part.expression, part.this)):
            value = value_of(ctx, side, scope)
            if value is None or value.place is None or value.place[0] not in inside:
                continue
            beyond = plain(other) and all(outside(ctx, one, scope, inside) for one in other.find_all(exp.Column))
            if beyond and alike(value, value_of(ctx, other, scope), other):
                found.add(value.place)
    return found


def plain(node: exp.Expr) -> bool:
    """Whether all columns of an expression are seen as columns."""
    return node.find(exp.Query, exp.Dot, exp.PositionalColumn, exp.Star, exp.Columns, exp.Placeholder) is None


def alike(one: Value, other: Value | None, node: exp.Expr) -> bool:
    """Whether two things that compare equal are the same: '1' and '01' both equal 1, and are two keys.

    A text in quotes is read as whatever it is compared with.
    """
    if isinstance(node, exp.Literal):
        return node.is_string or family(one.kind) == "number"
    return other is not None and family(one.kind) != "" and family(one.kind) == family(other.kind)


def family(kind: str) -> str:
    """Types that compare without a conversion which could make two values one; empty where the type is not known."""
    name = kind.upper().partition("(")[0].strip()
    return FAMILIES.get(name, name)


def outside(ctx: Context, column: exp.Expr, scope: Scope, inside: set[int]) -> bool:
    """Whether a column is of another source than these."""
    if not isinstance(column.this, exp.Identifier):
        return False
    try:
        value = resolve(ctx, column, scope, evaluate)
    except Unreadable:
        return False
    return value.place is not None and value.place[0] not in inside


def proves(keys: Iterable[frozenset[Place]], matched: set[Place]) -> bool:
    """Whether at most one row can match."""
    return any(key <= matched for key in keys)


def source_keys(frame: Frame, position: int) -> frozenset[frozenset[Place]]:
    """A source's own keys, as places of the frame."""
    return frozenset(frozenset((position, key) for key in keys) for keys in frame.sources[position].relation.keys)


def combined(one: Iterable[frozenset[Place]], other: Iterable[frozenset[Place]]) -> frozenset[frozenset[Place]]:
    """Keys of the pairs of rows of two sources."""
    pairs = [left | right for left in one for right in other]
    return frozenset(sorted(pairs, key=lambda pair: (len(pair), sorted(pair)))[:MOST])


def shown_keys(frame: Frame, columns: Iterable[Column]) -> Keys:
    """The frame's keys in terms of what a SELECT list shows of it."""
    shown: dict[Place, str] = {}
    for column in columns:
        if column.value.place is not None:
            shown.setdefault(column.value.place, column.key)
    found = set()
    for key in frame.keys:
        needed = key - frame.constants
        if all(place in shown for place in needed):
            found.add(frozenset(shown[place] for place in needed))
    return frozenset(found)
