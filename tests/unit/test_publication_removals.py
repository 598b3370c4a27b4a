"""The removals: they take away who may not be contacted any more, and do nothing else."""

from __future__ import annotations

import hashlib
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import duckdb
import pytest
from askfirst.errors import GateClosed
from askfirst.publication import removals as module
from askfirst.publication.publish import publish
from askfirst.publication.removals import Removal, decide, remove
from askfirst.publication.staying import GROUNDED, PERMITTED
from askfirst.publication.writer import write

from tests.unit.test_publication_world import World, new_world

if TYPE_CHECKING:
    from pathlib import Path

    from askfirst.publication.edition import Audience, Edition
    from askfirst.publication.staying import Check

REAL_NOW = datetime.now(UTC).replace(tzinfo=None)
PEOPLE = "select person_id from data.{} order by person_id"
EMPTIED = "fewer than 20 remained: everyone removed"
UNNAMED = "no permission names this audience: everyone removed"


@pytest.fixture
def world(tmp_path: Path) -> World:
    """Published: 60 people by e-mail, 40 on paper, 19 who were too few. No gate has judged anything since."""
    world = new_world(tmp_path)
    world.add("ribs", 60)
    world.add("ribs", 40, channel="direct_mail")
    world.add("greet", 19)
    world.judge()
    publish(world.con, world.context(), REAL_NOW)
    world.con.execute("delete from gate.gate_verdict; drop table activation.act_email__ribs")
    return world


def test_only_who_withdrew_is_gone(world: World) -> None:
    before = {table: world.read(f"from {table}") for table in ("email__ribs", "direct_mail__ribs", "email__greet")}
    catalogue = world.read("select * exclude (people) from catalogue")
    world.withdraw("email__ribs", 3)
    assert remove(world.con, world.context("run-2")) == (
        Removal("direct_mail__ribs", 0, 40),
        Removal("email__greet", 0, 0),
        Removal("email__ribs", 3, 57),
    )
    assert world.read("from email__ribs") == before["email__ribs"][3:]
    assert world.read("from direct_mail__ribs") == before["direct_mail__ribs"]
    assert world.read("select * exclude (people) from catalogue") == catalogue  # validity too
    assert world.read("select people from catalogue order by audience") == [(40,), (0,), (57,)]
    assert world.published.stat().st_mode & 0o777 == 0o444
    assert [path.name for path in world.folder.iterdir()] == ["activation.duckdb"]


def test_who_is_gone_leaves_no_bytes_behind(world: World) -> None:
    assert b"p7@example.com" in world.published.read_bytes()
    world.con.execute("delete from intermediate.int_audience_permissions where person_id = 'P0000007'")
    remove(world.con, world.context())
    assert b"p7@example.com" not in world.published.read_bytes()
    assert b"p8@example.com" in world.published.read_bytes()


def test_funnel_stays_the_publication_s_and_says_so(world: World) -> None:
    funnel = world.read("from funnel")
    for people, told in ((3, "<20"), (25, "25"), (30, "30")):
        world.withdraw("email__ribs", people)
        remove(world.con, world.context("run-2"))
        assert world.read("from funnel where step <> 'removed_since'") == funnel
        since = "select audience, reason, people from funnel where step = 'removed_since'"
        ((audience, reason, count),) = world.read(since)
        assert (audience, count) == ("email__ribs", told)
        assert str(reason).startswith("No longer permitted and removed since this was published")
    assert world.read("select audience, people from reasons order by audience") == [
        ("direct_mail__ribs", "40"),
        ("email__ribs", "30"),
    ]


def test_words_stay(world: World) -> None:
    words = "select table_name, column_name, comment from duckdb_columns() where not internal order by all"
    relations = "select comment from duckdb_tables() union all select comment from duckdb_views() where not internal"
    before = world.read(words), sorted(world.read(relations))
    world.withdraw("email__ribs", 3)
    remove(world.con, world.context())
    assert (world.read(words), sorted(world.read(relations))) == before


