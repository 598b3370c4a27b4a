"""FROM: the relations that a query reads, and what their joins decide."""

from __future__ import annotations

import itertools
from dataclasses import dataclass, replace
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
from askfirst.lineage.keys import alike, combined, conjuncts, matches, proves, source_keys
from askfirst.lineage.pivots import pivoted, renamed
from askfirst.lineage.relations import Column, Frame, Relation, Scope, Source, Value, joined
from askfirst.lineage.schema import Ambiguous
from askfirst.lineage.values import collect, each, evaluate

if TYPE_CHECKING:
    from collections.abc import Sequence

    from askfirst.lineage.context import Context
    from askfirst.lineage.relations import Cte, Place

PlaceKeys = frozenset[frozenset[tuple[int, str]]]
ROWS_ONLY = (exp.GenerateSeries, exp.ExplodingGenerateSeries)


def frame_of(ctx: Context, node: exp.Expr, parent: Scope | None, ctes: dict[str, Cte]) -> Frame:
    """The frame of a SELECT: FROM, its joins, and Spark's lateral views, one after another."""
    frame = Frame()
    start = node.args.get("from_")
    if start is not None:
        enter(ctx, frame, start.this, parent, ctes)
    for view in node.args.get("laterals") or ():
        comma(ctx, frame, [view], parent, ctes)
    joins = list(node.args.get("joins") or ())
    commas = [number for number, one in enumerate(joins) if is_comma(one)]
    for one in joins[: commas[0]] if commas else joins:
        join(ctx, frame, one, parent, ctes)
    for begin, end in itertools.pairwise([*commas, len(joins)]):
        comma(ctx, frame, [joins[begin].this, *joins[begin + 1 : end]], parent, ctes)
    return frame


def is_comma(node: exp.Expr) -> bool:
    """Whether a join is a comma: it binds looser than any other, so that what follows it is joined first."""
    return not any(node.args.get(part) for part in ("kind", "side", "method", "on", "using"))


def enter(ctx: Context, frame: Frame, node: exp.Expr, parent: Scope | None, ctes: dict[str, Cte]) -> PlaceKeys:
    """Add a relation to the frame, or the whole of a join in parentheses; the keys that are proved of it."""
    position = len(frame.sources)
    inner = node.this if isinstance(node, exp.Subquery) else node
    bare = not any(node.args.get(part) for part in ("alias", "pivots", "sample"))
    if isinstance(node, exp.Subquery) and isinstance(inner, exp.Table | exp.Subquery) and bare:
        return absorb(frame, group_of(ctx, frame, [inner, *(node.args.get("joins") or ())], parent, ctes))
    if node.args.get("joins"):
        alone = node.copy()
        alone.set("joins", None)
        return absorb(frame, group_of(ctx, frame, [alone, *node.args["joins"]], parent, ctes))
    source = read(ctx, node, Scope(frame, parent, ctes, clause="from"), ctes)
    frame.sources.append(source)
    frame.rows = union((frame.rows, source.relation.rows))
    frame.order = union((frame.order, source.relation.order))
    keys = source_keys(frame, position)
    frame.keys = frame.keys if position else keys
    return keys


def group_of(
    ctx: Context, frame: Frame, nodes: Sequence[exp.Expr], parent: Scope | None, ctes: dict[str, Cte]
) -> Frame:
    """A relation with its joins, as a frame of their own; what stood before may be named in it, but not compared."""
    inner = Frame()
    around = Scope(frame, parent, ctes, clause="from") if frame.sources else parent
    enter(ctx, inner, nodes[0], around, ctes)
    for one in nodes[1:]:
        join(ctx, inner, one, around, ctes)
    return inner


def absorb(frame: Frame, inner: Frame) -> PlaceKeys:
    """Add the sources of one frame to another; the keys proved of them, by their new places."""
    offset = len(frame.sources)
    frame.sources += inner.sources
    for source in inner.sources:
        source.relation = placed_ranks_again(source.relation, offset)
        for name, value in source.shared.items():
            place = (value.place[0] + offset, value.place[1]) if value.place is not None else None
            source.shared[name] = value.at(place, None)
    frame.rows = union((frame.rows, inner.rows))
    frame.order = union((frame.order, inner.order))
    keys = frozenset(frozenset((position + offset, key) for position, key in group) for group in inner.keys)
    frame.keys = frame.keys if offset else keys
    return keys


def placed_ranks_again(relation: Relation, offset: int) -> Relation:
    """The numberings of a relation whose source has another position now."""
    if not relation.has_ranks or not offset:
        return relation
    columns = tuple(Column(one.key, one.name, one.value.at(one.value.place, None)) for one in relation.columns)
    return Relation(columns, relation.rows, relation.order, relation.keys, relation.table)


def comma(ctx: Context, frame: Frame, nodes: Sequence[exp.Expr], parent: Scope | None, ctes: dict[str, Cte]) -> None:
    """One more relation, with its joins, beside what stands there already."""
    before, is_first = frame.keys, not frame.sources
    keys = absorb(frame, group_of(ctx, frame, nodes, parent, ctes))
    frame.keys = keys if is_first else combined(before, keys)


