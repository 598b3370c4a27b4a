"""What an expression is made of: every column in it, under the use that it is put to."""

from __future__ import annotations

import re
from contextlib import contextmanager
from typing import TYPE_CHECKING

from sqlglot import exp

from askfirst.lineage import aggregates
from askfirst.lineage.called import look_at, look_whose
from askfirst.lineage.context import Unreadable, column_span, span_of
from askfirst.lineage.influences import (
    AGGREGATION,
    CONDITIONAL,
    FILTER,
    IDENTITY,
    SORT,
    TRANSFORMATION,
    WINDOW,
    Influences,
    add,
    as_indirect,
    union,
    used,
)
from askfirst.lineage.names import field_of, resolve, resolve_parts
from askfirst.lineage.relations import Relation, Value

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from askfirst.lineage.context import Context
    from askfirst.lineage.flows import Span
    from askfirst.lineage.relations import Cte, Scope

Collect = "Callable[[Context, exp.Expr, Scope, int, Influences], None]"


def evaluate(ctx: Context, node: exp.Expr, scope: Scope) -> Value:
    """The value of one entry of a SELECT list, or of any expression whose form matters to those who read it."""
    shaped = SHAPED.get(type(node))
    if shaped is not None:
        return shaped(ctx, node, scope)
    into: Influences = {}
    collect(ctx, node, scope, TRANSFORMATION, into)
    return Value(into, category=category_of(node, into))


def of_inner(ctx: Context, node: exp.Expr, scope: Scope) -> Value:
    """An alias or parentheses change nothing."""
    return evaluate(ctx, node.this, scope)


def of_reference(ctx: Context, node: exp.Expr, scope: Scope) -> Value:
    """A plain column keeps all that is known of it."""
    if not isinstance(node.this, exp.Identifier):
        return Value(of_stars(ctx, node, scope))
    value = resolve(ctx, node, scope, evaluate)
    if None in value.influences.values():
        span = column_span(node)
        placed = {key: origin_span or span for key, origin_span in value.influences.items()}
        return Value(placed, value.kind, value.fields, value.ranks, value.is_constant, value.place)
    return value


def of_stars(ctx: Context, node: exp.Expr, scope: Scope) -> Influences:
    """Every column, where a star stands for a value."""
    from askfirst.lineage.stars import matched  # noqa: PLC0415 - stars need values, and values need stars

    return used(union(value.influences for _, _, value in matched(ctx, node, scope)), TRANSFORMATION)


def of_struct(ctx: Context, node: exp.Expr, scope: Scope) -> Value:
    """A struct put together here keeps its fields apart, where each has a name."""
    fields: dict[str, Value] = {}
    into: Influences = {}
    for entry in node.expressions:
        value = evaluate(ctx, entry.expression if isinstance(entry, exp.PropertyEQ) else entry, scope)
        add(into, value.influences, TRANSFORMATION)
        if isinstance(entry, exp.PropertyEQ) and not isinstance(entry.this, exp.Identifier | exp.Literal):
            collect(ctx, entry.this, scope, TRANSFORMATION, into)  # the key of a map, and no name
        elif isinstance(entry, exp.PropertyEQ):
            fields[ctx.binding.fold_text(entry.this.name)] = Value(used(value.influences, TRANSFORMATION))
    return Value(into, fields=fields if len(fields) == len(node.expressions) else None)


def mapping(ctx: Context, node: exp.Expr, scope: Scope, use: int, into: Influences) -> None:
    """A map put together here: its keys are values, where a struct's are names."""
    inner = TRANSFORMATION if use == IDENTITY else use
    for entry in node.this.expressions if isinstance(node.this, exp.Struct) else [node.this]:
        parts = [entry.this, entry.expression] if isinstance(entry, exp.PropertyEQ) else [entry]
        each(ctx, parts, scope, inner, into)


