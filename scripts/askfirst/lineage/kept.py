"""Relations that keep rows from run to run: incremental models and snapshots.

What such a relation holds came by the SQL of all its runs since its last full refresh, of which its stamp may tell.
Where nothing tells, it is judged by the SQL of today's manifest alone.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from askfirst.lineage.flows import Flow, Gap, OutputColumn, QueryFlows, Subtype

if TYPE_CHECKING:
    from collections.abc import Iterator

    from askfirst.lineage.graph import NodeFlows

OF_SNAPSHOTS = ("dbt_scd_id", "dbt_updated_at", "dbt_valid_from", "dbt_valid_to")


def with_leftovers(one: NodeFlows) -> NodeFlows:
    """A node with the columns that its SQL does not explain: a snapshot's own, and what earlier runs have left."""
    if not one.node.keeps_rows or one.flows is None:
        return one
    made = {column.name.lower() for flows in one.all_flows for column in flows.columns}
    listed = [name for name, _ in one.node.columns] if one.node.complete else []
    if one.node.kind == "snapshot":
        names = tuple(name for name in dict.fromkeys((*listed, *OF_SNAPSHOTS)) if name.lower() not in made)
        return with_columns(one, names, versions(one.flows, names))
    names = tuple(name for name in listed if name.lower() not in made)
    if not names:
        return one
    gap = Gap(f"no SQL that is known makes its columns {', '.join(names[:3])}, which some earlier run has left", None)
    return with_columns(one, names, QueryFlows((), (), (), (gap,)))


def with_columns(one: NodeFlows, names: tuple[str, ...], flows: QueryFlows) -> NodeFlows:
    """A node with more columns, and the flows into them."""
    known = {column.lower() for column in one.columns}
    more = tuple(name for name in names if name.lower() not in known)
    return replace(one, columns=(*one.columns, *more), beside=(*one.beside, flows))


def versions(flows: QueryFlows, names: tuple[str, ...]) -> QueryFlows:
    """What any change of a snapshot's query decides: when a version begins and ends, and how many there are."""
    deciding = tuple(dict.fromkeys(decided(flows)))
    return QueryFlows(tuple(OutputColumn(name, deciding) for name in names), deciding, flows.reads)


def decided(flows: QueryFlows) -> Iterator[Flow]:
    """All that flows into a query's columns, as what decides."""
    for column in flows.columns:
        for origin, _, span in column.flows:
            yield Flow(origin, Subtype.CONDITIONAL, span)
