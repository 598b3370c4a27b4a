"""The truth, which was drawn before any event was written, against what the models make of the events."""

from __future__ import annotations

import itertools
from collections import Counter
from typing import TYPE_CHECKING

import duckdb
import pytest
from askfirst.overlay import write_truth
from askfirst.overlay.truth import TRUTH_COLUMNS

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

EVENT_AND_STATE = (
    "R01", "R02", "R03", "R04", "R05", "R06", "R07", "R08", "R09", "R10", "R11", "R12", "R13", "R14",
    "R15", "R25", "R42", "R43", "R48",
)  # fmt: skip
SUPPRESSING = (
    "R16", "R17", "R20", "R21", "R23", "R31", "R34", "R39", "R40", "R44", "R46", "R49", "R50", "R52", "R53",
)  # fmt: skip
HITS_AT_LEAST = 10


@pytest.fixture(scope="module")
def demo(demo_build: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[duckdb.DuckDBPyConnection]:
    """The warehouse of the demo, built from the real data, with the truth attached."""
    drawn = tmp_path_factory.mktemp("truth")
    write_truth(drawn)
    with duckdb.connect(str(demo_build / "warehouse/demo/askfirst.duckdb"), read_only=True) as connection:
        for table in TRUTH_COLUMNS:
            file = str(drawn / "truth" / f"{table}.parquet")
            connection.execute(f"create temp table truth_{table} as select * from read_parquet(?)", [file])
        yield connection


def differences(demo: duckdb.DuckDBPyConnection, truth: str, built: str) -> int:
    """Rows that only one of two queries yields."""
    query = f"select count(*) from (({truth} except {built}) union all ({built} except {truth}))"
    return int(demo.execute(query).fetchall()[0][0])


def test_every_cell_of_the_grid_is_as_it_was_drawn(demo: duckdb.DuckDBPyConnection) -> None:
    truth = "select person_id, purpose, channel, rules from truth_permissions"
    built = "select person_id, purpose, channel, coalesce(rules, '') from intermediate.int_permissions"
    assert differences(demo, truth, built) == 0


def test_switches_and_households_are_as_they_were_drawn(demo: duckdb.DuckDBPyConnection) -> None:
    switches = "select person_id, purpose, datum from "
    assert differences(demo, switches + "truth_switches", switches + "intermediate.int_switched_off") == 0
    household = "select person_id, purpose, channel from "
    assert differences(demo, household + "truth_household", household + "intermediate.int_household_refusals") == 0


def test_wishes_are_as_they_were_drawn(demo: duckdb.DuckDBPyConnection) -> None:
    dismissals = "select person_id, kind, target from "
    hidden = dismissals + "intermediate.int_dismissals where kind <> 'product'"
    assert differences(demo, dismissals + "truth_dismissals", hidden) == 0
    left = "select person_id, channel, cast(messages_left as varchar) from "
    assert differences(demo, left + "truth_frequencies", left + "intermediate.int_frequencies") == 0
    used = "select count(*) from intermediate.int_preferences join truth_expired using (person_id, datum, topic)"
    assert demo.execute(used).fetchall() == [(0,)]
    by_rule = "select first_rule, count(*) from audit.exclusion_ledger where first_rule in ('R36', 'R37') group by all"
    hits = dict(demo.execute(by_rule).fetchall())
    assert min(hits["R36"], hits["R37"]) >= HITS_AT_LEAST
    assert demo.execute("select count(*) >= ? from truth_expired", [HITS_AT_LEAST]).fetchall() == [(True,)]


def test_gifts_are_nobodys_taste(demo: duckdb.DuckDBPyConnection) -> None:
    gifts = "select cast(basket_id as bigint) from truth_gifts"
    kept = f"select count(*) from intermediate.int_household_purchases where basket_id in ({gifts})"
    apart = f"select count(distinct basket_id) from intermediate.int_gift_purchases where basket_id in ({gifts})"
    assert demo.execute(kept).fetchall() == [(0,)]
    assert demo.execute(apart).fetchall()[0][0] >= HITS_AT_LEAST


def test_of_the_erased_there_is_a_hash_and_nothing_else(demo: duckdb.DuckDBPyConnection) -> None:
    left = "select record_id from truth_erased where record_id in (select record_id from intermediate.int_identity)"
    assert demo.execute(left).fetchall() == []
    ((erased, listed, proofs),) = demo.execute(
        "select (select count(*) from truth_erased), (select count(*) from intermediate.int_suppression_list), "
        "(select count(*) from intermediate.int_erasures)"
    ).fetchall()
    assert listed >= erased >= proofs >= HITS_AT_LEAST


def test_first_reasons_follow_the_priorities_in_every_audience(demo: duckdb.DuckDBPyConnection) -> None:
    query = """
        with against as (
            select
                audiences.audience,
                audiences.channel,
                audiences.turn,
                permissions.person_id,
                list_filter(string_split(permissions.rules, ','), lambda rule: rule <> '')
                || case when audiences.subject = 'household' and household.person_id is not null
                    then ['R41'] else [] end
                || case when switched.person_id is not null then ['R35'] else [] end
                || case when dismissed.person_id is not null then ['R36'] else [] end as rules
            from intermediate.int_audiences as audiences
            join truth_permissions as permissions
                on audiences.purpose = permissions.purpose
                and audiences.channel = permissions.channel
            left join truth_household as household
                on permissions.person_id = household.person_id
                and audiences.purpose = household.purpose
                and audiences.channel = household.channel
            left join (
                select distinct uses.audience, switches.person_id, switches.purpose
                from intermediate.int_audience_uses as uses
                join truth_switches as switches using (datum)
            ) as switched
                on permissions.person_id = switched.person_id
                and audiences.audience = switched.audience
                and audiences.purpose = switched.purpose
            left join truth_dismissals as dismissed
                on permissions.person_id = dismissed.person_id
                and dismissed.kind = 'campaign'
                and audiences.segment = dismissed.target
        ),
        turns as (
            select audience, person_id, ['R37'] as rules
            from against
            join truth_frequencies as frequencies using (person_id, channel)
            where len(against.rules) = 0
            qualify row_number() over (partition by person_id, channel order by turn)
                > cast(frequencies.messages_left as integer)
        ),
        topics as (
            select members.audience, members.person_id, ['R36'] as rules
            from audit.audience_members as members
            join truth_dismissals as dismissed using (person_id)
            where dismissed.kind = 'topic' and dismissed.target in (members.offer_topic, members.based_on)
        ),
        every_rule as (
            select members.audience, members.person_id, unnest(found.rules) as rule_id
            from audit.audience_members as members
            join (
                select audience, person_id, rules from against
                union all select * from turns
                union all select * from topics
            ) as found using (audience, person_id)
        ),
        expected as (
            select every_rule.audience, every_rule.person_id, arg_min(rules.rule_id, rules.priority) as first_rule
            from every_rule
            join reference.consent_rules as rules on every_rule.rule_id = rules.rule_id
            group by all
        )
        select count(*)
        from expected
        full join audit.exclusion_ledger as ledger using (audience, person_id)
        where expected.first_rule is distinct from ledger.first_rule
    """
    assert demo.execute(query).fetchall() == [(0,)]


def test_every_real_contact_is_judged(demo: duckdb.DuckDBPyConnection) -> None:
    staged = demo.execute("select count(*) from staging.stg_completejourney__campaign_contacts").fetchall()
    query = """
        select count(*), count(allowed_then), count(allowed_now), sum((rules_then is distinct from rules_now)::int)
        from audit.campaign_replay
        where (first_rule_then is null) = allowed_then and (first_rule_now is null) = allowed_now
    """
    ((contacts, then, now, learned),) = demo.execute(query).fetchall()
    assert [(contacts,)] == staged == [(6589,)]
    assert contacts == then == now
    assert learned >= HITS_AT_LEAST


def test_every_rule_and_every_pair_of_rules_is_met(
    demo: duckdb.DuckDBPyConnection, tell: Callable[[str], None]
) -> None:
    hits: Counter[str] = Counter()
    pairs: Counter[tuple[str, str]] = Counter()
    for rules, cells in demo.execute("select rules, count(*) from truth_permissions group by rules").fetchall():
        codes = [code for code in rules.split(",") if code]
        hits.update(dict.fromkeys(codes, cells))
        pairs.update(dict.fromkeys(itertools.combinations(codes, 2), cells))
    hits["R35"], hits["R38"], hits["R41"] = (
        demo.execute(f"select count(*) from truth_{table}").fetchall()[0][0]
        for table in ("switches", "gifts", "household")
    )
    tell(f"hits a rule: {', '.join(f'{rule} {count}' for rule, count in sorted(hits.items()))}")
    tell(f"pairs of rules that meet: {len(pairs)}, each at least {min(pairs.values())} times")
    missing = [rule for rule in (*EVENT_AND_STATE, *SUPPRESSING, "R35", "R38", "R41") if hits[rule] < HITS_AT_LEAST]
    assert not missing
