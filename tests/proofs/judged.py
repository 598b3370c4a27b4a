"""The project's own compiled SQL, from raw tables to permissions, over the rows of many histories at once."""

from __future__ import annotations

from dataclasses import dataclass, fields, replace
from datetime import datetime
from typing import TYPE_CHECKING, Any

import pyarrow as pa

from tests.proofs.sites import upstream
from tests.proofs.world import dotted
from tests.reference.consent.records import History

if TYPE_CHECKING:
    from collections.abc import Callable, Container, Iterable, Sequence

    from tests.proofs.world import World
    from tests.reference.consent.records import PurchaseRow, Row
    from tests.reference.consent.verdict import Facts

SOURCES = {
    "persons": "crm",
    "addresses": "crm",
    "switches": "crm",
    "identity_links": "crm",
    "gifts": "crm",
    "events": "consent",
    "objections": "consent",
    "unsubscribes": "consent",
    "purchases": "completejourney",
    "requests": "consent",
    "bounces": "crm",
    "dismissals": "crm",
    "frequencies": "crm",
    "messages": "crm",
    "preferences": "crm",
    "privacy_signals": "crm",
}
FORGOTTEN = ("persons", "addresses", "requests")
KEPT = {  # what outlives the raw rows, by the key that dbt writes it anew by
    "int_suppression_list": ("address_key", "suppressed_at"),
    "int_erased_households": ("household_key", "erased_at"),
}
TABLES = {"purchases": "transactions"}  # where the raw table has another name
FACTS = {  # by the model that has them; in the form of tests.reference.consent.verdict.Facts
    "int_permissions": "select 'use', person_id, purpose, channel, coalesce(rules, '') from {}",
    "int_audience_permissions": "select 'audience', person_id, audience, coalesce(rules, ''), coalesce(first_rule, '')"
    " from {}",
    "int_switched_off": "select 'switch', person_id, datum, purpose from {}",
    "int_dismissals": "select 'hidden', person_id, kind, target from {} where kind <> 'product'",
    "int_dismissed_topics": "select 'hidden', person_id, 'topic', topic from {}",
    "int_preferences": "select 'favourite', person_id, datum, topic from {}",
    "int_persons": "select 'named', person_id, 'first_name' from {0} where first_name is not null union all"
    " select 'named', person_id, 'birthday_month' from {0} where birthday_month is not null",
    "int_purchases": "select distinct 'bought', cast(basket_id as varchar) from {}",
    "int_gift_purchases": "select distinct 'gift', cast(basket_id as varchar) from {}",
}
A_PRODUCT = "select min(product_id) from askfirst.raw_completejourney.products where product_category = 'COFFEE'"
COMPILED_FOR = datetime.fromisoformat("2018-01-02T00:00:00Z")  # `demo_as_of`, the sample world's


@dataclass(frozen=True)
class Chain:
    """What runs, in order: the SQL of every model from the raw tables to the results, by unique id."""

    world: World
    steps: tuple[tuple[str, str], ...]

    def edited(self, edit: Callable[[str, str], str]) -> Chain:
        """The same with other SQL; ``edit`` gets a model's name and its SQL."""
        nodes = self.world.nodes
        return Chain(self.world, tuple((node, edit(nodes[node].name, sql)) for node, sql in self.steps))


def chain(world: World, results: Iterable[str] = FACTS) -> Chain:
    """The models between the raw tables and the results, in an order in which each can be built."""
    by_name = {node.name: unique_id for unique_id, node in world.nodes.items() if node.kind == "model"}
    wanted = {by_name[name] for name in results}
    for unique_id in tuple(wanted):
        wanted |= set(upstream(world, unique_id))
    waiting = {unique_id for unique_id in wanted if world.nodes[unique_id].kind == "model"}
    steps: list[tuple[str, str]] = []
    while waiting:
        ready = sorted(u for u in waiting if not set(world.nodes[u].depends_on) & waiting)
        steps += [(unique_id, world.nodes[unique_id].sql) for unique_id in ready]
        waiting -= set(ready)
    return Chain(world, tuple(steps))


def judge(run: Chain, histories: Sequence[History], as_of: datetime) -> Facts:
    """What the SQL says of the histories together, as of an instant."""
    build_before(run, histories, as_of)
    load(run.world, histories)
    build(run, as_of)
    return facts(run.world)


def build_before(run: Chain, histories: Sequence[History], as_of: datetime) -> None:
    """What an earlier build has left of the rows that the raw tables have forgotten since."""
    load(run.world, [forgotten(history) for history in histories])
    for unique_id, sql in before(run, KEPT).steps:
        relation, name = run.world.relation(unique_id), run.world.nodes[unique_id].name
        run.world.con.execute(f"create or replace table {relation} as {at(sql, as_of)}")
        if name in KEPT:
            run.world.con.execute("create schema if not exists before")
            run.world.con.execute(f"create or replace table before.{name} as from {relation}")


