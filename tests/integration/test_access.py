"""Receipts and exports of everybody in the sample world: all that is theirs, and nothing that is somebody else's."""

from __future__ import annotations

import csv
import json
import os
from pathlib import Path
from typing import TYPE_CHECKING, Any

import duckdb
import pytest
from askfirst.access.answer import Question, answer_access, answer_receipt
from askfirst.access.held import HOUSEHOLD_KEY, PERSON_KEYS
from askfirst.access.plain import text_of
from askfirst.access.release import NAMES_A_RECORD
from askfirst.access.validate import EXPORT, problems
from askfirst.cli import main
from askfirst.errors import WrongConfiguration
from askfirst.keyed_hash import DEMO_KEY, keyed_hash

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

ROOT = Path(__file__).parents[2]
SAMPLE = ROOT / "seeds" / "sample"
ERASED, LINKED_TO_ERASED, CANARY, NOBODY = "P212", "P211", "P901", "P000"
# alone and in couples, merged, rejected, heard of after as_of, at a shared mailbox, a child and its guardian, at an
# erased one's address
ASKED = (
    "P001", "P002", "P003", "P004", "P027", "P036", "P040", "P043", "P045",
    "P046", "P047", "P121", "P123", "P204", "P213", "P234",
)  # fmt: skip
# what tells one row from all others, by raw table; a household's rows have no such number of one person
ROW_IDS = {
    "crm/addresses": "address_id",
    "crm/preferences": "statement_id",
    "crm/switches": "switch_id",
    "crm/messages": "message_id",
    "crm/bounces": "bounce_id",
    "crm/dismissals": "dismissal_id",
    "crm/frequencies": "choice_id",
    "consent/events": "event_id",
    "consent/objections": "objection_id",
    "consent/unsubscribes": "unsubscribe_id",
    "consent/requests": "request_id",
    "crm/privacy_signals": "signal_id",
}
SECRETS = ("email", "street", "evidence")  # values that nobody shares, unless they share the address itself


