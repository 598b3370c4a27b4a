"""Rows that nobody can use: each is kept with its reason, stops what it could have withdrawn, and no build (R40)."""

from __future__ import annotations

import csv
import io
from collections import Counter
from dataclasses import dataclass
from itertools import product
from typing import TYPE_CHECKING, Any

import bad_idea
import duckdb
import pytest
import yaml
from askfirst.raw_csv import records

from tests.integration.test_build import published_rows, withdraw

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

CLASSES = bad_idea.ROOT / "tests" / "fixtures" / "malformed" / "classes.yml"
SAMPLE = "seeds/sample"
EVERYTHING, NOTHING, ADDITIONS = "everything", "nothing", "additions"
TOKENS = {b"{10,000 characters}": b"x" * 10_000, b"{byte ff}": b"\xff"}
GRANT = {
    "event_state": "ConsentGiven",
    "event_time": "2017-02-01T10:00:00Z",
    "received_at": "2017-02-01T10:01:00Z",
    "purposes": "personalisation|offers|replenishment",
    "privacy_notice": "N-2016-01",
    "notice_shown_at": "2017-02-01T09:59:00Z",
    "collection_method": "web_form",
    "separate_choices": "true",
    "evidence": "form",
}
NO = {"received_at": "2017-12-01T10:01:00Z"}
WELL_FORMED: dict[str, tuple[str, dict[str, str]]] = {  # of each feed, its key, and a row that says no
    "consent.events": (
        "event_id",
        {"event_state": "ConsentWithdrawn", "event_time": "2017-12-01T10:00:00Z", "purposes": "offers"}
        | {"channel": "email", "collection_method": "preference_centre"},
    ),
    "consent.objections": ("objection_id", {"scope": "offers", "objected_at": "2017-12-01T10:00:00Z"}),
    "consent.unsubscribes": ("unsubscribe_id", {"channel": "email", "unsubscribed_at": "2017-12-01T10:00:00Z"}),
    "consent.requests": ("request_id", {"kind": "access", "requested_at": "2017-12-01T10:00:00Z"}),
}
HEALTHY = "M000"  # of whom every row is well formed, and who is written to


@dataclass(frozen=True)
class Malformed:
    """A class of rows, of a person of its own. ``rows`` are lines of the feed's file, without their ends."""

    name: str
    feed: str
    person: str
    rows: tuple[bytes, ...]
    reason: str
    quarantined: int
    suspends: str


def read_classes() -> Iterator[Malformed]:
    """The classes of the fixture, in its order."""
    number = 0
    for feed, said in yaml.safe_load(CLASSES.read_text(encoding="utf-8")).items():
        for each in said:
            number += 1
            person = f"M{number:03d}"
            rows = tuple(lines_of(feed, person, each))
            suspends = each["suspends"]
            assert suspends in {EVERYTHING, NOTHING, ADDITIONS}
            yield Malformed(
                each["class"], feed, person, rows, each["reason"], each.get("quarantined", len(rows)), suspends
            )


def lines_of(feed: str, person: str, said: dict[str, Any]) -> Iterator[bytes]:
    """The lines that a class brings into its feed."""
    key, no = WELL_FORMED[feed]
    base = {key: f"X-{person}", "person_id": person} | NO | no
    changes = said["rows"] if "rows" in said else [said.get("row", {})]
    texts = [said["line"]] if "line" in said else [line(feed, base | change) for change in changes]
    for text in texts:
        raw = text.replace("{person}", person).encode()
        for token, meant in TOKENS.items():
            raw = raw.replace(token, meant)
        yield raw


def line(table: str, row: dict[str, str]) -> str:
    """A row as a line of the sample world's file of this table."""
    with (bad_idea.ROOT / SAMPLE / f"{table.replace('.', '/')}.csv").open(encoding="utf-8", newline="") as file:
        names = next(csv.reader(file))
    assert set(row) <= set(names), table
    text = io.StringIO()
    csv.DictWriter(text, names, restval="", lineterminator="").writerow(row)
    return text.getvalue()


def append(project: Path, table: str, lines: tuple[bytes, ...]) -> None:
    """Bring lines into a raw table of the sample world."""
    with (project / SAMPLE / f"{table.replace('.', '/')}.csv").open("ab") as file:
        file.writelines(each + b"\n" for each in lines)


def welcome(project: Path, person: str) -> None:
    """A customer who has consented to everything, on every channel; alone in a household, with their own address."""
    household = str(10_000 + int(person[1:]))
    told = {"first_name": "Max", "last_name": "Mal", "declared_adult": "true", "jurisdiction": "DE"}
    row = {"person_id": person, "household_id": household, "created_at": "2017-01-01T10:00:00Z"} | told
    append(project, "crm.persons", (line("crm.persons", row).encode(),))
    email = {"address_id": f"A-{person}", "person_id": person, "kind": "email", "email": f"{person}@example.org"}
    append(project, "crm.addresses", (line("crm.addresses", email | {"valid_from": "2017-01-01T10:00:00Z"}).encode(),))
    for channel in ("email", "direct_mail"):
        grant = GRANT | {"event_id": f"G-{person}-{channel}", "person_id": person, "channel": channel}
        append(project, "consent.events", (line("consent.events", grant).encode(),))


CASES = tuple(read_classes())
OF_SOMEBODY = tuple(case for case in CASES if case.suspends != ADDITIONS)
OF_NOBODY = tuple(case for case in CASES if case.suspends == ADDITIONS)


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The sample world with a customer for each class that names one, and the class's rows; built, and published."""
    project = bad_idea.copy_project(tmp_path_factory.mktemp("malformed") / "project")
    for person in (HEALTHY, *(case.person for case in OF_SOMEBODY)):
        welcome(project, person)
    for case in OF_SOMEBODY:
        append(project, case.feed, case.rows)
    build = bad_idea.build(project, *bad_idea.WITHOUT_UNIT_TESTS)
    assert build.exit_code == 0, build.output
    assert not build.findings
    return project


