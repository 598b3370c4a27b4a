"""What hooks write into a relation, as flows: each statement that writes is read as the query that it stands for.

An INSERT or CREATE is its query; an UPDATE the values that it sets, under its condition; a DELETE its condition, which
decides the rows that stay. What cannot be read as one of these is a gap of the relation.
"""

from __future__ import annotations

import logging
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import sqlglot
from sqlglot import exp
from sqlglot.errors import ParseError, TokenError

from askfirst.lineage.context import Unreadable
from askfirst.lineage.flows import Flow, Gap, OutputColumn, QueryFlows, Subtype
from askfirst.lineage.hooks import UNKNOWN, UNREAD, WRITES, Hook
from askfirst.lineage.schema import Ambiguous

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from askfirst.lineage.graph import NodeFlows
    from askfirst.lineage.schema import Schema

    Reading = Callable[[str, Schema, str], QueryFlows]

WRITING = (exp.Insert, exp.Update, exp.Delete, exp.Create, exp.Merge, exp.Copy, exp.Alter)
QUIET = (  # statements that change no row, or take all away whatever they hold
    *(exp.Query, exp.Command, exp.Comment, exp.Grant, exp.Revoke, exp.Set, exp.Use, exp.Pragma, exp.Analyze),
    *(exp.Transaction, exp.Commit, exp.Rollback, exp.TruncateTable, exp.Drop, exp.Describe, exp.Install, exp.Attach),
    exp.Detach,
)
HARMLESS = {  # statements that sqlglot does not take apart, and that change no row
    *("BEGIN", "CHECKPOINT", "CLUSTER", "DEALLOCATE", "DESCRIBE", "EXPLAIN", "GRANT", "LOAD", "LOCK", "MSCK"),
    *("OPTIMIZE", "REFRESH", "REINDEX", "RESET", "REVOKE", "SHOW", "START", "VACUUM"),
}
NO_ROWS = frozenset({"INDEX", "SCHEMA", "DATABASE", "SEQUENCE", "TYPE"})  # what may be created and holds no rows
NOTHING = QueryFlows((), (), ())


@dataclass(frozen=True)
class Target:
    """A relation that hooks may write: its columns in their order, what is made of it, and how queries are analysed."""

    unique_id: str
    columns: tuple[str, ...]
    after: frozenset[str]
    schema: Schema
    dialect: str
    reading: Reading


def with_written(
    found: Mapping[str, NodeFlows], twins: Mapping[str, str], schema: Schema, dialect: str, reading: Reading
) -> dict[str, NodeFlows]:
    """Nodes with what hooks, and earlier runs, have written into them.

    One that reads what is built from there is a gap, and no circle.
    """
    whole = dict(found)
    names = {builder: source for source, builder in twins.items()}  # as whom queries know a relation
    for unique_id, one in found.items():
        if (one.node.hooks or one.node.earlier) and one.node.parts:
            itself = names.get(unique_id, unique_id)
            after = readers({unique_id, itself}, whole)
            target = Target(itself, one.columns, after, schema, dialect, reading)
            earlier = [
                Hook(f"an earlier run of {one.node.name}", sql) for sql in one.node.earlier if sql != one.node.sql
            ]
            made = (*written_into(target, one.node.hooks), *written_into(target, earlier, filled_by))
            beside = tuple(without(itself, flows) for flows in made)
            fold = {schema.binding.fold_text(name) for name in one.columns}
            added = dict.fromkeys(column.name for flows in beside for column in flows.columns)
            extra = tuple(name for name in added if schema.binding.fold_text(name) not in fold)
            whole[unique_id] = replace(one, beside=beside, columns=(*one.columns, *extra))
    return whole


def readers(unique_ids: set[str], found: Mapping[str, NodeFlows]) -> frozenset[str]:
    """All that is built from some nodes, without these."""
    reading: dict[str, list[str]] = {}
    for name, one in found.items():
        for parent in {*one.node.depends_on, *(parent for flows in one.all_flows for parent in flows.reads)}:
            reading.setdefault(parent, []).append(name)
    waiting, reached = list(unique_ids), set(unique_ids)
    while waiting:
        more = set(reading.get(waiting.pop(), ())) - reached
        reached |= more
        waiting += more
    return frozenset(reached - unique_ids)


