"""Queries deeper than Python's stack, and wider than anybody writes."""

from __future__ import annotations

import sys
import threading

import pytest
from askfirst.lineage.analyse import analyse
from askfirst.lineage.context import Unreadable
from askfirst.lineage.depth import DEEPEST, with_room
from askfirst.lineage.dialects import BINDINGS
from askfirst.lineage.schema import schema_of
from bench_lineage.shapes import TABLE, case, chain, condition, nested, union

SCHEMA = {TABLE: {f"c{number}": "INTEGER" for number in range(20)}}


@pytest.mark.parametrize(
    "sql",
    [
        pytest.param(nested(200), id="nested"),
        pytest.param(nested(1200), id="nested deeper than a usual stack"),
        pytest.param(chain(300), id="chain"),
        pytest.param(union(500), id="union"),
        pytest.param(condition(1000), id="condition"),
        pytest.param(case(1000), id="case"),
        pytest.param(f"select {'(' * 1500}c0{')' * 1500} as a from {TABLE}", id="parentheses"),
        pytest.param(f"select {'case when c0 > 1 then ' * 900}c1{' end' * 900} as a from {TABLE}", id="case in case"),
    ],
)
def test_deep_queries_are_analysed(sql: str) -> None:
    limit, size = sys.getrecursionlimit(), threading.stack_size()
    flows = analyse(sql, schema_of(SCHEMA, BINDINGS["duckdb"]), "duckdb")
    assert flows.reads == (TABLE,)
    assert all(column.flows or column.name == "n" for column in flows.columns)
    assert (sys.getrecursionlimit(), threading.stack_size()) == (limit, size)


def test_what_is_too_deep_for_the_parser_is_said_to_be() -> None:
    depth = DEEPEST + 1
    with pytest.raises(Unreadable, match="too deeply"):
        analyse(f"select {'(' * depth}c0{')' * depth} from {TABLE}", schema_of(SCHEMA, BINDINGS["duckdb"]), "duckdb")


def test_what_the_work_raises_comes_out() -> None:
    def endless(level: int = 0) -> int:
        return endless(level + 1) + 1

    with pytest.raises(RecursionError):
        with_room(endless, "")
