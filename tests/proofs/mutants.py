"""Leaking mutants: a clean model into which a secret is brought, by a template at some spot; all drawn by a seed."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from tests.proofs.inside import inside
from tests.proofs.secrets import SHAPES, source_of
from tests.proofs.sites import PLACES, Mutant, Site, Spot, host_of, is_circular, read_on, site_in, targets
from tests.proofs.templates import CONDITIONS, ROWS, TEXTS, VALUES

if TYPE_CHECKING:
    import random

    from tests.proofs.secrets import Secret, Source
    from tests.proofs.world import World

SHOWN = 0.4  # the share of leaks into a value that are shown at once, in the activation model itself
INSIDE = 0.15  # the share of leaks that go into the middle of a model's own SELECTs


def leak(world: World, secrets: list[Secret], number: int, draw: random.Random) -> Mutant:
    """One leaking mutant, drawn until what was drawn goes together."""
    while True:
        target, secret = draw.choice(targets(world)), draw.choice(secrets)
        make = leak_inside if draw.random() < INSIDE else leak_by_template
        mutant = make(world, secret, number, target, draw)
        if mutant is not None and not is_circular(world, mutant):
            return mutant


def leak_by_template(world: World, secret: Secret, number: int, target: str, draw: random.Random) -> Mutant | None:
    """A leak by one of the templates, the numbers taking turns; None where what was drawn does not go together."""
    kind, templates = draw.choice((("rows", ROWS), ("value", VALUES)))
    name = list(templates)[number % len(templates)]
    template, is_ordered = templates[name], name == "order"
    is_added = "{v}" not in template and kind == "value"  # the secret comes in a column that was not there
    spot = Spot(host_of(world, target, draw), target, draw.choice(PLACES))
    if is_ordered or (kind == "value" and draw.random() < SHOWN):
        spot = Spot(target, target, "whole")
    found = site_in(world, spot, draw)
    if found is None or (is_added and "priority" not in template and not spot.is_final):
        return None
    site, put = found
    source = source_of(secret, site.key, draw.choice(SHAPES), draw)
    spoilt = replace(site, columns=read_on(world, spot, site.columns)).others or site.columns
    sql = filled(template, site, made_of(secret, source, draw), draw.choice(spoilt), draw)
    if is_added and not spot.is_final:
        sql = folded(sql, site, draw.choice(spoilt), draw)
    changed, extras = put(sql)
    how = f"{kind}: {name}; {spot.place} of {world.nodes[spot.host].name}; source {source.shape}"
    return Mutant(number, how, target, changed, (*source.extras, *extras), secret, is_ordered)


def leak_inside(world: World, secret: Secret, number: int, target: str, draw: random.Random) -> Mutant | None:
    """A leak into the middle of a model's own SELECTs."""
    host = host_of(world, target, draw)
    found = inside(world, host, secret, draw)
    if found is None:
        return None
    how, sql, extras = found
    return Mutant(number, f"inside: {how}; {world.nodes[host].name}", target, {host: sql}, extras, secret)


def made_of(secret: Secret, source: Source, draw: random.Random) -> dict[str, str]:
    """The words of a template that are about a secret: where it is, one of its values, a condition and a text."""
    family = "VARCHAR" if secret.kind == "VARCHAR" else "NUMBER"
    names = {"x": f'"{source.column}"', "m": draw.choice(secret.values or ("other",)).replace("'", "''")}
    condition = draw.choice(CONDITIONS[family]).format(**names)
    text = draw.choice(TEXTS[family]).format(**names)
    return {**names, "source": source.sql, "cond": condition, "text": text}


def filled(template: str, site: Site, made: dict[str, str], spoilt: tuple[str, str], draw: random.Random) -> str:
    """A template with everything put in; ``spoilt`` is the column that the secret goes into, with its type."""
    victim, kind = spoilt
    is_text = kind == "VARCHAR" and draw.random() < 0.5
    return template.format(
        **made,
        value=made["text"] if is_text else f"case when {made['cond']} then b.{victim} end",
        site=site.sql,
        k=site.key,
        k2=draw.choice(site.others or site.columns)[0],
        v=victim,
        cols=", ".join(f"b.{name}" for name, _ in site.columns),
        cols0=", ".join(f"a.{name}" for name, _ in site.columns),
        names=", ".join(name for name, _ in site.columns),
        keep=", ".join(f"b.{name}" for name, _ in site.columns if name != victim),
    )


def folded(sql: str, site: Site, spoilt: tuple[str, str], draw: random.Random) -> str:
    """A template's added column put into one that was there before: where nobody would read the added one."""
    victim, kind = spoilt
    entries = [f"f.{name}" for name, _ in site.columns if name != victim]
    mixed = f"case when hash(f.priority) % 2 = 0 then f.{victim} end"
    if kind == "VARCHAR" and draw.random() < 0.5:
        mixed = f"coalesce(cast(f.priority as varchar), f.{victim})"
    return f"select {', '.join([*entries, f'{mixed} as {victim}'])} from ({sql}) as f"
