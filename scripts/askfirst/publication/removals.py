"""The removals: what may not be there any more leaves the published file, also while new content is blocked.

Two models remove, each by a check of its own (`staying`). They read what that reads and the published file, and
nothing else, so that no leak elsewhere can hold a removal up. Their own small gate: every audience afterwards is
exactly the part of what it was that stays, or empty; no word, no time and no other figure has changed. Validity is not
extended. The funnel stays the publication's, with one more step that says how many have been removed since.
"""

from __future__ import annotations

from contextlib import ExitStack
from dataclasses import asdict, dataclass, replace
from typing import TYPE_CHECKING

import duckdb

from askfirst.content import content_hash
from askfirst.errors import GateClosed
from askfirst.publication.edition import TOO_FEW, Audience, Edition, FunnelRow
from askfirst.publication.figures import small
from askfirst.publication.reading import read_contents, read_edition, read_relations
from askfirst.publication.staying import PERMISSIONS, PERMITTED
from askfirst.publication.swap import STORAGE, aside, attached, checkpoint, discard, one_writer, put_in_place
from askfirst.publication.wording import removed_reason
from askfirst.publication.writer import write
from askfirst.run_context import read_context
from askfirst.sql import listed, literal, quoted, relation_of, scalar

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection, DuckDBPyRelation

    from askfirst.publication.staying import Check
    from askfirst.run_context import RunContext

REMOVED_SINCE = "removed_since"
REMOVAL_TYPES = {"audience": "varchar", "removed": "bigint", "remaining": "bigint", "note": "varchar"}


@dataclass(frozen=True)
class Removal:
    """How many persons left an audience, and how many remain; ``note`` says what was more than that."""

    audience: str
    removed: int
    remaining: int
    note: str | None = None

    def kept(self, check: Check) -> str:
        """The SQL condition for the rows that stay."""
        return check.holds(self.audience) if self.remaining else "false"


def run(session: DuckDBPyConnection, check: Check = PERMITTED) -> DuckDBPyRelation:
    """The body of a model that removes: one row for each published audience.

    Raises GateClosed where the published file or what the check reads cannot be read, or the own gate fails; the
    published file is then as it was.
    """
    context = read_context(session)
    con = session.cursor()
    try:
        removals = remove(con, context, check)
    finally:
        con.close()
    return relation_of(session, REMOVAL_TYPES, [asdict(removal) for removal in removals])


def remove(con: DuckDBPyConnection, context: RunContext, check: Check = PERMITTED) -> tuple[Removal, ...]:
    """Take every row of which the check does not hold now out of the published file, if there is one."""
    require_readable(con, check)
    with one_writer(context.published):
        if not context.published.exists():
            return ()
        written = aside(context.published, context.invocation_id)
        try:
            with ExitStack() as files:
                old, published, removals = read_published(con, files, context, check)
                if not any(removal.removed for removal in removals):
                    return removals
                with attached(con, written, STORAGE) as new:
                    write(con, new, reduced(published, removals, check, context.minimum), context.minimum)
                    checkpoint(con, new)
                with attached(con, written, "read_only") as new:
                    prove(con, old, new, removals, check)
            put_in_place(written, context.published)  # a new file: deleted rows leave no bytes behind
        finally:
            discard(written)
    return removals


def require_readable(con: DuckDBPyConnection, check: Check) -> None:
    """Raise GateClosed where something that the check reads is not there; empty tables are, and permit nobody."""
    for relation, columns in check.reads.items():
        try:
            con.execute(f"select {listed(columns)} from {relation} limit 0")
        except duckdb.Error as error:
            raise GateClosed(
                "Nobody was removed; the published file is as it was.\n"
                f"  what {relation} cannot be read\n"
                f"  why  {str(error).splitlines()[0]}\n"
                f"  fix  run `dbt build --select +{check.model}`"
            ) from error


def read_published(
    con: DuckDBPyConnection, files: ExitStack, context: RunContext, check: Check
) -> tuple[str, Edition, tuple[Removal, ...]]:
    """Read the published file whole, and decide what leaves it; ``files`` keeps it attached, by the alias returned.

    Raises GateClosed where it cannot be read.
    """
    try:
        old = files.enter_context(attached(con, context.published, "read_only"))
        read_contents(con, old, read_relations(con, old))  # meets a damaged block here, not half-way
        published = read_edition(con, old)
        return old, published, tuple(decide(con, audience, check, context.minimum) for audience in published.audiences)
    except (duckdb.Error, KeyError) as error:
        raise GateClosed(
            "Nobody was removed.\n"
            f"  what the published file {context.published.name} cannot be read\n"
            f"  why  it is damaged, or not as this version lays it out ({type(error).__name__})\n"
            "  fix  delete it, so that nobody can be contacted by it, and run `dbt build`, which publishes it anew"
        ) from error


