"""FROM: the relations that a query reads, and what their joins decide."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from sqlglot import exp

from askfirst.lineage.context import span_of
from askfirst.lineage.influences import (
    FILTER,
    IDENTITY,
    JOIN,
    NONE,
    SORT,
    TRANSFORMATION,
    Influences,
    add,
    as_indirect,
    union,
    used,
)
from askfirst.lineage.keys import combined, conjuncts, matches, proves, source_keys
from askfirst.lineage.pivots import pivoted, renamed
from askfirst.lineage.relations import Column, Frame, Relation, Scope, Source, Value
from askfirst.lineage.schema import Ambiguous
from askfirst.lineage.values import collect, each, evaluate

if TYPE_CHECKING:
    from askfirst.lineage.context import Context
    from askfirst.lineage.relations import Cte, Place

ROWS_ONLY = (exp.GenerateSeries, exp.ExplodingGenerateSeries)


def frame_of(ctx: Context, node: exp.Expr, parent: Scope | None, ctes: dict[str, Cte]) -> Frame:
    """The frame of a SELECT: FROM, its joins, and Spark's lateral views, one after another."""
    frame = Frame()
    start = node.args.get("from_")
    if start is not None:
        enter(ctx, frame, start.this, parent, ctes)
    for view in node.args.get("laterals") or ():
        comma(ctx, frame, view, parent, ctes)
    for one in node.args.get("joins") or ():
        join(ctx, frame, one, parent, ctes)
    return frame


def enter(ctx: Context, frame: Frame, node: exp.Expr, parent: Scope | None, ctes: dict[str, Cte]) -> int:
    """Add a relation to the frame, with the joins that stand inside its own parentheses; the first one's position."""
    position = len(frame.sources)
    scope = Scope(frame, parent, ctes, clause="from")
    inner = node.this if isinstance(node, exp.Subquery) else node
    if isinstance(node, exp.Subquery) and isinstance(inner, exp.Table | exp.Subquery) and not node.alias:
        enter(ctx, frame, inner, parent, ctes)
    else:
        source = read(ctx, node, scope, ctes)
        frame.sources.append(source)
        if position == 0:
            frame.keys = source_keys(frame, 0)
        frame.rows = union((frame.rows, source.relation.rows))
        frame.order = union((frame.order, source.relation.order))
    for one in node.args.get("joins") or ():
        join(ctx, frame, one, parent, ctes)
    return position


def comma(ctx: Context, frame: Frame, node: exp.Expr, parent: Scope | None, ctes: dict[str, Cte]) -> None:
    """One more relation without a condition."""
    before = frame.keys
    position = enter(ctx, frame, node, parent, ctes)
    frame.keys = combined(before, source_keys(frame, position)) if position else frame.keys


def join(ctx: Context, frame: Frame, node: exp.Expr, parent: Scope | None, ctes: dict[str, Cte]) -> None:
    """One join: what it compares decides rows, or, where at most one row can match an outer one, that side's columns."""
    side, kind, method = (str(node.args.get(part) or "").upper() for part in ("side", "kind", "method"))
    before = frame.keys
    rows_before = frame.rows
    left = set(range(len(frame.sources)))
    order_before = frame.order
    frame.rows = {}
    position = enter(ctx, frame, node.this, parent, ctes)
    right = set(range(position, len(frame.sources)))
    right_rows = frame.rows
    frame.rows = rows_before
    scope = Scope(frame, parent, ctes, clause="join")
    on: Influences = {}
    condition = node.args.get("on")
    if condition is not None:
        collect(ctx, condition, scope, JOIN, on)
    matched = matches(ctx, condition, scope, right)
    back = matches(ctx, condition, scope, left)
    for name in using(ctx, frame, node, left, right, method):
        share(frame, name, left, right, side or kind, on, matched, back)
    own = source_keys(frame, position) if len(right) == 1 else frozenset()
    own = frozenset(key - fixed(ctx, condition, scope, right) for key in own)
    right_is_unique = proves(own, matched) or method == "ASOF"
    if method == "POSITIONAL":
        add(on, frame.order, SORT)
    if kind in ("SEMI", "ANTI"):
        frame.rows = union((rows_before, on, as_indirect(right_rows, JOIN)))
        frame.order = order_before
        for n in right:
            frame.sources[n].is_visible = False
        frame.keys = before
    elif side == "LEFT" and right_is_unique:
        influence(frame, right, union((on, used(right_rows, JOIN))))
        frame.keys, frame.order = before, order_before
    elif side == "RIGHT" and proves(before, back):
        influence(frame, left, union((on, used(rows_before, JOIN))))
        frame.rows, frame.keys = right_rows, own
    else:
        frame.rows = union((rows_before, on, right_rows))
        if side == "FULL":
            frame.keys = frozenset()
        else:
            frame.keys = before if right_is_unique and side != "RIGHT" else combined(before, own)


