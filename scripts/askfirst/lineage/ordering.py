"""The order of rows: what it tells, and where it decides which rows there are."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlglot import exp

from askfirst.lineage.context import Unreadable, span_of
from askfirst.lineage.influences import FILTER, SORT, Influences, add, union, used
from askfirst.lineage.values import collect, each, evaluate

if TYPE_CHECKING:
    from askfirst.lineage.context import Context
    from askfirst.lineage.relations import Column, Scope


def ordered(
    ctx: Context,
    node: exp.Expr,
    scope: Scope,
    columns: list[Column],
    before: Influences,
    keys: frozenset[frozenset[str]],
) -> Influences:
    """What the order of the rows tells of: ORDER BY's, and where rows may be equal in it, the order they came in."""
    into = sorting(ctx, node, scope, columns)
    by = node.args.get("order")
    parts = [entry.this if isinstance(entry, exp.Ordered) else entry for entry in by.expressions] if by else []
    sorted_by: set[str] = set()
    for part in parts:
        shown = named(ctx, part, columns) or [column for column in columns if is_of(ctx, part, column, scope)]
        sorted_by.update(column.key for column in shown)
    is_total = any(key <= sorted_by for key in (*keys, frozenset(column.key for column in columns)))
    return into if is_total else union((into, before))


def named(ctx: Context, part: exp.Expr, columns: list[Column]) -> list[Column]:
    """The output columns that an expression of ORDER BY names: by a number, ALL, or the name; none if it names none."""
    if isinstance(part, exp.Literal) and not part.is_string and part.name.isdigit():
        number = int(part.name) - 1
        if not 0 <= number < len(columns):
            raise Unreadable(f"ORDER BY {part.name} is no column of the SELECT list", span_of(part))
        return [columns[number]]
    if is_all(part):
        return columns
    if isinstance(part, exp.Column) and not part.args.get("table") and isinstance(part.this, exp.Identifier):
        key = ctx.binding.fold(part.this)
        return [column for column in columns if column.key == key][:1]
    return []


def is_all(part: exp.Expr) -> bool:
    """Whether it is the ALL of ORDER BY ALL."""
    return isinstance(part, exp.Var) and part.name.upper() == "ALL"


def is_of(ctx: Context, part: exp.Expr, column: Column, scope: Scope) -> bool:
    """Whether an expression is just this output column."""
    if not isinstance(part, exp.Column) or not isinstance(part.this, exp.Identifier):
        return False
    if not part.args.get("table") and ctx.binding.fold(part.this) in scope.aliases:
        return column.key == ctx.binding.fold(part.this)
    return evaluate(ctx, part, scope).place == column.value.place is not None


def sorting(ctx: Context, node: exp.Expr, scope: Scope, columns: list[Column]) -> Influences:
    """What ORDER BY, or Spark's SORT BY and CLUSTER BY, sorts by."""
    into: Influences = {}
    scope.clause = "order"
    for name in ("order", "sort", "cluster", "distribute"):
        by = node.args.get(name)
        for entry in by.expressions if by is not None else ():
            part = entry.this if isinstance(entry, exp.Ordered) else entry
            for key, span in term(ctx, part, scope, columns, SORT).items():
                into.setdefault(key, span)
    scope.clause = "select"
    return into


def term(ctx: Context, part: exp.Expr, scope: Scope, columns: list[Column], use: int) -> Influences:
    """One expression of ORDER BY: a number, ALL, an output column by its name, or an expression."""
    while isinstance(part, exp.Paren):
        part = part.this
    shown = named(ctx, part, columns)
    if shown:
        influences = union(column.value.influences for column in shown)
        return used(influences, use) if is_all(part) else used(influences, use, span_of(part))
    into: Influences = {}
    collect(ctx, part, scope, use, into)
    return into


def limited(
    ctx: Context,
    node: exp.Expr,
    scope: Scope,
    rows: Influences,
    order: Influences,
    keys: frozenset[frozenset[str]],
) -> tuple[Influences, frozenset[frozenset[str]]]:
    """LIMIT and OFFSET: with them the order decides which rows there are."""
    cuts = [node.args.get("limit"), node.args.get("offset")]
    if cuts == [None, None]:
        return rows, keys
    into: Influences = {}
    for cut in cuts:
        amount = (cut.args.get("expression") or cut.args.get("count")) if cut is not None else None
        each(ctx, [amount], scope, FILTER, into)
    add(into, order, SORT)
    if not scope.grouped:
        add(into, scope.frame.order, SORT)
    limit = node.args.get("limit")
    amount = (limit.args.get("expression") or limit.args.get("count")) if limit is not None else None
    if limit is not None and is_one(amount) and not limit.args.get("limit_options"):
        keys = frozenset({frozenset()})
    if node.args.get("order") is None and not (isinstance(amount, exp.Literal) and amount.name == "0"):
        ctx.oddity("cut", "LIMIT without ORDER BY", limit if limit is not None else node)
    return union((rows, into)), keys


def is_one(amount: exp.Expr | None) -> bool:
    """Whether a LIMIT leaves one row at most."""
    return isinstance(amount, exp.Literal) and amount.name == "1"
