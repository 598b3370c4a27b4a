"""The publication: what the gate judged, only that, whole or not at all."""

from __future__ import annotations

import hashlib
import os
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from threading import Event, Thread
from typing import TYPE_CHECKING

import duckdb
import pytest
from askfirst.content import content_hash
from askfirst.errors import GateClosed
from askfirst.publication import publish as publication
from askfirst.publication.publish import publish
from askfirst.publication.swap import one_writer

from tests.unit.test_publication_world import AS_OF, NOW, World, new_world

if TYPE_CHECKING:
    from pathlib import Path

REAL_NOW = datetime.now(UTC).replace(tzinfo=None)


@pytest.fixture
def world(tmp_path: Path) -> World:
    """Two audiences that the gate let pass: one of 30 people and 2 canaries, one of 19."""
    world = new_world(tmp_path)
    world.add("ribs", 30, canaries=2)
    world.add("greet", 19)
    world.judge()
    return world


def bytes_of(path: Path) -> tuple[str, int, int]:
    """What must not change when a file stands: its bytes, its inode, its time."""
    stat = path.stat()
    return hashlib.sha256(path.read_bytes()).hexdigest(), stat.st_ino, stat.st_mtime_ns


def test_publishes_what_was_judged_without_canaries(world: World) -> None:
    few, enough = publish(world.con, world.context(), REAL_NOW)
    assert (few.audience, few.people, few.status, few.written) == ("email__greet", 0, "too_few", True)
    assert (enough.audience, enough.people, enough.status, enough.written) == ("email__ribs", 30, "published", True)
    assert enough.content_sha256 == content_hash(
        world.con, "select * from activation.act_email__ribs where person_id < 'P0000030'"
    )
    rows = world.con.execute("select * from activation.act_email__ribs order by person_id limit 30").fetchall()
    assert world.read("select * from main.email__ribs") == rows  # ordered by key without being asked
    assert world.read("select * from main.email__greet") == []
    assert world.read("select count(*) from data.email__greet") == [(0,)]


def test_file_holds_nothing_else_and_explains_everything(world: World) -> None:
    publish(world.con, world.context(), REAL_NOW)
    assert world.read("select schema_name || '.' || table_name from duckdb_tables() order by all") == [
        (name,) for name in ("data.email__greet", "data.email__ribs", "main.catalogue", "main.funnel", "main.reasons")
    ]
    assert world.read("select view_name from duckdb_views() where not internal order by all") == [
        ("email__greet",),
        ("email__ribs",),
    ]
    silent = "select count(*) from {}() where not internal and coalesce(comment, '') = ''"
    for kind in ("duckdb_tables", "duckdb_views", "duckdb_columns"):
        assert world.read(silent.format(kind)) == [(0,)]
    said = "select comment from duckdb_columns() where schema_name = 'main' and table_name = 'email__ribs' limit 1"
    assert world.read(said) == [("The person_id; it's said.",)]


def test_catalogue_funnel_and_reasons(world: World) -> None:
    publish(world.con, world.context(), NOW)
    assert world.read("from catalogue where audience = 'email__ribs'") == [
        (
            *("email__ribs", "ribs", "email", "offers", "sendwell", "the owner", "active", "ribs"),
            *('People who love ribs; it\'s "theirs".', "published", 30),
            *(datetime(2018, 1, 2), NOW, NOW + timedelta(hours=48)),  # noqa: DTZ001 - UTC without a zone, as stored
        )
    ]
    funnel = "select step, people from funnel where audience = '{}' order by rowid"
    assert world.read(funnel.format("email__ribs")) == [
        *(("members", "103"), ("excluded", "50"), ("excluded", "23"), ("candidates", "30"), ("published", "30"))
    ]
    assert world.read(funnel.format("email__greet")) == [
        *(("members", "92"), ("excluded", "50"), ("excluded", "withheld"), ("candidates", "<20"), ("published", "0"))
    ]
    assert world.read("from reasons") == [("email__ribs", "Because you told us in # that you love ribs.", "30")]


def test_reasons_name_nobody(world: World) -> None:
    world.con.execute("""
        update activation.act_email__ribs
        set first_name = 'Zoë', reason = 'Zoë, ask Zoë: Zoës ribs, ' || email || '.' where person_id < 'P0000007'
    """)
    world.con.execute("delete from gate.gate_verdict")
    world.judge()
    publish(world.con, world.context(), NOW)
    assert world.read("from reasons") == [
        ("email__ribs", "Because you told us in # that you love ribs.", "23"),
        ("email__ribs", "{first_name}, ask {first_name}: Zoës ribs, {email}.", "<20"),
    ]


def test_views_end_while_other_tables_stay(world: World) -> None:
    publish(world.con, world.context(hours=1), REAL_NOW - timedelta(minutes=61))
    assert world.read("select count(*) from email__ribs") == [(0,)]
    assert world.read("select people from catalogue order by audience") == [(0,), (30,)]
    publish(world.con, world.context(hours=1), datetime.now(UTC).replace(tzinfo=None))
    assert world.read("select count(*) from email__ribs") == [(30,)]