def placeholder(ctx: Context, node: exp.Expr, scope: Scope, use: int, into: Influences) -> None:
    """``l[:s]`` looks like a named parameter to the parser; a finished query has none, so it is a gap besides."""
    name = node.this
    if isinstance(name, str):
        add(into, of_identifier(ctx, exp.to_identifier(name), scope).influences, use)
    ctx.gap(f"a parameter{f' `{name}`' if name else ''} stands for what is not known", node)


def unit(ctx: Context, node: exp.Expr, scope: Scope, use: int, into: Influences) -> None:
    """A word such as a unit of time; where the text has it as a bare argument, it may have been a column."""
    name = node.name
    if re.search(rf"[(,]\s*\"?{re.escape(name)}\"?\s*[,)]", ctx.text, re.IGNORECASE):
        add(into, of_identifier(ctx, exp.to_identifier(name.lower()), scope).influences, use)


def of_dot(ctx: Context, node: exp.Expr, scope: Scope) -> Value:
    """A field of an expression, or a function called on it; sqlglot gives names before such a call as identifiers."""
    parts = dotted(ctx, node)
    if parts is not None:
        return resolve_parts(ctx, parts, node, scope, evaluate)
    value = evaluate(ctx, node.this, scope)
    if isinstance(node.expression, exp.Identifier):
        return field_of(value, ctx.binding.fold(node.expression))
    if ctx.dialect == "postgres" and isinstance(node.expression, exp.Func) and node.this.name.lower() != "pg_catalog":
        ctx.gap("a function of a schema of its own may read more than its arguments", node)
    into = used(value.influences, TRANSFORMATION)
    collect(ctx, node.expression, scope, TRANSFORMATION, into)
    return Value(into)


def dotted(ctx: Context, node: exp.Expr) -> tuple[str, ...] | None:
    """The names of a chain of dots, where it is nothing but names."""
    if isinstance(node, exp.Identifier):
        return (ctx.binding.fold(node),)
    if isinstance(node, exp.Dot) and isinstance(node.expression, exp.Identifier):
        before = dotted(ctx, node.this)
        return (*before, ctx.binding.fold(node.expression)) if before else None
    return None


def of_identifier(ctx: Context, node: exp.Expr, scope: Scope) -> Value:
    """A bare name: a parameter of a lambda, or a column that sqlglot did not see as one."""
    if not isinstance(node, exp.Identifier):
        return Value()
    try:
        return resolve_parts(ctx, (ctx.binding.fold(node),), node, scope, evaluate)
    except Unreadable:
        return Value()


def of_query(ctx: Context, node: exp.Expr, scope: Scope) -> Value:
    """A query that is the whole value: what it finds passes as it is."""
    return Value(scalar(ctx, node, scope))


def of_bracket(ctx: Context, node: exp.Expr, scope: Scope) -> Value:
    """A field of a struct by its name in brackets; anything else in brackets is an index."""
    inside = node.expressions
    if len(inside) == 1 and isinstance(inside[0], exp.Literal) and inside[0].is_string:
        return field_of(evaluate(ctx, node.this, scope), ctx.binding.fold_text(inside[0].name))
    into: Influences = {}
    children(ctx, node, scope, TRANSFORMATION, into)
    return Value(into)


def of_kept(ctx: Context, node: exp.Expr, scope: Scope) -> Value:
    """A function that yields one of its arguments yields their type, and a cast the type that it names."""
    into: Influences = {}
    collect(ctx, node, scope, TRANSFORMATION, into)
    if isinstance(node, exp.Cast):
        return Value(into, kind=node.to.sql(ctx.dialect), category=category_of(node, into))
    kinds = {evaluate(ctx, part, scope).kind for part in node.iter_expressions() if isinstance(part, exp.Column)}
    kind = kinds.pop() if len(kinds) == 1 and all(map(keeps, node.iter_expressions())) else ""
    return Value(into, kind=kind, category=category_of(node, into))


def keeps(node: exp.Expr) -> bool:
    """Whether an argument has its type from a column, or takes that of the others."""
    return isinstance(node, exp.Column | exp.Null) or (isinstance(node, exp.Literal) and node.is_string)


