"""What decides the value of a bound expression."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tests.reference.influences import Doubt
from tests.reference.plan_records import NONE, Column, Node, PlanUnknownError, Relation, Sources, doubted, united

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

# Where each kind of expression keeps the expressions it is made of. An aggregate's and a window's own keys
# (FILTER, ORDER BY, PARTITION BY, frames) count for its value like its arguments.
INSIDE = {
    "BOUND_FUNCTION": {"children"},
    "BOUND_OPERATOR": {"children"},
    "BOUND_CONJUNCTION": {"children"},
    "BOUND_CASE": {"case_checks", "else_expr"},
    "BOUND_AGGREGATE": {"children", "filter", "order_bys"},
    "BOUND_WINDOW": {
        *("children", "partitions", "orders", "arg_orders", "filters"),
        *("start_expr", "end_expr", "offset_expr", "default_expr"),
    },
    "BOUND_UNNEST": {"child"},
    "BOUND_CONSTANT": set(),
}
# What else an expression is known to hold: nothing there refers to a column.
BESIDE = {
    *("expression_class", "type", "alias", "query_location", "query_location_length", "return_type", "arguments"),
    *("qname", "has_serialize", "is_operator", "function_data", "value", "aggregate_type", "state_export"),
    *("positional_arguments", "named_arguments", "ignore_nulls", "start", "end", "exclude_clause", "distinct"),
    *("sql_range_order_type", "sql_range_order_casts"),  # a frame as it was written; as it is bound, it is in *_expr
    *("sql_range_start", "sql_range_end", "sql_range_start_boundary", "sql_range_end_boundary"),
}
# What a function's own data may hold: a lambda's body, an aggregate over a list. They count the list's elements.
OF_ELEMENTS = {"lambda_expr", "bind_data"}
KEEPS_ARRIVAL = {
    "list",
    "array_agg",
    "string_agg",
    "group_concat",
    "listagg",
    "first",
    "last",
    "any_value",
    "arbitrary",
}
BREAKS_TIES = {"arg_min", "arg_max", "argmin", "argmax", "min_by", "max_by", "mode", "arg_min_null", "arg_max_null"}
COUNTS_ROWS = {"ROW_NUMBER", "NTILE", "LEAD", "LAG", "FIRST_VALUE", "LAST_VALUE", "NTH_VALUE", "FILL"}


def name_of(expression: Node) -> str:
    """The last part of the function's name; empty for what is no function."""
    return str(expression.get("qname", {}).get("path", [""])[-1])


def evaluate(expression: Node, relation: Relation) -> Column:
    """The column that an expression makes of a relation."""
    kind = expression["expression_class"]
    if kind in _SPECIAL:
        return _SPECIAL[kind](expression, relation)
    if kind not in INSIDE:
        raise PlanUnknownError(f"expression {kind} ({expression.get('type')})")
    children = [evaluate(child, relation) for child in _inside(expression)]
    if kind == "BOUND_FUNCTION" and (shape := _SHAPES.get(name_of(expression))):
        return shape(expression, children)
    return Column(united(child.sources for child in children))


def sources_of(expressions: Sequence[Node], relation: Relation) -> Sources:
    return united(evaluate(expression, relation).sources for expression in expressions)


def position_of(expression: Node | None) -> int | None:
    """The position that an expression merely passes on, if it does."""
    return int(expression["index"]) if expression and expression["expression_class"] == "BOUND_REF" else None


def constant_of(expression: Node) -> object:
    """The value of a constant, casts looked through; None for anything else."""
    if name_of(expression) == "__cast":
        return constant_of(expression["children"][0])
    return expression.get("value", {}).get("value") if expression["expression_class"] == "BOUND_CONSTANT" else None


def aggregated(expression: Node, relation: Relation) -> Column:
    """An aggregate over the rows of a group; where it keeps the order of arrival, that decides it too."""
    column = evaluate(expression, relation)
    name = name_of(expression)
    if name in KEEPS_ARRIVAL and not expression.get("order_bys"):
        return column.under(relation.order)
    if name in KEEPS_ARRIVAL | BREAKS_TIES:
        return column.under(doubted(relation.order, Doubt.ORDER))
    return column


