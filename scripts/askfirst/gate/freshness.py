"""Whether every permission feed was loaded recently enough before `as_of` (AF112): an old one hides withdrawals.

A feed is a raw table with a column labelled `consent`. Its limit is the `freshness.error_after` that dbt reads too;
when it was last loaded is asked of the warehouse, by the SQL that its `loaded_at_query` or `loaded_at_field` gives.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import duckdb

from askfirst.run_context import read_variable

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import timedelta

    from duckdb import DuckDBPyConnection

    from askfirst.artifacts import Manifest, Source

CODE = "AF112"
WHY = "whoever withdrew since its last load is not in it, and would be contacted"
DELIVER = (
    "load the feed, record the delivery in consent.deliveries, and build again; "
    "or, if this age is no fault, change its limit under config.freshness"
)
DECLARE = "declare config.freshness.error_after, and loaded_at_query or loaded_at_field, in the YAML of the source"


@dataclass(frozen=True)
class Load:
    """One feed as the gate finds it: what is wrong with its load, or nothing, and the way out."""

    feed: str
    told: str
    is_fresh: bool
    fix: str = ""


def consent_feeds(manifest: Manifest) -> tuple[Source, ...]:
    """The raw tables that hold permission records, by their labels."""
    return tuple(source for source in manifest.sources if any(map(is_consent, labels_of(source))))


def labels_of(source: Source) -> tuple[Mapping[str, object], ...]:
    """What a raw table's YAML says under `config.meta`, its own and its columns'."""
    return (source.meta, *(column.meta for column in source.columns))


def is_consent(meta: Mapping[str, object]) -> bool:
    """Whether a label says `consent`, alone or among others."""
    said = meta.get("provenance")
    return said == "consent" or (isinstance(said, list) and "consent" in said)


def read_loads(session: DuckDBPyConnection) -> dict[str, str]:
    """The SQL for the newest load of each raw table, by unique id, as the hook `feed_loads` leaves it.

    Raises GateClosed where the hook has left nothing.
    """
    loads: dict[str, str] = json.loads(read_variable(session, "askfirst_feed_loads"))
    return loads


def judge_loads(
    con: DuckDBPyConnection, manifest: Manifest, loads: Mapping[str, str], as_of: datetime
) -> tuple[Load, ...]:
    """Each feed with its age at `as_of` (UTC without a zone); what is not declared, or cannot be read, is not fresh."""
    return tuple(judge_load(con, feed, loads.get(feed.unique_id, ""), as_of) for feed in consent_feeds(manifest))


def judge_load(con: DuckDBPyConnection, feed: Source, query: str, as_of: datetime) -> Load:
    """One feed."""
    if feed.limit is None:
        return Load(feed.name, "it declares no limit for its age", is_fresh=False, fix=DECLARE)
    if not query:
        return Load(feed.name, "it does not declare when it was loaded", is_fresh=False, fix=DECLARE)
    try:
        loaded_at = newest_load(con, query)
    except (duckdb.Error, ValueError) as error:
        told = f"when it was loaded cannot be read ({type(error).__name__})"
        return Load(feed.name, told, is_fresh=False, fix="correct its loaded_at_query or loaded_at_field")
    if loaded_at is None:
        return Load(feed.name, "nothing says that it was ever loaded before as_of", is_fresh=False, fix=DELIVER)
    age = as_of - loaded_at
    told = f"it was loaded {in_hours(age)} before as_of, and its limit is {in_hours(feed.limit)}"
    if loaded_at > as_of:
        told = "it says that it was loaded after as_of"
    return Load(feed.name, told, is_fresh=loaded_at <= as_of and age <= feed.limit, fix=DELIVER)


def newest_load(con: DuckDBPyConnection, query: str) -> datetime | None:
    """The one time that a query yields, UTC without a zone; None for NULL. Raises ValueError for anything else."""
    rows = con.execute(query).fetchall()
    if len(rows) != 1 or len(rows[0]) != 1:
        raise ValueError("one row with one column is expected")
    (value,) = rows[0]
    if value is None:
        return None
    if not isinstance(value, datetime):
        raise ValueError("a time is expected")  # noqa: TRY004 - told as what cannot be read, as the others are
    return value.astimezone(UTC).replace(tzinfo=None) if value.tzinfo else value


def in_hours(time: timedelta) -> str:
    """A time in hours, as a person says it."""
    hours = round(time.total_seconds() / 3600, 1)
    return f"{hours:g} hour{'' if hours == 1 else 's'}"