def of_literal(_ctx: Context, _node: exp.Expr, _scope: Scope) -> Value:
    """A literal comes from nowhere."""
    return Value(is_constant=True)


def of_window(ctx: Context, node: exp.Expr, scope: Scope) -> Value:
    """A window; one that numbers rows within groups is known to do so."""
    into: Influences = {}
    window(ctx, node, scope, TRANSFORMATION, into)
    ranks = None
    keys = node.args.get("partition_by") or []
    if isinstance(node.this, exp.RowNumber) and not node.args.get("alias"):
        places = [evaluate(ctx, key, scope).place if isinstance(key, exp.Column) else None for key in keys]
        ranks = frozenset(place for place in places if place is not None) if None not in places else None
    return Value(into, ranks=ranks)


SHAPED: dict[type, Callable[[Context, exp.Expr, Scope], Value]] = {
    exp.Alias: of_inner,
    exp.Paren: of_inner,
    exp.Column: of_reference,
    exp.Struct: of_struct,
    exp.Dot: of_dot,
    exp.Bracket: of_bracket,
    exp.Literal: of_literal,
    exp.Window: of_window,
    exp.Identifier: of_identifier,
    exp.Subquery: of_query,
    exp.Cast: of_kept,
    exp.TryCast: of_kept,
    exp.Max: of_kept,
    exp.Min: of_kept,
    exp.AnyValue: of_kept,
    exp.Coalesce: of_kept,
}


def collect(ctx: Context, node: exp.Expr, scope: Scope, use: int, into: Influences) -> None:
    """Add all that an expression is made of, used so."""
    handler = HANDLERS.get(type(node))
    if handler is not None:
        handler(ctx, node, scope, use, into)
    elif isinstance(node, exp.Query):
        add(into, scalar(ctx, node, scope), use)
    elif aggregates.folds(node):
        scope.folded = True
        aggregate(ctx, node, scope, use, into)
    else:
        look_at(ctx, node)
        children(ctx, node, scope, use, into)


def children(ctx: Context, node: exp.Expr, scope: Scope, use: int, into: Influences) -> None:
    """Add all parts of an expression under one use."""
    inner = TRANSFORMATION if use == IDENTITY else use
    for child in node.iter_expressions():
        collect(ctx, child, scope, inner, into)


def each(ctx: Context, nodes: Iterable[object], scope: Scope, use: int, into: Influences) -> None:
    """Add several expressions under one use; what is no expression says nothing."""
    for node in nodes:
        if isinstance(node, exp.Expr):
            collect(ctx, node, scope, use, into)


def nothing(_ctx: Context, _node: exp.Expr, _scope: Scope, _use: int, _into: Influences) -> None:
    """A part that names no column."""


def reference(ctx: Context, node: exp.Expr, scope: Scope, use: int, into: Influences) -> None:
    """A column."""
    if isinstance(node.this, exp.Identifier):
        add(into, resolve(ctx, node, scope, evaluate).influences, use, column_span(node))
    else:
        add(into, of_stars(ctx, node, scope), use)


def shaped(ctx: Context, node: exp.Expr, scope: Scope, use: int, into: Influences) -> None:
    """A struct's field."""
    add(into, evaluate(ctx, node, scope).influences, max(use, TRANSFORMATION), span_of(node))


def conditional(ctx: Context, node: exp.Expr, scope: Scope, use: int, into: Influences) -> None:
    """CASE and IF: what may come out passes, what is asked decides."""
    inner = TRANSFORMATION if use == IDENTITY else use
    asked = use if use > AGGREGATION else CONDITIONAL
    if isinstance(node, exp.Case):
        each(ctx, [node.this, *(branch.this for branch in node.args["ifs"])], scope, asked, into)
        each(ctx, [branch.args.get("true") for branch in node.args["ifs"]], scope, inner, into)
        each(ctx, [node.args.get("default")], scope, inner, into)
    else:
        each(ctx, [node.this], scope, asked, into)
        each(ctx, [node.args.get("true"), node.args.get("false")], scope, inner, into)


