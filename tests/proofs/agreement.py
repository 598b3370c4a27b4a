"""The compiled SQL against the independent reference over random histories, and the least history that differs."""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass, field, replace
from itertools import combinations
from typing import TYPE_CHECKING, Any

from tests.proofs.judged import judge
from tests.reference.consent.verdict import rules_against

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from datetime import datetime

    from tests.proofs.judged import Chain
    from tests.reference.consent.records import History
    from tests.reference.consent.verdict import Facts
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
    """How many persons' uses each rule was against, and each pair of rules; and what was judged altogether."""

    rules: Counter[str] = field(default_factory=Counter)
    pairs: Counter[tuple[str, str]] = field(default_factory=Counter)
    facts: int = 0

    def add(self, facts: Facts) -> None:
        """Count what one history came to."""
        self.facts += len(facts)
        for kind, *rest in facts:
            rules: list[str] = []
            if kind == "use":
                rules = [rule for rule in rest[3].split(",") if rule]
            elif kind == "audience":
                rules = [rule for rule in rest[2].split(",") if rule]
            elif kind == "gift":
                rules = ["R38"]
            self.rules.update(rules)
            self.pairs.update(combinations(sorted(rules), 2))


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
            hits.add(expected)
            hits.rules["R47"] += len(verdict.past)
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


def shrunk(run: Chain, number: int, history: History, as_of: datetime, words: Vocabulary) -> tuple[History, Difference]:
    """The least of a history on which the two still differ: no row more can be left out.

    Raises ValueError if they do not differ on the history alone.
    """
    last = next(iter(differences(run, [(number, history)], as_of, words)), None)
    if last is None:
        raise ValueError(f"history {number}: SQL and reference agree on it alone")
    share = history.size
    while share:
        for less in without_some(history, share):
            found = differences(run, [(number, less)], as_of, words)
            if found:
                history, last = less, found[0]
                break
        else:
            share //= 2
    return history, last


def without_some(history: History, share: int) -> Iterator[History]:
    """The history without so many rows of one table (or as many as it has), for each stretch of them."""
    for table, rows in history.tables():
        for start in range(0, len(rows), share):
            fewer: dict[str, Any] = {table: rows[:start] + rows[start + share :]}
            yield replace(history, **fewer)


def told(history: History, difference: Difference) -> str:
    """A counter-example as text. All of it is made up."""
    lines = [f"history {difference.number}, {history.size} rows:"]
    lines += [f"  {row}" for _, rows in history.tables() for row in rows]
    lines += [f"  the reference alone says {' '.join(fact)}" for fact in sorted(difference.only_reference)]
    lines += [f"  the SQL alone says       {' '.join(fact)}" for fact in sorted(difference.only_sql)]
    return "\n".join(lines)