def ask(project: Path, sql: str) -> list[tuple[Any, ...]]:
    """Rows of a query on the warehouse of the sample world."""
    folder = project / bad_idea.WAREHOUSE
    with duckdb.connect(str(folder / "askfirst.duckdb"), read_only=True) as con:
        con.execute(f"attach '{folder / 'private.duckdb'}' as private (read_only)")
        return con.execute(sql).fetchall()


def quarantined(project: Path, case: Malformed) -> list[str]:
    """The reasons of a class's rows in the quarantine."""
    table = case.feed.replace(".", "__")
    query = f"""
        select reason from private.staging.quarantine
        where raw_table = '{table}' and contains(raw_row, '{case.person}') and not contains(raw_row, 'G-{case.person}')
    """
    return [reason for (reason,) in ask(project, query)]


def staged(project: Path, case: Malformed) -> int:
    """How many of a class's rows were accepted."""
    table, (key, _) = case.feed.replace(".", "__"), WELL_FORMED[case.feed]
    ((count,),) = ask(project, f"select count(*) from staging.stg_{table} where {key} = 'X-{case.person}'")
    return int(count)


def cells() -> set[tuple[str, str]]:
    """Each purpose on each channel."""
    folder = bad_idea.ROOT / "seeds" / "reference"
    purposes, channels = (
        [row[0] for row in csv.reader((folder / f"{name}.csv").open(encoding="utf-8"))][1:]
        for name in ("purposes", "channels")
    )
    return set(product(purposes, channels))


def test_there_are_many_classes_each_by_a_name_of_its_own() -> None:
    assert len(CASES) >= 60
    assert [name for name, count in Counter(case.name for case in CASES).items() if count > 1] == []
    assert {case.feed for case in OF_NOBODY} == set(WELL_FORMED)


@pytest.mark.parametrize("case", OF_SOMEBODY, ids=lambda case: case.name)
def test_a_row_is_kept_with_its_reason_and_suspends_what_it_could_have_withdrawn(case: Malformed, world: Path) -> None:
    reasons = quarantined(world, case)
    assert reasons == [case.reason] * case.quarantined
    assert len(reasons) + staged(world, case) == len(case.rows)
    found = ask(
        world,
        "select purpose, channel from intermediate.int_record_rules "
        f"where rule_id = 'R40' and record_id = '{case.person}'",
    )
    assert set(found) == (cells() if case.suspends == EVERYTHING else set())


def test_no_row_of_a_feed_is_lost(world: Path) -> None:
    for feed in WELL_FORMED:
        file = bad_idea.ROOT / SAMPLE / f"{feed.replace('.', '/')}.csv"
        with file.open(encoding="utf-8", newline="") as rows:
            before = sum(1 for _ in csv.reader(rows)) - 1
        grants = 2 * (1 + len(OF_SOMEBODY)) if feed == "consent.events" else 0
        brought = sum(len(case.rows) for case in OF_SOMEBODY if case.feed == feed)
        assert ask(world, f"select count(*) from raw_{feed}") == [(before + grants + brought,)], feed


def test_who_has_such_a_row_is_not_written_to_and_the_others_are(world: Path) -> None:
    members = {name: {str(row[0]) for row in rows} for name, rows in published_rows(world).items()}
    assert HEALTHY in members["email__greet"]
    suspended = {case.person for case in OF_SOMEBODY if case.suspends == EVERYTHING}
    assert {name: persons & suspended for name, persons in members.items() if persons & suspended} == {}


def test_rows_that_name_nobody_stop_additions_and_no_removal(world: Path) -> None:
    before = published_rows(world)
    for case in OF_NOBODY:
        append(world, case.feed, case.rows)
    welcome(world, "M999")
    withdraw(world, HEALTHY)

    build = bad_idea.build(world, *bad_idea.WITHOUT_UNIT_TESTS)

    assert build.exit_code == 1, build.output
    assert build.findings == {bad_idea.Finding("AF101", "quarantine")}
    for feed, count in Counter(case.feed for case in OF_NOBODY).items():
        assert f"{count} row{' of' if count == 1 else 's of'} {feed} name" in build.output
    for case in OF_NOBODY:
        assert quarantined(world, case) == [case.reason] or case.person not in str(case.rows), case.name
    after = published_rows(world)
    assert all(after[name] <= before[name] for name in before), "nothing is added"
    left = {str(row[0]) for name in before for row in before[name] - after[name]}
    assert left == {HEALTHY}


@pytest.mark.parametrize(
    ("lines", "expected"),
    [
        (["1,2\n", "3,4\r\n"], [["1", "2"], ["3", "4"]]),
        (['"1\n', '1",2\n'], [["1\n1", "2"]]),
        (["1\n", "3,4\n"], [["\ufffd1", ""], ["3", "4"]]),
        (["1,2,3\n", "\n", "3,4"], [["\ufffd1,2,3", ""], ["3", "4"]]),
        (['1,"2\n', "3,4\n", "5,6\n"], [['\ufffd1,"2', ""], ["3", "4"], ["5", "6"]]),
        (["x" * 200_000 + ",2\n", "3,4\n"], [["\ufffd" + "x" * 10_000, ""], ["3", "4"]]),
    ],
)
def test_a_damaged_line_takes_none_of_the_others_with_it(lines: list[str], expected: list[list[str]]) -> None:
    assert list(records(lines, 2)) == expected
