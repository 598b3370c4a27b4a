"""Where a mutant is put: the models that an activation model is built from, and the places in their SQL."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from tests.proofs.secrets import Extra, Secret

if TYPE_CHECKING:
    import random
    from collections.abc import Callable, Mapping

    from askfirst.lineage.schema import Keys

    from tests.proofs.world import World

    Put = Callable[[str], tuple[dict[str, str], tuple[Extra, ...]]]

KEYS = ("person_id", "household_id")
PLACES = ("whole", "whole", "relation", "cte", "ephemeral", "model")
NEAR = (
    "declared_persons",
    "declared_contacts",
    "int_person_data",
    "int_audience_permissions",
    "observed_household_topics",
)
FAR = ("declared_preferences", "int_addresses", "int_preferences", "int_persons", "int_household_purchases")
REFERENCE = re.compile(r'("\w+"\."\w+"\."(\w+)")(\s+as\s+"?(\w+)"?)?')
WITH = re.compile(r"(?:\s|--[^\n]*\n)*with\s+(recursive\s)?")
Columns = tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class Mutant:
    """Models with other SQL, models added, and which activation model they may change. ``how`` says what was done."""

    number: int
    how: str
    target: str
    changed: Mapping[str, str]
    extras: tuple[Extra, ...]
    secret: Secret
    ordered: bool = False

    def told(self) -> str:
        """The mutant as text, for whoever has to look at it."""
        secret = f"{self.secret.relation}.{self.secret.column}"
        parts = [f"-- {extra.name} ({extra.language})\n{extra.sql}" for extra in self.extras]
        parts += [f"-- {unique_id}\n{sql}" for unique_id, sql in self.changed.items()]
        return "\n".join((f"-- mutant {self.number}: {self.how}; secret {secret}; target {self.target}", *parts))


@dataclass(frozen=True)
class Site:
    """A clean relation as an entry of FROM, with its columns and the key by which people are known in it."""

    sql: str
    columns: Columns
    key: str
    keys: Keys

    @property
    def others(self) -> Columns:
        """The columns that are no keys."""
        proved = {name for key in self.keys for name in key}
        return tuple((name, kind) for name, kind in self.columns if name not in KEYS and name not in proved)


@dataclass(frozen=True)
class Spot:
    """A model to spoil, the activation model that it feeds, and the kind of place in its SQL."""

    host: str
    target: str
    place: str

    @property
    def is_final(self) -> bool:
        """Whether a column added here is shown."""
        return self.host == self.target and self.place == "whole"


def targets(world: World) -> tuple[str, ...]:
    """The activation models."""
    return tuple(u for u in sorted(world.nodes) if world.nodes[u].name.startswith("act_"))


def upstream(world: World, unique_id: str) -> list[str]:
    """All that a model is built from, itself first."""
    found = [unique_id]
    for node in found:
        found += [p for p in world.nodes[node].depends_on if p in world.nodes and p not in found]
    return found


def is_circular(world: World, mutant: Mutant) -> bool:
    """Whether a changed model would read what is built from it."""
    texts = (*mutant.changed.values(), *(extra.sql for extra in mutant.extras))
    read = [u for u, node in world.nodes.items() if node.parts and any(world.relation(u) in text for text in texts)]
    return any(host in upstream(world, unique_id) for host in mutant.changed for unique_id in read)


def host_of(world: World, target: str, draw: random.Random) -> str:
    """A model to spoil: the activation model itself, its segment, or something under it, the near ones more often."""
    above = upstream(world, target)
    kinds = (
        [target],
        [u for u in above if ".seg_" in u],
        [u for u in above if world.nodes[u].name in NEAR],
        [u for u in above if world.nodes[u].name in FAR],
    )
    return draw.choice(draw.choices(kinds, weights=(4, 4, 4, 1))[0])


def key_of(columns: Columns, draw: random.Random) -> str:
    """The column that names people or households; empty where there is none."""
    there = [name for name, _ in columns if name in KEYS]
    return draw.choice(there) if there else ""


def site_in(world: World, spot: Spot, draw: random.Random) -> tuple[Site, Put] | None:
    """A site at a spot, and how to put something in its place; None where nobody is known there."""
    node = world.nodes[spot.host]
    if spot.place == "whole":
        key = key_of(node.columns, draw)
        site = Site(f"({node.sql}\n)", node.columns, key, node.keys)
        return (site, lambda sql: ({spot.host: sql}, ())) if key else None
    by_relation = {world.relation(u): u for u in world.nodes}
    places = [
        (match, world.nodes[by_relation[match[1]]])
        for match in REFERENCE.finditer(node.sql)
        if match[1] in by_relation and key_of(world.nodes[by_relation[match[1]]].columns, draw)
    ]
    if not places:
        return None
    match, parent = draw.choice(places)
    name = f"extra_{draw.randrange(10**6):06d}"
    site = Site(match[1], parent.columns, key_of(parent.columns, draw), parent.keys)
    return site, lambda sql: put_at(spot, match, Extra(name, sql, keys=parent.keys))


def put_at(spot: Spot, match: re.Match[str], extra: Extra) -> tuple[dict[str, str], tuple[Extra, ...]]:
    """A query in place of one relation in a model's SQL, which is the text that was matched: as a model or inside."""
    alias, whole, sql = match[4] or match[2], match.string, extra.sql
    start, end = match.span()
    if spot.place == "relation":
        return {spot.host: f'{whole[:start]}({sql}) as "{alias}"{whole[end:]}'}, ()
    if spot.place == "model":
        return {spot.host: f'{whole[:start]}{extra.relation} as "{alias}"{whole[end:]}'}, (extra,)
    called = f"__dbt__cte__{extra.name}" if spot.place == "ephemeral" else extra.name
    rest = f'{whole[:start]}{called} as "{alias}"{whole[end:]}'
    begins = WITH.match(rest)
    if spot.place == "ephemeral" and begins:
        return {spot.host: f"with {begins[1] or ''}{called} as (\n{sql}\n), {rest[begins.end() :]}"}, ()
    return {spot.host: f"with {called} as (\n{sql}\n), whole_of_it as ({rest}\n) select * from whole_of_it"}, ()


def read_on(world: World, spot: Spot, columns: Columns) -> Columns:
    """The columns whose names stand in what reads them: others may be spoilt without anybody noticing."""
    if spot.is_final:
        return columns
    below = [unique_id for unique_id in upstream(world, spot.target) if spot.host in upstream(world, unique_id)]
    texts = [world.nodes[u].sql for u in below if u != spot.host or spot.place != "whole"]
    words = set(re.findall(r"\w+", " ".join(texts)))
    return tuple((name, kind) for name, kind in columns if name in words)
