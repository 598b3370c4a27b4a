"""The compiled SQL against the independent reference over random histories."""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass, field
from itertools import combinations
from typing import TYPE_CHECKING

from tests.proofs.judged import judge
from tests.reference.consent.verdict import rules_against

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from collections.abc import Set as AbstractSet
    from datetime import datetime

    from tests.proofs.judged import Chain
    from tests.reference.consent.records import History
    from tests.reference.consent.verdict import Facts, Verdict
    from tests.reference.consent.vocabulary import Vocabulary

STRANGER = -1  # the number of whoever is in no history


@dataclass(frozen=True)
class Difference:
    """One history of which the two do not say the same."""

    number: int
    only_reference: Facts
    only_sql: Facts


@dataclass
class Hits:
    """In how many histories each rule is met, and each pair of rules; and what was judged altogether.

    A pair is met ``together`` where both stand against one use, or one audience, of one person; and ``beside`` each
    other where one person meets both anywhere, in whatever is asked about them or in a datum that is taken away.
    """

    rules: Counter[str] = field(default_factory=Counter)
    together: Counter[tuple[str, str]] = field(default_factory=Counter)
    beside: Counter[tuple[str, str]] = field(default_factory=Counter)
    facts: int = 0

    def add(self, verdict: Verdict, facts: Facts) -> None:
        """Count what one history came to."""
        of_person = defaultdict[str, set[str]](set)
        for (person, *_), rules in verdict.rules.items():
            of_person[person] |= rules
        for (_, person), rules in verdict.audiences.items():
            of_person[person] |= rules
        for rule_id, persons in verdict.taken.items():
            for person in persons:
                of_person[person].add(rule_id)
        met = {*verdict.rules.values(), *verdict.audiences.values()}
        self.rules.update(set().union(*of_person.values()))
        self.together.update(pairs(met))
        self.beside.update(pairs(of_person.values()))
        self.facts += len(facts)


def pairs(found: Iterable[AbstractSet[str]]) -> set[tuple[str, str]]:
    """Every two rules that are in one of the sets."""
    return {pair for rules in found for pair in combinations(sorted(rules), 2)}


def differences(
    run: Chain, histories: Sequence[tuple[int, History]], as_of: datetime, words: Vocabulary, hits: Hits | None = None
) -> list[Difference]:
    """Every history of which SQL and reference do not say the same, by number."""
    said = judge(run, [history for _, history in histories], as_of)
    by_number = defaultdict[int, set[tuple[str, ...]]](set)
    for fact in said:
        by_number[owner(fact)].add(fact)
    found = []
    for number, history in histories:
        verdict = rules_against(history, words, as_of)
        expected = verdict.facts(words)
        if hits is not None:
            hits.add(verdict, expected)
        there = by_number.pop(number, set())
        if expected != there:
            found.append(Difference(number, expected - there, frozenset(there - expected)))
    found += [Difference(number, frozenset(), frozenset(facts)) for number, facts in by_number.items()]
    return found


def owner(fact: tuple[str, ...]) -> int:
    """The number of the history that a fact is about."""
    kind, whose = fact[:2]
    if kind in ("gift", "bought"):
        return int(whose) // 10
    return int(whose[1:8]) if whose[1:8].isdecimal() else STRANGER


def told(history: History, difference: Difference) -> str:
    """A counter-example as text. All of it is made up."""
    lines = [f"history {difference.number}, {history.size} rows:"]
    lines += [f"  {row}" for _, rows in history.tables() for row in rows]
    lines += [f"  the reference alone says {' '.join(fact)}" for fact in sorted(difference.only_reference)]
    lines += [f"  the SQL alone says       {' '.join(fact)}" for fact in sorted(difference.only_sql)]
    return "\n".join(lines)
