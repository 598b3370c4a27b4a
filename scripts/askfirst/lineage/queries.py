"""Queries: SELECT, WITH, and what of each decides its row set."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from sqlglot import exp

from askfirst.lineage.context import Unreadable, span_of
from askfirst.lineage.frames import frame_of
from askfirst.lineage.influences import (
    FILTER,
    GROUP_BY,
    SORT,
    Influences,
    add,
    union,
)
from askfirst.lineage.keys import learn, shown_keys
from askfirst.lineage.ordering import is_of, limited, ordered, sorting, term
from askfirst.lineage.pivots import pivoted, renamed
from askfirst.lineage.relations import Column, Cte, Relation, Scope, Source, Value
from askfirst.lineage.select_list import apart, entries
from askfirst.lineage.set_operations import combine, set_operation
from askfirst.lineage.sources import read, values
from askfirst.lineage.values import collect, evaluate

if TYPE_CHECKING:
    from askfirst.lineage.context import Context
    from askfirst.lineage.relations import Place

# What a SELECT may consist of here. Any other part is a gap: nobody has thought about what it does.
KNOWN = frozenset(
    [
        "with_",
        "expressions",
        "from_",
        "joins",
        "laterals",
        "where",
        "group",
        "having",
        "qualify",
        "windows",
        "distinct",
        "order",
        "limit",
        "offset",
        "sample",
        "hint",
        "locks",
        "sort",
        "cluster",
        "distribute",
        "kind",
        "operation_modifiers",
    ]
)
ROUNDS = 64  # of a recursive WITH; its influences only grow, and settle within as many rounds as it has columns


def query(ctx: Context, node: exp.Expr, parent: Scope | None, ctes: dict[str, Cte]) -> Relation:
    """Analyse a query of any form."""
    known = with_entries(ctx, node, parent, ctes)
    if isinstance(node, exp.Select):
        return select(ctx, node, parent, known)
    if isinstance(node, exp.SetOperation):
        return shortened(ctx, node, set_operation(ctx, node, parent, known), parent, known)
    if isinstance(node, exp.Subquery):
        return wrapped(ctx, node, parent, known)
    if isinstance(node, exp.Pivot):
        scope = Scope(frame_of(ctx, exp.Select(), parent, known), parent, known)
        return shortened(
            ctx, node, pivoted(ctx, node, read(ctx, node.this, scope, known).relation, parent), parent, known
        )
    if isinstance(node, exp.Values | exp.Table):
        scope = Scope(frame_of(ctx, exp.Select(), parent, known), parent, known)
        made = values(ctx, node, scope) if isinstance(node, exp.Values) else read(ctx, node, scope, known).relation
        return shortened(ctx, node, made, parent, known)
    raise Unreadable(f"{type(node).__name__.upper()} is no query", span_of(node))


def wrapped(ctx: Context, node: exp.Expr, parent: Scope | None, ctes: dict[str, Cte]) -> Relation:
    """A query in parentheses; one that has more behind them is a SELECT from it."""
    inner = node.this
    if isinstance(inner, exp.Table) or node.args.get("joins"):
        outer = exp.Select(expressions=[exp.Star()])
        outer.set("from_", exp.From(this=inner.copy()))
        for name in ("order", "limit", "offset", "joins"):
            outer.set(name, node.args.get(name))
        return select(ctx, outer, parent, ctes)
    relation = ctx.query(ctx, inner, parent, ctes)
    for pivot in node.args.get("pivots") or ():
        relation = pivoted(ctx, pivot, relation, parent)
    return shortened(ctx, node, relation, parent, ctes)


def with_entries(ctx: Context, node: exp.Expr, parent: Scope | None, ctes: dict[str, Cte]) -> dict[str, Cte]:
    """The entries of WITH that a query may read, its own over those from outside."""
    clause = node.args.get("with_")
    if clause is None:
        return ctes
    known = dict(ctes)
    for entry in clause.expressions:
        key = ctx.binding.fold(entry.args["alias"].this)
        known[key] = with_entry(ctx, entry, parent, dict(known), key, is_recursive=bool(clause.args.get("recursive")))
    return known


def with_entry(
    ctx: Context, entry: exp.Expr, parent: Scope | None, seen: dict[str, Cte], key: str, *, is_recursive: bool
) -> Cte:
    """One entry of WITH. A recursive one is read again until nothing more influences it."""
    names = [identifier.name for identifier in entry.args["alias"].args.get("columns") or ()]
    if entry.args.get("key_expressions"):
        ctx.gap("WITH RECURSIVE ... USING KEY", entry)

    def once() -> Relation:
        return keyed(ctx, ctx.query(ctx, entry.this, parent, seen), names)

    def until_settled() -> Relation:
        body = entry.this
        while isinstance(body, exp.Subquery) and not any(body.args.get(name) for name in ("order", "limit", "offset")):
            body = body.this
        if not isinstance(body, exp.SetOperation):
            return once()
        first = ctx.query(ctx, body.this, parent, with_entries(ctx, body, parent, seen))
        relation = keyed(ctx, first, names)
        for _ in range(ROUNDS):
            itself = Cte(key, once, replace(relation, keys=frozenset()))
            known = with_entries(ctx, body, parent, {**seen, key: itself})
            again = ctx.query(ctx, body.expression, parent, known)
            grown = keyed(ctx, shortened(ctx, body, combine(ctx, body, first, again), parent, known), names)
            if shape(grown) == shape(relation):
                return replace(grown, keys=frozenset())
            relation = grown
        raise Unreadable(f"the recursion of `{key}` does not settle", span_of(entry))

    return Cte(key, until_settled if is_recursive else once)


def keyed(ctx: Context, relation: Relation, names: list[str]) -> Relation:
    """A relation under the column names that WITH gives it."""
    return renamed(ctx, relation, names) if names else relation


def shape(relation: Relation) -> tuple[object, ...]:
    """A relation's influences, to see whether they have grown."""
    columns = tuple((column.key, frozenset(column.value.influences)) for column in relation.columns)
    return columns, frozenset(relation.rows), frozenset(relation.order)


