"""One relation of FROM: a table, a query, VALUES, or what a function makes."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from sqlglot import exp

from askfirst.lineage.context import span_of
from askfirst.lineage.influences import (
    FILTER,
    IDENTITY,
    NONE,
    TRANSFORMATION,
    Influences,
    add,
    union,
    used,
)
from askfirst.lineage.pivots import pivoted, renamed
from askfirst.lineage.relations import Column, Relation, Scope, Source, Value, joined
from askfirst.lineage.schema import Ambiguous
from askfirst.lineage.values import collect, each, evaluate

if TYPE_CHECKING:
    from askfirst.lineage.context import Context
    from askfirst.lineage.relations import Cte

ROWS_ONLY = (exp.GenerateSeries, exp.ExplodingGenerateSeries)


def read(ctx: Context, node: exp.Expr, scope: Scope, ctes: dict[str, Cte]) -> Source:
    """One relation of FROM, under the name that it has there."""
    alias = node.args.get("alias")
    name = alias.name if alias is not None else ""
    listed = [identifier.name for identifier in (alias.args.get("columns") or ())] if alias is not None else []
    qualifiers: tuple[str, ...] | None = None
    if isinstance(node, exp.Table) and isinstance(node.this, exp.Identifier):
        relation = named(ctx, node, ctes)
        if not name:
            qualifiers = tuple(ctx.binding.fold(part) for part in node.parts[:-1] if isinstance(part, exp.Identifier))
            name = node.this.name
    else:
        relation = made(ctx, node, scope, ctes, listed)
        name = name or function_alias(node)
    relation = turned(ctx, node, relation, scope)
    if node.args.get("sample") is not None:
        ctx.oddity("sample", "TABLESAMPLE", node)
    if listed:
        relation = renamed_keeping_keys(
            ctx, relation, [part if isinstance(part, str) else part.name for part in listed]
        )
    folded = (
        ctx.binding.fold(alias.this) if alias is not None and alias.this is not None else ctx.binding.fold_text(name)
    )
    if isinstance(node, exp.Table) and isinstance(node.this, exp.Identifier) and alias is None:
        folded = ctx.binding.fold(node.this)
    return Source(pivot_alias(ctx, node) or folded, placed_ranks(relation, len(scope.frame.sources)), qualifiers)


def pivot_alias(ctx: Context, node: exp.Expr) -> str:
    """The alias that a PIVOT clause gives."""
    for pivot in reversed(node.args.get("pivots") or ()):
        alias = pivot.args.get("alias")
        if alias is not None and alias.this is not None:
            return ctx.binding.fold(alias.this)
    return ""


def placed_ranks(relation: Relation, position: int) -> Relation:
    """Numberings tell of groups of columns of this relation: as places of the frame that it enters."""
    if not relation.has_ranks:
        return relation
    columns = tuple(
        Column(
            column.key,
            column.name,
            column.value.at(column.value.place, frozenset((position, key) for _, key in column.value.ranks)),
        )
        if column.value.ranks is not None
        else column
        for column in relation.columns
    )
    return Relation(columns, relation.rows, relation.order, relation.keys, relation.table)


def named(ctx: Context, node: exp.Table, ctes: dict[str, Cte]) -> Relation:
    """A relation by its name: of WITH, or of the schema."""
    parts = tuple(ctx.binding.fold(part) for part in node.parts if isinstance(part, exp.Identifier))
    if len(parts) != len(node.parts):
        return ctx.outside(node.sql(ctx.dialect), "a relation's name is computed", node)
    if len(parts) == 1 and parts[0] in ctes:
        return ctes[parts[0]].read()
    table = ctx.schema.find(parts)
    if isinstance(table, Ambiguous):
        return ctx.outside(".".join(parts), f"`{'.'.join(parts)}` may be any of {', '.join(table.names)}", node)
    if table is None:
        return ctx.outside(".".join(parts), f"`{'.'.join(parts)}` is no relation that is known", node)
    relation, span = ctx.table(table), span_of(node)
    return relation.with_rows(dict.fromkeys(relation.rows, span))


def turned(ctx: Context, node: exp.Expr, relation: Relation, scope: Scope) -> Relation:
    """A relation after the PIVOT clauses behind it."""
    for pivot in node.args.get("pivots") or ():
        relation = pivoted(ctx, pivot, relation, scope.parent)
    return relation


def renamed_keeping_keys(ctx: Context, relation: Relation, names: list[str]) -> Relation:
    """A relation under an alias with a list of columns; its keys go by the new names."""
    changed = renamed(ctx, relation, names)
    new = {old.key: now.key for old, now in zip(relation.columns, changed.columns, strict=False)}
    keys = frozenset(frozenset(new.get(key, key) for key in group) for group in relation.keys)
    return replace(changed, keys=keys)


def made(ctx: Context, node: exp.Expr, scope: Scope, ctes: dict[str, Cte], listed: list[str]) -> Relation:
    """A relation that is put together here: a query, VALUES, a list taken apart, a function."""
    inner = node.this if isinstance(node, exp.Subquery | exp.Lateral) else node
    if isinstance(inner, exp.Subquery) and not inner.args.get("joins"):
        return ctx.query(ctx, inner, scope, ctes)
    if isinstance(inner, exp.Values):
        return values(ctx, inner, scope)
    if isinstance(inner, exp.Unnest):
        return unnested(ctx, inner, scope)
    if isinstance(inner, exp.Query | exp.Pivot):
        return ctx.query(ctx, inner, scope, ctes)
    function = inner.this if isinstance(inner, exp.Table) else inner
    if function is None:
        return ctx.outside("rows from", "ROWS FROM is not read", node)
    ordinality = bool(inner.args.get("ordinality")) or bool(node.args.get("ordinality"))
    return of_function(ctx, function, scope, listed, ordinality=ordinality)


def values(ctx: Context, node: exp.Expr, scope: Scope) -> Relation:
    """VALUES: a column of what stands at its place in each row."""
    width = max((len(row.expressions) if isinstance(row, exp.Tuple) else 1 for row in node.expressions), default=0)
    columns: list[Influences] = [{} for _ in range(width)]
    for row in node.expressions:
        for number, entry in enumerate(row.expressions if isinstance(row, exp.Tuple) else [row]):
            add(columns[number], evaluate(ctx, entry, scope).influences, IDENTITY)
    return Relation(tuple(Column(f"col{n}", f"col{n}", Value(column)) for n, column in enumerate(columns)), NONE)


def unnested(ctx: Context, node: exp.Expr, scope: Scope) -> Relation:
    """Lists taken apart: their entries pass, and they decide how many rows there are."""
    rows: Influences = {}
    columns = []
    for number, entry in enumerate(node.expressions):
        value = evaluate(ctx, entry, scope)
        add(rows, value.influences, FILTER, span_of(entry))
        name = "unnest" if number == 0 else f"unnest_{number}"
        columns.append(Column(name, name, Value(used(value.influences, TRANSFORMATION))))
    if node.args.get("offset"):
        offset = node.args["offset"]
        name = offset.name if isinstance(offset, exp.Identifier) else "ordinality"
        columns.append(Column(name, name, Value(used(joined([column.value for column in columns]), TRANSFORMATION))))
    return Relation(tuple(columns), rows)


def function_alias(node: exp.Expr) -> str:
    """How a function in FROM is called where nothing else is said."""
    function = node.this if isinstance(node, exp.Table | exp.Lateral) else node
    if isinstance(function, exp.Anonymous):
        return function.name.lower()
    return function.sql_name().lower() if isinstance(function, exp.Func) else ""


def of_function(ctx: Context, node: exp.Expr, scope: Scope, listed: list[str], *, ordinality: bool) -> Relation:
    """A function in FROM: a series reads nothing, one that takes a list apart passes it, others may read anything."""
    into: Influences = {}
    each(ctx, list(node.iter_expressions()), scope, TRANSFORMATION, into)
    rows = used(into, FILTER)
    if isinstance(node, ROWS_ONLY):
        name = "range" if node.args.get("is_end_exclusive") else "generate_series"
        columns = [Column(name, name, Value(dict(into)))]
    elif isinstance(node, exp.Stack):
        columns = stacked(ctx, node, scope)
    elif isinstance(node, exp.Explode | exp.Posexplode | exp.Inline | exp.Flatten) or takes_apart(node):
        names = listed or (["pos", "col"] if isinstance(node, exp.Posexplode) else ["col"])
        columns = [Column(ctx.binding.fold_text(name), name, Value(dict(into))) for name in names]
        if not listed:
            return Relation(tuple(columns), rows, table=lambda _name: Value(dict(into)))
    else:
        relation = ctx.outside(node.sql(ctx.dialect), "a function in FROM that may read anything", node)
        return Relation(relation.columns, union((relation.rows, rows)), table=relation.table)
    if ordinality:
        columns.append(Column("ordinality", "ordinality", Value(dict(into))))
    return Relation(tuple(columns), rows)


APART = frozenset(
    [
        "generate_subscripts",
        "jsonb_to_recordset",
        "json_to_recordset",
        "jsonb_to_record",
        "json_to_record",
        "jsonb_array_elements",
        "json_array_elements",
        "jsonb_array_elements_text",
        "json_array_elements_text",
        "jsonb_each",
        "json_each",
        "jsonb_each_text",
        "json_each_text",
        "jsonb_object_keys",
        "json_object_keys",
        "regexp_split_to_table",
        "string_to_table",
        "regexp_matches",
        "json_tree",
        "explode_outer",
        "posexplode_outer",
        "inline_outer",
    ]
)


def takes_apart(node: exp.Expr) -> bool:
    """Whether a function in FROM yields what is in its arguments, and nothing else."""
    return isinstance(node, exp.Anonymous) and str(node.this).lower() in APART


def stacked(ctx: Context, node: exp.Expr, scope: Scope) -> list[Column]:
    """Spark's ``stack(n, ...)``: its arguments in n rows."""
    count, *entries = node.iter_expressions()
    rows = int(count.name) if isinstance(count, exp.Literal) and count.name.isdigit() else 1
    width = -(-len(entries) // max(rows, 1))
    columns: list[Influences] = [{} for _ in range(width)]
    for number, entry in enumerate(entries):
        collect(ctx, entry, scope, TRANSFORMATION, columns[number % width])
    return [Column(f"col{n}", f"col{n}", Value(column)) for n, column in enumerate(columns)]