def forgotten(history: History) -> History:
    """Of a history just the rows that are gone."""
    rows: dict[str, Any] = {table: getattr(history, f"forgotten_{table}") for table in FORGOTTEN}
    return replace(History(), **rows)


def build(run: Chain, as_of: datetime) -> None:
    """Run the SQL over what is in the raw tables. May raise duckdb.Error where it has been edited."""
    world = run.world
    for unique_id, sql in run.steps:
        relation, key = world.relation(unique_id), KEPT.get(world.nodes[unique_id].name)
        world.con.execute(f"create or replace table {relation} as {at(sql, as_of)}")
        if key is not None:  # as dbt does: what has the key of a new row is written anew, and the rest stays
            stays = f"from before.{world.nodes[unique_id].name} as old where not exists"
            same = " and ".join(f"new.{column} = old.{column}" for column in key)
            world.con.execute(f"insert into {relation} select * {stays} (from {relation} as new where {same})")


def before(run: Chain, models: Container[str]) -> Chain:
    """Only the part of a chain that decides some models, and they."""
    nodes = run.world.nodes
    wanted = {unique_id for unique_id, _ in run.steps if nodes[unique_id].name in models}
    for unique_id, _ in reversed(run.steps):
        if unique_id in wanted:
            wanted.update(nodes[unique_id].depends_on)
    return Chain(run.world, tuple(step for step in run.steps if step[0] in wanted))


def after(run: Chain, model: str) -> Chain:
    """Only the part of a chain that a model's SQL decides, and it."""
    nodes = run.world.nodes
    spoilt = {unique_id for unique_id, _ in run.steps if nodes[unique_id].name == model}
    for unique_id, _ in run.steps:
        if spoilt & set(nodes[unique_id].depends_on):
            spoilt.add(unique_id)
    return Chain(run.world, tuple(step for step in run.steps if step[0] in spoilt))


def at(sql: str, as_of: datetime) -> str:
    """SQL as it would have been compiled for another ``as_of``."""
    for form in ("%Y-%m-%d %H:%M:%S", "%Y-%m-%dT%H:%M:%SZ"):
        sql = sql.replace(COMPILED_FOR.strftime(form), as_of.strftime(form))
    return sql


def load(world: World, histories: Sequence[History]) -> None:
    """Put the histories into the raw tables. Raises KeyError for a column that the sources do not declare."""
    for table, source in SOURCES.items():
        node = world.nodes[f"source.askfirst.{source}.{TABLES.get(table, table)}"]
        kinds = dict(node.columns)
        rows = [row for history in histories for row in getattr(history, table)]
        values = purchase_columns(world, rows) if table == "purchases" else text_columns(rows)
        unknown = values.keys() - kinds.keys()
        if unknown:
            raise KeyError(f"{source}.{table} has no column {', '.join(sorted(unknown))}: see the source's YAML")
        columns = (f"cast({name if name in values else 'null'} as {kind}) as {name}" for name, kind in kinds.items())
        given = pa.table(values) if values else pa.table({"nothing": pa.array([], pa.string())})
        world.con.register("given", given)
        world.con.execute(f"create or replace table {dotted(node.parts)} as select {', '.join(columns)} from given")
        world.con.unregister("given")


def text_columns(rows: Sequence[Row]) -> dict[str, pa.Array]:
    """The columns of text rows; none where there are no rows."""
    names = [field.name for field in fields(rows[0])] if rows else []
    return {name: pa.array([getattr(row, name) for row in rows], pa.string()) for name in names}


def purchase_columns(world: World, rows: Sequence[PurchaseRow]) -> dict[str, pa.Array]:
    """Receipt lines of one ordinary product."""
    product = world.rows(A_PRODUCT)[0][0]
    return {
        "household_id": pa.array([row.household_id for row in rows], pa.int64()),
        "basket_id": pa.array([row.basket_id for row in rows], pa.int64()),
        "store_id": pa.array([1 for _ in rows], pa.int64()),
        "product_id": pa.array([product for _ in rows], pa.int64()),
        "quantity": pa.array([1 for _ in rows], pa.int64()),
        "sales_value": pa.array([1.0 for _ in rows], pa.float64()),
        "retail_disc": pa.array([0.0 for _ in rows], pa.float64()),
        "coupon_disc": pa.array([0.0 for _ in rows], pa.float64()),
        "coupon_match_disc": pa.array([0.0 for _ in rows], pa.float64()),
        "week": pa.array([1 for _ in rows], pa.int64()),
        "transaction_timestamp": pa.array([row.bought_at.replace(tzinfo=None) for row in rows], pa.timestamp("us")),
    }


def facts(world: World) -> Facts:
    """What the results say."""
    found: set[tuple[str, ...]] = set()
    for name, query in FACTS.items():
        found.update(world.con.execute(query.format(world.relation(f"model.askfirst.{name}"))).fetchall())
    return frozenset(found)