def null_if(ctx: Context, node: exp.Expr, scope: Scope, use: int, into: Influences) -> None:
    """NULLIF(a, b) is CASE WHEN a = b THEN NULL ELSE a END."""
    asked = use if use > AGGREGATION else CONDITIONAL
    each(ctx, [node.this], scope, TRANSFORMATION if use == IDENTITY else use, into)
    each(ctx, [node.this, node.expression], scope, asked, into)


def anonymous(ctx: Context, node: exp.Expr, scope: Scope, use: int, into: Influences) -> None:
    """A function that sqlglot does not know: all its arguments, and a gap where it may see more than these."""
    name = aggregates.function_name(node)
    if name in ("iff", "iif") and node.expressions:
        asked = use if use > AGGREGATION else CONDITIONAL
        each(ctx, node.expressions[:1], scope, asked, into)
        each(ctx, node.expressions[1:], scope, TRANSFORMATION if use == IDENTITY else use, into)
        return
    if aggregates.folds(node):
        scope.folded = True
        aggregate(ctx, node, scope, use, into)
        return
    look_at(ctx, node)
    look_whose(ctx, node)
    children(ctx, node, scope, use, into)


def aggregate(ctx: Context, node: exp.Expr, scope: Scope, use: int, into: Influences) -> None:
    """An aggregate: its arguments are folded; its ORDER BY, or the order of its rows, says in which order."""
    inner = max(AGGREGATION, use)
    if aggregates.picks(node):
        value, *deciding = list(node.iter_expressions())
        collect(ctx, value, scope, inner, into)
        each(ctx, deciding, scope, use if use > AGGREGATION else SORT, into)
    else:
        children(ctx, node, scope, inner, into)
    ordering = node.this if isinstance(node.this, exp.Order) else None
    if aggregates.heeds_order(node) and not sorts(ordering):
        add(into, scope.frame.order, use if use > AGGREGATION else SORT)


def sorts(order: exp.Expr | None) -> bool:
    """Whether an ORDER BY says anything; one by literals alone leaves the rows as they came."""
    return order is not None and any(not isinstance(term.this, exp.Literal) for term in order.expressions)


def ordered(ctx: Context, node: exp.Expr, scope: Scope, use: int, into: Influences) -> None:
    """ORDER BY inside an aggregate."""
    each(ctx, [node.this], scope, use, into)
    each(ctx, node.expressions, scope, use if use > AGGREGATION else SORT, into)


def within_group(ctx: Context, node: exp.Expr, scope: Scope, use: int, into: Influences) -> None:
    """WITHIN GROUP: of a percentile the ordered column is the value itself."""
    scope.folded = True
    inner = max(AGGREGATION, use)
    each(ctx, [node.this], scope, inner, into)
    is_value = isinstance(node.this, aggregates.PERCENTILES) or aggregates.function_name(node.this) == "mode"
    sorting = inner if is_value else (use if use > AGGREGATION else SORT)
    each(ctx, node.expression.expressions, scope, sorting, into)


def filtered(ctx: Context, node: exp.Expr, scope: Scope, use: int, into: Influences) -> None:
    """An aggregate's FILTER decides one value."""
    each(ctx, [node.this], scope, use, into)
    each(ctx, [node.expression], scope, use if use > AGGREGATION else CONDITIONAL, into)


def window(ctx: Context, node: exp.Expr, scope: Scope, use: int, into: Influences) -> None:
    """A window: its function's arguments, and what parts, orders and frames its rows."""
    deciding = use if use > AGGREGATION else WINDOW
    function, filters = node.this, []
    while isinstance(function, exp.Filter | exp.IgnoreNulls | exp.RespectNulls | exp.WithinGroup):
        filters.append(function.args.get("expression"))
        function = function.this
    clause, scope.clause = scope.clause, "window"
    is_sorted = specification(ctx, node, scope, deciding, into)
    scope.clause = clause
    inner = use if use > AGGREGATION else (AGGREGATION if aggregates.folds(function) else TRANSFORMATION)
    if aggregates.picks(function):
        aggregate(ctx, function, scope, use, into)
    elif not (isinstance(function, exp.Count) and isinstance(function.this, exp.Star)):
        children(ctx, function, scope, inner, into)
    each(ctx, filters, scope, use if use > AGGREGATION else CONDITIONAL, into)
    heeds = isinstance(function, aggregates.BY_ORDER_WINDOW) or aggregates.heeds_order(function) or by_rows(node)
    if heeds and not is_sorted:
        add(into, scope.frame.order, use if use > AGGREGATION else SORT)


