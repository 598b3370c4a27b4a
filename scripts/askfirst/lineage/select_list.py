"""The SELECT list: which columns its entries yield, what they are called, and what of them decides rows."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlglot import exp

from askfirst.lineage.context import span_of
from askfirst.lineage.influences import (
    FILTER,
    TRANSFORMATION,
    Influences,
    add,
    union,
    used,
)
from askfirst.lineage.relations import Column, Scope, Value
from askfirst.lineage.sources import stacked, takes_apart
from askfirst.lineage.stars import is_star, matched, spread, spread_name, spreading
from askfirst.lineage.values import each, evaluate

if TYPE_CHECKING:
    from askfirst.lineage.context import Context

# Spark's, where sqlglot does not know them: one entry of a SELECT list that yields several columns.
OF_SEVERAL_COLUMNS = frozenset({"json_tuple", "parse_url_tuple", "inline_outer"})
SET_RETURNING = (exp.Explode, exp.Unnest, exp.GenerateSeries, exp.ExplodingGenerateSeries)


def entries(ctx: Context, node: exp.Expr, scope: Scope) -> tuple[list[Column], list[bool]]:
    """The columns of a SELECT list, and of each whether it is plain: no aggregate in it."""
    columns: list[Column] = []
    plain: list[bool] = []
    for entry in node.expressions:
        scope.folded = False
        made = list(shown(ctx, entry, scope))
        inner = entry.this if isinstance(entry, exp.Alias) else entry
        if not isinstance(inner, exp.Window) and not scope.frame.is_single:
            # A numbering that was read tells of its source's rows, and a join may have made more of each.
            made = [Column(one.key, one.name, one.value.at(one.value.place, None)) for one in made]
        columns += made
        plain += [not scope.folded] * len(made)
    scope.folded = not all(plain)
    return columns, plain


def shown(ctx: Context, entry: exp.Expr, scope: Scope) -> list[Column]:
    """The columns that one entry of a SELECT list yields."""
    inner = entry.this if isinstance(entry, exp.Alias | exp.Aliases) else entry
    if isinstance(inner, exp.Column) and isinstance(inner.this, exp.Identifier):
        return [one_column(ctx, entry, evaluate(ctx, inner, scope), scope)]
    if is_star(entry) and not isinstance(entry, exp.Alias):
        return [Column(key, name, value) for key, name, value in matched(ctx, entry, scope)]
    if isinstance(inner, exp.Columns) and not isinstance(entry, exp.Alias):
        return [Column(key, name, value) for key, name, value in matched(ctx, inner, scope)]
    if entry.find(exp.Columns) is not None and spreading(entry) and not entry.find(exp.Query):
        return [
            Column(ctx.binding.fold_text(name), name, evaluate(ctx, one, scope))
            for read, one in spread(ctx, entry, scope)
            for name in [spread_name(entry, read)]
        ]
    if isinstance(inner, exp.Explode | exp.Posexplode | exp.Unnest | exp.Inline | exp.Stack):
        return taken_apart(ctx, entry, inner, scope)
    if isinstance(inner, exp.Anonymous) and str(inner.this).lower() in OF_SEVERAL_COLUMNS:
        ctx.gap("how many columns this is taken apart into is not known", entry)
    value = evaluate(ctx, inner, scope)
    if not isinstance(inner, exp.Column | exp.Literal):
        list_rows(ctx, inner, scope)
    return [one_column(ctx, entry, value, scope)]


def one_column(ctx: Context, entry: exp.Expr, value: Value, scope: Scope) -> Column:
    """The one column that an entry of a SELECT list yields."""
    name = shown_name(ctx, entry, scope)
    return Column(ctx.binding.fold_text(name), name, value)


def list_rows(ctx: Context, node: exp.Expr, scope: Scope) -> None:
    """A list that is taken apart inside an expression decides rows all the same."""
    many = SET_RETURNING if ctx.binding.name == "postgres" else SET_RETURNING[:2]
    if node.find(*many, exp.Anonymous) is None:
        return
    for inner in node.walk(prune=lambda part: isinstance(part, exp.Query)):
        if not isinstance(inner, many) and not takes_apart(inner):
            continue
        into: Influences = {}
        each(ctx, list(inner.iter_expressions()), scope, FILTER, into)
        scope.frame.rows = union((scope.frame.rows, into))
        scope.multiplied = True


def taken_apart(ctx: Context, entry: exp.Expr, node: exp.Expr, scope: Scope) -> list[Column]:
    """A list or struct taken apart in a SELECT list: its entries pass, and a list decides how many rows there are."""
    names = [identifier.name for identifier in entry.expressions] if isinstance(entry, exp.Aliases) else []
    scope.multiplied = True
    if isinstance(node, exp.Stack):
        made = stacked(ctx, node, scope)
        named = [*names, *(column.name for column in made[len(names) :])]
        return [
            Column(ctx.binding.fold_text(name), name, column.value) for name, column in zip(named, made, strict=True)
        ]
    inner = node.expressions[0] if isinstance(node, exp.Unnest) else node.this
    value = evaluate(ctx, inner, scope)
    into = used(value.influences, TRANSFORMATION)
    fields = fields_in(ctx, inner, value)
    if is_of_unknown_width(node, value, fields):
        ctx.gap("how many columns this is taken apart into is not known", node)
    if not fields or not isinstance(node, exp.Explode) or isinstance(inner, exp.Array):
        add(scope.frame.rows, into, FILTER, span_of(node))
    if isinstance(entry, exp.Alias) and not fields:
        names = [entry.alias]
    names = names or fields or default_names(ctx, node, inner, value)
    return [Column(ctx.binding.fold_text(name), name, Value(dict(into))) for name in names]


def is_of_unknown_width(node: exp.Expr, value: Value, fields: list[str]) -> bool:
    """Whether a list or struct that is taken apart may yield more columns than can be told here."""
    if isinstance(node, exp.Inline):
        return not fields
    if not isinstance(node, exp.Explode) or not node.expressions:
        return False
    kind = value.kind.upper()  # DuckDB's `recursive` and `max_depth` open what is inside, too
    return not fields or kind.count("STRUCT") != 1 or "[" in kind or "MAP" in kind


def default_names(ctx: Context, node: exp.Expr, inner: exp.Expr, value: Value) -> list[str]:
    """What the engine calls the columns of a list, or of Spark's map, that is taken apart."""
    if ctx.binding.name != "spark":
        return ["unnest"]
    is_map = isinstance(inner, exp.Map | exp.VarMap | exp.MapFromEntries | exp.StrToMap)
    named = ["key", "value"] if is_map or value.kind.upper().startswith("MAP") else ["col"]
    return ["pos", *named] if isinstance(node, exp.Posexplode) else named


