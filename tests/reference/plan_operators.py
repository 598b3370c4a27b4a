"""What each operator of a plan makes of the relations below it."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from tests.reference import plan_joins
from tests.reference.influences import Doubt
from tests.reference.plan_expressions import (
    aggregated,
    constant_of,
    evaluate,
    nested,
    position_of,
    sources_of,
    windowed,
)
from tests.reference.plan_records import (
    NONE,
    Column,
    Node,
    Relation,
    Sources,
    doubted,
    merged,
    united,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

ONE_ROW = frozenset({frozenset[int]()})


def lateral_function(node: Node, given: Relation) -> Relation:
    """A table function over the columns of each row; the row's own columns that are needed later come along."""
    own = len(node["column_indexes"])
    kept = node.get("projected_input", [])
    along = [given.columns[place] for place in kept]
    arguments = [column for place, column in enumerate(given.columns) if place not in kept]
    value = united(column.sources for column in arguments)
    unnests = node["qname"]["path"][-1] == "unnest"
    length = united(column.elements for column in arguments) if unnests else value
    made = [Column(value) for _ in range(own)]
    return Relation((*made, *along), given.rows | length, given.order)


def _projection(node: Node, children: list[Relation]) -> Relation:
    (child,) = children
    columns = [evaluate(expression, child) for expression in node["expressions"]]
    places: dict[int, int] = {}
    for place, expression in enumerate(node["expressions"]):
        if (old := position_of(expression)) is not None:
            places.setdefault(old, place)
    bindings = tuple((node["table_index"], place) for place in range(len(columns)))
    return replace(child.moved(columns, places), bindings=bindings)


def _filter(node: Node, children: list[Relation]) -> Relation:
    (child,) = children
    first = [key for expression in node["expressions"] if (key := _first_of(expression, child)) is not None]
    rows = child.rows | sources_of(node["expressions"], child)
    return replace(child, rows=rows, unique=child.unique.union(first)).pick(node.get("projection_map", []))


def _first_of(expression: Node, child: Relation) -> frozenset[int] | None:
    """The key that `row_number() over (partition by key ...) = 1` makes unique."""
    if expression.get("type") not in {"COMPARE_EQUAL", "COMPARE_LESSTHANOREQUALTO"}:
        return None
    rank, limit = expression["children"]
    place = position_of(rank)
    return child.ranks.get(place) if place is not None and constant_of(limit) == 1 else None


def _aggregate(node: Node, children: list[Relation]) -> Relation:
    """Group keys, then aggregates, then what GROUPING() says."""
    (child,) = children
    groups = [evaluate(group, child) for group in node.get("groups", [])]
    values = [aggregated(expression, child) for expression in node.get("expressions", [])]
    sets = node.get("grouping_sets", [])
    labels = [Column(NONE) for _ in node.get("grouping_functions", [])]
    if not groups and len(sets) < 2:  # one row, whatever there is: what decided the rows decides its values
        values = [value.under(child.number if _counts_a_limit(node) else child.rows) for value in values]
        return Relation((*values, *labels), unique=ONE_ROW, bindings=_aggregate_bindings(node, 0, len(values)))
    keys = united(group.sources for group in groups if not group.fixed)
    unique = [frozenset(range(len(groups)))] if len(sets) < 2 else []
    bindings = _aggregate_bindings(node, len(groups), len(values))
    return Relation((*groups, *values, *labels), child.rows | keys, unique=frozenset(unique), bindings=bindings)


def _counts_a_limit(node: Node) -> bool:
    """Whether rows are only counted behind a LIMIT, as EXISTS does; which of them those are does not matter then."""
    (child,) = node["children"]
    counts = all(expression["qname"]["path"][-1] == "count_star" for expression in node.get("expressions", []))
    return bool(child["type"] == "LOGICAL_LIMIT" and counts)


def _aggregate_bindings(node: Node, groups: int, values: int) -> tuple[tuple[int, int], ...]:
    return (
        *((node["group_index"], place) for place in range(groups)),
        *((node["aggregate_index"], place) for place in range(values)),
        *((node["groupings_index"], place) for place in range(len(node.get("grouping_functions", [])))),
    )


def _window(node: Node, children: list[Relation]) -> Relation:
    (child,) = children
    width = len(child.columns)
    columns = [windowed(expression, child) for expression in node["expressions"]]
    ranks = {**child.ranks}
    sorts: Sources = NONE
    for place, expression in enumerate(node["expressions"]):
        keys = expression.get("partitions", [])
        sorts |= sources_of([*keys, *nested(expression.get("orders"))], child)
        within = {p for key in keys if (p := position_of(key)) is not None}
        if expression["type"] == "WINDOW_ROW_NUMBER" and len(within) == len(keys):
            ranks[width + place] = frozenset(within)
    order = doubted(child.order | sorts, Doubt.ORDER) if sorts else child.order
    return replace(child, columns=(*child.columns, *columns), ranks=ranks, order=order, bindings=())


