"""Ways to change one column of a relation, or its rows, as queries over it; and whole relations drawn anew.

Values come from where they may matter: the column's own, those of columns of the same name beside it, and the literals
of the SQL that reads it, with their neighbours. Everything is drawn by a seed.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import TYPE_CHECKING

import sqlglot
from sqlglot import exp
from sqlglot.dialects.duckdb import DuckDB
from sqlglot.tokenizer_core import TokenType

from tests.proofs.world import seeded

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    import duckdb
    from askfirst.lineage.schema import Keys

OWN = 8  # values taken of a column's own
FEW = 5  # values that a column of a drawn relation has
NUMBERS = ("TINYINT", "SMALLINT", "INTEGER", "BIGINT", "HUGEINT", "DOUBLE", "FLOAT", "DECIMAL")


@dataclass(frozen=True)
class Perturbation:
    """``sql`` reads a relation and yields its columns changed; ``value`` is the one value put in, if it is one."""

    name: str
    sql: str
    value: str | None = None


@dataclass(frozen=True)
class Field:
    """One column of a relation: its type, and the values, as text, that may matter where it is read."""

    relation: str
    columns: tuple[str, ...]
    name: str
    kind: str
    pool: tuple[str, ...]

    def replaced(self, expression: str) -> str:
        """The relation with an expression in place of the column."""
        return f"select {self.listed(expression)} from {self.relation}"

    def listed(self, expression: str) -> str:
        """The relation's columns, this one as an expression; types stay."""
        one = f'cast({expression} as {self.kind}) as "{self.name}"'
        return ", ".join(one if column == self.name else f'"{column}"' for column in self.columns)

    @property
    def values(self) -> str:
        """The pool as a list in SQL."""
        return f"cast([{', '.join(map(quoted, self.pool))}] as {self.kind}[])"


def quoted(text: str) -> str:
    """A text literal."""
    return "'" + text.replace("'", "''") + "'"


def literals(sql: str) -> list[str]:
    """The literals of a query as text, numbers with their neighbours; long texts left out."""
    found: dict[str, None] = {}
    for token in DuckDB().tokenize(sql):
        if token.token_type == TokenType.NUMBER:
            found |= dict.fromkeys((token.text, *neighbours(token.text)))
        elif token.token_type == TokenType.STRING and 0 < len(token.text) < 40:
            found[token.text] = None
    return list(found)


def compared(sql: str) -> dict[str, set[str]]:
    """The names of columns that a query holds equal to one another, anywhere in it."""
    found: dict[str, set[str]] = {}
    for equal in sqlglot.parse_one(sql, dialect="duckdb").find_all(exp.EQ, exp.NullSafeEQ):
        one, other = equal.this, equal.expression
        if isinstance(one, exp.Column) and isinstance(other, exp.Column):
            found.setdefault(one.name, set()).add(other.name)
            found.setdefault(other.name, set()).add(one.name)
    return found


def neighbours(number: str) -> tuple[str, ...]:
    """The whole numbers beside a whole number."""
    return (str(int(number) - 1), str(int(number) + 1)) if number.isdigit() else ()


def pool_of(
    con: duckdb.DuckDBPyConnection, kind: str, places: Sequence[tuple[str, str]], written: Sequence[str], seed: int
) -> tuple[str, ...]:
    """Values for a column of some type: of its own place first, of places beside it, and those written in the SQL."""
    texts: dict[str, None] = {}
    for relation, column in places:
        own = con.execute(f'select distinct cast("{column}" as varchar) from {relation} where "{column}" is not null')
        texts |= dict.fromkeys(least_hashed([text for (text,) in own.fetchall()], OWN, seed))
    texts |= dict.fromkeys(written)
    if kind == "VARCHAR":
        texts |= dict.fromkeys(["", " ", "x"])
    if kind == "BOOLEAN":
        texts |= dict.fromkeys(["true", "false"])
    listed = f"cast([{', '.join(map(quoted, texts))}] as varchar[])"
    fitting = f"select v from (select unnest({listed}) as v) where try_cast(v as {kind}) is not null"
    known = con.execute(fitting).fetchall()
    distinct = dict.fromkeys(text for (text,) in known)
    return tuple(distinct) or (("0",) if kind in NUMBERS else ("2017-01-01",))


def least_hashed(values: Iterable[str], count: int, seed: int) -> list[str]:
    """A few of some values, so that two columns with the same values give the same ones."""
    return sorted(values, key=lambda text: hashlib.sha256(f"{seed}:{text}".encode()).digest())[:count]


def of_column(field: Field, size: int, seed: int, cells: int) -> Iterator[Perturbation]:
    """Changes of one column: of all rows, of some, of single cells."""
    draw = seeded(seed, field.relation, field.name)
    name, n = f'"{field.name}"', len(field.pool)
    for way, expression in of_all_rows(field, size, seed, 1 + draw.randrange(max(size, 1))):
        yield Perturbation(way, field.replaced(expression))
    for value in draw.sample(field.pool, min(3, n)):
        yield Perturbation("constant", field.replaced(quoted(value)), value)
    for _ in range(cells if size else 0):
        row, value = draw.randrange(size), draw.choice(field.pool)
        yield Perturbation(
            "cell", field.replaced(f"case when rowid = {row} then {quoted(value)} else {name} end"), value
        )
        row = draw.randrange(size)
        yield Perturbation("null cell", field.replaced(f"case when rowid = {row} then null else {name} end"))
        for expression in shifted(name, field.kind)[:1]:
            yield Perturbation(
                "cell shifted", field.replaced(f"case when rowid = {row} then {expression} else {name} end")
            )