def influence(frame: Frame, positions: set[int], extra: Influences) -> None:
    """Let something influence each value that is read from some sources."""
    for position in positions:
        source = frame.sources[position]
        source.extra = union((source.extra, extra))


def fixed(ctx: Context, condition: exp.Expr | None, scope: Scope, inside: set[int]) -> set[Place]:
    """The columns of some sources that a join holds equal to a literal."""
    found = set()
    for part in conjuncts(condition):
        if isinstance(part, exp.EQ):
            for side, other in ((part.this, part.expression), (part.expression, part.this)):
                if isinstance(other, exp.Literal) and isinstance(side, exp.Column):
                    place = evaluate(ctx, side, scope).place
                    if place is not None and place[0] in inside:
                        found.add(place)
    return found


def using(ctx: Context, frame: Frame, node: exp.Expr, left: set[int], right: set[int], method: str) -> list[str]:
    """The columns that USING or NATURAL compares."""
    if method != "NATURAL":
        return [ctx.binding.fold(name) for name in node.args.get("using") or ()]
    if any(frame.sources[n].relation.table for n in left | right):
        ctx.gap("NATURAL JOIN over columns that are not all known", node)
    here = {column.key for n in left if frame.sources[n].is_visible for column in frame.sources[n].relation.columns}
    return [column.key for n in sorted(right) for column in frame.sources[n].relation.columns if column.key in here]


def share(
    frame: Frame,
    name: str,
    left: set[int],
    right: set[int],
    side: str,
    on: Influences,
    matched: set[Place],
    back: set[Place],
) -> None:
    """Make one column of two that USING compares."""
    one = frame.merged.get(name) or first(frame, name, left)
    other = first(frame, name, right)
    if one is None or other is None:
        return
    add(on, one.influences, JOIN)
    add(on, other.influences, JOIN)
    if other.place is not None:
        matched.add(other.place)
    if one.place is not None:
        back.add(one.place)
    for n in right:
        if frame.sources[n].relation.column(name):
            frame.sources[n].hidden |= {name}
    if side == "RIGHT":
        frame.merged[name] = other
    elif side == "FULL":
        frame.merged[name] = Value(used(union((one.influences, other.influences)), TRANSFORMATION))
    else:
        frame.merged[name] = one


def first(frame: Frame, name: str, positions: set[int]) -> Value | None:
    """The column of the first of some sources that has it, or may have it."""
    for position in sorted(positions):
        source = frame.sources[position]
        value = frame.placed(position, name)
        if value is None and source.relation.table:
            value = replace(source.relation.table(name), place=(position, name))
        if value is not None and source.is_visible:
            return value
    return None


def read(ctx: Context, node: exp.Expr, scope: Scope, ctes: dict[str, Cte]) -> Source:
    """One relation of FROM, under the name that it has there."""
    alias = node.args.get("alias")
    name = alias.name if alias is not None else ""
    listed = [identifier.name for identifier in (alias.args.get("columns") or ())] if alias is not None else []
    qualifiers: tuple[str, ...] = ()
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
    if not any(column.value.ranks is not None for column in relation.columns):
        return relation
    columns = tuple(
        replace(column, value=replace(column.value, ranks=frozenset((position, key) for _, key in column.value.ranks)))
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
    return ctx.table(table)


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
        columns.append(Column(name, name, Value()))
    return Relation(tuple(columns), rows)


def function_alias(node: exp.Expr) -> str:
    """How a function in FROM is called where nothing else is said."""
    function = node.this if isinstance(node, exp.Table | exp.Lateral) else node
    if isinstance(function, exp.Anonymous):
        return function.name.lower()
    return function.sql_name().lower() if isinstance(function, exp.Func) else ""


def of_function(ctx: Context, node: exp.Expr, scope: Scope, listed: list[str], *, ordinality: bool) -> Relation:
    """A function in FROM: a series reads nothing; one that takes a list apart passes it; any other may read anything."""
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
        columns.append(Column("ordinality", "ordinality", Value()))
    return Relation(tuple(columns), rows)


APART = frozenset(
    "jsonb_to_recordset json_to_recordset jsonb_to_record json_to_record jsonb_array_elements json_array_elements "
    "jsonb_array_elements_text json_array_elements_text jsonb_each json_each jsonb_each_text json_each_text "
    "jsonb_object_keys json_object_keys regexp_split_to_table string_to_table regexp_matches json_tree "
    "explode_outer posexplode_outer inline_outer".split()
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