def by_rows(node: exp.Expr) -> bool:
    """Whether a window's frame counts rows, so that their order tells even where none is asked for."""
    spec = node.args.get("spec")
    return spec is not None and str(spec.args.get("kind") or "").upper() == "ROWS"


def specification(ctx: Context, node: exp.Expr, scope: Scope, use: int, into: Influences) -> bool:
    """PARTITION BY, ORDER BY and frame of a window, and of the named one it builds on. Whether it sorts its rows."""
    each(ctx, node.args.get("partition_by") or [], scope, use, into)
    order, spec, base = node.args.get("order"), node.args.get("spec"), node.args.get("alias")
    each(ctx, [order], scope, use, into)
    if spec is not None:
        each(ctx, [spec.args.get("start"), spec.args.get("end")], scope, use, into)
    named = scope.windows.get(ctx.binding.fold(base)) if isinstance(base, exp.Identifier) else None
    if isinstance(base, exp.Identifier) and named is None:
        ctx.gap(f"window `{base.name}` is not defined", base)
    return (specification(ctx, named, scope, use, into) if named is not None else False) or sorts(order)


def scalar(ctx: Context, node: exp.Expr, scope: Scope) -> Influences:
    """A query used as a value: its columns, and what decides which row it finds."""
    relation = ctx.query(ctx, node, scope, reachable(scope))
    into = union(column.value.influences for column in relation.columns)
    add(into, deciding_rows(relation), IDENTITY)
    return into


def deciding_rows(relation: Relation) -> Influences:
    """What decides a row set, as influences on a value that is computed from it."""
    return as_indirect(relation.rows, FILTER)


def reachable(scope: Scope) -> dict[str, Cte]:
    """The WITH entries that a query inside this scope may read."""
    return dict(scope.ctes)


def exists(ctx: Context, node: exp.Expr, scope: Scope, use: int, into: Influences) -> None:
    """EXISTS: whether there is a row; what its SELECT list says does not matter."""
    inner = node.this
    if not isinstance(inner, exp.Query):  # Spark's exists(list, condition)
        children(ctx, node, scope, use, into)
        return
    relation = ctx.query(ctx, inner, scope, reachable(scope))
    add(into, deciding_rows(relation), use, span_of(inner) if use > AGGREGATION else None)


def collection(ctx: Context, node: exp.Expr, scope: Scope, use: int, into: Influences) -> None:
    """A list: of entries, of a query's rows in their order, or by comprehension."""
    for entry in node.expressions:
        if isinstance(entry, exp.Query):
            relation = ctx.query(ctx, entry, scope, reachable(scope))
            add(into, relation.order, SORT if use <= AGGREGATION else use)
            add(into, union(column.value.influences for column in relation.columns), max(use, TRANSFORMATION))
            add(into, deciding_rows(relation), use)
        else:
            collect(ctx, entry, scope, TRANSFORMATION if use == IDENTITY else use, into)


@contextmanager
def locals_in(ctx: Context, names: list[exp.Expr], scope: Scope) -> Iterator[None]:
    """Some names mean the entries of a list, which stands beside them and is counted there."""
    outer = scope.locals
    scope.locals = {**outer, **{ctx.binding.fold(name): Value() for name in names if isinstance(name, exp.Identifier)}}
    yield
    scope.locals = outer


def anonymous_function(ctx: Context, node: exp.Expr, scope: Scope, use: int, into: Influences) -> None:
    """A lambda: its parameters are entries of a list."""
    with locals_in(ctx, node.expressions, scope):
        collect(ctx, node.this, scope, use, into)