@pytest.mark.parametrize("zone", ["Pacific/Kiritimati", "Etc/GMT+12"])
@pytest.mark.parametrize(("minutes", "people"), [(50, 30), (61, 0)])
def test_validity_is_utc_whatever_the_reader_s_zone(world: World, zone: str, minutes: int, people: int) -> None:
    # at the time of the test: the whole run may have begun more than ten minutes ago
    now = datetime.now(UTC).replace(tzinfo=None)
    publish(world.con, world.context(hours=1), now - timedelta(minutes=minutes))
    assert world.read(f"set timezone = '{zone}'; select count(*) from email__ribs") == [(people,)]


@pytest.mark.parametrize(
    "tampering",
    [
        "insert into activation.act_email__ribs select * from activation.act_email__ribs limit 1",
        "update activation.act_email__ribs set first_name = '' where first_name is null",
        "delete from activation.act_email__ribs where person_id = 'P0000003'",
        "insert into staging.stg_crm__canaries values ('P0000001', 'H1')",
        "delete from staging.stg_crm__canaries",
        "update activation.act_email__greet set email = 'x'",  # published empty, and judged all the same
        "alter table activation.act_email__ribs add column income varchar",
        "alter table activation.act_email__ribs alter offer_topic type blob",
        "update gate.gate_verdict set content_sha256 = 'x'",
        "update gate.gate_verdict set content_sha256 = null",
        "update gate.gate_verdict set invocation_id = 'run-0' where audience = 'email__ribs'",
        "update gate.gate_verdict set as_of = '2018-01-01T00:00:00Z' where audience = 'email__greet'",
        "insert into gate.gate_verdict from gate.gate_verdict limit 1",
        "delete from gate.gate_verdict",
        "delete from gate.gate_candidates",
        "insert into gate.gate_candidates values ('email__x', 'act_email__x', 'activation.act_email__ribs')",
        "insert into gate.gate_candidates values ('catalogue', 'act_catalogue', 'activation.act_email__ribs')",
        "delete from gate.audience_catalogue where audience = 'email__greet'",
        "delete from gate.published_columns where column_name = 'reason'",
        "drop table gate.gate_verdict",
    ],
)
def test_what_the_gate_did_not_judge_stops_it(world: World, tampering: str) -> None:
    publish(world.con, world.context(), NOW)
    before = bytes_of(world.published)
    world.con.execute(tampering)
    with pytest.raises(GateClosed, match="AF013"):
        publish(world.con, world.context(), NOW + timedelta(hours=40))
    assert bytes_of(world.published) == before
    assert os.listdir(world.folder) == ["activation.duckdb"]  # noqa: PTH208 - names alone
    assert world.con.execute("select count(*) from duckdb_databases() where not internal").fetchall() == [(1,)]


def test_nothing_is_published_where_nothing_was(world: World) -> None:
    world.con.execute("delete from gate.gate_verdict")
    with pytest.raises(GateClosed, match=r"(?s)act_email__greet.*0 receipts.*fix"):
        publish(world.con, world.context(), NOW)
    assert list(world.folder.iterdir()) == []


def test_unchanged_content_is_not_rewritten(world: World) -> None:
    first = publish(world.con, world.context(), NOW)
    before = bytes_of(world.published)
    world.judge("run-2", "2018-01-03T00:00:00Z")
    second = publish(world.con, world.context("run-2", as_of=AS_OF + timedelta(days=1)), NOW + timedelta(hours=24))
    assert bytes_of(world.published) == before
    assert second == tuple(replace(receipt, written=False) for receipt in first)


@pytest.mark.parametrize(
    "change",
    [
        "update gate.published_columns set description = 'Other words.' where column_name = 'email'",
        "update gate.audience_catalogue set owner = 'someone else'",
        "update audit.audience_funnel set people = people + 1 where step = 'members' or rule_id = 'R08'",
    ],
)
def test_any_change_is_written(world: World, change: str) -> None:
    publish(world.con, world.context(), NOW)
    world.con.execute(change)
    assert all(receipt.written for receipt in publish(world.con, world.context(), NOW))


def test_is_rewritten_when_less_than_half_of_its_validity_is_left(world: World) -> None:
    publish(world.con, world.context(), NOW)
    later = NOW + timedelta(hours=24, seconds=1)
    receipts = publish(world.con, world.context(), later)
    assert {(receipt.written, receipt.valid_until) for receipt in receipts} == {(True, later + timedelta(hours=48))}


def test_is_rewritten_when_it_would_outlive_a_shorter_validity(world: World) -> None:
    publish(world.con, world.context(), NOW)
    receipts = publish(world.con, world.context(hours=2), NOW)
    assert {receipt.valid_until for receipt in receipts} == {NOW + timedelta(hours=2)}


