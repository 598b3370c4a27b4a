"""What a name that a person types means: a node, a column of it, or its row set. Unknown ones come with suggestions."""

from __future__ import annotations

import difflib
from typing import TYPE_CHECKING

from askfirst.errors import WrongConfiguration
from askfirst.lineage.edges import Vertex
from askfirst.lineage.flows import ROWS

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from askfirst.lineage.graph import Graph
    from askfirst.lineage.project import Node

SHOWN = 5


def names_of(node: Node) -> tuple[str, ...]:
    """All that a node may be called: its name, with its package or schema before it, its unique id."""
    package = node.unique_id.split(".")[1] if node.unique_id.count(".") else ""
    dotted = [".".join(node.parts[start:]) for start in range(len(node.parts) - 1)]
    return tuple(name.lower() for name in (node.unique_id, node.name, f"{package}.{node.name}", *dotted))


def index_of(nodes: Iterable[Node]) -> dict[str, tuple[str, ...]]:
    """The unique ids of the nodes that each name may mean."""
    found: dict[str, dict[str, None]] = {}
    for node in nodes:
        for name in names_of(node):
            found.setdefault(name, {})[node.unique_id] = None
    return {name: tuple(sorted(ids)) for name, ids in found.items()}


def readings(index: Mapping[str, tuple[str, ...]], text: str) -> list[tuple[str, str]]:
    """Each way to read a dotted name: the unique id of a node, and the column that is left over (or none)."""
    parts = text.split(".")
    found = []
    for cut in range(len(parts), 0, -1):
        rest = ".".join(parts[cut:])
        found += [(unique_id, rest) for unique_id in index.get(".".join(parts[:cut]).lower(), ())]
    return found


def vertex_of(graph: Graph, text: str) -> Vertex:
    """The column or row set that a name means. Raises WrongConfiguration for none, and for more than one."""
    index = index_of(one.node for one in graph.nodes.values())
    read = readings(index, text)
    found = {}
    for unique_id, rest in read:
        column = ROWS if not rest else column_of(graph.nodes[unique_id].columns, rest)
        if column is not None:
            found[Vertex(unique_id, column)] = f"{unique_id}.{column}".removesuffix(".")
    if len(found) == 1:
        return next(iter(found))
    if found:
        raise WrongConfiguration(
            f"`{text}` is ambiguous: it may be {either(sorted(found.values()))}.\n"
            "Fix: name it by its unique id, as they stand there."
        )
    raise WrongConfiguration(unknown(graph, index, read, text))


def column_of(columns: Iterable[str], name: str) -> str | None:
    """The column of that name, in its own spelling; an exact match before one that only ignores case."""
    same = [column for column in columns if column.lower() == name.lower()]
    return name if name in same else next(iter(same), None)


def unknown(graph: Graph, index: Mapping[str, tuple[str, ...]], read: list[tuple[str, str]], text: str) -> str:
    """What to say of a name that means nothing."""
    if read:
        unique_id, rest = read[0]
        one = graph.nodes[unique_id]
        close = nearest(rest, one.columns)
        some = ", ".join(sorted(one.columns)[:SHOWN]) or "none"
        known = f"did you mean {either(close)}?" if close else f"it has {some}"
        fix = f"Fix: name one of its columns, or `{one.node.name}` alone for its rows."
        return f"`{one.node.name}` has no column `{rest}`: {known}\n{fix}"
    close = distinct(nearest(text, index) or nearest(text.rpartition(".")[0], index), index)
    hint = f": did you mean {either(close)}?" if close else "."
    fix = "Fix: write MODEL.COLUMN or SOURCE.TABLE.COLUMN, or the MODEL alone for its rows."
    return f"`{text}` is no model, source or column of this project{hint}\n{fix}"


def distinct(names: Iterable[str], index: Mapping[str, tuple[str, ...]]) -> tuple[str, ...]:
    """Of several names for one thing the first."""
    return tuple({index[name]: name for name in reversed(tuple(names))}.values())[::-1]


def either(names: Iterable[str]) -> str:
    """Some names to choose from."""
    return " or ".join(f"`{name}`" for name in names)


def nearest(name: str, known: Iterable[str]) -> tuple[str, ...]:
    """Known names like one that is not."""
    return tuple(difflib.get_close_matches(name.lower(), sorted({word.lower() for word in known}), n=3, cutoff=0.6))