def raw(table: str) -> list[dict[str, str]]:
    with (SAMPLE / f"{table}.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def world(project: Path) -> duckdb.DuckDBPyConnection:
    con = duckdb.connect(str(project / "warehouse" / "sample" / "askfirst.duckdb"), read_only=True)
    con.execute(f"attach '{project}/warehouse/sample/private.duckdb' as private (read_only)")
    return con


@pytest.fixture(scope="module")
def people(clean_build: Path) -> dict[str, set[str]]:
    """All records of each person who is in the warehouse, canaries left out."""
    with world(clean_build) as con:
        rows = con.execute(
            "select person_id, record_id from intermediate.int_identity where person_id not in "
            "(select person_id from staging.stg_crm__canaries) order by all"
        ).fetchall()
    found: dict[str, set[str]] = {}
    for person, record in rows:
        found.setdefault(person, set()).add(record)
    return found


@pytest.fixture(scope="module")
def ask(clean_build: Path) -> Callable[[str], Question]:
    return lambda number: Question(number, clean_build, clean_build / "target", "sample")


@pytest.fixture(scope="module")
def exports(ask: Callable[[str], Question]) -> dict[str, dict[str, Any]]:
    return {person: exported(ask(person)) for person in ASKED}


def exported(question: Question) -> dict[str, Any]:
    export: dict[str, Any] = json.loads(text_of(answer_access(question)))
    return export


def values(document: object) -> Iterator[str]:
    """Every text and number of a document, as text."""
    if isinstance(document, dict):
        for inner in document.values():
            yield from values(inner)
    elif isinstance(document, list):
        for inner in document:
            yield from values(inner)
    elif document is not None:
        yield str(document)


def rows_of(export: dict[str, Any]) -> list[dict[str, Any]]:
    return [row for relation in export["access_export"]["relations"] for row in relation["rows"]]


def problems_of(person: str, records: set[str], export: dict[str, Any], receipt: dict[str, Any]) -> list[str]:
    """Where a row of the person is missing, and where something of anybody else stands; by table, never by value."""
    found = []
    shown = set(values(rows_of(export)))
    for table, key in ROW_IDS.items():
        mine = [row for row in raw(table) if row["person_id"] in records]
        theirs = [row for row in raw(table) if row["person_id"] not in records]
        if not {row[key] for row in mine if row[key]} <= shown:
            found.append(f"{person}: a row of {table} is missing")
        for column in (key, *SECRETS):
            others = {row.get(column, "") for row in theirs} - {row.get(column, "") for row in mine} - {""}
            if others & shown:
                found.append(f"{person}: {table}.{column} of somebody else")
    everybody = {row["person_id"] for row in raw("crm/persons")}
    if (everybody - records) & {*values(export), *values(receipt)}:
        found.append(f"{person}: somebody else's number")
    return found


@pytest.mark.parametrize("person", ASKED)
def test_all_that_is_a_persons_own_is_in_it_and_nothing_of_anybody_else(
    person: str, people: dict[str, set[str]], exports: dict[str, dict[str, Any]], ask: Callable[[str], Question]
) -> None:
    assert problems_of(person, people[person], exports[person], answer_receipt(ask(person))) == []


@pytest.mark.proof
def test_so_it_is_of_everybody(people: dict[str, set[str]], ask: Callable[[str], Question]) -> None:
    found = [
        problem
        for person, records in people.items()
        for problem in problems_of(person, records, exported(ask(person)), answer_receipt(ask(person)))
    ]
    assert found == []


def test_what_a_household_bought_is_told_only_to_who_lives_alone(
    exports: dict[str, dict[str, Any]], people: dict[str, set[str]]
) -> None:
    homes: dict[str, set[str]] = {}
    for row in raw("crm/persons"):
        homes.setdefault(row["household_id"], set()).add(row["person_id"])
    baskets = {row["basket_id"]: row["household_id"] for row in raw("completejourney/transactions")}
    alone = told = 0
    for person in ASKED:
        records = people[person]
        shown = {str(row.get("basket_id")) for row in rows_of(exports[person])}
        mine = [home for home, lived in homes.items() if lived & records]
        if all(homes[home] <= records for home in mine):
            alone += 1
            told += bool(shown & baskets.keys())
            assert {baskets[basket] for basket in shown & baskets.keys()} <= set(mine)
        else:
            assert not shown & baskets.keys(), person
    assert alone
    assert told


def test_no_rule_that_stands_because_of_somebody_else_is_told(exports: dict[str, dict[str, Any]]) -> None:
    hidden = {"R21", "R41", "R53"}
    for person, export in exports.items():
        words = {word for value in values(export["access_export"]) for word in value.split(",")}
        assert not words & hidden, person
    ledger = [one for export in exports.values() for one in export["access_export"]["audiences"] if "withheld" in one]
    assert ledger, "somebody is out because of somebody else"


def test_merged_records_are_one_person(exports: dict[str, dict[str, Any]], ask: Callable[[str], Question]) -> None:
    assert exports["P027"]["access_export"]["data_subject"]["customer_records"] == ["P027", "P028"]
    assert answer_access(ask("P028")) == answer_access(ask("P027"))
    records = answer_receipt(ask("P028"))["consent_records"]
    assert {one["record_metadata"]["customer_record"] for one in records} == {"P027", "P028"}  # type: ignore[attr-defined]


def test_guesses_and_bought_data_are_in_it_with_their_label(exports: dict[str, dict[str, Any]]) -> None:
    relations = {one["relation"]: one for one in exports["P001"]["access_export"]["relations"]}
    scores, bought = relations["inferred.inferred_scores"], relations["third_party.third_party_profiles"]
    assert scores["columns"]["score"]["label"]["provenance"] == ["inferred"]
    assert bought["columns"]["income_band"]["label"]["provenance"] == ["third_party"]
    assert bought["sources"] == ["append.profiles"]
    assert bought["rows"][0]["income_band"] == "50k_75k"
    assert "append.profiles" in exports["P001"]["access_export"]["sources"]


def test_every_audience_says_why_or_why_not(exports: dict[str, dict[str, Any]]) -> None:
    audiences = [one for export in exports.values() for one in export["access_export"]["audiences"]]
    assert {one["is_candidate"] for one in audiences} == {True, False}
    for one in audiences:
        assert one["reason"] if one["is_candidate"] else one["excluded_by"] or one["withheld"]


def test_every_table_with_the_number_of_a_person_is_searched(clean_build: Path, people: dict[str, set[str]]) -> None:
    """In the sample world no other key looks like a customer record's, so that a value tells which columns hold one."""
    numbers = sorted(set().union(*people.values()))
    found = set()
    with world(clean_build) as con:
        columns = con.execute(
            "select c.database_name, c.schema_name, c.table_name, c.column_name from duckdb_columns() c "
            "join duckdb_tables() t using (database_name, schema_name, table_name) "
            "where c.data_type = 'VARCHAR' and not c.internal"
        ).fetchall()
        for database, schema, table, column in columns:
            sql = f'select count(*) from "{database}"."{schema}"."{table}" where "{column}" = any(?)'
            if con.execute(sql, [numbers]).fetchall()[0][0]:
                found.add(column)
    # an opt-out by erasure is kept under the number of the record itself, which stands beside it
    assert found - {"act_id"} <= NAMES_A_RECORD
    assert set(PERSON_KEYS) <= found | {"same_as"}
    assert HOUSEHOLD_KEY not in found


def test_of_somebody_erased_the_proof_is_left_and_nothing_else(ask: Callable[[str], Question]) -> None:
    export = answer_access(ask(ERASED))
    assert problems(export, EXPORT) == []
    frame: Any = export["access_export"]
    assert frame["data_subject"] == {"erased": True, "record_key": keyed_hash(DEMO_KEY, ERASED)}
    assert [one["relation"] for one in frame["relations"]] == ["intermediate.int_erasures"]
    everybody = {row["person_id"] for row in raw("crm/persons")}
    assert not everybody & set(values(export))
    with pytest.raises(WrongConfiguration):
        answer_receipt(ask(ERASED))


@pytest.mark.parametrize("number", [LINKED_TO_ERASED, CANARY, NOBODY, "", "P001' or 1=1 --"])
@pytest.mark.parametrize("command", ["receipt", "access"])
def test_whoever_is_not_there_is_not_told_of(
    command: str, number: str, clean_build: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main([command, number, "--project-dir", str(clean_build), "--target", "sample"]) == 2
    told = capsys.readouterr()
    assert told.out == ""
    assert not number or number not in told.err
    assert "nobody to answer for" in told.err


def test_a_command_prints_the_same_twice_and_leaves_the_warehouse_as_it_was(
    clean_build: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = clean_build / "warehouse" / "sample"
    before = {path.name: path.stat().st_mtime_ns for path in folder.iterdir()}
    for command in ("receipt", "access"):
        given = [command, "P001", "--project-dir", str(clean_build), "--target", "sample"]
        assert main(given) == 0
        printed = capsys.readouterr().out
        assert main([*given, "--out", str(tmp_path / command)]) == 0
        assert (tmp_path / command).read_text(encoding="utf-8") == printed
    assert {path.name: path.stat().st_mtime_ns for path in folder.iterdir()} == before


def spoilt(project: Path, statement: str) -> None:
    with duckdb.connect(str(project / "warehouse" / "sample" / "askfirst.duckdb")) as con:
        con.execute(statement)


@pytest.mark.parametrize(
    ("statement", "problem"),
    [
        ("create table staging.copy_of_persons as from staging.stg_crm__persons", "no model of this project built it"),
        ("alter table staging.stg_crm__messages add column note varchar", "other columns than its YAML names"),
        ("drop table staging.stg_crm__messages", "is not built"),
        ("create or replace table segments.seg_ribs as from segments.seg_ribs", "the stamp of its own build"),
    ],
)
def test_where_the_labels_may_not_be_those_of_what_stands_there_nothing_goes_out(
    project: Path, statement: str, problem: str, capsys: pytest.CaptureFixture[str]
) -> None:
    spoilt(project, statement)
    assert main(["access", "P001", "--project-dir", str(project), "--target", "sample"]) == 3
    told = capsys.readouterr()
    assert told.out == ""
    assert problem in " ".join(told.err.split())


def test_half_a_warehouse_is_not_read(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (project / "warehouse" / "sample" / "private.duckdb").unlink()
    assert main(["access", "P001", "--project-dir", str(project), "--target", "sample"]) == 3
    assert "private.duckdb is missing" in capsys.readouterr().err
    assert os.listdir(project / "warehouse" / "sample")  # noqa: PTH208 - nothing was made in its place
