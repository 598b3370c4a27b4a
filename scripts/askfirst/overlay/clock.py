"""The overlay's only clock: the demo's `as_of`, and the phases in which a customer's story is told."""

from datetime import UTC, datetime, timedelta
from enum import IntEnum
from random import Random

AS_OF = datetime(2018, 1, 2, tzinfo=UTC)


class Phase(IntEnum):
    """What happens in a later phase happens later; within one phase only a story's own steps are ordered."""

    PAST_RETENTION = -1  # favourites that are past their retention
    EARLY = 0  # objections and unsubscribes from before any consent
    LONG_AGO = 1  # consent of then has expired by most terms: more than 13 months and less than 24 before as_of
    YEAR_AGO = 2  # consent of then has expired by the strictest term only: between 12 and 13 months before as_of
    TOLD = 3  # the consent stories
    MOVED = 4  # addresses that change or bounce after them
    OBJECTION = 5
    OBJECTION_LIFT = 6
    UNSUBSCRIBE = 7
    UNSUBSCRIBE_LIFT = 8
    AGAIN = 9  # objections and unsubscribes from after every lift
    AFTER_AS_OF = 10  # noise: nothing of this is known yet


def _day(year: int, month: int, day: int) -> datetime:
    return datetime(year, month, day, tzinfo=UTC)


WINDOWS: dict[Phase, tuple[datetime, datetime]] = {
    Phase.PAST_RETENTION: (_day(2014, 6, 1), _day(2015, 12, 20)),
    Phase.EARLY: (_day(2016, 1, 5), _day(2016, 3, 20)),
    Phase.LONG_AGO: (_day(2016, 4, 1), _day(2016, 12, 1)),
    Phase.YEAR_AGO: (_day(2016, 12, 4), _day(2017, 1, 1)),
    Phase.TOLD: (_day(2017, 1, 5), _day(2017, 10, 10)),
    Phase.MOVED: (_day(2017, 10, 11), _day(2017, 10, 19)),
    Phase.OBJECTION: (_day(2017, 10, 20), _day(2017, 10, 31)),
    Phase.OBJECTION_LIFT: (_day(2017, 11, 2), _day(2017, 11, 12)),
    Phase.UNSUBSCRIBE: (_day(2017, 11, 14), _day(2017, 11, 24)),
    Phase.UNSUBSCRIBE_LIFT: (_day(2017, 11, 26), _day(2017, 12, 6)),
    Phase.AGAIN: (_day(2017, 12, 8), _day(2017, 12, 18)),
    Phase.AFTER_AS_OF: (_day(2018, 1, 3), _day(2018, 1, 25)),
}


def utc_text(moment: datetime) -> str:
    """ISO 8601 with Z, the only form of time that the raw tables know."""
    return moment.strftime("%Y-%m-%dT%H:%M:%SZ")


def moments(rng: Random, phase: Phase, count: int, days_apart: int = 1) -> list[datetime]:
    """`count` daytime moments of a phase, ascending, on different days (so at least eight hours apart)."""
    start, end = WINDOWS[phase]
    days = sorted(rng.sample(range(0, (end - start).days, days_apart), count))
    return [start + timedelta(days=day, seconds=rng.randrange(6 * 3600, 22 * 3600)) for day in days]


def moment(rng: Random, phase: Phase) -> datetime:
    """One daytime moment of a phase."""
    return moments(rng, phase, 1)[0]


def soon(rng: Random, event_time: datetime) -> datetime:
    """When an act reaches us in the ordinary way: within four hours."""
    return event_time + timedelta(seconds=rng.randrange(30, 4 * 3600))
