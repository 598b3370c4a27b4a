"""Values of the warehouse as JSON has them, and documents as text: equal input gives equal text."""

from __future__ import annotations

import datetime as dt
import json
import uuid
from decimal import Decimal
from math import isfinite
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

BEGINNING, END = dt.datetime(1, 1, 1), dt.datetime(9999, 12, 31)  # noqa: DTZ001 - UTC without a zone, as stored
NAMESPACE = uuid.uuid5(uuid.NAMESPACE_URL, "urn:askfirst")


def plain(value: object) -> object:
    """A value: times as ISO 8601 in UTC, money as text, what is none (or no number) as null."""
    if isinstance(value, dt.datetime):
        return f"{value.isoformat()}Z"
    if isinstance(value, dt.date):
        return value.isoformat()
    if isinstance(value, Decimal):
        return str(value)
    if isinstance(value, float):
        return value if isfinite(value) else None
    if isinstance(value, dict):
        return {str(key): plain(inner) for key, inner in value.items()}
    return value


def instant(value: object) -> str | None:
    """A time of the histories; None where it is the beginning or the end of all time."""
    return None if value in (None, BEGINNING, END) else str(plain(value))


def text_of(document: Mapping[str, object]) -> str:
    """A document as JSON text, in the order it was put together."""
    return json.dumps(document, indent=2, ensure_ascii=False, allow_nan=False) + "\n"


def identifier(*parts: str) -> str:
    """A UUID that follows from what it names: the same record has the same one in each receipt."""
    return f"urn:uuid:{uuid.uuid5(NAMESPACE, json.dumps(parts))}"
