"""Queries that grow in one direction: width, depth, length of a chain, number of branches."""

from __future__ import annotations

TABLE = "wide"


def wide(columns: int) -> str:
    """So many columns through ten CTEs, every third in an expression."""
    names = [f"c{n}" for n in range(columns)]
    parts = [f"s0 as (select {', '.join(names)} from {TABLE})"]
    for step in range(1, 10):
        listed = (f"coalesce({name}, {step}) as {name}" if n % 3 == step % 3 else name for n, name in enumerate(names))
        parts.append(f"s{step} as (select {', '.join(listed)} from s{step - 1} where c{step} > {step})")
    return f"with {', '.join(parts)} select * from s9"


def nested(depth: int) -> str:
    """So many subqueries in FROM, one inside another."""
    query = f"select c0, c1, c2 from {TABLE}"
    for level in range(depth):
        query = f"select c0, c1 + {level} as c1, c2 from ({query}) as q{level} where c2 > {level}"
    return query


def chain(length: int) -> str:
    """So many CTEs, each from the one before."""
    parts = [f"s0 as (select c0, c1, c2, c3 from {TABLE})"]
    parts += [
        f"s{step} as (select c0, c1 + 1 as c1, max(c2) as c2, c3 from s{step - 1} group by 1, 2, 4)"
        for step in range(1, length)
    ]
    return f"with {', '.join(parts)} select * from s{length - 1}"


def union(branches: int) -> str:
    """So many SELECTs, one under another."""
    return " union all ".join(
        f"select c{n % 10} as a, c{(n + 1) % 10} as b, {n} as n from {TABLE} where c2 = {n}" for n in range(branches)
    )


def condition(terms: int) -> str:
    """One condition of so many terms, and one expression of as many."""
    asked = " or ".join(f"(c0 = {n} and c1 <> {n})" for n in range(terms))
    return f"select {' + '.join(f'c{n % 10}' for n in range(terms))} as total from {TABLE} where {asked}"


def case(branches: int) -> str:
    """A CASE of so many branches."""
    branch = " ".join(f"when c{n % 10} = {n} then c{(n + 1) % 10}" for n in range(branches))
    return f"select case {branch} else c0 end as x from {TABLE}"


def joins(count: int) -> str:
    """So many LEFT JOINs, with a column read from each."""
    listed = ", ".join(f"t{n}.c1 as x{n}" for n in range(count))
    joined = " ".join(f"left join {TABLE} as t{n} on t0.c0 = t{n}.c0" for n in range(1, count))
    return f"select {listed} from {TABLE} as t0 {joined}"


SHAPES = {
    "columns through 10 CTEs": (wide, (250, 500, 1000, 2000)),
    "nested subqueries": (nested, (50, 100, 200)),
    "CTE chain": (chain, (75, 150, 300, 600)),
    "UNION ALL branches": (union, (125, 250, 500, 1000)),
    "terms of a condition": (condition, (250, 500, 1000, 2000)),
    "branches of a CASE": (case, (250, 500, 1000, 2000)),
    "LEFT JOINs": (joins, (25, 50, 100, 200)),
}