def select(ctx: Context, node: exp.Expr, parent: Scope | None, ctes: dict[str, Cte]) -> Relation:
    """One SELECT: its frame, then clause by clause."""
    for name, part in node.args.items():
        if part and name not in KNOWN:
            ctx.gap(f"the clause {name.upper()} is not known here", node)
    frame = frame_of(ctx, node, parent, ctes)
    scope = Scope(frame, parent, ctes, aliases_of(ctx, node), windows=windows_of(ctx, node))
    clause(ctx, scope, "where", node.args.get("where"), FILTER)
    if node.args.get("where") is not None:
        learn(ctx, node.args["where"].this, scope)
    columns, plain = entries(ctx, node, scope)
    columns = apart(ctx, columns)
    group = grouping(ctx, node, scope, columns, plain)
    clause(ctx, scope, "having", node.args.get("having"), FILTER)
    clause(ctx, scope, "qualify", node.args.get("qualify"), FILTER)
    if node.args.get("qualify") is not None:
        learn(ctx, node.args["qualify"].this, scope)
    if node.args.get("sample") is not None:
        ctx.oddity("sample", "USING SAMPLE", node.args["sample"])
    keys = group if group is not None else shown_keys(frame, columns)
    if scope.multiplied:
        keys = frozenset()
    return ended(ctx, node, scope, columns, keys)


def clause(ctx: Context, scope: Scope, name: str, node: exp.Expr | None, use: int) -> None:
    """A clause that decides rows."""
    if node is None:
        return
    scope.clause = name
    into: Influences = {}
    collect(ctx, node.this, scope, use, into)
    scope.frame.rows = union((scope.frame.rows, into))
    scope.clause = "select"


def aliases_of(ctx: Context, node: exp.Expr) -> dict[str, exp.Expr]:
    """The names that a SELECT list gives; where two are the same, the first."""
    named: dict[str, exp.Expr] = {}
    for entry in node.expressions:
        if isinstance(entry, exp.Alias):
            named.setdefault(ctx.binding.fold(entry.args["alias"]), entry.this)
    return named


def windows_of(ctx: Context, node: exp.Expr) -> dict[str, exp.Window]:
    """The windows that WINDOW names."""
    return {ctx.binding.fold(window.this): window for window in node.args.get("windows") or ()}


def grouping(
    ctx: Context, node: exp.Expr, scope: Scope, columns: list[Column], plain: list[bool]
) -> frozenset[frozenset[str]] | None:
    """GROUP BY decides rows; what it proves unique of the result, or None where nothing is grouped."""
    group = node.args.get("group")
    if group is None:
        scope.grouped = scope.folded
        return frozenset({frozenset()}) if scope.folded else None
    scope.clause, scope.grouped = "group", True
    into: Influences = {}
    named: list[str | None] = []
    if group.args.get("all"):
        for column, is_plain in zip(columns, plain, strict=True):
            if is_plain:
                add(into, column.value.influences, GROUP_BY)
                named.append(column.key)
    named += [grouped_by(ctx, node, scope, part, columns, into) for part in group.expressions]
    for sets in ("grouping_sets", "rollup", "cube"):
        for part in group.args.get(sets) or ():
            grouped_by(ctx, node, scope, part, columns, into)
            named.append(None)
    scope.clause = "select"
    scope.frame.rows = union((scope.frame.rows, into))
    scope.frame.keys = frozenset()
    keys = [name for name in named if name is not None]
    return frozenset({frozenset(keys)}) if len(keys) == len(named) else frozenset()


