"""Times as the raw tables write them: UTC, ISO 8601 with Z."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from functools import lru_cache

WRITTEN = re.compile(r"(\d{4})-(\d\d)-(\d\d)T(\d\d):(\d\d):(\d\d)Z", re.ASCII)
END_OF_DAY = (24, 0, 0)  # ISO 8601 has it: the next day's midnight


@lru_cache(maxsize=1 << 16)
def instant(text: str) -> datetime | None:
    """The instant that a text names, or None where it names none."""
    found = WRITTEN.fullmatch(text)
    if found is None:
        return None
    year, month, day, hour, minute, second = map(int, found.groups())
    try:
        if (hour, minute, second) == END_OF_DAY:
            return datetime(year, month, day, tzinfo=UTC) + timedelta(days=1)
        return datetime(year, month, day, hour, minute, second, tzinfo=UTC)
    except ValueError:
        return None


def written(moment: datetime) -> str:
    """An instant as the raw tables write it."""
    return moment.strftime("%Y-%m-%dT%H:%M:%SZ")
