"""UNION, INTERSECT, EXCEPT: which columns stand beside each other, and what they compare."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlglot import exp

from askfirst.lineage.context import Unreadable, span_of
from askfirst.lineage.influences import (
    GROUP_BY,
    add,
    as_indirect,
    union,
)
from askfirst.lineage.relations import Column, Cte, Relation, Scope, Value

if TYPE_CHECKING:
    from askfirst.lineage.context import Context


def set_operation(ctx: Context, node: exp.Expr, parent: Scope | None, ctes: dict[str, Cte]) -> Relation:
    """UNION, INTERSECT, EXCEPT: by position or by name; what they compare decides rows."""
    return combine(ctx, node, *(ctx.query(ctx, side, parent, ctes) for side in (node.this, node.expression)))


def combine(ctx: Context, node: exp.Expr, left: Relation, right: Relation) -> Relation:
    """Two relations by a set operation."""
    if left.table or right.table:
        ctx.gap("a set operation over columns that are not all known", node)
    pairs = by_name(left, right) if node.args.get("by_name") else by_position(node, left, right)
    is_union = isinstance(node, exp.Union)
    columns = tuple(
        Column(
            one.key,
            one.name,
            Value(
                union((one.value.influences, other.value.influences)) if is_union and other else one.value.influences,
                kind=one.value.kind if other is None or other.value.kind == one.value.kind else "",
            ),
        )
        for one, other in pairs
    )
    rows = union((left.rows, right.rows if is_union else as_indirect(right.rows, GROUP_BY)))
    is_distinct = node.args.get("distinct") is not False
    if is_distinct or not is_union:
        for one, other in pairs:
            add(rows, one.value.influences, GROUP_BY)
            if other is not None:
                add(rows, other.value.influences, GROUP_BY)
    order = union((left.order, right.order)) if is_union and not is_distinct else {}
    keys = frozenset({frozenset(column.key for column in columns)}) if is_distinct else frozenset()
    return Relation(columns, rows, order, keys if is_union else keys | left.keys)


def by_position(node: exp.Expr, left: Relation, right: Relation) -> list[tuple[Column, Column | None]]:
    """Columns as they stand beside each other."""
    if len(left.columns) != len(right.columns) and not (left.table or right.table):
        widths = f"{len(left.columns)} and {len(right.columns)}"
        raise Unreadable(f"a set operation joins {widths} columns", span_of(node.expression))
    others = list(right.columns) + [None] * (len(left.columns) - len(right.columns))
    return list(zip(left.columns, others, strict=False))


def by_name(left: Relation, right: Relation) -> list[tuple[Column, Column | None]]:
    """Columns of the same name; those that only the right side has come last."""
    pairs: list[tuple[Column, Column | None]] = [(column, right.column(column.key)) for column in left.columns]
    return pairs + [(column, None) for column in right.columns if left.column(column.key) is None]
