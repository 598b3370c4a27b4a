"""The publication: what the gate judged, and only that, replaces what marketers query, in one step.

Unchanged content is not rewritten. Content is all that the file holds (rows, catalogue, funnel, reasons, words, views)
but the times. It is rewritten nevertheless when less than half of its validity is left, so that daily builds keep it
alive, and when it would live longer than the validity that is set now; then only the catalogue's times differ.
Until then the catalogue shows the `as_of` and the times of the build that wrote the file.
"""

from __future__ import annotations

from contextlib import suppress
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING

import duckdb

from askfirst.content import content_hash
from askfirst.gate.candidates import NO_CANARY
from askfirst.publication.edition import PUBLISHED, TOO_FEW, Audience, CatalogueRow, Edition
from askfirst.publication.figures import Step, funnel
from askfirst.publication.inputs import Candidate, closed, read_candidates, read_descriptions
from askfirst.publication.reading import fingerprint, read_contents, read_relations, read_times
from askfirst.publication.swap import READ_ONLY, STORAGE, aside, attached, checkpoint, discard, one_writer, put_in_place
from askfirst.publication.writer import write
from askfirst.run_context import read_context, wall_clock
from askfirst.sql import listed, quoted, relation_of, scalar

if TYPE_CHECKING:
    from datetime import datetime
    from pathlib import Path

    from duckdb import DuckDBPyConnection, DuckDBPyRelation

    from askfirst.run_context import RunContext

FUNNEL_COUNTS = "select audience, step, rule_id, people from audit.audience_funnel"
WITH_CANARIES = ("members", "candidates")
RECEIPT_TYPES = {
    "audience": "varchar",
    "people": "bigint",
    "status": "varchar",
    "content_sha256": "varchar",
    "valid_until": "timestamp",
    "written": "boolean",
}


@dataclass(frozen=True)
class Receipt:
    """What was published of one audience; ``written`` is False where the file stands as it was."""

    audience: str
    people: int
    status: str
    content_sha256: str
    valid_until: datetime
    written: bool


@dataclass(frozen=True)
class Standing:
    """The file that is published now: its latest ``as_of``, its first and last end of validity, its fingerprint.

    Times are None for an empty catalogue, the fingerprint empty where not all of the file could be read.
    """

    as_of: datetime | None
    first_end: datetime | None
    last_end: datetime | None
    content: str


def run(session: DuckDBPyConnection) -> DuckDBPyRelation:
    """The body of the model gate.publication: publish, and return the receipts, one row an audience.

    Works on a cursor of its own, so that dbt's transaction, which is bound to the warehouse's file, is not touched.
    Raises GateClosed (AF013) where the gate has not let pass exactly this; the published file is then as it was.
    """
    context = read_context(session)
    con = session.cursor()
    try:
        receipts = publish(con, context, wall_clock())
    finally:
        con.close()
    return relation_of(session, RECEIPT_TYPES, [asdict(receipt) for receipt in receipts])


def publish(con: DuckDBPyConnection, context: RunContext, now: datetime) -> tuple[Receipt, ...]:
    """Write aside, prove, and put in place; ``now`` is the wall clock, UTC without a zone."""
    candidates = read_candidates(con, context)
    edition = assemble(con, candidates, context, now)
    written = aside(context.published, context.invocation_id)
    with one_writer(context.published):
        try:
            with attached(con, written, STORAGE) as new:
                write(con, new, edition, context.minimum)
                checkpoint(con, new)
            with attached(con, written, "read_only") as new:
                prove(con, new, candidates, edition)
                relations = read_relations(con, new)
                contents = read_contents(con, new, relations)
            standing = read_standing(con, context.published)
            require_forward(standing, context)
            kept = kept_until(standing, context, fingerprint(relations, contents), now)
            if kept is None:
                put_in_place(written, context.published)
            elif context.published.stat().st_mode & ~READ_ONLY & 0o777:
                context.published.chmod(READ_ONLY)
        finally:
            discard(written)
    return tuple(
        Receipt(
            audience=row.audience,
            people=row.people,
            status=row.status,
            content_sha256=contents[f"data.{row.audience}"],
            valid_until=kept or row.valid_until,
            written=kept is None,
        )
        for row in edition.catalogue
    )


def require_forward(standing: Standing | None, context: RunContext) -> None:
    """Raise GateClosed where the published file is of a later ``as_of``: going back would undo later withdrawals."""
    if standing and standing.as_of and standing.as_of > context.as_of:
        raise closed(
            "the publication",
            f"the published file is as of {standing.as_of}, this run as of {context.as_of}",
            "going back would bring people back who have withdrawn since",
            "build with a later as_of; to look back, build another target",
        )