def fields_in(ctx: Context, node: exp.Expr, value: Value) -> list[str]:
    """The names of the fields of a struct, or of a list's structs that stand here."""
    if isinstance(node, exp.Array) and node.expressions:
        node = node.expressions[0]
        value = Value()
    if isinstance(node, exp.Struct):
        named = [
            part.this.name if isinstance(part, exp.PropertyEQ) else part.alias_or_name for part in node.expressions
        ]
        return named if all(named) else []
    if value.fields:
        return list(value.fields)
    if value.kind.upper().startswith("STRUCT") and not value.kind.endswith("]"):
        return [field.name for field in exp.DataType.build(value.kind, dialect=ctx.dialect).expressions]
    return []


def shown_name(ctx: Context, entry: exp.Expr, scope: Scope) -> str:
    """The name of an output column: as given, as the column read is called, or as the engine would make one up."""
    if isinstance(entry, exp.Alias):
        return entry.alias
    while isinstance(entry, exp.Paren):
        entry = entry.this
    if isinstance(entry, exp.Column | exp.Dot):
        name = entry.name if isinstance(entry, exp.Column) else entry.expression.name
        if isinstance(entry, exp.Column) and not entry.args.get("table"):
            key = ctx.binding.fold(entry.this)
            for position in scope.frame.holding(key):
                column = scope.frame.sources[position].relation.column(key)
                return column.name if column is not None else name
        return name
    if isinstance(entry, exp.Count) and isinstance(entry.this, exp.Star) and ctx.dialect == "duckdb":
        return "count_star()"
    if ctx.binding.name == "postgres":
        named = entry.this if isinstance(entry, exp.Window) else entry
        return named.sql_name().lower() if isinstance(named, exp.Func) else "?column?"
    return entry.sql(ctx.dialect)


def apart(ctx: Context, columns: list[Column]) -> list[Column]:
    """Columns of which no two have one name: an engine renames the second, and so does nobody take it for the first."""
    taken: set[str] = set()
    found = []
    for column in columns:
        name, number = column.name, 0
        while ctx.binding.fold_text(name) in taken:
            number += 1
            name = f"{column.name}_{number}"
        taken.add(ctx.binding.fold_text(name))
        found.append(Column(ctx.binding.fold_text(name), name, column.value) if number else column)
    return found