def test_an_audience_below_the_minimum_is_emptied(world: World) -> None:
    world.withdraw("email__ribs", 41)
    assert remove(world.con, world.context())[2] == Removal("email__ribs", 60, 0, EMPTIED)
    assert world.read("select status, people from catalogue where audience = 'email__ribs'") == [("too_few", 0)]
    assert world.read("select count(*) from email__ribs") == [(0,)]
    assert world.read("select people from funnel where step = 'removed_since'") == [("60",)]
    assert world.read("select audience from reasons") == [("direct_mail__ribs",)]


@pytest.mark.parametrize(
    ("doubt", "removed"),
    [
        ("update {0} set permitted = null where person_id = 'P0000007'", 1),
        ("delete from {0} where person_id in ('P0000007', 'P0000008')", 2),
        ("insert into {0} values ('email__ribs', 'P0000007', false)", 1),  # permitted, and not: not
        ("insert into {0} values ('email__ribs', null, true)", 0),
    ],
)
def test_doubt_removes(world: World, doubt: str, removed: int) -> None:
    world.con.execute(doubt.format("intermediate.int_audience_permissions"))
    assert remove(world.con, world.context())[2] == Removal("email__ribs", removed, 60 - removed)


def test_what_was_not_to_be_shown_again_goes_and_the_rest_stays(world: World) -> None:
    world.con.execute("""
        insert into intermediate.int_dismissals values
            ('P0000007', 'topic', 'ribs'), ('P0000007', 'topic', 'ribs'), ('P0000008', 'topic', 'wings'),
            ('P0000009', 'campaign', 'ribs')
    """)  # a campaign is a matter of the permissions
    assert remove(world.con, world.context())[0] == Removal("direct_mail__ribs", 1, 39)
    assert world.read("select count(*) from email__ribs where person_id = 'P0000007'") == [(0,)]


def test_what_is_stated_no_more_goes_where_it_selects(world: World) -> None:
    world.con.execute("""
        insert into intermediate.int_audience_uses values
            ('email__ribs', 'favourite_cut'), ('email__ribs', 'favourite_department');
        insert into intermediate.int_preferences
        select 'P' || lpad(i::varchar, 7, '0'), 'favourite_' || case when i < 30 then 'cut' else 'department' end, ''
        from range(60) as people(i) where i <> 8
    """)  # half of them have '' for a ground, and half have none at all
    assert remove(world.con, world.context())[::2] == (
        Removal("direct_mail__ribs", 0, 40),
        Removal("email__ribs", 31, 29),
    )


@pytest.mark.parametrize(
    ("change", "removed"),
    [
        ("update intermediate.int_persons set first_name = 'Bea' where person_id = 'P0000007'", (1, 1)),
        ("update intermediate.int_persons set first_name = null where person_id in ('P0000007', 'P0000009')", (1, 1)),
        ("update intermediate.int_addresses set email = 'new@example.com' where person_id = 'P0000007'", (1, 1)),
        ("update intermediate.int_addresses set kind = 'postal' where person_id = 'P0000007'", (1, 1)),
        ("delete from intermediate.int_addresses where person_id = 'P0000007'", (1, 1)),
        ("update intermediate.int_persons set birthday_month = null where person_id = 'P0000007'", (0, 1)),
        ("update intermediate.int_persons set birthday_month = 2", (0, 0)),
    ],
)
def test_a_row_goes_that_shows_or_rests_on_what_is_so_no_more(
    world: World, change: str, removed: tuple[int, int]
) -> None:
    world.con.execute("insert into intermediate.int_audience_uses values ('email__ribs', 'birthday_month')")
    world.con.execute(change)  # the ninth has no first name to show
    assert tuple(removal.removed for removal in remove(world.con, world.context())[::2]) == removed


def test_a_row_goes_whose_ground_the_household_did_not_buy_for_itself(world: World) -> None:
    world.con.execute("""
        insert into intermediate.int_audience_uses values ('email__ribs', 'purchases');
        insert into intermediate.int_own_topics
        select 'P' || lpad(i::varchar, 7, '0'), case when i = 8 then 'milk' else '' end from range(60) as people(i)
    """)  # half of them have '' for a ground, and half have none at all; the eighth bought something else
    assert remove(world.con, world.context(), GROUNDED)[::2] == (
        Removal("direct_mail__ribs", 0, 40),
        Removal("email__ribs", 31, 29),
    )


