"""Erased is gone from every table, and not contacted again, whatever is delivered later."""

from __future__ import annotations

import csv
from typing import TYPE_CHECKING, Any

import bad_idea
import duckdb
from askfirst.keyed_hash import DEMO_KEY, keyed_hash

from tests.integration.test_build import published_rows

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

Row = dict[str, str]
WINGS = bad_idea.load(bad_idea.IDEAS / "chicken_wings.yml")
FILES = ("askfirst.duckdb", "private.duckdb", "activation.duckdb")
ERASED = {  # of the sample world, and what only they have
    "ids": ("P211", "P212"),
    "texts": ("Ingolf", "Ingo", "Harbour View 112"),  # whoever has one of their mailboxes now writes it small
}


def table(project: Path, name: str) -> Path:
    return project / "seeds" / "sample" / f"{name}.csv"


def append(project: Path, name: str, row: Row) -> None:
    """Deliver one more raw row."""
    with table(project, name).open(encoding="utf-8", newline="") as file:
        fields = next(csv.reader(file))
    with table(project, name).open("a", encoding="utf-8", newline="") as file:
        csv.DictWriter(file, fields, restval="", lineterminator="\n").writerow(row)


def rewrite(project: Path, name: str, change: Callable[[Row], Row | None]) -> None:
    """Deliver a raw table anew: each row as changed, or no more."""
    with table(project, name).open(encoding="utf-8", newline="") as file:
        rows = [change(row) for row in csv.DictReader(file)]
    kept = [row for row in rows if row is not None]
    with table(project, name).open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, list(kept[0]), lineterminator="\n")
        writer.writeheader()
        writer.writerows(kept)


def erase(project: Path, person: str) -> None:
    when = {"requested_at": "2018-01-01T12:00:00Z", "received_at": "2018-01-01T12:00:00Z"}
    append(project, "consent/requests", {"request_id": "Q900", "person_id": person, "kind": "erasure"} | when)


def raw_rows(project: Path, name: str, person: str) -> list[Row]:
    with table(project, name).open(encoding="utf-8", newline="") as file:
        return [row for row in csv.DictReader(file) if row["person_id"] == person]


def places(project: Path, texts: tuple[str, ...]) -> set[str]:
    """The tables and columns, of every file that the build writes, in which one of the texts stands. Views are none."""
    found = set()
    for file in FILES:
        with duckdb.connect() as con:
            con.execute(f"attach '{project / bad_idea.WAREHOUSE / file}' as built (read_only)")
            for schema, name in tables(con):
                relation = f'built."{schema}"."{name}"'
                for column, *_ in con.execute(f"describe {relation}").fetchall():
                    holds = " or ".join(f'contains(cast("{column}" as varchar), ?)' for _ in texts)
                    ((count,),) = con.execute(f"select count(*) from {relation} where {holds}", texts).fetchall()
                    if count:
                        found.add(f"{file}: {schema}.{name}.{column}")
    return found


def tables(con: duckdb.DuckDBPyConnection) -> list[tuple[Any, ...]]:
    query = "select schema_name, table_name from duckdb_tables() where database_name = 'built' order by all"
    return con.execute(query).fetchall()


def first_rules(project: Path, person: str) -> set[tuple[object, ...]]:
    with duckdb.connect(str(project / bad_idea.WAREHOUSE / "askfirst.duckdb"), read_only=True) as con:
        query = "select audience, first_rule from intermediate.int_audience_permissions where person_id = ?"
        return set(con.execute(query, [person]).fetchall())


def bought(project: Path, household: str) -> int:
    """How many receipt lines of a household are used."""
    with duckdb.connect(str(project / bad_idea.WAREHOUSE / "askfirst.duckdb"), read_only=True) as con:
        query = "select count(*) from intermediate.int_purchases where household_id = ?"
        ((lines,),) = con.execute(query, [int(household)]).fetchall()
    return int(lines)


def test_of_the_sample_s_erased_nothing_is_left_in_any_table(clean_build: Path) -> None:
    assert places(clean_build, (*ERASED["ids"], *ERASED["texts"])) == set()
    assert places(clean_build, ("P213",)), "the search finds who is there"


def test_the_list_holds_the_hash_that_python_computes(clean_build: Path) -> None:
    with duckdb.connect(str(clean_build / bad_idea.WAREHOUSE / "askfirst.duckdb"), read_only=True) as con:
        listed = con.execute("select address_key from intermediate.int_suppression_list").fetchall()
        proofs = con.execute("select record_key from intermediate.int_erasures").fetchall()
    assert (keyed_hash(DEMO_KEY, "ingolf.ehrlich@example.org"),) in listed
    assert len(listed) == 6  # four addresses, two of them letter-boxes: once with the name, once for who has none
    assert proofs == [(keyed_hash(DEMO_KEY, "P212"),)]


def test_erased_while_a_leak_blocks_then_forgotten_then_brought_back(project: Path) -> None:
    before = published_rows(project)
    person = min(str(row[0]) for row in before["email__ribs"])
    (profile,) = raw_rows(project, "crm/persons", person)[:1]
    mails = tuple(row["email"] for row in raw_rows(project, "crm/addresses", person) if row["email"])
    events = raw_rows(project, "consent/events", person)
    assert bought(project, profile["household_id"])
    erase(project, person)
    bad_idea.apply(WINGS.leak, project)

    assert bad_idea.build(project, *bad_idea.WITHOUT_UNIT_TESTS).exit_code == 1
    assert places(project, (person, *mails)) == set()
    after = published_rows(project)
    assert {row[0] for name in before for row in before[name] - after[name]} == {person}
    assert bought(project, profile["household_id"]) == 0

    # the raw tables forget, the request included; then an old export brings the person back under another number
    bad_idea.apply(tuple(bad_idea.Edit(e.file, e.replace, e.find) for e in WINGS.leak), project)
    for name in ("crm/persons", "crm/addresses", "crm/preferences", "crm/messages", "crm/switches", "consent/events"):
        rewrite(project, name, lambda row: None if row["person_id"] == person else row)
    rewrite(project, "consent/requests", lambda row: None if row["request_id"] == "Q900" else row)
    append(project, "crm/persons", profile | {"person_id": "P990"})
    append(project, "crm/addresses", {"address_id": "A990", "person_id": "P990", "kind": "email", "email": mails[0]}
           | {"valid_from": "2016-03-01T08:00:00Z"})  # fmt: skip
    for number, event in enumerate(events):
        append(project, "consent/events", event | {"person_id": "P990", "event_id": f"E99{number}"})
    build = bad_idea.build(project, *bad_idea.WITHOUT_UNIT_TESTS)
    assert build.exit_code == 0, build.output
    assert {rule for audience, rule in first_rules(project, "P990") if str(audience).startswith("email")} == {"R21"}
    assert not any(row[0] == "P990" for rows in published_rows(project).values() for row in rows)
    assert bought(project, profile["household_id"]) == 0, "nobody can say whose it was, and nobody knows them any more"
