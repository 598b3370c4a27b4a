"""Neutral mutations: what changes a model's SQL and not what it tells. None of them may add a finding.

Templates as in ``leak_templates``; ``{unique}`` is a private relation in which the key ``{k}`` stands once.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import sqlglot
from sqlglot import exp

from tests.proofs.mutants import PLACES, Mutant, hosts, is_circular, site_in, targets
from tests.proofs.secrets import UNIQUE, Secret

if TYPE_CHECKING:
    import random

    from tests.proofs.mutants import Site
    from tests.proofs.world import World

UNREAD = "{site} as b left join {unique} as s on b.{k} = s.{k}"

TEMPLATES = {
    "wrapped": "select * from (select * from {site} as i) as o",
    "wrapped by names": "select {names} from (select {cols} from {site} as b) as o",
    "wrapped in ctes": "with one as (select * from {site} as i), two as (select * from one) select {names} from two",
    "comment": "-- {x} of {relation} would be a leak\nselect /* case when {x} = 1 */ {cols} from {site} as b -- where {x} > 0\n",
    "unused cte": "with dead as (select * from {relation}) select {cols} from {site} as b",
    "unused ctes": "with dead as (select {x}, {sk} from {relation}), deader as (select max({x}) as m from dead) select {cols} from {site} as b",
    "unused recursive cte": "with recursive r as (select {x}, 1 as n from {relation} union all select {x}, n + 1 from r where n < 2) select {cols} from {site} as b",
    "unread join": "select {cols} from " + UNREAD,
    "unread join, star": "select b.* from " + UNREAD,
    "unread join by using": "select {names} from {site} as b left join (select {k}, {x} as note from {unique}) as s using ({k})",
    "unread join of a group": "select {cols} from {site} as b left join (select {k}, max({x}) as m from {unique} group by {k}) as s on b.{k} = s.{k}",
    "unread join of ranked rows": "select {cols} from {site} as b left join (select {k}, {x} from {unique} qualify row_number() over (partition by {k} order by {x}) = 1) as s on b.{k} = s.{k}",
    "unread join of distinct on": "select {cols} from {site} as b left join (select distinct on ({k}) {k}, {x} from {unique} order by {k}, {x}) as s on b.{k} = s.{k}",
    "unread join of distinct keys": "select {cols} from {site} as b left join (select distinct {k} from {unique}) as s on b.{k} = s.{k}",
    "unread right join": "select {cols} from {unique} as s right join {site} as b on s.{k} = b.{k}",
    "two unread joins": "select {cols} from " + UNREAD + " left join {unique} as t on t.{k} = b.{k} and t.{x} = s.{x}",
    "unread join with a condition": "select {cols} from {site} as b left join {unique} as s on b.{k} = s.{k} and s.{x} is not null",
    "unread lateral": "select {cols} from {site} as b left join lateral (select max(s.{x}) as m from {relation} as s) as l on true",
    "dead column": "select {names} from (select {cols}, s.{x} as dead from " + UNREAD + ") as o",
    "dead expression": "select {names} from (select {cols}, case when s.{x} is null then 1 else 2 end as dead from " + UNREAD + ") as o",
    "dead window": "select {names} from (select {cols}, row_number() over (partition by s.{x} order by b.{k}) as dead from " + UNREAD + ") as o",
    "dead named window": "select {cols} from " + UNREAD + " window dead as (order by s.{x})",
    "dead scalar": "select {names} from (select {cols}, (select max({x}) from {relation}) as dead from {site} as b) as o",
    "dead column, excluded": "select * exclude (dead) from (select {cols}, s.{x} as dead from " + UNREAD + ") as o",
    "dead through ctes": "with a as (select {cols}, s.{x} as dead from " + UNREAD + "), c as (select *, dead as deader from a), d as (select * exclude (dead, deader) from c) select {names} from d",
    "dead in a union": "select {names} from (select {cols}, s.{x} as dead from " + UNREAD + " where hash(b.{k}) % 2 = 0 union all select {cols}, null from {site} as b where not coalesce(hash(b.{k}) % 2 = 0, false)) as o",
    "overwritten column": "select * replace (cast(1 as integer) as dead) from (select {cols}, s.{x} as dead from " + UNREAD + ") as o",
    "order lost in an aggregate": "select {cols} from {site} as b cross join (select count(*) as n from (select i.* from {site} as i order by (select max(s.{x}) from {relation} as s))) as c where c.n >= 0",
    "order lost in a group": "select {cols} from {site} as b semi join (select g.{k}, count(*) as n from (select i.* from {site} as i left join {unique} as s on i.{k} = s.{k} order by s.{x}) as g group by g.{k}) as c on b.{k} = c.{k} or b.{k} is null",
    "order lost in an in": "select {cols} from {site} as b where b.{k} is null or b.{k} in (select i.{k} from {site} as i left join {unique} as s on i.{k} = s.{k} order by s.{x})",
    "secret selected in an exists": "select {cols} from {site} as b where exists (select s.{x} from {site} as i left join {unique} as s on i.{k} = s.{k})",
    "same cast": "select {keep}, cast(b.{v} as {type}) as {v} from {site} as b",
    "coalesced with itself": "select {keep}, coalesce(b.{v}, b.{v}) as {v} from {site} as b",
    "true condition": "select {cols} from {site} as b where 1 = 1 and not false",
    "case of itself": "select {keep}, case when b.{v} is not null then b.{v} end as {v} from {site} as b",
    "halves": "select {cols} from {site} as b where hash(b.{k}) % 2 = 0 union all select {cols} from {site} as b where not coalesce(hash(b.{k}) % 2 = 0, false)",
    "relation's name borrowed": "with {bare} as (select * from {site} as i) select {names} from {bare}",
    "secret's name borrowed": "select {names} from (select {cols}, 'nothing' as {x} from {site} as b) as o where o.{x} = 'nothing'",
    "alias like a relation": "select {bare}.* from {site} as {bare}",
    "packed and unpacked": "select {unpacked} from (select {{{packed}}} as pack from {site} as b) as o",
    "listed and unnested": "select {keep}, u.{v} as {v} from {site} as b, lateral (select unnest([b.{v}]) as {v}) as u",
    "from first": "from {site} as b select {cols}",
    "schema read only": "select {cols} from {site} as b union all select {cols} from {site} as b where false",
}


def neutral(world: World, secrets: list[Secret], number: int, draw: random.Random) -> Mutant:
    """One neutral mutant, drawn until what was drawn goes together."""
    while True:
        mutant = drawn_neutral(world, secrets, number, draw)
        if mutant is not None and not is_circular(world, mutant):
            return mutant


def drawn_neutral(world: World, secrets: list[Secret], number: int, draw: random.Random) -> Mutant | None:
    """One neutral mutant, or None where what was drawn does not go together."""
    target, secret = draw.choice(targets(world)), draw.choice(secrets)
    host = hosts(world, target, draw)
    if draw.random() < 0.2:
        name, rewrite = draw.choice(list(REWRITES.items()))
        sql = rewrite(world.nodes[host].sql, secret, draw)
        return Mutant(number, f"neutral: {name}; {world.nodes[host].name}", target, {host: sql}, (), secret)
    place = draw.choice(PLACES)
    found = site_in(world, host, place, draw)
    if found is None:
        return None
    site, put = found
    name = list(TEMPLATES)[number % len(TEMPLATES)]
    if "{unique}" in TEMPLATES[name]:
        fitting = [one for one in secrets if one.key == site.key and named(one) in UNIQUE]
        if not fitting:
            return None
        secret = draw.choice(fitting)
    changed, extras = put(filled(TEMPLATES[name], site, secret, draw))
    how = f"neutral: {name}; {place} of {world.nodes[host].name}"
    return Mutant(number, how, target, changed, extras, secret)


def named(secret: Secret) -> str:
    """The bare name of a secret's relation."""
    return secret.relation.split('"')[5]


def filled(template: str, site: Site, secret: Secret, draw: random.Random) -> str:
    """A template with everything put in."""
    victim, kind = draw.choice(site.others or site.columns)
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
        lines.insert(draw.randrange(len(lines) + 1), f"/* where {secret.column} in (select {secret.column} from {secret.relation}) */")
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