def test_a_row_goes_that_offers_what_a_hidden_product_is(world: World) -> None:
    world.con.execute("insert into intermediate.int_dismissed_topics values ('P0000007', 'ribs'), ('P0000008', 'milk')")
    assert remove(world.con, world.context(), GROUNDED)[::2] == (
        Removal("direct_mail__ribs", 1, 39),
        Removal("email__ribs", 1, 59),
    )


def test_the_two_look_at_what_is_theirs_only(world: World) -> None:
    world.withdraw("email__ribs", 3)
    assert sum(removal.removed for removal in remove(world.con, world.context(), GROUNDED)) == 0
    world.con.execute("drop table intermediate.int_own_topics")
    assert sum(removal.removed for removal in remove(world.con, world.context("run-2"))) == 3


def test_a_row_goes_that_shows_what_was_switched_off_for_its_purpose(world: World) -> None:
    world.con.execute("""
        insert into intermediate.int_audiences values ('email__ribs', 'offers'), ('direct_mail__ribs', 'replenishment');
        insert into intermediate.int_switched_off values
            ('P0000007', 'first_name', 'offers'), ('P0000008', 'first_name', 'personalisation'),
            ('P0000010', 'birthday_month', 'offers'), ('P0000009', 'first_name', 'offers')
    """)  # the seventh shows it; the ninth has none to show, and no audience shows a birthday
    assert remove(world.con, world.context())[::2] == (
        Removal("direct_mail__ribs", 0, 40),
        Removal("email__ribs", 1, 59),
    )
    assert world.read("select count(*) from email__ribs where person_id = 'P0000007'") == [(0,)]


@pytest.mark.parametrize("relation", sorted(PERMITTED.reads))
def test_without_any_of_what_it_reads_nothing_is_touched(world: World, relation: str) -> None:
    before = world.published.read_bytes()
    world.con.execute(f"drop table {relation}")
    with pytest.raises(GateClosed, match=rf"(?s)Nobody was removed.*{relation} cannot be read.*fix"):
        remove(world.con, world.context())
    assert world.published.read_bytes() == before


def test_an_audience_without_permissions_loses_everyone(world: World) -> None:
    world.con.execute("delete from intermediate.int_audience_permissions where audience = 'email__ribs'")
    assert remove(world.con, world.context()) == (
        Removal("direct_mail__ribs", 0, 40),
        Removal("email__greet", 0, 0),
        Removal("email__ribs", 60, 0, UNNAMED),
    )


def test_empty_permissions_remove_all(world: World) -> None:
    world.con.execute("delete from intermediate.int_audience_permissions")
    assert [removal.remaining for removal in remove(world.con, world.context())] == [0, 0, 0]
    assert world.read("select sum(people), count(*) from catalogue where status = 'too_few'") == [(0, 3)]


def test_nobody_to_remove_leaves_the_file_untouched(world: World) -> None:
    before = world.published.stat().st_ino, world.published.stat().st_mtime_ns
    assert sum(removal.removed for removal in remove(world.con, world.context())) == 0
    assert (world.published.stat().st_ino, world.published.stat().st_mtime_ns) == before


def test_an_expired_publication_stays_expired(world: World) -> None:
    world.add("late", 30)
    world.con.execute("delete from gate.gate_candidates where audience <> 'email__late'")
    world.judge()
    publish(world.con, world.context(hours=1), REAL_NOW - timedelta(hours=2))
    world.withdraw("email__late", 1)
    assert remove(world.con, world.context()) == (Removal("email__late", 1, 29),)
    assert world.read("select count(*) from email__late") == [(0,)]
    assert world.read("select count(*) from data.email__late") == [(29,)]


def test_nothing_published_is_nothing_to_do(tmp_path: Path) -> None:
    world = new_world(tmp_path)
    assert remove(world.con, world.context()) == ()
    assert list(tmp_path.iterdir()) == []


def test_without_permissions_table_nothing_is_touched(world: World) -> None:
    before = world.published.read_bytes()
    world.con.execute("drop table intermediate.int_audience_permissions")
    with pytest.raises(GateClosed, match=r"(?s)Nobody was removed.*int_audience_permissions.*fix"):
        remove(world.con, world.context())
    assert world.published.read_bytes() == before