def of_all_rows(field: Field, size: int, seed: int, far: int) -> Iterator[tuple[str, str]]:
    """What changes in all rows or in some: the name of each way, and the expression in the column's place."""
    name = f'"{field.name}"'
    drawn = f"({field.values})[cast(1 + hash(rowid * 7919 + {seed}) % {len(field.pool)} as bigint)]"
    some = f"hash(rowid * 31 + {seed}) % 2 = 0"
    yield "null", "null"
    yield "null in some", f"case when {some} then null else {name} end"
    yield "drawn", drawn
    yield "drawn in some", f"case when {some} then {drawn} else {name} end"
    for step in (1, far):
        yield f"rotated by {step}", rotated(field, size, step)
    for expression in shifted(name, field.kind):
        yield "shifted", expression
        yield "shifted in some", f"case when {some} then {expression} else {name} end"


def rotated(field: Field, size: int, step: int) -> str:
    """A column's value of some rows further on: what is unique stays so."""
    return f'(list("{field.name}" order by rowid) over ())[1 + (rowid + {step}) % {max(size, 1)}]'


def shifted(name: str, kind: str) -> list[str]:
    """A column's value moved a little, by its type."""
    if kind == "BOOLEAN":
        return [f"not {name}"]
    if kind.partition("(")[0] in NUMBERS:
        return [f"{name} + 1", f"{name} - 1"]
    if kind == "DATE" or kind.startswith("TIMESTAMP"):
        return [f"{name} + interval ({days}) day" for days in (1, -40)]
    return [f"{name} || 'x'"] if kind == "VARCHAR" else []


def of_rows(relation: str, columns: Sequence[str], size: int, seed: int, cells: int) -> Iterator[Perturbation]:
    """Changes of a relation's row set: rows taken away, rows doubled."""
    draw = seeded(seed, relation)
    listed = ", ".join(f'"{column}"' for column in columns)
    yield Perturbation("no rows", f"select {listed} from {relation} where false")
    yield Perturbation("some rows", f"select {listed} from {relation} where hash(rowid * 13 + {seed}) % 2 = 0")
    yield Perturbation("all twice", f"select {listed} from {relation} union all select {listed} from {relation}")
    for _ in range(cells if size else 0):
        row = draw.randrange(size)
        yield Perturbation("a row less", f"select {listed} from {relation} where rowid <> {row}")
        twice = f"select {listed} from {relation} union all select {listed} from {relation} where rowid = {row}"
        yield Perturbation("a row twice", twice)


def drawn_relation(fields: Sequence[Field], keys: Keys, rows: int, seed: int) -> str:
    """A relation drawn anew: cells of few values that meet those of other relations, own ones and nulls between."""
    relation, size = fields[0].relation, f"(select count(*) from {fields[0].relation})"
    entries = []
    for number, field in enumerate(fields):
        few = least_hashed(field.pool, FEW, seed)
        dice = f"hash(i * 104729 + {number} * 7907 + {seed})"
        values = f"cast([{', '.join(map(quoted, few))}] as {field.kind}[])"
        entries.append(
            f"case when {dice} % 20 < 11 then ({values})[cast(1 + {dice} // 20 % {len(few)} as bigint)]"
            f' when {dice} % 20 < 19 then own."{field.name}" end as "{field.name}"'
        )
    conditions = []
    for key in sorted(keys, key=sorted):
        names = [quoted_name(fields, folded) for folded in sorted(key)]
        conditions.append(f"row_number() over (partition by {', '.join(names)} order by i) = 1")
        conditions += [f"{name} is not null" for name in names]
    unique = f"qualify {' and '.join(conditions)}" if conditions else ""
    return (
        f"select * exclude (i) from (select i, {', '.join(entries)} from range({rows}) as r(i)"
        f" left join {relation} as own on own.rowid = hash(i * 17 + {seed}) % greatest({size}, 1)) {unique}"
    )


def quoted_name(fields: Sequence[Field], folded: str) -> str:
    """A key's column as it is written."""
    return next(f'"{field.name}"' for field in fields if field.name.lower() == folded)


def broken_key(con: duckdb.DuckDBPyConnection, relation: str, keys: Keys) -> bool:
    """Whether a relation has lost a key that a test proves: then no build would have gone on with it."""
    for key in keys:
        names = ", ".join(f'"{name}"' for name in sorted(key))
        missing = " or ".join(f'"{name}" is null' for name in sorted(key))
        alone = len(key) == 1  # the test of one column lets nulls be; that of several does not
        having = f"count(*) > 1 {'and not' if alone else 'or'} ({missing})"
        twice = f"select 1 from {relation} group by {names} having {having} limit 1"
        if con.execute(twice).fetchone():
            return True
    return False
