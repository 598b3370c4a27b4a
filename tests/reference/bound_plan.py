"""A second opinion on flows: DuckDB's own bound plan of a query, read for what decides each column and the rows.

It shares nothing with the analysis that it is held against: no parser, no name resolution, no catalog of its own.
`json_serialize_plan` without optimisation gives the plan as it is bound, every column resolved to a position.

What it cannot read raises: `PlanRefusedError` where DuckDB makes no plan, `PlanUnknownError` where the plan holds
something that this reader was not taught.
"""

from __future__ import annotations

import json
from dataclasses import replace
from typing import TYPE_CHECKING

from tests.reference.influences import Doubt, Influences
from tests.reference.plan_expressions import evaluate
from tests.reference.plan_operators import OPERATORS, lateral_function, stacked
from tests.reference.plan_records import (
    NONE,
    Column,
    Node,
    PlanRefusedError,
    PlanUnknownError,
    Relation,
    Source,
    Sources,
    doubted,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Mapping

    import duckdb

DEDUPLICATED = "__duckdb_delim_dedup_"
VIRTUAL = 1 << 63  # column numbers from here on are no columns of the table: row ids, or none at all
# Table functions that make rows of their arguments alone, constants or columns of the row beside.
ROW_FUNCTIONS = {"range", "generate_series", "repeat", "repeat_row", "unnest", "json_each", "json_tree"}


def read(
    connection: duckdb.DuckDBPyConnection,
    sql: str,
    table_name: Callable[[tuple[str, ...]], str] = lambda path: path[-1],
    keys: Mapping[str, Collection[str]] | None = None,
) -> Influences:
    """What the result of a query depends on.

    ``table_name`` makes a name of a base table's path (database, schema, table); ``keys`` are unique keys of base
    tables, for who wants them relied on.
    """
    relation = _Reader(table_name, keys or {}).relation(_plan(connection, sql))
    order = relation.order
    if order and not _asks_for_order(connection, sql):
        order = doubted(order, Doubt.ORDER)
    fields = [_settled(column.sources) for column in relation.columns]
    rows = _settled(relation.rows | order)
    everything = relation.rows.union(order, *(column.sources for column in relation.columns))
    return Influences(
        tuple(firm for firm, _ in fields),
        rows[0],
        tuple(doubtful for _, doubtful in fields),
        rows[1],
        frozenset(source.table for source in everything if source.column is None),
    )


def _plan(connection: duckdb.DuckDBPyConnection, sql: str) -> Node:
    ask = "select json_serialize_plan(?, skip_null := true, skip_empty := true, optimize := false)"
    answer = _answer(connection, ask, sql)
    if answer["error"]:
        raise PlanRefusedError(f"{answer.get('error_type')}: {answer.get('error_message')}")
    if len(answer["plans"]) != 1:
        raise PlanRefusedError(f"{len(answer['plans'])} statements where one is asked for")
    plan: Node = answer["plans"][0]
    return plan


def _asks_for_order(connection: duckdb.DuckDBPyConnection, sql: str) -> bool:
    """Whether the query itself, not only a subquery, has an ORDER BY. The plan does not tell them apart."""
    answer = _answer(connection, "select json_serialize_sql(?, skip_null := true, skip_empty := true)", sql)
    if answer["error"]:
        raise PlanRefusedError(f"{answer.get('error_type')}: {answer.get('error_message')}")
    modifiers = answer["statements"][0]["node"].get("modifiers", [])
    return any(modifier["type"] == "ORDER_MODIFIER" for modifier in modifiers)


def _answer(connection: duckdb.DuckDBPyConnection, ask: str, sql: str) -> Node:
    row = connection.execute(ask, [sql]).fetchone()
    if row is None:
        raise PlanRefusedError("no answer")
    answer: Node = json.loads(row[0])
    return answer


def _settled(sources: Sources) -> tuple[frozenset[tuple[str, str]], dict[tuple[str, str], Doubt]]:
    """Columns that influence, and those that only may. Being sure of one outweighs a doubt about it."""
    columns = [(source.table, source.column, source.doubt) for source in sources if source.column is not None]
    firm = frozenset((table, column) for table, column, doubt in columns if doubt is None)
    doubtful: dict[tuple[str, str], Doubt] = {}
    for table, column, doubt in columns:
        if doubt is not None and (table, column) not in firm and doubtful.get((table, column)) is not Doubt.UNIQUE:
            doubtful[table, column] = doubt
    return firm, doubtful


class _Reader:
    """One walk over one plan, bottom up. It remembers what the CTEs yield."""

    def __init__(self, table_name: Callable[[tuple[str, ...]], str], keys: Mapping[str, Collection[str]]) -> None:
        self._table_name = table_name
        self._keys = keys
        self._ctes: dict[int, Relation] = {}

    def relation(self, node: Node) -> Relation:
        kind = node["type"].removeprefix("LOGICAL_")
        if special := _OWN_WAY.get(kind):
            return special(self, node)
        if kind not in OPERATORS:
            raise PlanUnknownError(f"operator {node['type']}")
        return OPERATORS[kind](node, [self.relation(child) for child in node.get("children", [])])

    def get(self, node: Node) -> Relation:
        function = node["qname"]["path"][-1]
        given = node.get("children")
        if given and function in ROW_FUNCTIONS:
            return lateral_function(node, self.relation(given[0]))
        indexes = [column["index"] for column in node["column_indexes"]]
        bindings = tuple((node["table_index"], place) for place in range(len(indexes)))
        if function in ROW_FUNCTIONS:
            return Relation(tuple(Column(NONE) for _ in indexes), bindings=bindings)
        if (
            function != "seq_scan"
            or node.get("children")
            or any(node.get("table_filters", {}).values())
            or node.get("projection_ids")
        ):
            raise PlanUnknownError(f"table function {function}")
        table = self._table_name(tuple(node["function_data"]["qualified_name"]["path"]))
        names = [None if index >= VIRTUAL else node["names"][index] for index in indexes]
        columns = tuple(Column(frozenset({Source(table, name)})) for name in names)
        key = frozenset(self._keys.get(table, ()))
        unique = [frozenset(names.index(name) for name in key)] if key and key <= {*names} else []
        return Relation(columns, frozenset({Source(table, None)}), unique=frozenset(unique), bindings=bindings)

    def materialized_cte(self, node: Node) -> Relation:
        definition, use = node["children"]
        if node["ctename"].startswith(DEDUPLICATED):
            self._ctes[node["table_index"]] = self._correlation_keys(definition)
        else:
            self._ctes[node["table_index"]] = self.relation(definition)
        return self.relation(use)

    def _correlation_keys(self, definition: Node) -> Relation:
        """The values that a correlated subquery is evaluated for. For each one of them they are constants."""
        outer = self.relation(definition["children"][0])
        keys = tuple(replace(evaluate(group, outer), fixed=True) for group in definition["groups"])
        return Relation(keys, unique=frozenset({frozenset(range(len(keys)))}))

    def cte_ref(self, node: Node) -> Relation:
        found = self._ctes.get(node["cte_index"])
        if found is None:
            raise PlanUnknownError(f"a reference to CTE {node['cte_index']}, which is not defined above")
        bindings = tuple((node["table_index"], place) for place in range(len(found.columns)))
        return replace(found, bindings=bindings)

    def recursive_cte(self, node: Node) -> Relation:
        """Once more, until nothing is added."""
        if node.get("payload_aggregates"):
            raise PlanUnknownError("payload aggregates of a recursive CTE")
        start, step = node["children"]
        so_far = replace(self.relation(start), order=NONE, unique=frozenset(), ranks={}, bindings=())
        while True:
            self._ctes[node["table_index"]] = so_far
            grown = stacked([so_far, self.relation(step)])
            if not node["union_all"]:
                grown = replace(grown, rows=grown.rows.union(*(column.sources for column in grown.columns)))
            grown = replace(grown, order=NONE)
            if grown == so_far:
                return grown
            so_far = grown


_OWN_WAY: dict[str, Callable[[_Reader, Node], Relation]] = {
    "GET": _Reader.get,
    "MATERIALIZED_CTE": _Reader.materialized_cte,
    "CTE_REF": _Reader.cte_ref,
    "RECURSIVE_CTE": _Reader.recursive_cte,
}
