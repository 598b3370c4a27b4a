"""The loads of the permission feeds: each of them once a day, also when it has nothing new."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

from askfirst.overlay.clock import utc_text

FEEDS = (
    "consent.events",
    "consent.objections",
    "consent.unsubscribes",
    "consent.requests",
    "crm.privacy_signals",
    "crm.switches",
    "crm.dismissals",
    "crm.frequencies",
)
FIRST, LAST = datetime(2017, 1, 1, 22, tzinfo=UTC), datetime(2018, 1, 31, 22, tzinfo=UTC)


def delivery_rows() -> Iterator[dict[str, str]]:
    """The rows of consent.deliveries, day by day."""
    for day in range((LAST - FIRST).days + 1):
        for feed in FEEDS:
            yield {"feed": feed, "delivered_at": utc_text(FIRST + timedelta(days=day))}
