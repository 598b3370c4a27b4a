"""Where a history plays: its ids, its few instants (few, so that ties happen), and how wild it is."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from tests.reference.consent.clock import months_later, written

if TYPE_CHECKING:
    from random import Random

    from tests.reference.consent.records import Text
    from tests.reference.consent.vocabulary import Vocabulary

INSTANTS = 4
SECOND = timedelta(seconds=1)
HOUR = timedelta(hours=1)
ZONES = (-14 * HOUR, -12 * HOUR, 12 * HOUR, 14 * HOUR)  # how far a clock without a zone may be off
TERMS = (12, 13, 24)  # months
WILDNESS = (0.0, 0.0, 0.003, 0.01, 0.05)  # how often a column holds something odd
OFTEN = 0.15  # the same of a column that few rows have, or few of those that matter


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
    zoneless: float  # how often a time that people acted at lacks its zone
    guardian: str | None  # whom most acts name as a guardian

    def chance(self, share: float) -> bool:
        """True that often."""
        return self.rng.random() < share

    def odd(self, usual: Text, oddities: tuple[Text, ...], share: float | None = None) -> Text:
        """The usual, or as often as the history is wild something odd; in a wild one as often as ``share`` says."""
        return self.rng.choice(oddities) if self.wild and self.chance(share or self.wild) else usual

    def happens(self) -> datetime:
        """When something happens: now and then at ``as_of`` to the second, a term before it, or after it."""
        if self.chance(0.06):
            return self.rng.choice((self.as_of, self.as_of + SECOND, self.as_of - SECOND, self.as_of + 9 * SECOND))
        if self.chance(0.03):
            return self._beside(months_later(self.as_of, -self.rng.choice(TERMS)))
        moment = self.rng.choice((*self.instants, self.as_of - HOUR) if self.zoneless else self.instants)
        return self._beside(moment + self.rng.choice(ZONES)) if self.chance(self.zoneless) else moment

    def happens_in_utc(self) -> datetime:
        """The same of what no clock on a wall was looked at for."""
        return self.rng.choice(self.instants) if self.chance(0.8) else self.happens()

    def _beside(self, moment: datetime) -> datetime:
        return moment + self.rng.choice((-SECOND, 0 * SECOND, SECOND))

    def hears(self, happened: datetime) -> datetime:
        """When we learn of it: at once, at another of the instants, or of its own arrival before it happened."""
        later = [instant for instant in self.instants if instant > happened]
        if later and self.chance(0.4):
            return self.rng.choice(later)
        if self.chance(0.05):
            return max(happened, self.as_of + self.rng.choice((0, 1, 3600)) * SECOND)
        if self.wild and self.chance(self.wild):
            return happened - SECOND
        return happened + self.rng.choice((0, 0, 60)) * SECOND

    def times(self) -> tuple[str, str]:
        """When something happens, and when we learn of it, as text; the former now and then without its zone."""
        happened = self.happens()
        heard = written(self.hears(happened))
        shown = written(happened)
        return shown.removesuffix("Z") if self.chance(self.zoneless) else shown, heard

    def identifier(self, letter: str, place: int) -> str:
        """A row's id."""
        return f"{letter}{self.number:07d}-{place:03d}"


def set_stage(rng: Random, number: int, as_of: datetime, words: Vocabulary) -> Setting:
    """Draw the stage of a history."""
    count = rng.choice((1, 2, 2, 2, 3, 3, 4))
    letters = rng.sample("ABCDEFG", count)
    days = sorted(rng.sample(range(1, 700), INSTANTS))
    records = tuple(f"P{number:07d}{letter}" for letter in letters)
    instants = tuple(as_of - timedelta(days=day, seconds=rng.randrange(86_400)) for day in reversed(days))
    return Setting(
        rng=rng,
        number=number,
        as_of=as_of,
        words=words,
        records=records,
        instants=instants,
        wild=rng.choice(WILDNESS),
        willing=rng.choice((0.2, 0.6, 0.95)),
        zoneless=rng.choice((0.0, 0.0, 0.0, 0.1, 0.5)),
        guardian=rng.choice((None, None, *records)),
    )