def test_file_is_read_only_and_alone(world: World) -> None:
    killed = world.folder / "activation.duckdb.run-0.tmp"
    for leftover in (killed, killed.with_name(f"{killed.name}.wal"), world.folder / "activation.duckdb.wal"):
        leftover.write_bytes(b"left by a kill")
    publish(world.con, world.context(), NOW)
    assert [path.name for path in world.folder.iterdir()] == ["activation.duckdb"]
    assert world.published.stat().st_mode & 0o777 == 0o444
    world.published.chmod(0o644)
    publish(world.con, world.context(), NOW)
    assert world.published.stat().st_mode & 0o777 == 0o444


@pytest.mark.parametrize("damage", [b"", b"no database", None])
def test_a_damaged_file_is_replaced(world: World, damage: bytes | None) -> None:
    publish(world.con, world.context(), NOW)
    whole = world.published.read_bytes()
    world.published.chmod(0o644)
    world.published.write_bytes(whole[: len(whole) // 2] if damage is None else damage)
    assert all(receipt.written for receipt in publish(world.con, world.context(), REAL_NOW))
    assert world.read("select count(*) from email__ribs") == [(30,)]


def test_a_reader_goes_on_with_what_it_opened(world: World) -> None:
    publish(world.con, world.context(), REAL_NOW)
    with duckdb.connect(world.published, read_only=True) as reader:
        assert reader.execute("select count(*) from email__ribs").fetchall() == [(30,)]
        world.add("replenishment", 40)
        world.con.execute("delete from activation.act_email__ribs where person_id < 'P0000005'")
        world.con.execute("delete from gate.gate_verdict")
        world.judge()
        assert all(receipt.written for receipt in publish(world.con, world.context(), REAL_NOW))
        assert reader.execute("select max(person_id), count(*) from email__ribs").fetchall() == [("P0000029", 30)]
    assert world.read("select count(*) from email__ribs") == [(25,)]
    assert world.read("select count(*) from email__replenishment") == [(38,)]  # two of them are canaries


def test_transactions_that_list_all_catalogs_only_delay(world: World) -> None:
    # another model's thread may do so at any time, and keeps every attached file until its transaction ends
    def list_catalogs(con: duckdb.DuckDBPyConnection, done: Event) -> None:
        while not done.is_set():
            con.execute("begin; select count(*) from duckdb_columns()")
            done.wait(0.1)
            con.execute("commit")

    done = Event()
    other = Thread(target=list_catalogs, args=(world.con.cursor(), done))
    other.start()
    try:
        for hours in (1, 3, 7, 15, 31):  # too long a validity for what stands, so that each is written
            assert publish(world.con.cursor(), world.context(hours=hours), NOW)[0].written
    finally:
        done.set()
        other.join()


def test_one_writer_at_a_time(world: World) -> None:
    other = Thread(target=publish, args=(world.con.cursor(), world.context(), NOW))
    with one_writer(world.published):
        other.start()
        other.join(0.5)
        assert other.is_alive()
        assert not world.published.exists()
    other.join()
    assert world.published.exists()


CONTEXT = """
    set variable askfirst_invocation_id = 'run-1'; set variable askfirst_as_of = '2018-01-02T00:00:00Z';
    set variable askfirst_published_path = 'activation.duckdb'; set variable askfirst_minimum_audience = 20;
    set variable askfirst_valid_hours = 48; set variable askfirst_project_root = '{}';
"""


def test_run_reads_the_session_s_variables_and_leaves_its_transaction_alone(world: World) -> None:
    world.con.execute(CONTEXT.format(world.folder))
    world.con.execute("begin; create table made_by_dbt as select 1 as a")
    receipts = publication.run(world.con)
    assert receipts.columns == ["audience", "people", "status", "content_sha256", "valid_until", "written"]
    assert [str(kind) for kind in receipts.types] == ["VARCHAR", "BIGINT", "VARCHAR", "VARCHAR", "TIMESTAMP", "BOOLEAN"]
    receipts.to_table("receipts")
    world.con.execute("commit")
    assert world.con.execute("select audience, people from receipts").fetchall() == [
        ("email__greet", 0),
        ("email__ribs", 30),
    ]
    assert world.read("select count(*) from email__ribs") == [(30,)]


@pytest.mark.parametrize(
    "setting",
    [
        "reset variable askfirst_as_of",
        "set variable askfirst_as_of = 'yesterday'",
        "set variable askfirst_invocation_id = '../x'",
        "set variable askfirst_minimum_audience = 'few'",
    ],
)
def test_a_run_without_context_stops(world: World, setting: str) -> None:
    world.con.execute(CONTEXT.format(world.folder) + setting)
    with pytest.raises(GateClosed, match="Nothing was published or removed"):
        publication.run(world.con)
    assert not world.published.exists()
