"""PIVOT and UNPIVOT, as a clause of FROM and as DuckDB's statement."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlglot import exp

from askfirst.lineage import aggregates
from askfirst.lineage.influences import CONDITIONAL, FILTER, GROUP_BY, TRANSFORMATION, Influences, add, union, used
from askfirst.lineage.relations import Column, Frame, Relation, Scope, Source, Value
from askfirst.lineage.stars import matched
from askfirst.lineage.values import collect, evaluate

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from askfirst.lineage.context import Context


def pivoted(ctx: Context, node: exp.Expr, relation: Relation, parent: Scope | None) -> Relation:
    """A relation turned: values of a column become columns, or columns become rows."""
    frame = Frame([Source("", relation)], rows=dict(relation.rows))
    scope = Scope(frame, parent, {})
    turned = unpivot(ctx, node, scope) if node.args.get("unpivot") else pivot(ctx, node, scope)
    alias = node.args.get("alias")
    names = [identifier.name for identifier in alias.args.get("columns") or ()] if alias is not None else []
    return renamed(ctx, turned, names)


def renamed(ctx: Context, relation: Relation, names: list[str]) -> Relation:
    """A relation whose first columns have other names."""
    if not names:
        return relation
    columns = [Column(column.key, column.name, column.value.at(None, None)) for column in relation.columns]
    for number, name in enumerate(names):
        if number < len(columns):
            columns[number] = Column(ctx.binding.fold_text(name), name, columns[number].value)
        elif relation.table:
            columns.append(Column(ctx.binding.fold_text(name), name, relation.table(name)))
    kept = frozenset() if relation.keys else relation.keys
    return Relation(tuple(columns), relation.rows, relation.order, kept)


def columns_in(ctx: Context, nodes: Iterable[exp.Expr], scope: Scope) -> dict[str, Value]:
    """The columns that some expressions name, by key."""
    found: dict[str, Value] = {}
    for node in nodes:
        for column in node.find_all(exp.Column):
            if isinstance(column.this, exp.Identifier):
                found[ctx.binding.fold(column.this)] = evaluate(ctx, column, scope)
    return found


def pivot(ctx: Context, node: exp.Expr, scope: Scope) -> Relation:
    """PIVOT: rows are grouped by what is neither turned nor folded; each new column asks for one value."""
    is_statement = node.args.get("this") is not None
    turned = node.expressions if is_statement else node.args.get("fields") or []
    folded = (node.args.get("using") or []) if is_statement else node.expressions
    asked: Influences = {}
    for part in turned:
        collect(ctx, part.this if isinstance(part, exp.In) else part, scope, CONDITIONAL, asked)
        for entry in part.expressions if isinstance(part, exp.In) else ():
            if not isinstance(entry, exp.Column):
                collect(ctx, entry, scope, CONDITIONAL, asked)
    group = node.args.get("group")
    hidden = {**columns_in(ctx, [part.this if isinstance(part, exp.In) else part for part in turned], scope)}
    hidden |= columns_in(ctx, folded, scope)
    source = scope.frame.sources[0].relation
    if source.table:
        ctx.gap("PIVOT over columns that are not all known", node)
    kept = list(columns_in(ctx, group.expressions, scope)) if group is not None else None
    groups = tuple(
        column for column in source.columns if (column.key in kept if kept is not None else column.key not in hidden)
    )
    rows = dict(scope.frame.rows)
    for column in groups:
        add(rows, column.value.influences, GROUP_BY)
    made = tuple(
        Column(ctx.binding.fold_text(name), name, Value(union((value.influences, asked))))
        for name, value in new_columns(ctx, node, folded, scope, is_statement)
    )
    if is_statement and not all(isinstance(part, exp.In) for part in turned):
        # Which columns there are depends on the values: any name may be one of them.
        values = union(value.influences for _, value in new_columns(ctx, node, folded, scope, is_statement))
        everything = union((values, asked))
        ctx.gap("PIVOT without a list of values: its columns depend on the data", node)
        return Relation(groups, rows, table=lambda _name: Value(everything))
    return Relation(
        tuple(unnumbered((*groups, *made))), rows, keys=frozenset({frozenset(column.key for column in groups)})
    )


def new_columns(
    ctx: Context, node: exp.Expr, folded: list[exp.Expr], scope: Scope, is_statement: bool
) -> list[tuple[str, Value]]:
    """The columns that PIVOT makes, in their order: of each listed value, each aggregate."""
    values = [evaluate(ctx, entry, scope) for entry in folded] or [Value()]
    labels = [entry.alias if isinstance(entry, exp.Alias) else "" for entry in folded] or [""]
    named = [identifier.name for identifier in node.args.get("columns") or ()]
    if not is_statement and len(named) % len(values) == 0:
        return [(name, values[number % len(values)]) for number, name in enumerate(named)]
    listed: list[str] = [""]
    for part in node.expressions if is_statement else node.args.get("fields") or []:
        entries = part.expressions if isinstance(part, exp.In) else []
        listed = [
            "_".join(filter(None, (before, entry.alias_or_name or entry.sql())))
            for before in listed
            for entry in entries
        ]
    made = []
    for name in listed:
        for number, value in enumerate(values):
            several = len(values) > 1 or labels[number]
            label = labels[number] or (aggregate_label(folded[number]) if folded else "")
            made.append((f"{name}_{label}" if several else name, value))
    return made


def aggregate_label(node: exp.Expr) -> str:
    """How DuckDB names an aggregate without an alias."""
    if isinstance(node, exp.Count) and isinstance(node.this, exp.Star):
        return "count_star()"
    return (aggregates.function_name(node) and node.sql("duckdb")) or node.sql("duckdb").lower()


def unpivot(ctx: Context, node: exp.Expr, scope: Scope) -> Relation:
    """UNPIVOT: some columns become rows of a name and a value; rows without a value fall out unless kept."""
    is_statement = node.args.get("this") is not None
    into = node.args.get("into")
    if is_statement:
        chosen = node.expressions
        name_column = into.this.name if into is not None else "name"
        value_columns = [column.name for column in into.expressions] if into is not None else ["value"]
    else:
        field = node.args["fields"][0]
        chosen = field.expressions
        name_column = field.this.name
        first = node.expressions[0]
        value_columns = [part.name for part in (first.expressions if isinstance(first, exp.Tuple) else [first])]
    source = scope.frame.sources[0].relation
    if source.table:
        ctx.gap("UNPIVOT over columns that are not all known", node)
    lists = [slots(ctx, entry, scope) for entry in chosen]
    taken = {key for entry in lists for slot in entry for key in slot}
    rows = dict(scope.frame.rows)
    values: list[Influences] = [{} for _ in value_columns]
    for entry in lists:
        for number, slot in enumerate(entry):
            for value in slot.values():
                add(values[number % len(values)], value.influences, TRANSFORMATION)
                if not node.args.get("include_nulls"):
                    add(rows, value.influences, FILTER)
    kept = tuple(column for column in source.columns if column.key not in taken)
    add(rows, asked_by_name(ctx, node, kept, value_columns), FILTER)
    made = [Column(ctx.binding.fold_text(name_column), name_column, Value())]
    made += [
        Column(ctx.binding.fold_text(name), name, Value(value))
        for name, value in zip(value_columns, values, strict=True)
    ]
    return Relation(tuple(unnumbered((*kept, *made))), rows, relation_order(scope))


def asked_by_name(ctx: Context, node: exp.Expr, kept: Iterable[Column], names: list[str]) -> Influences:
    """What the question for rows without a value reads besides: it names the value, and a kept column may be so called.

    DuckDB 2.0 binds the name to that column, whichever is meant.
    """
    if node.args.get("include_nulls"):
        return {}
    keys = {ctx.binding.fold_text(name) for name in names}
    return union(column.value.influences for column in kept if column.key in keys)


def unnumbered(columns: Iterable[Column]) -> Iterator[Column]:
    """Columns none of which numbers the rows any more."""
    return (Column(column.key, column.name, column.value.at(None, None)) for column in columns)


def relation_order(scope: Scope) -> Influences:
    """In which order the one relation of a frame comes."""
    return scope.frame.sources[0].relation.order


def slots(ctx: Context, entry: exp.Expr, scope: Scope) -> list[dict[str, Value]]:
    """The columns that one entry of UNPIVOT names, by the value column that they go to."""
    if isinstance(entry, exp.Columns | exp.Star):
        return [{key: value for key, _, value in matched(ctx, entry, scope)}]
    inner = entry.this if isinstance(entry, exp.Alias | exp.PivotAlias | exp.Paren) else entry
    parts = inner.expressions if isinstance(inner, exp.Tuple) else [inner]
    return [columns_in(ctx, [part], scope) for part in parts]


def all_of(relation: Relation) -> Influences:
    """Every column of a relation, transformed."""
    return used(union(column.value.influences for column in relation.columns), TRANSFORMATION)