def assemble(con: DuckDBPyConnection, candidates: tuple[Candidate, ...], context: RunContext, now: datetime) -> Edition:
    """The edition that these candidates make: below the minimum an audience is empty, its words and figures stay."""
    words = read_descriptions(con, candidates)
    audiences, catalogue = [], []
    for one in candidates:
        enough = one.people >= context.minimum
        description = words[one.audience]["description"] or ""
        audiences.append(Audience(one.audience, one.columns, one.rows(NO_CANARY if enough else "false"), description))
        catalogue.append(
            CatalogueRow(
                audience=one.audience,
                **words[one.audience],
                status=PUBLISHED if enough else TOO_FEW,
                people=one.people if enough else 0,
                as_of=context.as_of,
                published_at=now,
                valid_until=now + context.valid_for,
            )
        )
    segments = {audience: row["segment"] for audience, row in words.items()}
    return Edition(
        tuple(audiences),
        tuple(catalogue),
        funnel(read_steps(con, candidates, catalogue), segments, context.minimum),
    )


def read_steps(con: DuckDBPyConnection, candidates: tuple[Candidate, ...], catalogue: list[CatalogueRow]) -> list[Step]:
    """The funnel's counts of the published audiences, with the last step: how many are published.

    Canaries among the candidates count neither there nor among the members.
    """
    canaries = {one.audience: one.canaries for one in candidates}
    published = {row.audience: row.people for row in catalogue}
    steps = [Step(audience, "published", None, people, told=True) for audience, people in published.items()]
    for audience, step, rule_id, count in con.execute(FUNNEL_COUNTS).fetchall():
        if audience in published:
            people = count - canaries[audience] if step in WITH_CANARIES else count
            told = step == "candidates" and 0 < people == published[audience]
            steps.append(Step(audience, step, rule_id, people, told))
    counted = {(step.audience, step.step) for step in steps}
    for one in candidates:
        if (one.audience, "members") not in counted or (one.audience, "candidates") not in counted:
            raise closed(
                one.model,
                "it is missing from audit.audience_funnel",
                "an audience without its accounts cannot say who fell out, and why",
                "name it in macros/audiences/audience_names.sql, and run `dbt build`",
            )
    return steps


def prove(con: DuckDBPyConnection, new: str, candidates: tuple[Candidate, ...], edition: Edition) -> None:
    """Hold what was written against the receipts, which are of a candidate without its canaries.

    Where an audience is published empty, the candidate as it stands is held against the receipt instead. Reads the
    new file, not what was meant to be written. Raises GateClosed, code AF013.
    """
    status = {row.audience: row.status for row in edition.catalogue}
    for one in candidates:
        table = f"{new}.data.{quoted(one.audience)}"
        left_out = one.rows("false" if status[one.audience] == PUBLISHED else NO_CANARY)
        if content_hash(con, f"select {listed(one.judged)} from {table} union all {left_out}") != one.receipt:
            raise closed(
                one.model,
                "what would be published is not what the gate judged: the content hash differs",
                "the candidate has changed since the gate let it pass",
                "find who writes to the warehouse beside dbt, then run `dbt build`",
            )
        canaries = scalar(con, f"select count(*) from {table} where not {NO_CANARY}")
        if canaries:
            raise closed(
                one.model,
                f"{canaries} canaries among what would be published",
                "they are traps, not customers",
                "run `dbt build`; if it comes back, the publication is at fault",
            )


def read_standing(con: DuckDBPyConnection, published: Path) -> Standing | None:
    """The published file; None where there is none, or one that cannot be read: it says nothing, and is replaced."""
    if not published.is_file():
        return None
    with suppress(duckdb.Error), attached(con, published, "read_only") as old:
        times = read_times(con, old)
        with suppress(duckdb.Error):  # of another layout, or damaged: it still says of when it is
            relations = read_relations(con, old)
            return Standing(*times, fingerprint(relations, read_contents(con, old, relations)))
        return Standing(*times, content="")
    return None


def kept_until(standing: Standing | None, context: RunContext, content: str, now: datetime) -> datetime | None:
    """Until when the published file holds, if it may stand as it is; None if it is to be replaced."""
    if standing is None or standing.first_end is None or standing.last_end is None or standing.content != content:
        return None
    still_fresh = standing.first_end - now >= context.valid_for / 2
    not_too_long = standing.last_end - now <= context.valid_for
    return standing.first_end if still_fresh and not_too_long else None