def join(ctx: Context, frame: Frame, node: exp.Expr, parent: Scope | None, ctes: dict[str, Cte]) -> None:
    """One join: what it compares decides rows; where at most one row can match an outer one, that side's columns."""
    before = replace(frame)
    position = len(frame.sources)
    frame.rows = {}
    right_keys = enter(ctx, frame, node.this, parent, ctes)
    right_rows, frame.rows = frame.rows, before.rows
    right = set(range(position, len(frame.sources)))
    made = compare(ctx, frame, node, right_keys, Scope(frame, parent, ctes, clause="join"), right)
    side, kind = (str(node.args.get(part) or "").upper() for part in ("side", "kind"))
    if kind in ("SEMI", "ANTI"):
        frame.rows = union((before.rows, made.on, as_indirect(right_rows, JOIN)))
        frame.order, frame.keys = before.order, before.keys
        for n in right:
            frame.sources[n].is_visible = False
    elif side == "LEFT" and made.right_is_unique:
        influence(frame, right, union((made.on, used(right_rows, JOIN))))
        frame.order, frame.keys = before.order, before.keys
    elif side == "RIGHT" and made.left_is_unique:
        influence(frame, set(range(position)), union((made.on, used(before.rows, JOIN))))
        frame.rows, frame.keys = right_rows, made.right_keys
    else:
        frame.rows = union((before.rows, made.on, right_rows))
        frame.keys = keys_after(before.keys, side, made)


@dataclass(frozen=True)
class Compared:
    """What a join compares (``on``), and what that proves: whether at most one row of a side matches one of the other.

    ``right_keys`` are proved of the right side as it is; ``matched_keys`` of its rows that meet the condition.
    """

    on: Influences
    right_is_unique: bool
    left_is_unique: bool
    right_keys: PlaceKeys
    matched_keys: PlaceKeys


def compare(ctx: Context, frame: Frame, node: exp.Expr, own: PlaceKeys, scope: Scope, right: set[int]) -> Compared:
    """The condition of a join, by ON, USING or NATURAL; a positional join compares the order of both sides."""
    condition, method = node.args.get("on"), str(node.args.get("method") or "").upper()
    left = set(range(min(right)))
    on: Influences = {}
    each(ctx, [condition], scope, JOIN, on)
    there, back = matches(ctx, condition, scope, right), matches(ctx, condition, scope, left)
    side = str(node.args.get("side") or node.args.get("kind") or "").upper()
    for name in using(ctx, frame, node, left, right, method):
        for value, places in zip(share(frame, name, left, right, side), (back, there), strict=False):
            add(on, value.influences, JOIN)
            if value.place is not None:
                places.add(value.place)
    if method == "POSITIONAL":
        add(on, frame.order, SORT)
    matched = frozenset(key - fixed(ctx, condition, scope, right) for key in own)
    return Compared(on, proves(matched, there) or method == "ASOF", proves(frame.keys, back), own, matched)


def keys_after(before: PlaceKeys, side: str, made: Compared) -> PlaceKeys:
    """What is proved unique of all pairs that a join makes."""
    if side == "FULL":
        return frozenset()
    if side == "RIGHT":
        return combined(before, made.right_keys)
    return before if made.right_is_unique else combined(before, made.matched_keys)


def influence(frame: Frame, positions: set[int], extra: Influences) -> None:
    """Let something influence each value that is read from some sources."""
    for position in positions:
        source = frame.sources[position]
        source.extra = union((source.extra, extra))
    for source in frame.sources:
        for name, value in source.shared.items():
            if value.place is None or value.place[0] in positions:
                source.shared[name] = value.with_extra(extra)


def fixed(ctx: Context, condition: exp.Expr | None, scope: Scope, inside: set[int]) -> set[Place]:
    """The columns of some sources that a join holds equal to a literal."""
    found = set()
    for part in conjuncts(condition):
        if isinstance(part, exp.EQ):
            for side, other in ((part.this, part.expression), (part.expression, part.this)):
                if isinstance(other, exp.Literal) and isinstance(side, exp.Column):
                    value = evaluate(ctx, side, scope)
                    if value.place is not None and value.place[0] in inside and alike(value, None, other):
                        found.add(value.place)
    return found


def using(ctx: Context, frame: Frame, node: exp.Expr, left: set[int], right: set[int], method: str) -> list[str]:
    """The columns that USING or NATURAL compares."""
    if method != "NATURAL":
        return [ctx.binding.fold(name) for name in node.args.get("using") or ()]
    if any(frame.sources[n].relation.table for n in left | right):
        ctx.gap("NATURAL JOIN over columns that are not all known", node)
    here = {column.key for n in left if frame.sources[n].is_visible for column in frame.sources[n].relation.columns}
    return [column.key for n in sorted(right) for column in frame.sources[n].relation.columns if column.key in here]


def share(frame: Frame, name: str, left: set[int], right: set[int], side: str) -> tuple[Value, ...]:
    """Make one column of two that USING compares; both as they were, or none where one side has none."""
    at, one = first(frame, name, left)
    _, other = first(frame, name, right)
    if one is None or other is None:
        return ()
    for n in right:
        if frame.sources[n].relation.column(name):
            frame.sources[n].hidden |= {name}
    if side == "FULL":
        frame.sources[at].shared[name] = Value(used(union((one.influences, other.influences)), TRANSFORMATION))
    else:
        frame.sources[at].shared[name] = other if side == "RIGHT" else one
    return one, other


def first(frame: Frame, name: str, positions: set[int]) -> tuple[int, Value | None]:
    """The first of some sources that shows such a column, or may have it; and the column."""
    for position in sorted(positions):
        value, table = frame.shown(position, name), frame.sources[position].relation.table
        if value is None and table and frame.sources[position].is_visible:
            value = replace(table(name), place=(position, name))
        if value is not None:
            return position, value
    return -1, None


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
