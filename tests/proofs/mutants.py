"""Mutants: a clean model into which a secret is brought, by a template at some place in its SQL; all drawn by a seed."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from tests.proofs import leak_inside, leak_templates
from tests.proofs.secrets import SHAPES, UNIQUE, Extra, Secret, Source, source_of

if TYPE_CHECKING:
    import random
    from collections.abc import Callable, Mapping

    from tests.proofs.world import World

    Put = Callable[[str], tuple[dict[str, str], tuple[Extra, ...]]]

KEYS = ("person_id", "household_id")
PLACES = ("whole", "relation", "cte", "ephemeral", "model")
NEAR = ("declared_persons", "declared_contacts", "int_person_data", "int_audience_permissions", "observed_household_topics")
FAR = ("declared_preferences", "int_addresses", "int_preferences", "int_persons", "int_household_purchases")
REFERENCE = re.compile(r'("\w+"\."\w+"\."(\w+)")(\s+as\s+"?(\w+)"?)?')


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
        parts = [f"-- {extra.name} ({extra.language})\n{extra.sql}" for extra in self.extras]
        parts += [f"-- {unique_id}\n{sql}" for unique_id, sql in self.changed.items()]
        return "\n".join((f"-- mutant {self.number}: {self.how}; secret {self.secret.relation}.{self.secret.column}", *parts))


@dataclass(frozen=True)
class Site:
    """A clean relation as an entry of FROM, with its columns and the key by which people are known in it."""

    sql: str
    columns: tuple[tuple[str, str], ...]
    key: str

    @property
    def others(self) -> tuple[tuple[str, str], ...]:
        """The columns that are no keys."""
        return tuple((name, kind) for name, kind in self.columns if name not in KEYS)


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


def hosts(world: World, target: str, draw: random.Random) -> str:
    """A model to spoil: the activation model itself, its segment, or something under it, the near ones more often."""
    above = upstream(world, target)
    kinds = (
        [target],
        [u for u in above if ".seg_" in u],
        [u for u in above if world.nodes[u].name in NEAR],
        [u for u in above if world.nodes[u].name in FAR],
    )
    return draw.choice(draw.choices(kinds, weights=(4, 4, 4, 1))[0])


def key_of(columns: tuple[tuple[str, str], ...], draw: random.Random) -> str | None:
    """The column that names people or households, if there is one."""
    there = [name for name, _ in columns if name in KEYS]
    return draw.choice(there) if there else None


def leak(world: World, secrets: list[Secret], number: int, draw: random.Random) -> Mutant:
    """One leaking mutant, drawn until what was drawn goes together."""
    while True:
        mutant = drawn_leak(world, secrets, number, draw)
        if mutant is not None and not is_circular(world, mutant):
            return mutant


def drawn_leak(world: World, secrets: list[Secret], number: int, draw: random.Random) -> Mutant | None:
    """One leaking mutant, or None where what was drawn does not go together."""
    target = draw.choice(targets(world))
    secret = draw.choice(secrets)
    if draw.random() < 0.15:
        return leak_within(world, secret, number, target, draw)
    by_rows = draw.random() < 0.5
    templates = leak_templates.ROWS if by_rows else leak_templates.VALUES
    name = list(templates)[number % len(templates)] if draw.random() < 0.8 else draw.choice(list(templates))
    is_ordered = name == "order"
    host, place = (target, "whole") if is_ordered else (hosts(world, target, draw), draw.choice(PLACES))
    found = site_in(world, host, place, draw)
    if found is None:
        return None
    site, put = found
    source = source_of(secret, site.key, draw.choice(SHAPES), draw)
    is_final = host == target and place == "whole"
    seen = replace(site, columns=site.columns if is_final else read_on(world, host, target, place, site))
    sql = filled(templates[name], site, source, secret, draw.choice(seen.others or site.others or site.columns), draw)
    if not is_final and not by_rows:
        sql = folded(templates[name], sql, site, draw.choice(seen.others or site.columns)[0])
        if sql is None:
            return None
    changed, extras = put(sql)
    how = f"{'rows' if by_rows else 'value'}: {name}; {place} of {world.nodes[host].name}; source {source.shape}"
    return Mutant(number, how, target, changed, (*source.extras, *extras), secret, is_ordered)


def leak_within(world: World, secret: Secret, number: int, target: str, draw: random.Random) -> Mutant | None:
    """A leak into the middle of a model's own SELECTs."""
    host = hosts(world, target, draw)
    found = leak_inside.inside(world, host, secret, draw)
    if found is None:
        return None
    how, sql, extras = found
    return Mutant(number, f"inside: {how}; {world.nodes[host].name}", target, {host: sql}, extras, secret)