def decide(con: DuckDBPyConnection, audience: Audience, check: Check, minimum: int) -> Removal:
    """What leaves an audience: whatever the check does not hold of, and everyone if too few would remain after that."""
    query = f"""
        select
            count(distinct coalesce(person_id, '')),
            count(distinct coalesce(person_id, '')) filter (where {check.holds(audience.name)})
        from ({audience.source}) as published
    """
    ((before, kept),) = con.execute(query).fetchall()
    if kept == before:
        return Removal(audience.name, 0, before)
    named = f"select count(*) from {PERMISSIONS} where audience = {literal(audience.name)}"
    if PERMISSIONS in check.reads and not scalar(con, named):
        return Removal(audience.name, before, 0, "no permission names this audience: everyone removed")
    if kept < minimum:
        return Removal(audience.name, before, 0, f"fewer than {minimum} remained: everyone removed")
    return Removal(audience.name, before - kept, kept)


def reduced(published: Edition, removals: tuple[Removal, ...], check: Check, minimum: int) -> Edition:
    """The edition without those who leave. Words, times and the publication's figures stay as they are."""
    leaving = {removal.audience: removal for removal in removals if removal.removed}
    return Edition(
        audiences=tuple(
            replace(audience, source=f"{audience.source} as published where {leaving[audience.name].kept(check)}")
            if audience.name in leaving
            else audience
            for audience in published.audiences
        ),
        catalogue=tuple(
            replace(
                row,
                people=leaving[row.audience].remaining,
                status=row.status if leaving[row.audience].remaining else TOO_FEW,
            )
            if row.audience in leaving
            else row
            for row in published.catalogue
        ),
        funnel=tuple(
            row
            for audience in published.audiences
            for row in funnel_since(audience.name, published.funnel, leaving.get(audience.name), minimum)
        ),
    )


def funnel_since(
    audience: str, funnel: tuple[FunnelRow, ...], removal: Removal | None, minimum: int
) -> tuple[FunnelRow, ...]:
    """An audience's funnel of its publication, and how many have been removed since, over all removals."""
    rows = tuple(row for row in funnel if row.audience == audience)
    if removal is None:
        return rows
    rows = tuple(row for row in rows if row.step != REMOVED_SINCE)
    at_publication = next((int(row.people) for row in rows if row.step == "published"), 0)
    reason = removed_reason(minimum, emptied=removal.remaining == 0)
    since = small(at_publication - removal.remaining, minimum)
    return (*rows, FunnelRow(audience, REMOVED_SINCE, reason, since))


def prove(con: DuckDBPyConnection, old: str, new: str, removals: tuple[Removal, ...], check: Check) -> None:
    """The removals' own gate, over what was written. Raises GateClosed unless they removed, and did nothing else."""
    broken = [removal.audience for removal in removals if not only_removed(con, old, new, removal, check)]
    for table, unchanged in (
        ("catalogue", "select * exclude (people, status) from {}.main.catalogue"),
        ("funnel", f"select * from {{}}.main.funnel where step <> {literal(REMOVED_SINCE)}"),
    ):
        if content_hash(con, unchanged.format(new)) != content_hash(con, unchanged.format(old)):
            broken.append(table)
    if words(con, new) != words(con, old):
        broken.append("columns or their words")
    if broken:
        raise GateClosed(
            "Nobody was removed; the published file is as it was.\n"
            f"  what the removals would change more than they remove: {', '.join(broken)}\n"
            "  why  a removal may only take rows away\n"
            "  fix  a fault of askfirst; until it is mended, delete the published file to stop all contact"
        )


def only_removed(con: DuckDBPyConnection, old: str, new: str, removal: Removal, check: Check) -> bool:
    """Whether the written rows are exactly those rows of before that stay, and the check holds of each."""
    before, after = (f"{alias}.data.{quoted(removal.audience)}" for alias in (old, new))
    kept = removal.kept(check) if removal.removed else "true"
    stayed = content_hash(con, f"select * from {before} as published where {kept}")
    same = content_hash(con, f"select * from {after}") == stayed
    strangers = scalar(con, f"select count(*) from {after} as published where not ({check.holds(removal.audience)})")
    return same and strangers == 0


def words(con: DuckDBPyConnection, alias: str) -> list[object]:
    """Each relation of the file with its columns and their words."""
    return [(relation.path, relation.kind, relation.columns) for relation in read_relations(con, alias)]