def comprehension(ctx: Context, node: exp.Expr, scope: Scope, use: int, into: Influences) -> None:
    """``[f(x) for x in list if g(x)]``: the entries pass, and g decides which."""
    each(ctx, [node.args["iterator"]], scope, use, into)
    names = [name for name in (node.expression, node.args.get("position")) if name is not None]
    with locals_in(ctx, names, scope):
        collect(ctx, node.this, scope, use, into)
        each(ctx, [node.args.get("condition")], scope, use if use > AGGREGATION else CONDITIONAL, into)


def positional(ctx: Context, node: exp.Expr, scope: Scope, use: int, into: Influences) -> None:
    """``#2``: the second column of FROM."""
    shown = [(n, column.key) for n, source in enumerate(scope.frame.sources) for column in source.relation.columns]
    number = int(node.this.name)
    value = scope.frame.placed(*shown[number - 1]) if 0 < number <= len(shown) else None
    if value is None:
        ctx.gap(f"#{number} is no column of FROM", node)
    else:
        add(into, value.influences, use)


HANDLERS: dict[type, Callable[[Context, exp.Expr, Scope, int, Influences], None]] = {
    exp.Column: reference,
    exp.Literal: nothing,
    exp.Null: nothing,
    exp.Boolean: nothing,
    exp.DataType: nothing,
    exp.Var: unit,
    exp.ToMap: mapping,
    exp.Identifier: lambda ctx, node, scope, use, into: add(into, of_identifier(ctx, node, scope).influences, use),
    exp.Alias: lambda ctx, node, scope, use, into: collect(ctx, node.this, scope, use, into),
    exp.PropertyEQ: lambda ctx, node, scope, use, into: collect(ctx, node.expression, scope, use, into),
    exp.Kwarg: lambda ctx, node, scope, use, into: collect(ctx, node.expression, scope, use, into),
    exp.Placeholder: placeholder,
    exp.JSONPath: nothing,
    exp.Dot: shaped,
    exp.Bracket: shaped,
    exp.Struct: shaped,
    exp.Case: conditional,
    exp.If: conditional,
    exp.Nullif: null_if,
    exp.Nvl2: conditional,
    exp.Anonymous: anonymous,
    exp.Order: ordered,
    exp.WithinGroup: within_group,
    exp.Filter: filtered,
    exp.Window: window,
    exp.Exists: exists,
    exp.Array: collection,
    exp.Lambda: anonymous_function,
    exp.Comprehension: comprehension,
    exp.PositionalColumn: positional,
    exp.Star: lambda ctx, node, scope, use, into: add(into, of_stars(ctx, node, scope), use),
    exp.Columns: lambda ctx, node, scope, use, into: add(into, of_stars(ctx, node, scope), use),
}


def count(ctx: Context, node: exp.Expr, scope: Scope, use: int, into: Influences) -> None:
    """COUNT(*) counts rows, and what decides these is said once, of the row set."""
    scope.folded = True
    if not isinstance(node.this, exp.Star):
        aggregate(ctx, node, scope, use, into)


HANDLERS[exp.Count] = count


def category_of(node: exp.Expr, influences: Influences) -> Span | None:
    """Where an expression turns data into one of a few literals: CASE or IF between them, or a threshold (AF016)."""
    if not influences:
        return None
    for found in node.find_all(exp.Case, exp.If, exp.GT, exp.GTE, exp.LT, exp.LTE, exp.Between):
        if isinstance(found, exp.Case):
            results = [branch.args.get("true") for branch in found.args["ifs"]] + [found.args.get("default")]
        elif isinstance(found, exp.If):
            if isinstance(found.parent, exp.Case):
                continue
            results = [found.args.get("true"), found.args.get("false")]
        else:
            continue
        if all(result is None or isinstance(result, exp.Literal | exp.Null | exp.Boolean) for result in results):
            return span_of(found)
    if isinstance(node, exp.GT | exp.GTE | exp.LT | exp.LTE | exp.Between) and node.find(exp.Literal) is not None:
        return span_of(node)
    return None
