"""A SYNTHETIC raw world of any size: invented persons and their consent events, drawn from hashes of their numbers."""

from __future__ import annotations

import shutil
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

    from duckdb import DuckDBPyConnection

DRAWN = ("crm/persons", "crm/addresses", "consent/events", "consent/objections", "consent/unsubscribes")
EMPTY = ("crm/identity_links", "crm/bounces", "crm/privacy_signals", "consent/requests")
ONE_IN = 1_000  # persons that change between two builds
TIME = "strftime(timestamp '2016-03-01' + to_seconds({}), '%Y-%m-%dT%H:%M:%SZ')"
SPAN = 57_000_000  # seconds from then to the last event: 660 days
WHEN = f"drawn(n, 'when', {SPAN})"

PERSONS = """
    select
        printf('P%09d', n) as person_id, cast(n // 2 as varchar) as household_id, 'Synthetic' as first_name,
        'Person ' || n as last_name, if(drawn(n, 'age', 50) = 0, null, 'true') as declared_adult,
        cast(1950 + n % 50 as varchar) as birth_year, cast(1 + n % 12 as varchar) as birthday_month,
        ['DE', 'FR', 'US-CA', 'unheard of'][1 + drawn(n, 'place', 4)] as jurisdiction, null as home,
        '2016-01-04T09:00:00Z' as created_at
    from range({persons}) as t(n)
"""
ADDRESSES = """
    select
        printf('A%09d', n) as address_id, printf('P%09d', n % {persons}) as person_id,
        if(n < {persons}, 'email', 'postal') as kind, if(n < {persons}, 'person' || n || '@example.org', null) as email,
        if(n < {persons}, null, 'Row ' || n) as street, if(n < {persons}, null, '12345') as postcode,
        if(n < {persons}, null, 'Nowhere') as city, '2016-03-01T08:00:00Z' as valid_from
    from range({persons} + {persons} // 2) as t(n)
"""
# one in fifty arrives up to two months late, one in a hundred bears no zone
EVENTS = f"""
    select
        printf('E%010d', n) as event_id, printf('P%09d', n % {{persons}}) as person_id,
        ['ConsentGiven', 'ConsentGiven', 'RenewedConsentGiven', 'ConsentWithdrawn', 'ConsentRefused'][
            1 + drawn(n, 'state', 5)
        ] as event_state,
        if(drawn(n, 'zone', 100) = 0, rtrim({TIME.format(WHEN)}, 'Z'), {TIME.format(WHEN)}) as event_time,
        {TIME.format(f"{WHEN} + 86400 + if(drawn(n, 'late', 50) = 0, drawn(n, 'wait', 5000000), 0)")}
            as received_at,
        ['offers', 'replenishment', 'offers|replenishment', 'personalisation|offers|replenishment'][
            1 + drawn(n, 'purposes', 4)
        ] as purposes,
        ['email', 'direct_mail'][1 + drawn(n, 'channel', 2)] as channel,
        if(drawn(n, 'notice', 10) = 0, 'N-2017-06', 'N-2016-01') as privacy_notice,
        {TIME.format(f"{WHEN} - 60000")} as notice_shown_at, 'web_form' as collection_method,
        if(drawn(n, 'box', 30) = 0, 'true', 'false') as pre_ticked, 'true' as separate_choices,
        'false' as required_for_service, 'false' as incentive, 'form-' || n as evidence, null as legal_basis,
        null as without_refusal, null as confirmation_of, null as authorised_by
    from range({{events}}) as t(n)
"""
OBJECTIONS = f"""
    select
        printf('O%09d', n) as objection_id, printf('P%09d', n * 200) as person_id, 'all' as scope,
        {TIME.format(WHEN)} as objected_at, {TIME.format(f"{WHEN} + 60")} as received_at
    from range({{persons}} // 200) as t(n)
"""
UNSUBSCRIBES = f"""
    select
        printf('U%09d', n) as unsubscribe_id, printf('P%09d', n * 50) as person_id, 'email' as channel,
        {TIME.format(WHEN)} as unsubscribed_at, {TIME.format(f"{WHEN} + 2")} as received_at
    from range({{persons}} // 50) as t(n)
"""
# of one person in a thousand the first event is corrected, the next is gone, and a withdrawal of today and an old one
# arrive
CHANGED = f"""
    select * exclude (number, touched)
    replace (if(touched and number < {{persons}}, evidence || ' (corrected)', evidence) as evidence)
    from (
        select *, cast(event_id[2:] as bigint) as number, cast(person_id[2:] as bigint) % {ONE_IN} = 7 as touched
        from events
    )
    where not (touched and number >= {{persons}} and number < 2 * {{persons}})
    union all
    select
        'N' || step || person_id, person_id, 'ConsentWithdrawn',
        if(step = 0, '2018-01-02T08:00:00Z', '2017-02-01T08:00:00Z'), '2018-01-02T08:00:01Z', 'offers', 'email',
        null, null, null, null, null, null, null, null, null, null, null, null
    from persons, range(2) as t(step)
    where cast(person_id[2:] as bigint) % {ONE_IN} = 7
"""
# what somebody would write who wants to know who may be written to now, and nothing else
BY_HAND = """
    create table present as
    select
        person_id, purpose, channel,
        arg_max(event_state, (acted_at, event_state not in ('ConsentGiven', 'RenewedConsentGiven')))
            in ('ConsentGiven', 'RenewedConsentGiven')
        and max(acted_at) > timestamp '{as_of}' - interval 13 months as is_permitted
    from (
        select
            person_id, unnest(string_split(purposes, '|')) as purpose, channel, event_state,
            try_cast(rtrim(event_time, 'Z') as timestamp) as acted_at
        from read_parquet('{events}')
        where received_at <= '{as_of}' and pre_ticked is distinct from 'true'
    )
    group by all
"""


def write_world(con: DuckDBPyConnection, folder: Path, sample: Path, persons: int, events: int) -> None:
    """Write the raw tables; of those that permission is not made of, the sample's."""
    shutil.copytree(sample, folder)
    con.execute("create macro drawn(n, what, choices) as cast(hash(n, what) % choices as bigint)")
    queries = (PERSONS, ADDRESSES, EVENTS, OBJECTIONS, UNSUBSCRIBES)
    for name, query in zip(DRAWN, queries, strict=True):
        write(con, folder, name, query.format(persons=persons, events=events))
    for name in EMPTY:
        file = folder / f"{name}.csv"
        file.write_text(file.read_text(encoding="utf-8").partition("\n")[0] + "\n", encoding="utf-8")


def write(con: DuckDBPyConnection, folder: Path, name: str, query: str) -> None:
    """Write one raw table as a parquet file."""
    (folder / f"{name}.csv").unlink(missing_ok=True)
    con.execute(f"copy ({query}) to '{folder / name}.parquet' (format parquet)")


def change_world(con: DuckDBPyConnection, folder: Path, persons: int) -> None:
    """Deliver the events again after one person in a thousand has changed."""
    for name in ("consent/events", "crm/persons"):
        con.execute(f"create or replace view {name.partition('/')[2]} as from '{folder / name}.parquet'")
    write(con, folder, "consent/changed", CHANGED.format(persons=persons))
    (folder / "consent/changed.parquet").replace(folder / "consent/events.parquet")