def _unnest(node: Node, children: list[Relation]) -> Relation:
    (child,) = children
    lists = [evaluate(expression["child"], child) for expression in node["expressions"]]
    rows = child.rows.union(*(column.elements for column in lists))
    made = [Column(column.sources) for column in lists]
    return replace(child, columns=(*child.columns, *made), rows=rows, unique=frozenset(), ranks={}, bindings=())


def _order_by(node: Node, children: list[Relation]) -> Relation:
    (child,) = children
    keys = sources_of(list(nested(node["orders"])), child)
    places = {place for key in nested(node["orders"]) if (place := position_of(key)) is not None}
    # rows of equal rank come as they came before, unless they are the same
    is_total = any(key <= places for key in (*child.unique, frozenset(range(len(child.columns)))))
    before = doubted(child.order, Doubt.ORDER) if is_total else child.order
    return replace(child, order=before | keys).pick(node.get("projections", []))


def _limit(node: Node, children: list[Relation]) -> Relation:
    (child,) = children
    amounts = sources_of([*nested(node["limit_val"]), *nested(node["offset_val"])], child)
    one = node["limit_val"]["type"] == "CONSTANT_VALUE" and node["limit_val"]["constant_integer"] <= 1
    number = child.rows | amounts
    return replace(child, rows=number | child.order, unique=child.unique | (ONE_ROW if one else set()), number=number)


def _distinct(node: Node, children: list[Relation]) -> Relation:
    (child,) = children
    targets = [evaluate(target, child) for target in node["distinct_targets"]]
    chosen = sources_of(list(nested(node.get("order_by"))), child) | doubted(child.order, Doubt.ORDER)
    rows = child.rows.union(chosen, *(target.sources for target in targets if not target.fixed))
    places = [position_of(target) for target in node["distinct_targets"]]
    key = frozenset(place for place in places if place is not None)
    unique = child.unique | ({key} if len(key) == len({*places}) and None not in places else set())
    return replace(child, rows=rows, unique=unique, order=doubted(child.order, Doubt.ORDER))


def stacked(children: Iterable[Relation]) -> Relation:
    relations = list(children)
    columns = [merged(column) for column in zip(*(relation.columns for relation in relations), strict=True)]
    rows = united(relation.rows for relation in relations)
    return Relation(tuple(columns), rows, doubted(united(r.order for r in relations), Doubt.ORDER))


def _union(node: Node, children: list[Relation]) -> Relation:
    return stacked(children) if node["setop_all"] else _compared(node, children)


def _compared(_node: Node, children: list[Relation]) -> Relation:
    """Where rows are compared, which of them there are hangs on all columns."""
    both = stacked(children)
    return replace(both, rows=both.rows.union(*(column.sources for column in both.columns)))


def _values(node: Node, children: list[Relation]) -> Relation:
    (child,) = children
    lines = [[evaluate(expression, child) for expression in line] for line in node["expressions"]]
    columns = tuple(merged(column) for column in zip(*lines, strict=True))
    bindings = tuple((node["table_index"], place) for place in range(len(columns)))
    unique = child.unique & ONE_ROW if len(lines) == 1 else frozenset()
    return Relation(columns, child.rows, child.order, unique, bindings=bindings)


def _constants(node: Node, _children: list[Relation]) -> Relation:
    return Relation(tuple(Column(NONE) for _ in node.get("chunk_types") or node.get("bindings") or []))


def _dummy(_node: Node, _children: list[Relation]) -> Relation:
    return Relation((Column(NONE),), unique=ONE_ROW)


def _sample(_node: Node, children: list[Relation]) -> Relation:
    return children[0]


OPERATORS: dict[str, Callable[[Node, list[Relation]], Relation]] = {
    "PROJECTION": _projection,
    "FILTER": _filter,
    "AGGREGATE_AND_GROUP_BY": _aggregate,
    "WINDOW": _window,
    "UNNEST": _unnest,
    "ORDER_BY": _order_by,
    "LIMIT": _limit,
    "DISTINCT": _distinct,
    "UNION": _union,
    "EXCEPT": _compared,
    "INTERSECT": _compared,
    "EXPRESSION_GET": _values,
    "CHUNK_GET": _constants,
    "EMPTY_RESULT": _constants,
    "DUMMY_SCAN": _dummy,
    "SAMPLE": _sample,
    "CROSS_PRODUCT": lambda _node, children: plan_joins.cross(*children),
    "POSITIONAL_JOIN": lambda _node, children: plan_joins.positional(*children),
    "COMPARISON_JOIN": lambda node, children: plan_joins.joined(node, *children),
    "ANY_JOIN": lambda node, children: plan_joins.joined(node, *children),
    "ASOF_JOIN": lambda node, children: plan_joins.joined(node, *children),
}
