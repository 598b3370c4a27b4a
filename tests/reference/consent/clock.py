"""Times as the raw tables write them: ISO 8601, UTC with Z, or what a clock on the wall showed (decision 0018)."""

from __future__ import annotations

import calendar
import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import lru_cache

WRITTEN = re.compile(r"(\d{4})-(\d\d)-(\d\d)T(\d\d):(\d\d):(\d\d)Z", re.ASCII)
END_OF_DAY = (24, 0, 0)  # ISO 8601 has it: the next day's midnight
FIRST_YEAR = 2005  # what bears an earlier one bears a default, and no time
FIRST_ZONE, LAST_ZONE = timedelta(hours=14), timedelta(hours=12)  # UTC+14 shows a time first, UTC-12 last


@dataclass(frozen=True, slots=True)
class Interval:
    """Between which two instants something happened; they are one where its zone was written."""

    earliest: datetime
    latest: datetime


@lru_cache(maxsize=1 << 16)
def instant(text: str) -> datetime | None:
    """The instant that a text names, or None where it names none."""
    found = WRITTEN.fullmatch(text)
    if found is None:
        return None
    year, month, day, hour, minute, second = map(int, found.groups())
    if year < FIRST_YEAR:
        return None
    try:
        if (hour, minute, second) == END_OF_DAY:
            return datetime(year, month, day, tzinfo=UTC) + timedelta(days=1)
        return datetime(year, month, day, hour, minute, second, tzinfo=UTC)
    except ValueError:
        return None


@lru_cache(maxsize=1 << 16)
def interval(text: str) -> Interval | None:
    """When something happened that people did: exactly where Z is written, else in any zone; None for other texts."""
    exact = instant(text)
    if exact is not None:
        return Interval(exact, exact)
    shown = instant(f"{text}Z")
    try:
        return None if shown is None else Interval(shown - FIRST_ZONE, shown + LAST_ZONE)
    except OverflowError:
        return None


def months_later(moment: datetime, months: int) -> datetime:
    """The same day and time so many months later, or earlier; the month's last day where it has no such day."""
    year, month = divmod(moment.year * 12 + moment.month - 1 + months, 12)
    day = min(moment.day, calendar.monthrange(year, month + 1)[1])
    return moment.replace(year=year, month=month + 1, day=day)


def written(moment: datetime) -> str:
    """An instant as the raw tables write it."""
    return moment.strftime("%Y-%m-%dT%H:%M:%SZ")
