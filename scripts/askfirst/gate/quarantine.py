"""Permission records that name nobody: one of them may have been anybody's withdrawal, so nothing is added (R40).

A feed that only grows never loses such a row. So somebody may review it, find out whose it was, and say so under
``config.meta.reviewed_rows`` of the quarantine: a list of ``{feed, digest, on, until, by, because}``. A digest is of
exactly the rows of that feed that name nobody; with the next such row it is another one, and after ``until`` the review
counts no more.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import TYPE_CHECKING

import duckdb

from askfirst.findings import Finding
from askfirst.gate.freshness import consent_feeds

if TYPE_CHECKING:
    from collections.abc import Iterable

    from duckdb import DuckDBPyConnection

    from askfirst.artifacts import Manifest, Model

MODEL = "quarantine"
PATH = "models/staging/quarantine/_quarantine__models.yml"
KEYS = ("feed", "digest", "on", "until", "by", "because")
WHY = "one of them may have been anybody's withdrawal (R40)"
CORRECT = (
    "correct them at their source, or find out whose they are and let the source send that, and build again; "
    "private.staging.quarantine has them whole"
)
REVIEW = (
    "; or, if the feed cannot take them back, read them, do what they ask of you, and say so under "
    "config.meta.reviewed_rows of quarantine, with feed, digest, on, until, by and because (docs/rules/AF101.md)"
)
# Feeds without a label of consent, of which a row can stand against somebody all the same: R37, R44.
AGAINST = ("crm.addresses", "crm.bounces", "crm.messages")
NAMELESS = """
    with reasons as (
        select
            raw_table,
            reason,
            count(*) as found,
            string_agg(sha256(coalesce(raw_row, '')), '' order by raw_row) as hashes
        from private.staging.quarantine
        where
            (list_contains(?, raw_table) and person_id is null)
            -- who is linked to somebody that cannot be read, and which basket was a gift (R34, R38)
            or (raw_table = 'crm__identity_links' and reason = 'one side unreadable')
            or (raw_table = 'crm__gifts' and reason = 'no readable basket')
        group by raw_table, reason
    )
    select
        raw_table,
        string_agg(reason || ': ' || found, ', ' order by reason),
        cast(sum(found) as bigint),
        sha256(string_agg(reason || hashes, '' order by reason))
    from reasons
    group by raw_table
    order by raw_table
"""


@dataclass(frozen=True)
class Nameless:
    """The rows of one feed that name nobody: how many for which reason, and a digest of them."""

    feed: str
    reasons: str
    rows: int
    digest: str


def nameless(con: DuckDBPyConnection, manifest: Manifest, today: dt.date) -> tuple[Finding, ...]:
    """AF101 for each permission feed with rejected rows that name nobody and that no review in force covers."""
    model = manifest.model(MODEL)
    try:
        found = read_nameless(con, [*(feed.name for feed in consent_feeds(manifest)), *AGAINST])
    except duckdb.Error as error:
        what = f"the quarantine cannot be read ({type(error).__name__})"
        return (Finding("AF101", MODEL, "", what, WHY, "build it: `dbt build`", PATH),)
    return tuple(
        Finding("AF101", MODEL, "", told(rows), WHY, CORRECT + REVIEW, PATH)
        for rows in found
        if not is_reviewed(model, rows, today)
    )


def read_nameless(con: DuckDBPyConnection, feeds: Iterable[str]) -> tuple[Nameless, ...]:
    """What the quarantine holds of these feeds (``source.table``) without a subject. Raises duckdb.Error."""
    tables = [feed.replace(".", "__") for feed in feeds]
    rows = con.execute(NAMELESS, [tables]).fetchall()
    return tuple(
        Nameless(raw_table.replace("__", ".", 1), reasons, count, digest) for raw_table, reasons, count, digest in rows
    )


def told(rows: Nameless) -> str:
    """How many rows of which feed, why, and their digest for whoever reviews them."""
    counted = f"{rows.rows} row{'' if rows.rows == 1 else 's'}"
    nobody = f"{'names' if rows.rows == 1 else 'name'} no readable subject ({rows.reasons})"
    return f"{counted} of {rows.feed} {nobody}; their digest is {rows.digest}"


def is_reviewed(model: Model | None, rows: Nameless, today: dt.date) -> bool:
    """Whether somebody has said, with dates, a name and a reason, that just these rows are dealt with."""
    said = model.meta.get("reviewed_rows") if model else None
    reviews = said if isinstance(said, list) else []
    return any(
        is_in_force(review, today) and (review["feed"], review["digest"]) == (rows.feed, rows.digest)
        for review in reviews
    )


def is_in_force(review: object, today: dt.date) -> bool:
    """Whether a review says everything that it has to say, and holds on this day; both of its days included."""
    if not isinstance(review, dict) or set(review) != set(KEYS):
        return False
    try:
        begins, ends = (dt.date.fromisoformat(str(review[key])) for key in ("on", "until"))
    except ValueError:
        return False
    texts = all(isinstance(review[key], str) and review[key].strip() for key in ("feed", "digest", "by", "because"))
    return texts and begins <= today <= ends
