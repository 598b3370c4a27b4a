"""FROM: the relations that a query reads together, and what their joins decide."""

from __future__ import annotations

import itertools
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from sqlglot import exp

from askfirst.lineage.influences import (
    JOIN,
    SORT,
    TRANSFORMATION,
    Influences,
    add,
    as_indirect,
    union,
    used,
)
from askfirst.lineage.keys import alike, combined, conjuncts, matches, proves, source_keys
from askfirst.lineage.relations import Column, Frame, Relation, Scope, Value
from askfirst.lineage.sources import read
from askfirst.lineage.values import each, evaluate

if TYPE_CHECKING:
    from collections.abc import Sequence

    from askfirst.lineage.context import Context
    from askfirst.lineage.relations import Cte, Place

PlaceKeys = frozenset[frozenset[tuple[int, str]]]


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
