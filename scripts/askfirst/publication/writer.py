"""Write an edition into a new file: base tables in ``data``, views that end in ``main``, and words on everything."""

from __future__ import annotations

from dataclasses import astuple
from typing import TYPE_CHECKING

from askfirst.publication.edition import CATALOGUE, FUNNEL, LAYOUT, REASONS, Audience, Column, Table
from askfirst.sql import listed, literal, names_resolved_in, quoted, transaction

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from duckdb import DuckDBPyConnection

    from askfirst.publication.edition import CatalogueRow, Edition, FunnelRow

# Columns that a reason's template keeps as they are; a value of any other text column becomes its name in braces.
NOT_PERSONAL = ("offer_topic", "based_on", "reason", "control")
# What may stand beside a whole word, in DuckDB's regular expressions; its \\b knows no letters but a to z.
EDGE_BEFORE, EDGE_AFTER = r"'(^|[^\pL\pN])'", r"'($|[^\pL\pN])'"


def write(con: DuckDBPyConnection, alias: str, edition: Edition, minimum: int) -> None:
    """Fill the attached, empty file. Nothing in it is personal but the audiences' own rows."""
    with transaction(con):
        con.execute(f"create schema {alias}.data")
        for table in LAYOUT:
            create_table(con, alias, table)
        insert(con, f"{alias}.main.{CATALOGUE.name}", edition.catalogue)
        insert(con, f"{alias}.main.{FUNNEL.name}", edition.funnel)
        for audience in edition.audiences:
            create_audience(con, alias, audience)
            insert_reasons(con, alias, audience, minimum)
    with names_resolved_in(con, alias), transaction(con):
        for audience in edition.audiences:
            con.execute(view_statement(audience))
            describe(con, "view", f"{alias}.main.{quoted(audience.name)}", audience.description, audience.columns)


def create_table(con: DuckDBPyConnection, alias: str, table: Table) -> None:
    """One of the tables that every publication has, empty."""
    columns = ", ".join(f"{quoted(name)} {kind}" for name, kind, _ in table.columns)
    con.execute(f"create table {alias}.main.{table.name} ({columns})")
    words = tuple(Column(name, comment) for name, _, comment in table.columns)
    describe(con, "table", f"{alias}.main.{table.name}", table.comment, words)


def insert(con: DuckDBPyConnection, table: str, rows: Sequence[CatalogueRow | FunnelRow]) -> None:
    """Insert records, a field a column; a few rows an audience."""
    if rows:
        values = [astuple(row) for row in rows]
        con.executemany(f"insert into {table} values ({', '.join('?' * len(values[0]))})", values)


def create_audience(con: DuckDBPyConnection, alias: str, audience: Audience) -> None:
    """An audience's base table, its rows ordered by the key (the first column), with its words."""
    table = f"{alias}.data.{quoted(audience.name)}"
    names = listed(column.name for column in audience.columns)
    con.execute(f"create table {table} as select {names} from ({audience.source}) as rows_of_audience order by {names}")
    comment = f"{audience.description} The rows behind main.{audience.name}; query that view, which ends in time."
    describe(con, "table", table, comment, audience.columns)


def view_statement(audience: Audience) -> str:
    """The view that marketers query. It reads its end from the catalogue: without a row there it returns nothing."""
    names = listed(column.name for column in audience.columns)
    # epoch_us compares UTC with UTC whatever the client's time zone, and needs no extension
    return f"""
        create view main.{quoted(audience.name)} as
        select {names}
        from data.{quoted(audience.name)}
        where epoch_us(now()) < (
            select epoch_us(valid_until) from main.catalogue where audience = {literal(audience.name)}
        )
    """


def describe(con: DuckDBPyConnection, kind: str, relation: str, comment: str, columns: Sequence[Column]) -> None:
    """Put the words on a relation and on each of its columns."""
    con.execute(f"comment on {kind} {relation} is {literal(comment)}")
    for column in columns:
        con.execute(f"comment on column {relation}.{quoted(column.name)} is {literal(column.description)}")


def insert_reasons(con: DuckDBPyConnection, alias: str, audience: Audience, minimum: int) -> None:
    """Count the reasons shown in what was written, by their template; none for an audience that shows no reason."""
    names = [column.name for column in audience.columns]
    if "reason" not in names:
        return
    table = f"{alias}.data.{quoted(audience.name)}"
    personal = [name for name in text_columns(con, table) if name not in NOT_PERSONAL]
    con.execute(f"""
        insert into {alias}.main.{REASONS.name}
        select
            {literal(audience.name)} as audience,
            template,
            case when count(*) < {minimum} then '<{minimum}' else cast(count(*) as varchar) end as people
        from (select {template_steps(personal)} from {table}) as templates
        group by template
        order by count(*) desc, template
    """)


def text_columns(con: DuckDBPyConnection, table: str) -> Iterator[str]:
    """The names of a table's text columns."""
    for name, kind, *_ in con.execute(f"describe {table}").fetchall():
        if kind == "VARCHAR":
            yield str(name)


def template_steps(columns: Sequence[str]) -> str:
    """A select list whose last item, ``template``, is the reason without what differs from person to person.

    A whole word that is the row's own value of a column becomes ``{column}``, a number ``#``; one step a column.
    """
    steps = ["reason as template_0"]
    for place, column in enumerate(columns):
        name, before = quoted(column), f"template_{place}"
        word = f"{EDGE_BEFORE} || regexp_escape({name}) || {EDGE_AFTER}"
        blank = literal(rf"\1{{{column}}}\2")
        replaced = f"regexp_replace({before}, {word}, {blank}, 'g')"
        here = f"contains(reason, {name}) and {name} <> ''"
        steps.append(f"case when {here} then {replaced} else {before} end as template_{place + 1}")
    return ", ".join([*steps, rf"regexp_replace(template_{len(columns)}, '\d+', '#', 'g') as template"])