def without(itself: str, flows: QueryFlows) -> QueryFlows:
    """Flows without those out of the relation that they lead into."""
    columns = tuple(
        replace(column, flows=tuple(flow for flow in column.flows if flow.origin.relation != itself))
        for column in flows.columns
    )
    rows = tuple(flow for flow in flows.rows if flow.origin.relation != itself)
    return replace(flows, columns=columns, rows=rows, reads=tuple(name for name in flows.reads if name != itself))


def written_into(
    target: Target, hooks: Sequence[Hook], reading: Callable[[Hook, Target], list[QueryFlows]] | None = None
) -> tuple[QueryFlows, ...]:
    """The flows of some hooks into a relation; of one that cannot be read a gap, since it may be what is written.

    ``reading`` yields those of one hook; it raises Unreadable where nobody can tell.
    """
    found: list[QueryFlows] = []
    for hook in hooks:
        problem = hook.problem
        try:
            found += (reading or written_by)(hook, target) if not problem else ()
        except Unreadable as error:
            problem = UNREAD.format(place=hook.place, why=error.reason)
        found += [replace(NOTHING, gaps=(Gap(problem, None),))] if problem else ()
    return tuple(found)


def written_by(hook: Hook, target: Target) -> list[QueryFlows]:
    """The flows of one hook into a relation. Raises Unreadable where nobody can tell."""
    trees = [tree for tree in statements(hook.sql, target.dialect) if is_into(tree, target)]
    return [forward(placeless(flows_of(tree, target), hook), target) for tree in trees]


def filled_by(hook: Hook, target: Target) -> list[QueryFlows]:
    """The flows of a query into the relation that keeps its rows. Raises Unreadable where nobody can tell."""
    return [forward(placeless(target.reading(hook.sql, target.schema, target.dialect), hook), target)]


def forward(flows: QueryFlows, target: Target) -> QueryFlows:
    """Flows that do not lead back. Raises Unreadable where they do."""
    if target.after.intersection(flows.reads):
        raise Unreadable("it fills a relation with what is made of that relation")
    return flows


def statements(sql: str, dialect: str) -> Iterator[exp.Expr]:
    """The statements of a hook that write rows. Raises Unreadable for one that may and is not understood."""
    logging.getLogger("sqlglot").setLevel(logging.ERROR)  # it would quote what it takes for an unknown command
    try:
        trees = [tree for tree in sqlglot.parse(sql, dialect=dialect) if tree is not None]
    except (ParseError, TokenError) as error:
        raise Unreadable("it is no SQL that can be parsed") from error
    for tree in trees:
        if isinstance(tree, WRITING):
            yield tree
        elif isinstance(tree, exp.Command) and tree.name.upper() not in HARMLESS:
            raise Unreadable(f"{tree.name.upper()} may do anything")
        elif not isinstance(tree, QUIET) or tree.find(exp.Into):
            raise Unreadable(f"what a {tree.key.upper()} writes is not known")


def is_into(tree: exp.Expr, target: Target) -> bool:
    """Whether a statement writes a relation. Raises Unreadable where it cannot be told what it writes."""
    if is_idle(tree, target.dialect):
        return False
    table = tree.this.this if isinstance(tree.this, exp.Schema) else tree.this
    if not isinstance(table, exp.Table) or not isinstance(table.this, exp.Identifier):
        raise Unreadable("what it writes is no table's name")
    known = target.schema.find(names_of(table, target))
    names = known.names if isinstance(known, Ambiguous) else (known.name,) if known is not None else ()
    if len(names) > 1 and target.unique_id in names:
        raise Unreadable(f"what it writes may be any of {', '.join(names)}")
    if isinstance(tree, exp.Alter) and names:
        raise Unreadable("it puts one relation in another's place")
    return target.unique_id in names


def is_idle(tree: exp.Expr, dialect: str) -> bool:
    """Whether a statement that might write rows into a relation does not."""
    kind = tree.args.get("kind")
    if isinstance(tree, exp.Create):
        return str(kind).upper() in NO_ROWS
    if isinstance(tree, exp.Copy):
        return not kind  # it goes out of the warehouse, and into no relation
    return isinstance(tree, exp.Alter) and not WRITES.search(tree.sql(dialect))


