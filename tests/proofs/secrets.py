"""The secrets that mutants leak, and the shapes in which a query may get hold of one."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import random

    from askfirst.lineage.schema import Keys

    from tests.proofs.world import World

PERSONS = '"askfirst"."declared"."declared_persons"'
RELATIONS = {  # by the key that each has: all private relations that hold one row of guesses or bought data a key
    "third_party_profiles": "person_id",
    "third_party_demographics": "household_id",
    "inferred_scores": "person_id",
    "inferred_life_stage": "household_id",
    "stg_append__profiles": "person_id",
    "stg_scores__propensities": "person_id",
    "stg_completejourney__demographics": "household_id",
}
UNIQUE = ("third_party_profiles", "third_party_demographics")  # whose key alone a data test proves
NO_SECRETS = ("person_id", "household_id", "model", "received_at", "scored_at")


@dataclass(frozen=True)
class Secret:
    """One forbidden column; ``values`` are some of those that it has, as text."""

    node: str
    relation: str
    key: str
    column: str
    kind: str
    values: tuple[str, ...]


@dataclass(frozen=True)
class Extra:
    """A model that a mutation adds to the project: ``language`` python means that the analysis cannot read it.

    Where it stands for a relation that was there, ``keys`` are that one's, and it is tested as that one is.
    """

    name: str
    sql: str
    language: str = "sql"
    keys: Keys = frozenset()

    @property
    def unique_id(self) -> str:
        """Its id in the project."""
        return f"model.askfirst.{self.name}"

    @property
    def parts(self) -> tuple[str, ...]:
        """Its relation."""
        return ("askfirst", "intermediate", self.name)

    @property
    def relation(self) -> str:
        """Its relation as it is written in SQL."""
        return f'"askfirst"."intermediate"."{self.name}"'


@dataclass(frozen=True)
class Source:
    """What a leak joins: an entry of FROM with the columns ``key`` and ``column``, and the models that it needs."""

    shape: str
    sql: str
    column: str
    extras: tuple[Extra, ...] = ()


def enrich(world: World, seed: int) -> list[Secret]:
    """Give everyone a row in each private relation, drawn from the values that it has; return the secret columns."""
    found = []
    for unique_id, node in sorted(world.nodes.items()):
        key = RELATIONS.get(node.name)
        if key is None or node.kind != "model":
            continue
        relation, listed = world.relation(unique_id), ", ".join(f'"{name}"' for name, _ in node.columns)
        world.con.execute(f"create or replace table memory.main.own as select * from {relation}")
        cells = []
        values: dict[str, tuple[str, ...]] = {}
        for number, (name, kind) in enumerate(node.columns):
            held = (
                f'select distinct "{name}" from memory.main.own where cast("{name}" as varchar) not like \'%CANARY%\''
            )
            least = (
                f'select cast("{name}" as varchar) from ({held}) where cast("{name}" as varchar) not like \'-9876%\''
            )
            values[name] = tuple(sorted(row[0] for row in world.rows(least)))
            texts = ", ".join(f"'{text}'" for text in (*values[name], *more(kind)))
            drawn = f"(cast([{texts}] as {kind}[]))[cast(1 + hash({key}, {number + seed}) % len([{texts}]) as bigint)]"
            cells.append(f'"{name}"' if name == key else f'{drawn} as "{name}"')
        everyone = f"select distinct {key} from {PERSONS} where hash({key}, {seed}) % 8 > 0 order by {key}"
        world.con.execute(f"create or replace table {relation} as select {', '.join(cells)} from ({everyone})")
        found += [
            Secret(unique_id, relation, key, name, kind, values[name])
            for name, kind in node.columns
            if name not in NO_SECRETS and listed
        ]
    return found


def more(kind: str) -> tuple[str, ...]:
    """Further values, so that each column has some that differ."""
    return {"VARCHAR": ("other", "no"), "INTEGER": ("1", "2", "3"), "DOUBLE": ("0.2", "0.7")}.get(kind, ())


def source_of(secret: Secret, key: str, shape: str, draw: random.Random) -> Source:
    """A secret in one of the shapes, with the key that is asked for."""
    relation, column = secret.relation, secret.column
    if key != secret.key:
        told = f"{PERSONS} as who inner join {relation} as told on who.{secret.key} = told.{secret.key}"
        relation = f'(select who.{key}, told."{column}" from {told})'
    elif shape == "as it is":
        return Source(shape, relation, column)
    called = draw.choice(["trait", "note", "grade", "first_name", "topic", "flag_value"])
    plain = f"select {key}, {column} as {called} from {relation} as r"
    if shape in QUERIES:
        return Source(shape, QUERIES[shape].format(plain=plain, k=key, x=called), called)
    name = f"extra_{draw.randrange(10**6):06d}"
    one = Extra(f"{name}_a", plain, "python" if shape == "a python model" else "sql")
    if shape == "a python model":
        return Source(shape, one.relation, called, (one,))
    two = Extra(f"{name}_b", f"select {key}, {called} as kept from {one.relation} where {key} is not null")
    three = Extra(f"{name}_c", f"with t as (select * from {two.relation}) select t.{key}, t.kept as {called} from t")
    return Source("three models", three.relation, called, (one, two, three))


QUERIES = {
    "as it is": "({plain})",
    "renamed": "({plain})",
    "nested": "(select {k}, {x} from (select * from ({plain}) as one) as two)",
    "grouped": "(select {k}, max({x}) as {x} from ({plain}) as g group by {k})",
    "ranked": "({plain} qualify row_number() over (partition by {k} order by {x}) = 1)",
    "united": "({plain} where hash({k}) % 2 = 0 union all {plain} where hash({k}) % 2 = 1)",
    "a cte in a subquery": "(with told as ({plain}), kept as (select * from told) select {k}, {x} from kept)",
}
SHAPES = ("as it is", *QUERIES, "three models", "a python model")