def test_a_damaged_file_is_named_with_the_way_out(world: World) -> None:
    whole = world.published.read_bytes()
    zeroed = bytearray(whole)
    zeroed[4096 * 3 :] = bytes(len(whole) - 4096 * 3)
    other = world.folder / "other.duckdb"
    duckdb.connect(other).close()
    for damage in (b"no database", whole[:9000], bytes(zeroed), other.read_bytes()):
        world.published.chmod(0o644)
        world.published.write_bytes(damage)
        with pytest.raises(GateClosed, match=r"(?s)Nobody was removed.*cannot be read.*fix  delete it"):
            remove(world.con, world.context())
        assert world.published.read_bytes() == damage
    assert world.con.execute("select count(*) from duckdb_databases() where not internal").fetchall() == [(1,)]


@pytest.mark.parametrize(
    ("fault", "broken"),
    [
        ("delete from {new}.data.email__ribs where person_id = 'P0000050'", "email__ribs"),
        ("update {new}.data.email__ribs set email = 'x' where person_id = 'P0000050'", "email__ribs"),
        (
            "insert into {new}.data.email__ribs (person_id) values ('P0000050')",
            "email__ribs",
        ),
        ("alter table {new}.data.email__greet rename email to mail", "email__greet, columns or their words"),
        ("update {new}.main.catalogue set valid_until = valid_until + interval 1 hour", "catalogue"),
        ("update {new}.main.funnel set people = '7' where step = 'members'", "funnel"),
        ("comment on column {new}.data.email__greet.email is ''", "columns or their words"),
    ],
)
def test_own_gate_stops_whatever_else_would_change(
    world: World, monkeypatch: pytest.MonkeyPatch, fault: str, broken: str
) -> None:
    def write_wrongly(con: duckdb.DuckDBPyConnection, alias: str, edition: Edition, minimum: int) -> None:
        write(con, alias, edition, minimum)
        con.execute(fault.format(new=alias))

    monkeypatch.setattr(module, "write", write_wrongly)
    before = hashlib.sha256(world.published.read_bytes()).hexdigest()
    world.withdraw("email__ribs", 1)
    with pytest.raises(GateClosed, match=f"more than they remove: {broken}\n"):
        remove(world.con, world.context())
    assert hashlib.sha256(world.published.read_bytes()).hexdigest() == before
    assert [path.name for path in world.folder.iterdir()] == ["activation.duckdb"]


def test_own_gate_stops_when_someone_not_permitted_would_stay(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    def overlook(con: duckdb.DuckDBPyConnection, audience: Audience, check: Check, minimum: int) -> Removal:
        found = decide(con, audience, check, minimum)
        return Removal(audience.name, 0, 60) if audience.name == "email__ribs" else found

    monkeypatch.setattr(module, "decide", overlook)
    world.withdraw("email__ribs", 1)
    world.withdraw("direct_mail__ribs", 1)
    with pytest.raises(GateClosed, match="email__ribs"):
        remove(world.con, world.context())


def test_a_transaction_that_lists_all_catalogs_outlives_one_removal_and_meets_the_next(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    other = world.con.cursor().begin()

    def seen(con: duckdb.DuckDBPyConnection, audience: Audience, check: Check, minimum: int) -> Removal:
        other.execute("select count(*) from duckdb_functions()")
        return decide(con, audience, check, minimum)

    monkeypatch.setattr(module, "decide", seen)
    remove(world.con, world.context())
    remove(world.con, world.context())
    other.commit()


def test_run_returns_typed_rows_also_when_there_is_nothing(tmp_path: Path) -> None:
    world = new_world(tmp_path)
    world.con.execute(f"""
        set variable askfirst_invocation_id = 'run-1'; set variable askfirst_as_of = '2018-01-02T00:00:00Z';
        set variable askfirst_published_path = 'activation.duckdb'; set variable askfirst_minimum_audience = 20;
        set variable askfirst_valid_hours = 48; set variable askfirst_project_root = '{tmp_path}';
    """)
    removals = module.run(world.con)
    assert removals.columns == ["audience", "removed", "remaining", "note"]
    assert [str(kind) for kind in removals.types] == ["VARCHAR", "BIGINT", "BIGINT", "VARCHAR"]
    assert removals.fetchall() == []