def names_of(table: exp.Table, target: Target) -> tuple[str, ...]:
    """The parts of a table's name that are known."""
    fold = target.schema.binding.fold
    names = [fold(part) for part in (table.args.get("catalog"), table.args.get("db"), table.this) if part]
    if UNKNOWN in names[-1]:
        raise Unreadable("Jinja makes the name of what it writes")
    while any(UNKNOWN in name for name in names):
        del names[0]
    return tuple(names)


def flows_of(tree: exp.Expr, target: Target) -> QueryFlows:
    """What one statement does to the relation that it writes."""
    if tree.args.get("with_"):
        raise Unreadable(f"a {tree.key.upper()} under WITH is not read")
    if isinstance(tree, exp.Delete):
        return replace(read(tree, [exp.Literal.number(1)], target), columns=())
    if isinstance(tree, exp.Update):
        return updated(tree, target)
    query = tree.args.get("expression")
    if isinstance(tree, exp.Create) and not query:
        return NOTHING
    if not isinstance(tree, exp.Create | exp.Insert) or not isinstance(query, exp.Query | exp.Values):
        raise Unreadable(f"a {tree.key.upper()} of this kind is not read")
    if tree.args.get("conflict"):
        raise Unreadable("what an INSERT does with rows that are there already is not read")
    found = target.reading(query.sql(target.dialect), target.schema, target.dialect)
    return found if isinstance(tree, exp.Create) or tree.args.get("by_name") else renamed(found, tree, target)


def renamed(found: QueryFlows, tree: exp.Expr, target: Target) -> QueryFlows:
    """An INSERT's query with the names of the columns that it fills."""
    listed = tree.this.expressions if isinstance(tree.this, exp.Schema) else ()
    names = tuple(one.name for one in listed) or target.columns
    if len(names) < len(found.columns) or found.gaps:
        raise Unreadable("which columns it fills is not known")
    columns = tuple(replace(column, name=name) for name, column in zip(names, found.columns, strict=False))
    return replace(found, columns=columns)


def updated(tree: exp.Expr, target: Target) -> QueryFlows:
    """An UPDATE as flows: each value into its column, and the condition into each of them."""
    sets = tree.expressions
    if not all(isinstance(one, exp.EQ) and isinstance(one.this, exp.Column) for one in sets):
        raise Unreadable("an UPDATE of several columns at once is not read")
    found = read(tree, [exp.alias_(one.expression.copy(), f"set_{number}") for number, one in enumerate(sets)], target)
    decides = tuple(Flow(flow.origin, Subtype.CONDITIONAL, None) for flow in found.rows)
    columns = [
        replace(column, name=one.this.name, flows=(*column.flows, *decides))
        for one, column in zip(sets, found.columns, strict=True)
    ]
    return replace(found, columns=tuple(columns), rows=())


def read(tree: exp.Expr, shown: list[exp.Expr], target: Target) -> QueryFlows:
    """The flows of the query that yields some values for the rows that an UPDATE or DELETE touches."""
    beside = [*(tree.args.get("using") or ()), *([tree.args["from_"].this] if tree.args.get("from_") else ())]
    query = exp.Select(expressions=shown).from_(tree.this.copy())
    for table in beside:
        query = query.join(table.copy(), join_type="cross")
    if tree.args.get("where"):
        query = query.where(tree.args["where"].this.copy())
    return target.reading(query.sql(target.dialect), target.schema, target.dialect)


def placeless(found: QueryFlows, hook: Hook) -> QueryFlows:
    """Flows without places, which would be taken for places in the relation's own SQL."""

    def lost(flows: tuple[Flow, ...]) -> tuple[Flow, ...]:
        return tuple(dict.fromkeys(flow._replace(span=None) for flow in flows))

    return QueryFlows(
        columns=tuple(OutputColumn(column.name, lost(column.flows)) for column in found.columns),
        rows=lost(found.rows),
        reads=found.reads,
        gaps=tuple(Gap(UNREAD.format(place=hook.place, why=gap.reason), None) for gap in found.gaps),
        oddities=tuple(odd._replace(span=None) for odd in found.oddities),
    )