def grouped_by(
    ctx: Context, node: exp.Expr, scope: Scope, part: exp.Expr, columns: list[Column], into: Influences
) -> str | None:
    """One part of GROUP BY; the output column that shows just it, or None."""
    if isinstance(part, exp.Literal) and not part.is_string:
        number = int(part.name) - 1
        if not 0 <= number < len(columns):
            raise Unreadable(f"GROUP BY {part.name} is no column of the SELECT list", span_of(part))
        add(into, columns[number].value.influences, GROUP_BY)
        return columns[number].key
    if isinstance(part, exp.Paren):
        return grouped_by(ctx, node, scope, part.this, columns, into)
    if isinstance(part, exp.GroupingSets | exp.Rollup | exp.Cube | exp.Tuple):
        for inner in part.expressions:
            grouped_by(ctx, node, scope, inner, columns, into)
        return None
    collect(ctx, part, scope, GROUP_BY, into)
    return shown_as(ctx, node, scope, part, columns)


def shown_as(ctx: Context, node: exp.Expr, scope: Scope, part: exp.Expr, columns: list[Column]) -> str | None:
    """The output column that shows just an expression of GROUP BY, or None."""
    value = evaluate(ctx, part, scope)
    for entry, column in zip(node.expressions, columns, strict=False):
        inner = entry.this if isinstance(entry, exp.Alias) else entry
        same_place = value.place is not None and column.value.place == value.place
        if len(node.expressions) == len(columns) and (same_place or inner == part):
            return column.key
        if isinstance(part, exp.Column) and isinstance(entry, exp.Alias) and inner is scope.aliases.get(part.name):
            return column.key if value.place is None else None
    return None


def ended(
    ctx: Context, node: exp.Expr, scope: Scope, columns: list[Column], keys: frozenset[frozenset[str]]
) -> Relation:
    """DISTINCT, ORDER BY and LIMIT, and the relation that comes out."""
    rows = scope.frame.rows
    order = ordered(ctx, node, scope, columns, {} if scope.grouped else scope.frame.order, keys)
    distinct = node.args.get("distinct")
    if distinct is not None:
        into: Influences = {}
        on = distinct.args.get("on")
        if on is not None:
            scope.clause = "order"
            parts = on.expressions if isinstance(on, exp.Tuple) else [on]
            for part in parts:
                add(into, term(ctx, part, scope, columns, GROUP_BY), GROUP_BY)
            add(into, order, SORT)
            scope.clause = "select"
            names = {column.key for part in parts for column in columns if is_of(ctx, part, column, scope)}
            keys = keys | ({frozenset(names)} if len(names) == len(parts) else frozenset())
        else:
            for column in columns:
                add(into, column.value.influences, GROUP_BY)
            keys = keys | {frozenset(column.key for column in columns)}
            order = sorting(ctx, node, scope, columns)
        rows = union((rows, into))
    rows, keys = limited(ctx, node, scope, rows, order, keys)
    by_place = {column.value.place: column.key for column in columns if column.value.place}
    if scope.multiplied or scope.grouped:
        by_place = {}  # no numbering of the rows that went in tells of those that come out
    out = tuple(Column(column.key, column.name, outward(column.value, by_place)) for column in columns)
    return Relation(out, rows, order, keys)


def outward(value: Value, by_place: dict[Place, str]) -> Value:
    """A value as those outside see it: places are the frame's own business; numberings go by output columns."""
    ranks = None
    if value.ranks is not None and all(place in by_place for place in value.ranks):
        ranks = frozenset((-1, by_place[place]) for place in value.ranks)
    if value.place is None and value.ranks is None:
        return value
    return value.at(None, ranks)


def shortened(ctx: Context, node: exp.Expr, relation: Relation, parent: Scope | None, ctes: dict[str, Cte]) -> Relation:
    """A query in parentheses or a set operation, with the ORDER BY and LIMIT behind it."""
    if not any(node.args.get(name) for name in ("order", "limit", "offset")):
        return relation
    scope = Scope(frame_of(ctx, exp.Select(), parent, ctes), parent, ctes)
    scope.frame.sources.append(Source("", relation))
    order = ordered(ctx, node, scope, list(relation.columns), relation.order, relation.keys)
    rows, keys = limited(ctx, node, scope, relation.rows, order, relation.keys)
    return replace(relation, rows=rows, order=order, keys=keys)
