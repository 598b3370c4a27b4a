"""What joins do: which rows they keep, and what they decide about the columns of either side."""

from __future__ import annotations

from dataclasses import replace

from tests.reference.influences import Doubt
from tests.reference.plan_expressions import evaluate, nested, position_of, sources_of
from tests.reference.plan_records import NONE, Column, Node, PlanUnknownError, Relation, Sources, doubted

EQUAL = {"COMPARE_EQUAL", "COMPARE_NOT_DISTINCT_FROM"}


def cross(left: Relation, right: Relation) -> Relation:
    """Beside a single row, such as an uncorrelated scalar subquery yields, the other side stays as it was."""
    both = _beside(left, right, left.rows | right.rows)
    if right.one_row_for(()):
        return replace(both, order=left.order, ranks=left.ranks, unique=both.unique | left.unique)
    return both


def positional(left: Relation, right: Relation) -> Relation:
    """Which row meets which is a matter of both orders."""
    return replace(_beside(left, right, left.rows | right.rows | left.order | right.order), unique=frozenset())


def joined(node: Node, left: Relation, right: Relation) -> Relation:
    """A join on conditions, of any type."""
    if node.get("duplicate_eliminated_columns") or node.get("delim_flipped"):
        raise PlanUnknownError("a join that eliminates duplicates itself")
    kind, conditions = node["join_type"], _conditions(node, left, right)
    if kind not in _KINDS:
        raise PlanUnknownError(f"join type {kind}")
    at_most_one = node["type"] == "LOGICAL_ASOF_JOIN" or right.one_row_for(_key(node, "right"))
    result = _KINDS[kind](left, right, conditions, at_most_one)
    if kind == "INNER":
        result = replace(result, unique=result.unique | _single_matches(node, left, right))
    if node.get("mark_types"):  # a correlated subquery ends here
        width = len(left.columns)
        ends = [column if place < width else column.free() for place, column in enumerate(result.columns)]
        result = replace(result, columns=tuple(ends))
    return result.pick(_kept(node, left, right, len(result.columns)))


def _inner(left: Relation, right: Relation, conditions: Sources, _once: bool) -> Relation:
    return _beside(left, right, left.rows | right.rows | conditions)


def _left(left: Relation, right: Relation, conditions: Sources, once: bool) -> Relation:
    """Where each row meets at most one, the other side decides nothing but its own columns."""
    matched = conditions | right.rows
    rows = left.rows if once else left.rows | doubted(matched, Doubt.UNIQUE)
    result = _beside(left, _under(right, matched), rows)
    return replace(result, unique=result.unique | left.unique, ranks=left.ranks) if once else result


def _right(left: Relation, right: Relation, conditions: Sources, _once: bool) -> Relation:
    matched = conditions | left.rows
    rows = right.rows | doubted(matched, Doubt.UNIQUE)
    return _beside(_under(left, matched), right, rows)


def _full(left: Relation, right: Relation, conditions: Sources, _once: bool) -> Relation:
    rows = left.rows | right.rows | conditions
    return replace(_beside(_under(left, conditions), _under(right, conditions), rows), unique=frozenset())


def _single(left: Relation, right: Relation, conditions: Sources, _once: bool) -> Relation:
    """A scalar subquery: what is inside reaches the column that it computes."""
    return _left(left, right, conditions, True)


def _semi(left: Relation, right: Relation, conditions: Sources, _once: bool) -> Relation:
    return replace(left, rows=left.rows | right.rows | conditions, order=doubted(left.order, Doubt.ORDER))


def _mark(left: Relation, right: Relation, conditions: Sources, _once: bool) -> Relation:
    """IN and EXISTS: one more column says whether there was a match."""
    marked = replace(left, columns=(*left.columns, Column(conditions | right.rows)), bindings=())
    return replace(marked, order=doubted(left.order, Doubt.ORDER))


_KINDS = {
    "INNER": _inner,
    "LEFT": _left,
    "RIGHT": _right,
    "FULL": _full,
    "OUTER": _full,
    "SINGLE": _single,
    "SEMI": _semi,
    "ANTI": _semi,
    "MARK": _mark,
}


def _beside(left: Relation, right: Relation, rows: Sources) -> Relation:
    """Columns of both; a number within a group is none any more once rows may be doubled."""
    named = len(left.bindings) == len(left.columns) and len(right.bindings) == len(right.columns)
    return Relation(
        (*left.columns, *right.columns),
        rows,
        doubted(left.order | right.order, Doubt.ORDER),
        _products(left, right),
        bindings=(*left.bindings, *right.bindings) if named else (),
    )


def _products(left: Relation, right: Relation) -> frozenset[frozenset[int]]:
    """A key of one side with a key of the other is a key of the pairs; a few are enough."""
    width = len(left.columns)
    pairs = ((one, other) for one in sorted(left.unique, key=sorted) for other in sorted(right.unique, key=sorted))
    return frozenset(one | {width + p for p in other} for one, other in list(pairs)[:4])


def _under(relation: Relation, extra: Sources) -> Relation:
    return replace(relation, columns=tuple(column.under(extra) for column in relation.columns))


def _single_matches(node: Node, left: Relation, right: Relation) -> frozenset[frozenset[int]]:
    """The keys of a side whose rows the other side cannot double."""
    width = len(left.columns)
    ours = left.unique if right.one_row_for(_key(node, "right")) else frozenset()
    theirs = right.unique if left.one_row_for(_key(node, "left")) else frozenset()
    return ours | {frozenset(width + place for place in key) for key in theirs}


def _key(node: Node, side: str) -> set[int]:
    """The positions of one side that must equal something of the other."""
    pairs = [condition for condition in node.get("conditions", []) if condition["comparison"] in EQUAL]
    places = (position_of(condition.get(side)) for condition in pairs)
    return {place for place in places if place is not None}


def _conditions(node: Node, left: Relation, right: Relation) -> Sources:
    """What decides which rows match."""
    both = _beside(left, right, NONE)
    decisive = sources_of(list(nested(node.get("condition"))), both)
    for condition in node.get("conditions", []):
        if condition["comparison"] == "INVALID":  # no comparison of one side with the other: any expression over both
            decisive |= sources_of(list(nested(condition)), both)
            continue
        ends = evaluate(condition["left"], left), evaluate(condition["right"], right)
        if not (ends[1].fixed and condition["comparison"] == "COMPARE_NOT_DISTINCT_FROM"):
            decisive |= ends[0].sources | ends[1].sources
    return decisive


def _kept(node: Node, left: Relation, right: Relation, width: int) -> list[int]:
    """The positions that the join passes on; an empty list for all."""
    ours, theirs = node.get("left_projection_map", []), node.get("right_projection_map", [])
    if not ours and not theirs:
        return []
    here = ours or list(range(len(left.columns)))
    offset = len(left.columns)
    there = [offset + p for p in theirs] if theirs else list(range(offset, width))
    if theirs and width != offset + len(right.columns):
        raise PlanUnknownError("a projection of the side that a semi join drops")
    return [*here, *there]
