"""The SQL of the consent rules against the independent reference in tests/reference/consent, on random histories."""

from __future__ import annotations

import itertools
from datetime import datetime
from typing import TYPE_CHECKING

import bad_idea
import duckdb
import pytest

from tests.proofs.agreement import Hits, differences, told
from tests.proofs.faults import faults, with_fault
from tests.proofs.judged import after, build, build_before, chain, facts, load
from tests.proofs.shrinking import Case, shrunk
from tests.proofs.world import load as load_world
from tests.reference.consent import registry
from tests.reference.consent.verdict import DATA_RULES, rules_against
from tests.reference.consent.vocabulary import read_vocabulary
from tests.reference.histories.generate import histories

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tests.proofs.faults import Fault
    from tests.proofs.judged import Chain
    from tests.reference.consent.verdict import Facts

SEED = 4
SAMPLE, SAMPLED_FAULTS = 2_000, 8
ALL, AT_ONCE = 100_000, 10_000
FOR_FAULTS, FOR_SOME, FOR_ONE = 10_000, 2_500, 100
HITS_AT_LEAST, PAIRS_AT_LEAST = 500, 20
AS_OF = tuple(
    datetime.fromisoformat(text) for text in ("2018-01-02T00:00:00Z", "2017-12-31T23:59:59Z", "2024-02-29T12:00:00Z")
)
WORDS = read_vocabulary(bad_idea.ROOT)
STATE = sorted(rule.rule_id for rule in WORDS.rules.values() if rule.kind == "state")
PAIRS = tuple(itertools.combinations(STATE, 2))
# Rules of which no other can stand against the same use or audience, with why: met where one person meets both.
ALONE = {
    "R37": "asked only of audiences that nothing else stands against",
    "R38": "takes a datum away, and nobody out",
    "R47": "takes a datum away, and nobody out",
}
BESIDE = {pair: ALONE[rule_id] for pair in PAIRS for rule_id in pair if rule_id in ALONE} | {
    ("R23", "R35"): "there is no audience for a purpose of sharing",
    ("R23", "R36"): "there is no audience for a purpose of sharing",
    ("R23", "R41"): "there is no audience for a purpose of sharing",
    ("R52", "R53"): "what somebody else stopped is an address, and there is none",
}
# Pairs that no person can meet at all, with why.
APART = {
    pair: "it stands against every use of the person, and R37 is asked only where nothing does"
    for pair in PAIRS
    if "R37" in pair and {"R16", "R17", "R40", "R46", "R50"} & set(pair)
}


@pytest.fixture(scope="module")
def run(clean_build: Path) -> Chain:
    """The compiled SQL of a clean build of the sample world, and its warehouse in memory."""
    return chain(load_world(clean_build))


def agree(run: Chain, numbers: range, as_of: datetime, hits: Hits) -> None:
    """Judge the histories of these numbers, and fail with the least of the first one on which the two differ."""
    drawn = list(zip(numbers, histories(SEED, numbers, as_of, WORDS), strict=True))
    found = differences(run, drawn, as_of, WORDS, hits)
    if found:
        number = found[0].number
        assert number in numbers, f"the SQL knows people that are in no history: {sorted(found[0].only_sql)[:5]}"
        example = told(*shrunk(Case(run, SEED, number, as_of, WORDS)))
        pytest.fail(f"SQL and reference differ on {len(found)} histories. The first, shrunk:\n{example}")


def test_every_event_and_state_rule_is_in_the_reference() -> None:
    asked = {rule.rule_id for rule in WORDS.rules.values() if rule.kind in ("event", "state")}
    written = registry.written() | DATA_RULES
    assert not asked - written, "a rule of seeds/reference/consent_rules.csv that the reference does not have"
    assert not written - WORDS.rules.keys(), "a rule of the reference that is not in seeds/reference/consent_rules.csv"


