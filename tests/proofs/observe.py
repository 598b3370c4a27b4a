"""What a change did to a query's result: which columns, or which rows.

A change that is said to reach only some columns must leave the others' rows as they were: all of them, as often as
they were. That is the whole check, and it needs no key. What is said to decide the rows may change anything.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tests.proofs.world import Row

PAIRS = 40  # rows looked at on either side when one is told from another


@dataclass(frozen=True)
class Change:
    """``columns``: the positions whose values changed; ``rows``: the row set did; ``stray``: what was not foreseen."""

    columns: frozenset[int] = frozenset()
    rows: bool = False
    stray: frozenset[int] = frozenset()


def compare(
    before: Sequence[Row], after: Sequence[Row], reached: frozenset[int], *, rows_reached: bool
) -> Change | None:
    """What changed, or None where nothing did. ``reached`` are the positions that the change is said to reach."""
    lost, gained = differing(before, after)
    if not lost and not gained:
        return None
    width = len((lost or gained)[0])
    others = [n for n in range(width) if n not in reached]
    if len(lost) == len(gained) and same(lost, gained, others):
        return Change(columns=needed(lost, gained, others, sorted(reached)))
    if rows_reached:
        return Change(columns=paired(lost, gained, reached, others), rows=True)
    if len(lost) != len(gained):
        return Change(rows=True, stray=frozenset({-1}))
    changed = needed(lost, gained, [], [*others, *sorted(reached)])
    return Change(columns=changed, stray=changed - reached)


def differing(before: Sequence[Row], after: Sequence[Row]) -> tuple[list[Row], list[Row]]:
    """The rows that only one side has, each as often as it has more of them."""
    one, other = Counter(before), Counter(after)
    return list((one - other).elements()), list((other - one).elements())


def same(lost: Sequence[Row], gained: Sequence[Row], positions: Sequence[int]) -> bool:
    """Whether two sets of rows are equal in some columns."""
    return Counter(tuple(row[n] for n in positions) for row in lost) == Counter(
        tuple(row[n] for n in positions) for row in gained
    )


def needed(lost: Sequence[Row], gained: Sequence[Row], kept: Sequence[int], others: Sequence[int]) -> frozenset[int]:
    """The columns that must have changed, if those kept have not: each is added to them that can be."""
    kept = list(kept)
    changed = set()
    for position in others:
        if same(lost, gained, [*kept, position]):
            kept.append(position)
        else:
            changed.add(position)
    return frozenset(changed)


def paired(
    lost: Sequence[Row], gained: Sequence[Row], reached: frozenset[int], others: Sequence[int]
) -> frozenset[int]:
    """Where rows changed too: the columns in which a row that went and one that came differ, all others being equal."""
    if not any(len({row[n] for row in (*lost, *gained)}) > 1 for n in others):
        return frozenset()
    found: set[int] = set()
    for old in lost[:PAIRS]:
        for new in gained[:PAIRS]:
            if all(old[n] == new[n] for n in others):
                apart = {n for n in reached if old[n] != new[n]}
                found |= apart if len(apart) == 1 or not found else set()
    return frozenset(found)


def appears(before: Sequence[Row], after: Sequence[Row], position: int, value: str) -> bool:
    """Whether a value that was put in comes out in a column where it was less often before."""
    return count(after, position, value) > count(before, position, value)


def count(rows: Sequence[Row], position: int, value: str) -> int:
    """How often a column shows a value."""
    return sum(str(row[position]).lower() == value.lower() for row in rows)
