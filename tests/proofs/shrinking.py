"""A counter-example made small: the least rows of a random history on which SQL and reference still differ."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from tests.proofs.agreement import differences
from tests.reference.consent.records import History
from tests.reference.histories import generate

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from datetime import datetime

    from tests.proofs.agreement import Difference
    from tests.proofs.judged import Chain
    from tests.reference.consent.vocabulary import Vocabulary

Part = tuple[tuple[str, int], ...]  # the rows of a history that are kept: table, and place in it


@dataclass(frozen=True)
class Case:
    """One random history, by the seed and number that it is drawn by, and what it is judged by."""

    run: Chain
    seed: int
    number: int
    as_of: datetime
    words: Vocabulary

    def history(self, named: int | None = None) -> History:
        """All of it, now and then by the ids of another number, so that many parts of it can be judged at once."""
        return generate.history(self.seed, self.number, self.as_of, self.words, named)

    def differing(self, parts: Sequence[Part]) -> list[Difference | None]:
        """For each part of the history how the two differ on it alone."""
        copies = [(named, only(part, self.history(named))) for named, part in enumerate(parts)]
        found = {found.number: found for found in differences(self.run, copies, self.as_of, self.words)}
        return [found.get(named) for named, _ in copies]


def shrunk(case: Case) -> tuple[History, Difference]:
    """The least of a history on which the two still differ: no row more can be left out.

    Raises ValueError if they do not differ on the history alone.
    """
    least: Part = tuple((table, row) for table, rows in case.history().tables() for row in range(len(rows)))
    while True:
        without_one = [tuple(row for row in least if row != left_out) for left_out in least]
        needless = tuple(row for row, found in zip(least, case.differing(without_one), strict=True) if found)
        if not needless:
            break
        fewer = [tuple(row for row in least if row not in some) for some in shares(needless)]
        least = next(part for part, found in zip(fewer, case.differing(fewer), strict=True) if found)
    left = only(least, case.history())
    found = differences(case.run, [(case.number, left)], case.as_of, case.words)
    if not found:
        raise ValueError(f"history {case.number}: SQL and reference agree on it alone")
    return left, found[0]


def shares(rows: Part) -> Iterator[Part]:
    """All of some rows, then each half of them, each quarter, and so on to each row alone."""
    share = len(rows)
    while share:
        yield from (rows[start : start + share] for start in range(0, len(rows), share))
        share //= 2


def only(part: Part, history: History) -> History:
    """A history of just these rows."""
    kept: dict[str, Any] = {}
    for table, place in part:
        kept[table] = (*kept.get(table, ()), getattr(history, table)[place])
    return replace(History(), **kept)
