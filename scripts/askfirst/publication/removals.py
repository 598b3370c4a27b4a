"""The removals: who may not be contacted any more leaves the published file, also while new content is blocked.

Reads permission data and the published file, and nothing else, so that no leak elsewhere can hold a removal up. Its own
small gate: every audience afterwards is exactly the permitted part of what it was, or empty; no word, no time and no
other figure has changed. Validity is not extended. The funnel stays the publication's, with one more step that says how
many have been removed since.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass, replace
from typing import TYPE_CHECKING

import duckdb

from askfirst.content import content_hash
from askfirst.errors import GateClosed
from askfirst.publication.edition import TOO_FEW, Audience, Edition, FunnelRow
from askfirst.publication.figures import small
from askfirst.publication.reading import read_contents, read_edition, read_relations
from askfirst.publication.swap import STORAGE, aside, attached, checkpoint, discard, one_writer, put_in_place
from askfirst.publication.wording import removed_reason
from askfirst.publication.writer import write
from askfirst.run_context import read_context
from askfirst.sql import listed, literal, quoted, relation_of, scalar

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection, DuckDBPyRelation

    from askfirst.run_context import RunContext

NEW, OLD = "askfirst_new", "askfirst_old"
PERMISSIONS = "intermediate.int_audience_permissions"
DISMISSALS = "intermediate.int_dismissals"
EXPIRED = "intermediate.int_expired_statements"
USES = "intermediate.int_audience_uses"
AUDIENCES = "intermediate.int_audiences"
SWITCHED_OFF = "intermediate.int_switched_off"
READ = {
    PERMISSIONS: ("audience", "person_id", "permitted"),
    DISMISSALS: ("person_id", "kind", "target"),
    EXPIRED: ("person_id", "datum", "topic"),
    USES: ("audience", "datum"),
    AUDIENCES: ("audience", "purpose"),
    SWITCHED_OFF: ("person_id", "datum", "purpose"),
}
REMOVED_SINCE = "removed_since"
REMOVAL_TYPES = {"audience": "varchar", "removed": "bigint", "remaining": "bigint", "note": "varchar"}


@dataclass(frozen=True)
class Removal:
    """How many persons left an audience, and how many remain; ``note`` says what was more than that."""

    audience: str
    removed: int
    remaining: int
    note: str | None = None

    @property
    def kept(self) -> str:
        """The SQL condition for the rows that stay."""
        return permitted(self.audience) if self.remaining else "false"


def run(session: DuckDBPyConnection) -> DuckDBPyRelation:
    """The body of the model gate.removals: remove, and return one row for each published audience.

    Raises GateClosed where the published file or the permissions cannot be read, or the own gate fails; the published
    file is then as it was.
    """
    context = read_context(session)
    con = session.cursor()
    try:
        removals = remove(con, context)
    finally:
        con.close()
    return relation_of(session, REMOVAL_TYPES, [asdict(removal) for removal in removals])


def remove(con: DuckDBPyConnection, context: RunContext) -> tuple[Removal, ...]:
    """Take everyone who is not permitted now out of the published file. Nothing is published: nothing to do."""
    require_permissions(con)
    with one_writer(context.published):
        if not context.published.exists():
            return ()
        published, removals = read_published(con, context)
        if any(removal.removed for removal in removals):
            replace_published(con, context, reduced(published, removals, context.minimum), removals)
    return removals


def require_permissions(con: DuckDBPyConnection) -> None:
    """Raise GateClosed where the permissions cannot be read at all; empty ones can, and permit nobody."""
    for relation, columns in READ.items():
        try:
            con.execute(f"select {listed(columns)} from {relation} limit 0")
        except duckdb.Error as error:
            raise GateClosed(
                "Nobody was removed; the published file is as it was.\n"
                f"  what {relation} cannot be read\n"
                f"  why  {str(error).splitlines()[0]}\n"
                "  fix  run `dbt build --select +removals`"
            ) from error


def read_published(con: DuckDBPyConnection, context: RunContext) -> tuple[Edition, tuple[Removal, ...]]:
    """Read the published file whole, and decide what leaves it. Raises GateClosed where it cannot be read."""
    try:
        with attached(con, context.published, OLD, "read_only"):
            read_contents(con, OLD, read_relations(con, OLD))  # meets a damaged block here, not half-way
            published = read_edition(con, OLD)
            return published, tuple(decide(con, audience, context.minimum) for audience in published.audiences)
    except (duckdb.Error, KeyError) as error:
        raise GateClosed(
            "Nobody was removed.\n"
            f"  what the published file {context.published.name} cannot be read\n"
            f"  why  it is damaged, or not as this version lays it out ({type(error).__name__})\n"
            "  fix  delete it, so that nobody can be contacted by it, and run `dbt build`, which publishes it anew"
        ) from error


def permitted(audience: str) -> str:
    """The SQL condition that a person may be contacted by this audience now; absent or in doubt means no.

    And that neither the topic of the row nor its ground is one that they do not want to see again (R36), or told us of
    too long ago (R47), and that the row shows nothing that they have switched off (R35): it comes back without.
    """
    topics = "(coalesce(offer_topic, ''), coalesce(based_on, ''))"
    return f"""
        coalesce(person_id in (
            select person_id
            from {PERMISSIONS}
            where audience = {literal(audience)} and person_id is not null
            group by person_id
            having bool_and(coalesce(permitted, false))
        ), false)
        and not exists (
            select 1 from {DISMISSALS} as dismissed
            where dismissed.person_id = published.person_id
            and dismissed.kind = 'topic' and dismissed.target in {topics}
        )
        and not exists (
            select 1 from {EXPIRED} as expired
            inner join {USES} as uses on expired.datum = uses.datum and uses.audience = {literal(audience)}
            where expired.person_id = published.person_id and expired.topic in {topics}
        )
        and not exists (
            select 1 from {SWITCHED_OFF} as switched_off
            inner join {AUDIENCES} as audiences
            on switched_off.purpose = audiences.purpose and audiences.audience = {literal(audience)}
            where switched_off.person_id = published.person_id
            and json_extract_string(to_json(published), switched_off.datum) is not null
        )
    """


def decide(con: DuckDBPyConnection, audience: Audience, minimum: int) -> Removal:
    """What leaves an audience: who is not permitted, and everyone if too few would remain after that."""
    query = f"""
        select
            count(distinct coalesce(person_id, '')),
            count(distinct coalesce(person_id, '')) filter (where {permitted(audience.name)})
        from ({audience.source}) as published
    """
    ((before, kept),) = con.execute(query).fetchall()
    if kept == before:
        return Removal(audience.name, 0, before)
    if not scalar(con, f"select count(*) from {PERMISSIONS} where audience = {literal(audience.name)}"):
        return Removal(audience.name, before, 0, "no permission names this audience: everyone removed")
    if kept < minimum:
        return Removal(audience.name, before, 0, f"fewer than {minimum} remained: everyone removed")
    return Removal(audience.name, before - kept, kept)


def reduced(published: Edition, removals: tuple[Removal, ...], minimum: int) -> Edition:
    """The edition without those who leave. Words, times and the publication's figures stay as they are."""
    leaving = {removal.audience: removal for removal in removals if removal.removed}
    return Edition(
        audiences=tuple(
            replace(audience, source=f"{audience.source} as published where {leaving[audience.name].kept}")
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


def replace_published(
    con: DuckDBPyConnection, context: RunContext, edition: Edition, removals: tuple[Removal, ...]
) -> None:
    """Write the reduced edition aside, prove it, put it in place. A new file: deleted rows leave no bytes behind."""
    written = aside(context.published, context.invocation_id)
    try:
        with attached(con, context.published, OLD, "read_only"):
            with attached(con, written, NEW, STORAGE):
                write(con, NEW, edition, context.minimum)
                checkpoint(con, NEW)
            with attached(con, written, NEW, "read_only"):
                prove(con, removals)
        put_in_place(written, context.published)
    finally:
        discard(written)


def prove(con: DuckDBPyConnection, removals: tuple[Removal, ...]) -> None:
    """The removals' own gate, over what was written. Raises GateClosed unless they removed, and did nothing else."""
    broken = [removal.audience for removal in removals if not only_removed(con, removal)]
    for table, unchanged in (
        ("catalogue", "select * exclude (people, status) from {}.main.catalogue"),
        ("funnel", f"select * from {{}}.main.funnel where step <> {literal(REMOVED_SINCE)}"),
    ):
        if content_hash(con, unchanged.format(NEW)) != content_hash(con, unchanged.format(OLD)):
            broken.append(table)
    if words(con, NEW) != words(con, OLD):
        broken.append("columns or their words")
    if broken:
        raise GateClosed(
            "Nobody was removed; the published file is as it was.\n"
            f"  what the removals would change more than they remove: {', '.join(broken)}\n"
            "  why  a removal may only take rows away\n"
            "  fix  a fault of askfirst; until it is mended, delete the published file to stop all contact"
        )


def only_removed(con: DuckDBPyConnection, removal: Removal) -> bool:
    """Whether the written rows are exactly those rows of before that stay, and each person in them is permitted."""
    before, after = (f"{alias}.data.{quoted(removal.audience)}" for alias in (OLD, NEW))
    kept = removal.kept if removal.removed else "true"
    stayed = content_hash(con, f"select * from {before} as published where {kept}")
    same = content_hash(con, f"select * from {after}") == stayed
    strangers = scalar(con, f"select count(*) from {after} as published where not ({permitted(removal.audience)})")
    return same and strangers == 0


def words(con: DuckDBPyConnection, alias: str) -> list[object]:
    """Each relation of the file with its columns and their words."""
    return [(relation.path, relation.kind, relation.columns) for relation in read_relations(con, alias)]
