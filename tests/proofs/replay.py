"""Run a mutant and everything between it and its activation model, on the sample world: what comes out there."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

import duckdb

from tests.proofs.perturb import Field, broken_key, literals, of_column, pool_of
from tests.proofs.sites import upstream
from tests.proofs.world import dotted

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from askfirst.lineage.schema import Keys

    from tests.proofs.sites import Mutant
    from tests.proofs.world import Row, World

TRIES = 12  # perturbations of the secret, until one shows


@dataclass(frozen=True)
class Built:
    """What each relation of the chain looks like after a mutant was built, and the activation table's rows."""

    columns: Mapping[str, tuple[tuple[str, str], ...]]
    keys: Mapping[str, Keys]
    rows: list[Row]


def chain(world: World, mutant: Mutant) -> list[tuple[str, tuple[str, ...], str]]:
    """What is to be built, in order (id, relation, SQL): what was added, changed, and all from there to the target."""
    steps = [(extra.unique_id, extra.parts, extra.sql) for extra in mutant.extras]
    above = upstream(world, mutant.target)
    spoilt = set(mutant.changed)
    waiting = [unique_id for unique_id in above if unique_id in spoilt or spoilt & set(upstream(world, unique_id))]
    done: set[str] = set()
    while waiting:
        ready = next(u for u in waiting if not set(world.nodes[u].depends_on) & set(waiting) - {u})
        waiting.remove(ready)
        done.add(ready)
        node = world.nodes[ready]
        steps.append((ready, node.parts, mutant.changed.get(ready, node.sql)))
    return steps


def build(world: World, mutant: Mutant, secret: str | None = None) -> Built:
    """Build a mutant's chain aside; ``secret`` is a query in place of the secret's relation. May raise duckdb.Error."""
    con = world.con
    con.execute("create schema if not exists replay")
    instead: dict[str, str] = {}
    if secret is not None:
        name = mutant.secret.relation.split('"')[5]
        con.execute(f'create or replace table "memory"."replay"."{name}" as {secret}')
        instead[mutant.secret.relation] = f'"memory"."replay"."{name}"'
    columns, keys = {}, {}
    added = {extra.unique_id: extra.keys for extra in mutant.extras}
    place = ""
    for unique_id, parts, sql in chain(world, mutant):
        replaced = sql
        for relation, other in instead.items():
            replaced = replaced.replace(relation, other)
        place = f'"memory"."replay"."{parts[-1]}"'
        con.execute(f"create or replace table {place} as {replaced}")
        instead[dotted(parts)] = place
        if secret is None:
            columns[unique_id] = tuple(world.shape(f"select * from {place}").items())
            there = {name.lower() for name, _ in columns[unique_id]}
            proved = world.nodes[unique_id].keys if unique_id in world.nodes else added[unique_id]
            keys[unique_id] = frozenset(
                key for key in proved if key <= there and not broken_key(con, place, frozenset({key}))
            )
    return Built(columns, keys, world.rows(f"select * from {place}"))


def perturbed(world: World, mutant: Mutant) -> Iterator[str]:
    """The secret's relation with the secret's values changed, and nothing else, in several ways."""
    secret = mutant.secret
    names = tuple(world.shape(f"select * from {secret.relation}"))
    written = [
        text for sql in (*mutant.changed.values(), *(extra.sql for extra in mutant.extras)) for text in literals(sql)
    ]
    pool = pool_of(world.con, secret.kind, [(secret.relation, secret.column)], written[:30], mutant.number)
    field = Field(secret.relation, names, secret.column, secret.kind, (*secret.values[:4], *pool)[:14])
    size = world.rows(f"select count(*) from {secret.relation}")[0][0]
    changes = {change.name: change.sql for change in of_column(field, size, mutant.number, 4)}
    first = ("drawn", "rotated by 1", "null", "null in some", "shifted in some", "constant")
    yield from [changes[name] for name in first if name in changes]
    yield from [sql for name, sql in changes.items() if name not in first]


def shows(world: World, mutant: Mutant, built: Built, tries: int = TRIES) -> bool:
    """Whether the activation table tells of the secret: it changes when only the secret's values do."""
    for number, sql in enumerate(perturbed(world, mutant)):
        if number >= tries:
            break
        try:
            after = build(world, mutant, sql).rows
        except duckdb.Error:
            continue
        if Counter(after) != Counter(built.rows) or (mutant.ordered and after != built.rows):
            return True
    return False
