"""A tiny warehouse, as the publication finds it after the gate, for the publication's tests; and that it is sound.

It has one person a row, P0000 and so on, with names and addresses that are made up.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import duckdb
from askfirst.content import content_hash
from askfirst.run_context import RunContext

if TYPE_CHECKING:
    from pathlib import Path

AS_OF = datetime(2018, 1, 2, tzinfo=UTC).replace(tzinfo=None)
NOW = datetime(2018, 1, 3, 12, tzinfo=UTC).replace(tzinfo=None)
COLUMNS = ("person_id", "email", "first_name", "offer_topic", "based_on", "reason", "control")
MINIMUM = 20

LAYOUT = """
    create schema staging; create schema intermediate; create schema activation;
    create schema gate; create schema audit;
    create table staging.stg_crm__canaries (person_id varchar, household_id varchar);
    create table intermediate.int_audience_permissions (audience varchar, person_id varchar, permitted boolean);
    create table intermediate.int_audience_uses (audience varchar, datum varchar);
    create table intermediate.int_audiences (audience varchar, purpose varchar);
    create table intermediate.int_switched_off (person_id varchar, datum varchar, purpose varchar);
    create table intermediate.int_dismissals (person_id varchar, kind varchar, target varchar);
    create table intermediate.int_persons (
        person_id varchar, first_name varchar, last_name varchar, birthday_month integer
    );
    create table intermediate.int_addresses (
        person_id varchar, kind varchar, email varchar, street varchar, postcode varchar, city varchar
    );
    create table intermediate.int_preferences (person_id varchar, datum varchar, topic varchar);
    create table intermediate.int_dismissed_topics (person_id varchar, topic varchar);
    create table intermediate.int_own_topics (person_id varchar, topic varchar);
    create table audit.audience_funnel (audience varchar, step varchar, rule_id varchar, people bigint);
    create table gate.gate_candidates (audience varchar, model varchar, relation varchar);
    create table gate.gate_verdict (audience varchar, invocation_id varchar, as_of varchar, content_sha256 varchar);
    create table gate.published_columns (audience varchar, column_name varchar, description varchar, position integer);
    create table gate.audience_catalogue (
        audience varchar, model varchar, segment varchar, channel varchar, purpose varchar, recipient varchar,
        owner varchar, lifecycle varchar, offer_topic varchar, description varchar
    );
"""


@dataclass(frozen=True)
class World:
    """A warehouse, and where its publication goes."""

    con: duckdb.DuckDBPyConnection
    folder: Path

    @property
    def published(self) -> Path:
        return self.folder / "activation.duckdb"

    def context(self, invocation_id: str = "run-1", as_of: datetime = AS_OF, hours: float = 48) -> RunContext:
        return RunContext(invocation_id, as_of, self.published, MINIMUM, timedelta(hours=hours))

    def add(self, segment: str, people: int, channel: str = "email", canaries: int = 0) -> str:
        """Add an audience of so many people and canaries (who come last), with its words, funnel and permissions."""
        audience, total = f"{channel}__{segment}", people + canaries
        relation = f'"activation"."act_{audience}"'
        self.con.execute(f"""
            create or replace table {relation} as
            select
                'P' || lpad(i::varchar, 7, '0') as person_id,
                'p' || i || '@example.com' as email,
                case when i % 3 > 0 then 'Ada' || i end as first_name,
                '{segment}' as offer_topic,
                case when i % 2 = 0 then '' end as based_on,
                'Because you told us in ' || (2010 + i % 3) || ' that you love {segment}.' as reason,
                'Ask us to stop.' as control
            from range({total}) as people(i)
        """)
        self.con.execute(f"""
            insert into staging.stg_crm__canaries
            select person_id, 'H1' from {relation} order by person_id desc limit {canaries};
            insert into intermediate.int_persons select person_id, first_name, null, 1 from {relation};
            insert into intermediate.int_addresses select person_id, 'email', email, null, null, null from {relation};
            insert into intermediate.int_audience_permissions select '{audience}', person_id, true from {relation};
            insert into audit.audience_funnel values
                ('{audience}', 'members', null, {total + 73}), ('{audience}', 'excluded', 'R08', 50),
                ('{audience}', 'excluded', 'R20', 23), ('{audience}', 'candidates', null, {total});
            insert into gate.gate_candidates values ('{audience}', 'act_{audience}', '{relation}');
            insert into gate.audience_catalogue values (
                '{audience}', 'act_{audience}', '{segment}', '{channel}', 'offers', 'sendwell', 'the owner', 'active',
                '{segment}', 'People who love {segment}; it''s "theirs".'
            );
        """)
        self.con.executemany(
            "insert into gate.published_columns values (?, ?, ?, ?)",
            [(audience, name, f"The {name}; it's said.", place) for place, name in enumerate(COLUMNS, 1)],
        )
        return audience

    def judge(self, invocation_id: str = "run-1", as_of: str = "2018-01-02T00:00:00Z") -> None:
        """Give every candidate the receipt that a gate gives which lets it pass."""
        candidates = self.con.execute("select audience, relation from gate.gate_candidates").fetchall()
        for audience, relation in candidates:
            no_canary = "person_id not in (select person_id from staging.stg_crm__canaries)"
            judged = content_hash(self.con, f"select * from {relation} where {no_canary}")
            self.con.execute(
                "insert into gate.gate_verdict values (?, ?, ?, ?)", [audience, invocation_id, as_of, judged]
            )

    def withdraw(self, audience: str, people: int) -> None:
        """Let the first so many people of an audience be permitted no more."""
        self.con.execute(
            "update intermediate.int_audience_permissions set permitted = false where audience = ? and person_id < ?",
            [audience, f"P{people:07d}"],
        )

    def read(self, sql: str) -> list[tuple[object, ...]]:
        """Query the published file as a marketer does: a connection of its own, read-only."""
        with duckdb.connect(self.published, read_only=True) as reader:
            return reader.execute(sql).fetchall()


def new_world(folder: Path, database: str = ":memory:") -> World:
    """An empty warehouse whose publication goes into the folder."""
    con = duckdb.connect(database)
    con.execute(LAYOUT)
    return World(con, folder)


def test_world_is_what_a_gate_lets_pass(tmp_path: Path) -> None:
    world = new_world(tmp_path)
    world.add("ribs", 30, canaries=2)
    world.judge()
    assert world.con.execute(
        "select count(*), count(distinct person_id) from activation.act_email__ribs"
    ).fetchall() == [(32, 32)]
    assert world.con.execute("select count(*) from gate.gate_verdict").fetchall() == [(1,)]
    assert world.con.execute("select max(person_id) from staging.stg_crm__canaries").fetchall() == [("P0000031",)]
