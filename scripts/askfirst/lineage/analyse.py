"""Analyse the SQL of one query: parse, then work through it once from the inside out."""

from __future__ import annotations

from typing import TYPE_CHECKING

import sqlglot
from sqlglot import exp
from sqlglot.errors import ParseError, TokenError

from askfirst.lineage.called import others_called
from askfirst.lineage.context import Context, Unreadable
from askfirst.lineage.depth import with_room
from askfirst.lineage.dialects import binding_of
from askfirst.lineage.flows import OutputColumn, QueryFlows, Span
from askfirst.lineage.influences import SORT, Influences, add, union
from askfirst.lineage.queries import query

if TYPE_CHECKING:
    from askfirst.lineage.relations import Relation
    from askfirst.lineage.schema import Schema


def analyse(sql: str, schema: Schema, dialect: str) -> QueryFlows:
    """The flows of one query. ``schema`` knows the relations that it may read.

    Raises Unreadable where the SQL cannot be parsed or its names do not bind. What can only be analysed in part is
    in the result's gaps.
    """
    try:
        return with_room(lambda: once(sql, schema, dialect), sql)
    except RecursionError as error:
        raise Unreadable("the query is nested too deeply to be analysed") from error


def once(sql: str, schema: Schema, dialect: str) -> QueryFlows:
    """The same, on the stack that there is."""
    ctx = Context(dialect, schema.binding, schema, query, sql)
    ctx.gaps += others_called(sql, dialect)
    return finished(ctx, query(ctx, parse(sql, dialect), None, {}))


def parse(sql: str, dialect: str) -> exp.Expr:
    """The one query in a text; the query of CREATE TABLE AS, INSERT and the like."""
    if binding_of(dialect) is None:
        raise Unreadable(f"dialect `{dialect}` is not known: nobody has looked at how its names bind")
    try:
        statements = [tree for tree in sqlglot.parse(sql, dialect=dialect) if tree is not None]
    except ParseError as error:
        raise Unreadable(*told(error)) from error
    except TokenError as error:
        raise Unreadable("this is no SQL that can be read", None) from error
    if len(statements) != 1:
        raise Unreadable(f"one query is expected, and there are {len(statements)}")
    tree = statements[0]
    if isinstance(tree, exp.Insert) and any(tree.args.get(part) for part in ("with_", "conflict", "returning")):
        raise Unreadable("an INSERT with more than a query is not read")
    if isinstance(tree, exp.Create | exp.Insert) and isinstance(tree.expression, exp.Query):
        return tree.expression
    if isinstance(tree, exp.Query | exp.Pivot | exp.Values | exp.Table):
        return tree
    raise Unreadable(f"{tree.key.upper()} is no query")


def told(error: ParseError) -> tuple[str, Span | None]:
    """What the parser says, without the text that it quotes, and where."""
    first = error.errors[0] if error.errors else {}
    what = str(first.get("description") or "this cannot be parsed").strip().rstrip(".")
    return f"{what} (line {first.get('line')}, column {first.get('col')})", None


def finished(ctx: Context, relation: Relation) -> QueryFlows:
    """The analysis as a record. At the top the order tells, whoever set it."""
    rows: Influences = union((relation.rows,))
    add(rows, relation.order, SORT)
    names: dict[str, int] = {}
    columns = []
    for column in relation.columns:
        name = unused(column.name, names)
        columns.append(OutputColumn(name, ctx.origins.flows(column.value.influences), column.value.category))
    if relation.table is not None:
        ctx.gap("which columns come out depends on what is not known")
    return QueryFlows(
        columns=tuple(columns),
        rows=ctx.origins.flows(rows),
        reads=tuple(sorted(ctx.reads)),
        gaps=tuple(dict.fromkeys(ctx.gaps)),
        oddities=tuple(dict.fromkeys(ctx.oddities)),
        keys=relation.keys,
    )


def unused(name: str, names: dict[str, int]) -> str:
    """A name that no earlier column has, made as engines make it."""
    if name not in names:
        names[name] = 0
        return name
    names[name] += 1
    return unused(f"{name}_{names[name]}", names)
