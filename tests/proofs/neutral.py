"""Neutral mutations: what changes a model's SQL and not what it tells. None of them may add a finding.

Most are templates, as leaks are; some rewrite the whole query's tree or text.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import sqlglot
from sqlglot import exp

from tests.proofs.secrets import UNIQUE, Secret
from tests.proofs.sites import PLACES, Mutant, Spot, host_of, is_circular, site_in, targets
from tests.proofs.templates import NEUTRAL

if TYPE_CHECKING:
    import random

    from tests.proofs.sites import Site
    from tests.proofs.world import World


LOSE_KEYS = (
    "halves",
    "dead in a union",
    "packed and unpacked",
)  # whoever reads them cannot tell that a key still stands once: left to tests


def neutral(world: World, secrets: list[Secret], number: int, draw: random.Random) -> Mutant:
    """One neutral mutant, drawn until what was drawn goes together."""
    while True:
        mutant = drawn_neutral(world, secrets, number, draw)
        if mutant is not None and not is_circular(world, mutant):
            return mutant


def drawn_neutral(world: World, secrets: list[Secret], number: int, draw: random.Random) -> Mutant | None:
    """One neutral mutant, or None where what was drawn does not go together."""
    target, secret = draw.choice(targets(world)), draw.choice(secrets)
    host = host_of(world, target, draw)
    if draw.random() < 0.2:
        name, rewrite = draw.choice(list(REWRITES.items()))
        sql = rewrite(world.nodes[host].sql, secret, draw)
        return Mutant(number, f"neutral: {name}; {world.nodes[host].name}", target, {host: sql}, (), secret)
    spot = Spot(host, target, draw.choice(PLACES))
    found = site_in(world, spot, draw)
    if found is None:
        return None
    site, put = found
    name = list(NEUTRAL)[number % len(NEUTRAL)]
    if (name in LOSE_KEYS and spot.place != "whole") or ("{v}" in NEUTRAL[name] and not site.others):
        return None
    if "{unique}" in NEUTRAL[name]:
        fitting = [one for one in secrets if one.key == site.key and named(one) in UNIQUE]
        if not fitting:
            return None
        secret = draw.choice(fitting)
    changed, extras = put(filled(NEUTRAL[name], site, secret, draw))
    how = f"neutral: {name}; {spot.place} of {world.nodes[host].name}"
    return Mutant(number, how, target, changed, extras, secret)


def named(secret: Secret) -> str:
    """The bare name of a secret's relation."""
    return secret.relation.split('"')[5]


def filled(template: str, site: Site, secret: Secret, draw: random.Random) -> str:
    """A template with everything put in."""
    victim, kind = draw.choice(site.others) if site.others else ("", "")
    names = [name for name, _ in site.columns]
    return template.format(
        site=site.sql,
        relation=secret.relation,
        unique=secret.relation,
        bare=named(secret),
        x=secret.column,
        sk=secret.key,
        k=site.key,
        v=victim,
        type=kind,
        names=", ".join(names),
        cols=", ".join(f"b.{name}" for name in names),
        keep=", ".join(f"b.{name}" for name in names if name != victim),
        packed=", ".join(f"'{name}': b.{name}" for name in names),
        unpacked=", ".join(f"o.pack.{name}" for name in names),
    )


def pretty(sql: str, _secret: Secret, _draw: random.Random) -> str:
    """Another layout."""
    return sqlglot.parse_one(sql, dialect="duckdb").sql(dialect="duckdb", pretty=True, normalize_functions="upper")


def terse(sql: str, _secret: Secret, _draw: random.Random) -> str:
    """One line, without comments."""
    return sqlglot.parse_one(sql, dialect="duckdb").sql(dialect="duckdb", comments=False)


def identified(sql: str, _secret: Secret, _draw: random.Random) -> str:
    """All names in quotes."""
    return sqlglot.parse_one(sql, dialect="duckdb").sql(dialect="duckdb", identify=True)


def renamed_ctes(sql: str, secret: Secret, _draw: random.Random) -> str:
    """CTEs under other names, one of them that of the secret's relation; columns read through aliases as before."""
    tree = sqlglot.parse_one(sql, dialect="duckdb")
    names = {cte.alias: (named(secret) if n == 0 else f"step_{n}") for n, cte in enumerate(tree.find_all(exp.CTE))}
    for cte in tree.find_all(exp.CTE):
        cte.args["alias"].set("this", exp.to_identifier(names[cte.alias]))
    for table in list(tree.find_all(exp.Table)):
        if table.name in names and not table.args.get("db"):
            alias = table.alias or table.name
            table.replace(exp.alias_(exp.to_table(names[table.name]), alias, table=True))
    return tree.sql(dialect="duckdb", pretty=True)


def turned_conjuncts(sql: str, _secret: Secret, _draw: random.Random) -> str:
    """Conjuncts the other way round."""
    tree = sqlglot.parse_one(sql, dialect="duckdb")
    for both in list(tree.find_all(exp.And)):
        left, right = both.this, both.expression
        both.set("this", exp.paren(right.copy()))
        both.set("expression", exp.paren(left.copy()))
    return tree.sql(dialect="duckdb")


def turned_equalities(sql: str, _secret: Secret, _draw: random.Random) -> str:
    """Equalities the other way round."""
    tree = sqlglot.parse_one(sql, dialect="duckdb")
    for equal in list(tree.find_all(exp.EQ)):
        left, right = equal.this.copy(), equal.expression.copy()
        equal.set("this", right)
        equal.set("expression", left)
    return tree.sql(dialect="duckdb")


def commented(sql: str, secret: Secret, draw: random.Random) -> str:
    """Comments that speak of the secret, between the lines."""
    lines = sql.split("\n")
    for _ in range(3):
        lines.insert(
            draw.randrange(len(lines) + 1),
            f"/* where {secret.column} in (select {secret.column} from {secret.relation}) */",
        )
    return "\n".join(lines)


def dead_cte(sql: str, secret: Secret, draw: random.Random) -> str:
    """One more CTE that nobody reads, at the end of those that there are, or the only one."""
    tree = sqlglot.parse_one(sql, dialect="duckdb")
    if not isinstance(tree, exp.Query):
        return sql
    dead = f"select {secret.column}, count(*) as n from {secret.relation} group by {secret.column}"
    return tree.with_(f"dead_{draw.randrange(1000)}", as_=dead, dialect="duckdb").sql(dialect="duckdb", pretty=True)


REWRITES = {
    "another layout": pretty,
    "one line": terse,
    "all names in quotes": identified,
    "CTEs renamed": renamed_ctes,
    "conjuncts turned": turned_conjuncts,
    "equalities turned": turned_equalities,
    "comments": commented,
    "a dead CTE": dead_cte,
}
