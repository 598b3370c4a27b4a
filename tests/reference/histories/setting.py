"""Where a history plays: its ids, its few instants (few, so that ties happen), and how wild it is."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from tests.reference.consent.clock import written

if TYPE_CHECKING:
    from random import Random

    from tests.reference.consent.records import Text
    from tests.reference.consent.vocabulary import Vocabulary

INSTANTS = 6
SECOND = timedelta(seconds=1)
WILDNESS = (0.0, 0.0, 0.0, 0.01, 0.05)  # how often a column holds something odd


@dataclass(frozen=True, slots=True)
class Setting:
    """One history's stage. ``number`` keeps its ids and addresses apart from those of every other."""

    rng: Random
    number: int
    as_of: datetime
    words: Vocabulary
    records: tuple[str, ...]
    instants: tuple[datetime, ...]
    wild: float
    willing: float  # how often an act is a flawless yes

    def chance(self, share: float) -> bool:
        """True that often."""
        return self.rng.random() < share

    def odd(self, usual: Text, oddities: tuple[Text, ...]) -> Text:
        """The usual, or as often as the history is wild something odd."""
        return self.rng.choice(oddities) if self.wild and self.chance(self.wild) else usual

    def happens(self) -> datetime:
        """When something happens: now and then at ``as_of`` to the second, or after it."""
        if self.chance(0.06):
            return self.rng.choice((self.as_of, self.as_of + SECOND, self.as_of - SECOND, self.as_of + 9 * SECOND))
        return self.rng.choice(self.instants)

    def hears(self, happened: datetime) -> datetime:
        """When we learn of it: at once, at another of the instants, or of its own arrival before it happened."""
        later = [instant for instant in self.instants if instant > happened]
        if later and self.chance(0.2):
            return self.rng.choice(later)
        if self.chance(0.02):
            return max(happened, self.as_of + self.rng.choice((0, 1, 3600)) * SECOND)
        if self.wild and self.chance(self.wild):
            return happened - SECOND
        return happened + self.rng.choice((0, 0, 60)) * SECOND

    def times(self) -> tuple[str, str]:
        """When something happens, and when we learn of it, as text."""
        happened = self.happens()
        return written(happened), written(self.hears(happened))

    def identifier(self, letter: str, place: int) -> str:
        """A row's id."""
        return f"{letter}{self.number:07d}-{place:03d}"


def set_stage(rng: Random, number: int, as_of: datetime, words: Vocabulary) -> Setting:
    """Draw the stage of a history."""
    count = rng.choice((1, 1, 2, 2, 2, 3, 3, 4, 5))
    letters = rng.sample("ABCDEFG", count)
    days = sorted(rng.sample(range(1, 700), INSTANTS))
    instants = tuple(as_of - timedelta(days=day, seconds=rng.randrange(86_400)) for day in reversed(days))
    return Setting(
        rng=rng,
        number=number,
        as_of=as_of,
        words=words,
        records=tuple(f"P{number:07d}{letter}" for letter in letters),
        instants=instants,
        wild=rng.choice(WILDNESS),
        willing=rng.choice((0.3, 0.7, 0.95)),
    )