def windowed(expression: Node, relation: Relation) -> Column:
    """A window function; without keys of its own it numbers the rows as they arrive."""
    column = Column(sources_of(list(_inside(expression)), relation))
    function = expression["type"].removeprefix("WINDOW_")
    frame = {expression.get("start", ""), expression.get("end", "")}
    by_place = any(bound.endswith(("_ROWS", "_GROUPS")) for bound in frame)
    if function not in COUNTS_ROWS and name_of(expression) not in KEEPS_ARRIVAL and not by_place:
        return column
    keyed = expression.get("orders") or expression.get("partitions") or expression.get("arg_orders")
    return column.under(doubted(relation.order, Doubt.ORDER) if keyed else relation.order)


def nested(value: Any) -> Iterator[Node]:  # noqa: ANN401 - whatever JSON holds
    """The outermost expressions within a piece of a plan."""
    if isinstance(value, list):
        for item in value:
            yield from nested(item)
    elif isinstance(value, dict):
        if "expression_class" in value:
            yield value
        else:
            for item in value.values():
                yield from nested(item)


def _inside(expression: Node) -> Iterator[Node]:
    """The expressions that this one is made of, in order; none may stand where none is looked for."""
    known = INSIDE[expression["expression_class"]]
    for key, value in expression.items():
        if key in known:
            yield from nested(value)
        elif key not in BESIDE:
            raise PlanUnknownError(f"{key} in {expression['expression_class']}")
    data = expression.get("function_data") or {}
    if any(nested([value for key, value in data.items() if key not in OF_ELEMENTS])):
        raise PlanUnknownError(f"an expression within the data of {name_of(expression)}")


def _reference(expression: Node, relation: Relation) -> Column:
    return relation.columns[expression["index"]]


def _binding(expression: Node, relation: Relation) -> Column:
    """A column by the name that the binder gave it, which the plan of a lateral function still holds."""
    binding = (expression["binding"]["table_index"], expression["binding"]["column_index"])
    if len(relation.bindings) != len(relation.columns) or binding not in relation.bindings or expression["depth"]:
        raise PlanUnknownError(f"column binding {binding}")
    return relation.columns[relation.bindings.index(binding)]


def _lambda(expression: Node, relation: Relation) -> Column:
    """A lambda's body counts its own parameters; the columns that it captures are its function's arguments."""
    return Column(sources_of(expression.get("captures", []), relation))


def _pack(expression: Node, children: list[Column]) -> Column:
    names = expression.get("named_arguments", [])
    whole = united(child.sources for child in children)
    return Column(whole, dict(zip(names, children, strict=True)) if len(names) == len(children) else {})


def _unpack(expression: Node, children: list[Column]) -> Column:
    name = constant_of(expression["children"][1])
    by_name = {part.lower(): column for part, column in children[0].parts.items()}
    found = by_name.get(name.lower()) if isinstance(name, str) else None
    return found or Column(united(child.sources for child in children))


def _list(_expression: Node, children: list[Column]) -> Column:
    return Column(united(child.sources for child in children), length=NONE)


def _cast(expression: Node, children: list[Column]) -> Column:
    fails = expression.get("function_data", {}).get("try_cast")
    return Column(children[0].sources, length=None if fails else children[0].length)


_SHAPES: dict[str, Callable[[Node, list[Column]], Column]] = {
    "struct_pack": _pack,
    "struct_extract": _unpack,
    "list_value": _list,
    "unpivot_list": _list,
    "__cast": _cast,
}
_SPECIAL: dict[str, Callable[[Node, Relation], Column]] = {
    "BOUND_REF": _reference,
    "BOUND_COLUMN_REF": _binding,
    "BOUND_LAMBDA": _lambda,
}
