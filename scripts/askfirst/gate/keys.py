"""The keys by which joins were judged, counted in the warehouse (AF013).

What data tests prove unique lets the analysis say that a join adds and removes no row. A run may leave the tests out,
so the gate counts for itself: one query a key, over every relation that an activation model is made of.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import duckdb

from askfirst.findings import Finding
from askfirst.reach import within_reach
from askfirst.sql import dotted, listed, quoted, scalar

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from duckdb import DuckDBPyConnection

    from askfirst.lineage.graph import Graph

WHY = "joins on it were judged as if each row met one row at most, so who is in the audience is not proved"
FIX = "make it unique; or take the test away that says so, and the joins are judged without it"


def broken_keys(con: DuckDBPyConnection, graph: Graph, activations: Iterable[str]) -> Iterator[Finding]:
    """AF013 for each key that stands in several rows of a relation under an activation model, or cannot be counted."""
    for unique_id in sorted(within_reach(graph, activations)):
        node = graph.nodes[unique_id].node
        for key in sorted(map(sorted, node.keys)):
            try:
                count = repeated(con, node.parts, key)
            except duckdb.Error as error:
                what = f"its key ({', '.join(key)}) cannot be counted ({type(error).__name__})"
            else:
                if not count:
                    continue
                what = f"its key ({', '.join(key)}) does not hold: {count} of its values stand in several rows"
            yield Finding(
                "AF013", node.name, key[0] if len(key) == 1 else "", what, WHY, FIX, node.yaml_path or node.path
            )


def repeated(con: DuckDBPyConnection, parts: tuple[str, ...], key: list[str]) -> int:
    """How many values of a key stand in several rows; NULL equals nothing, and so meets nothing."""
    columns = listed(key)
    filled = " and ".join(f"{quoted(column)} is not null" for column in key)
    query = f"select {columns} from {dotted(parts)} where {filled} group by {columns} having count(*) > 1"
    return int(str(scalar(con, f"select count(*) from ({query})")))