@pytest.mark.parametrize("as_of", AS_OF, ids=str)
def test_sql_and_reference_agree_on_a_sample_of_histories(run: Chain, as_of: datetime) -> None:
    hits = Hits()
    agree(run, range(SAMPLE // len(AS_OF)), as_of, hits)
    assert all(hits.rules[rule] for rule in registry.written() | DATA_RULES), "a rule that the sample never meets"


@pytest.mark.proof
def test_sql_and_reference_agree_on_all_histories(run: Chain, tell: Callable[[str], None]) -> None:
    hits = Hits()
    for batch, start in enumerate(range(0, ALL, AT_ONCE)):
        agree(run, range(start, start + AT_ONCE), AS_OF[batch % len(AS_OF)], hits)
    counts = {pair: (hits.beside if pair in BESIDE else hits.together)[pair] for pair in PAIRS}
    tell(f"{ALL} histories, {hits.facts} facts. Histories that meet a rule: {told_counts(hits.rules)}")
    tell(f"Histories that meet a pair of state rules: {told_counts(named(counts))}")
    asked = [rule.rule_id for rule in WORDS.rules.values() if rule.kind in ("event", "state")]
    assert not {rule: hits.rules[rule] for rule in asked if hits.rules[rule] < HITS_AT_LEAST}
    assert not {pair: count for pair, count in counts.items() if pair not in APART and count < PAIRS_AT_LEAST}
    assert not {pair: hits.beside[pair] for pair in APART if hits.beside[pair]}
    assert not {pair: hits.together[pair] for pair in BESIDE if hits.together[pair]}


def named(counts: dict[tuple[str, str], int]) -> dict[str, int]:
    """Counts of pairs by their names."""
    return {"+".join(pair): count for pair, count in counts.items()}


def told_counts(counts: dict[str, int]) -> str:
    """Counts as text, in the order of their names."""
    return ", ".join(f"{name} {count}" for name, count in sorted(counts.items()))


def undetected(run: Chain, every: int, count: int) -> list[str]:
    """The mistakes of which random histories notice nothing, one in so many looked at."""
    as_of = AS_OF[0]
    drawn = list(histories(SEED, range(count), as_of, WORDS))
    expected = frozenset[tuple[str, ...]]().union(*(rules_against(one, WORDS, as_of).facts(WORDS) for one in drawn))
    build_before(run, drawn, as_of)
    load(run.world, drawn)
    build(run, as_of)
    assert facts(run.world) == expected
    asked = faults()[::every]
    return [f"{one.model}: {one.mistake}" for one in asked if said_with(run, one, as_of) == expected]


def said_with(run: Chain, fault: Fault, as_of: datetime) -> Facts:
    """What the SQL says with a mistake in it, of rows that are judged without; all is as before when this returns."""
    run.world.con.begin()
    try:
        build(with_fault(after(run, fault.model), fault), as_of)
        return facts(run.world)
    except duckdb.Error as error:
        pytest.fail(f"{fault.model}: '{fault.put}' is no SQL there, {type(error).__name__}")
    finally:
        run.world.con.rollback()


def test_some_mistakes_in_the_sql_are_found(run: Chain) -> None:
    assert not undetected(run, every=len(faults()) // SAMPLED_FAULTS, count=FOR_SOME)


@pytest.mark.proof
def test_every_mistake_in_the_sql_is_found(run: Chain) -> None:
    assert len(faults()) >= 150
    assert not undetected(run, every=1, count=FOR_FAULTS)


def test_a_counter_example_is_shrunk(run: Chain) -> None:
    fault = next(fault for fault in faults() if fault.mistake == "a tie goes to the grant")
    faulty = with_fault(run, fault)
    drawn = list(enumerate(histories(SEED, range(FOR_ONE), AS_OF[0], WORDS)))
    found = differences(faulty, drawn, AS_OF[0], WORDS)
    number = found[0].number
    least, difference = shrunk(Case(faulty, SEED, number, AS_OF[0], WORDS))
    # the record, a link to it where the acts are another's, and the two acts of one second
    assert least.size == 3 + len(least.identity_links), told(least, difference)
    assert len(least.events) == 2
    assert not differences(run, [(number, least)], AS_OF[0], WORDS)
