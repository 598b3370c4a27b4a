"""Leaks into the SELECTs that a model has: a conjunct, a join condition, an expression, a window, where they are."""

from __future__ import annotations

from typing import TYPE_CHECKING

import sqlglot
from sqlglot import exp

from tests.proofs.secrets import SHAPES, Extra, Secret, source_of
from tests.proofs.sites import KEYS
from tests.proofs.templates import CONDITIONS, TEXTS

if TYPE_CHECKING:
    import random
    from collections.abc import Iterator

    from tests.proofs.world import World


def inside(world: World, host: str, secret: Secret, draw: random.Random) -> tuple[str, str, tuple[Extra, ...]] | None:
    """What was done, the model's SQL with it, and models that it needs; None where it has no place for it."""
    tree = sqlglot.parse_one(world.nodes[host].sql, dialect="duckdb")
    places = list(places_in(world, tree))
    if not places:
        return None
    select, alias, key = draw.choice(places)
    source = source_of(secret, key, draw.choice([shape for shape in SHAPES if shape != "a python model"]), draw)
    family = "VARCHAR" if secret.kind == "VARCHAR" else "NUMBER"
    names = {"x": f'"{source.column}"', "m": draw.choice(secret.values or ("other",))}
    condition = draw.choice(CONDITIONS[family]).format(**names)
    text = draw.choice(TEXTS[family]).format(**names)
    joined = f"{source.sql} as s where s.{key} = {alias}.{key}"
    exists = f"exists (select 1 from {joined} and {condition})"
    scalar = f"(select max({text}) from {joined})"
    ways = [into_where, into_on, into_projection, into_window, into_aggregate, into_condition]
    draw.shuffle(ways)
    for way in ways:
        if way(select, exists, scalar, draw):
            return f"{way.__name__}; source {source.shape}", tree.sql(dialect="duckdb", pretty=True), source.extras
    return None


def places_in(world: World, tree: exp.Expr) -> Iterator[tuple[exp.Select, str, str]]:
    """Each SELECT with the alias of a relation that it reads, and that relation's key."""
    by_name = {tuple(part.lower() for part in node.parts): node for node in world.nodes.values()}
    for select in tree.find_all(exp.Select):
        start = select.args.get("from_")
        for entry in (start, *(select.args.get("joins") or ())):
            table = entry.this if entry is not None else None
            if not isinstance(table, exp.Table):
                continue
            node = by_name.get(tuple(part.name.lower() for part in table.parts))
            for key in KEYS:
                if node is not None and key in dict(node.columns):
                    yield select, table.alias_or_name, key


def parsed(sql: str) -> exp.Expr:
    """An expression of SQL."""
    return sqlglot.parse_one(sql, dialect="duckdb")


def into_where(select: exp.Select, exists: str, _scalar: str, draw: random.Random) -> bool:
    """One more conjunct, or its negation."""
    select.where(parsed(exists if draw.random() < 0.5 else f"not {exists}"), copy=False)
    return True


def into_on(select: exp.Select, exists: str, _scalar: str, _draw: random.Random) -> bool:
    """One more conjunct in the last join, in which every alias is known."""
    joins = [join for join in select.args.get("joins") or () if join.args.get("on") is not None]
    if not joins:
        return False
    joins[-1].set("on", exp.and_(joins[-1].args["on"], parsed(exists)))
    return True


def into_projection(select: exp.Select, exists: str, _scalar: str, draw: random.Random) -> bool:
    """An expression that the query shows, only where the condition holds."""
    plain = [entry for entry in select.expressions if not entry.find(exp.Window, exp.AggFunc, exp.Star)]
    if not plain or select.args.get("group") or select.args.get("distinct"):
        return False
    entry = draw.choice(plain)
    value = entry.this if isinstance(entry, exp.Alias) else entry
    mixed = parsed(f"case when {exists} then 1 end")
    mixed.args["ifs"][0].set("true", value.copy())
    entry.replace(exp.alias_(mixed, entry.alias_or_name, quoted=True))
    return True


def into_window(select: exp.Select, _exists: str, scalar: str, draw: random.Random) -> bool:
    """The first of a window's keys: of order, or one more of its partition."""
    windows = list(select.find_all(exp.Window))
    if not windows:
        return False
    window = draw.choice(windows)
    order = window.args.get("order")
    if order is not None and draw.random() < 0.7:
        order.set("expressions", [exp.Ordered(this=parsed(scalar), nulls_first=False), *order.expressions])
    else:
        window.set("partition_by", [*(window.args.get("partition_by") or ()), parsed(scalar)])
    return True


def into_aggregate(select: exp.Select, exists: str, _scalar: str, draw: random.Random) -> bool:
    """A FILTER on an aggregate."""
    found = [one for one in select.find_all(exp.AggFunc) if not isinstance(one.parent, exp.Window | exp.Filter)]
    if not found:
        return False
    one = draw.choice(found)
    one.replace(exp.Filter(this=one.copy(), expression=exp.Where(this=parsed(exists))))
    return True


def into_condition(select: exp.Select, exists: str, _scalar: str, draw: random.Random) -> bool:
    """A comparison somewhere in WHERE, weakened by the condition."""
    where = select.args.get("where")
    found = list(where.find_all(exp.EQ, exp.GT, exp.GTE, exp.LT, exp.Is)) if where is not None else []
    if not found:
        return False
    one = draw.choice(found)
    one.replace(exp.paren(exp.or_(one.copy(), parsed(exists))))
    return True