def read_on(world: World, host: str, target: str, place: str, site: Site) -> tuple[tuple[str, str], ...]:
    """The columns of a site whose names stand in what reads it: the others may be spoilt without anybody noticing."""
    below = [unique_id for unique_id in upstream(world, target) if host in upstream(world, unique_id)]
    texts = [world.nodes[u].sql for u in below if u != host or place != "whole"]
    words = set(re.findall(r"\w+", " ".join(texts)))
    return tuple((name, kind) for name, kind in site.columns if name in words)


def filled(
    template: str, site: Site, source: Source, secret: Secret, spoilt: tuple[str, str], draw: random.Random
) -> str:
    """A template with everything put in; ``spoilt`` is the column that the secret goes into, with its type."""
    family = "VARCHAR" if secret.kind == "VARCHAR" else "NUMBER"
    value = draw.choice(secret.values) if secret.values else "other"
    victim, kind = spoilt
    other = draw.choice(site.others or site.columns)[0]
    names = {"x": f'"{source.column}"', "m": value.replace("'", "''")}
    condition = draw.choice(leak_templates.CONDITIONS[family]).format(**names)
    text = draw.choice(leak_templates.TEXTS[family]).format(**names)
    as_value = text if kind == "VARCHAR" and draw.random() < 0.5 else f"case when {condition} then b.{victim} end"
    return template.format(
        site=site.sql,
        source=source.sql,
        k=site.key,
        k2=other,
        v=victim,
        cols=", ".join(f"b.{name}" for name, _ in site.columns),
        cols0=", ".join(f"a.{name}" for name, _ in site.columns),
        names=", ".join(name for name, _ in site.columns),
        keep=", ".join(f"b.{name}" for name, _ in site.columns if name != victim),
        cond=condition,
        text=text,
        value=as_value,
        **names,
    )


def folded(template: str, sql: str, site: Site, victim: str) -> str | None:
    """A template's added column put into one that was there before: where nobody would read the added one."""
    if "priority" not in template:
        return None if "*" in template and "{v}" not in template else sql
    entries = [f"f.{name}" for name, _ in site.columns if name != victim]
    mixed = f"case when hash(f.priority) % 2 = 0 then f.{victim} end as {victim}"
    return f"select {', '.join([*entries, mixed])} from ({sql}) as f"


def site_in(world: World, host: str, place: str, draw: random.Random) -> tuple[Site, Put] | None:
    """A site in a model, and how to put something in its place."""
    node = world.nodes[host]
    if place == "whole":
        key = key_of(node.columns, draw)
        if key is None:
            return None
        return Site(f"({node.sql}\n)", node.columns, key), lambda sql: ({host: sql}, ())
    by_relation = {world.relation(u): u for u in world.nodes}
    places = [
        (match, by_relation[match[1]])
        for match in REFERENCE.finditer(node.sql)
        if match[1] in by_relation and key_of(world.nodes[by_relation[match[1]]].columns, draw)
    ]
    if not places:
        return None
    match, parent = draw.choice(places)
    columns = world.nodes[parent].columns
    site = Site(match[1], columns, str(key_of(columns, draw)))
    name = f"extra_{draw.randrange(10**6):06d}"
    return site, lambda sql: put_at(host, node.sql, place, match, name, sql)


def put_at(host: str, whole: str, place: str, match: re.Match[str], name: str, sql: str) -> tuple[dict[str, str], tuple[Extra, ...]]:
    """A leaking query in place of one relation in a model's SQL."""
    alias = match[4] or match[2]
    start, end = match.span()
    if place == "relation":
        return {host: f'{whole[:start]}({sql}) as "{alias}"{whole[end:]}'}, ()
    if place == "model":
        extra = Extra(name, sql)
        return {host: f'{whole[:start]}{extra.relation} as "{alias}"{whole[end:]}'}, (extra,)
    called = f"__dbt__cte__{name}" if place == "ephemeral" else name
    rest = f'{whole[:start]}{called} as "{alias}"{whole[end:]}'
    begins = re.match(r"(?:\s|--[^\n]*\n)*with\s+(recursive\s)?", rest)
    if place == "ephemeral" and begins:
        recursive = begins[1] or ""
        return {host: f"with {recursive}{called} as (\n{sql}\n), {rest[begins.end():]}"}, ()
    return {host: f"with {called} as (\n{sql}\n), whole_of_it as ({rest}\n) select * from whole_of_it"}, ()


def unique_secret(secrets: list[Secret], draw: random.Random) -> Secret:
    """A secret of a relation in which a test proves that each key stands once."""
    return draw.choice([secret for secret in secrets if secret.relation.split('"')[5] in UNIQUE])
