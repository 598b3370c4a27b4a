"""What has to hold of a published row, now, so that it stays: the SQL conditions of the removals, and what they read.

There are two, since each reads other tables: who may be contacted hangs on permission data alone, so that nothing that
is wrong with purchases or products can hold a withdrawal up.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from askfirst.sql import literal

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

PERMISSIONS = "intermediate.int_audience_permissions"
DISMISSALS = "intermediate.int_dismissals"
DISMISSED_TOPICS = "intermediate.int_dismissed_topics"
EXPIRED = "intermediate.int_expired_statements"
EXPIRED_DATA = "intermediate.int_expired_data"
OWN_TOPICS = "intermediate.int_own_topics"
USES = "intermediate.int_audience_uses"
AUDIENCES = "intermediate.int_audiences"
SWITCHED_OFF = "intermediate.int_switched_off"
TOPICS = "(coalesce(offer_topic, ''), coalesce(based_on, ''))"  # of a published row: what it offers, and on what ground


@dataclass(frozen=True)
class Check:
    """The columns of the relations that a condition reads; the model that removes by it; and the condition.

    ``holds`` gets an audience, and says in SQL of each row of ``published`` whether it stays; what is in doubt goes.
    """

    model: str
    reads: Mapping[str, tuple[str, ...]]
    holds: Callable[[str], str]


def shows(datum: str) -> str:
    """The SQL condition that a row has something in the column of a datum."""
    return f"json_extract_string(to_json(published), {datum}) is not null"


def is_permitted(audience: str) -> str:
    """The person may be contacted by this audience.

    And neither the topic of the row nor its ground is one that they do not want to see again (R36), or told us of too
    long ago (R47); and the row shows nothing that they have switched off (R35) or told too long ago: it comes back
    without.
    """
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
            and dismissed.kind = 'topic' and dismissed.target in {TOPICS}
        )
        and not exists (
            select 1 from {EXPIRED} as expired
            inner join {USES} as uses on expired.datum = uses.datum and uses.audience = {literal(audience)}
            where expired.person_id = published.person_id and expired.topic in {TOPICS}
        )
        and not exists (
            select 1 from {EXPIRED_DATA} as expired
            left join {USES} as uses on expired.datum = uses.datum and uses.audience = {literal(audience)}
            where expired.person_id = published.person_id
            and (uses.datum is not null or {shows("expired.datum")})
        )
        and not exists (
            select 1 from {SWITCHED_OFF} as switched_off
            inner join {AUDIENCES} as audiences
            on switched_off.purpose = audiences.purpose and audiences.audience = {literal(audience)}
            where switched_off.person_id = published.person_id and {shows("switched_off.datum")}
        )
    """


def is_grounded(audience: str) -> str:
    """Where a row rests on purchases, the household has bought something of its ground for itself (R38, R45, R47).

    And neither it nor what is offered is what a product is that the person does not want to see again (R36).
    """
    return f"""
        (
            not exists (
                select 1 from {USES} as uses where uses.datum = 'purchases' and uses.audience = {literal(audience)}
            )
            or exists (
                select 1 from {OWN_TOPICS} as own
                where own.person_id = published.person_id and own.topic = based_on
            )
        )
        and not exists (
            select 1 from {DISMISSED_TOPICS} as dismissed
            where dismissed.person_id = published.person_id and dismissed.topic in {TOPICS}
        )
    """


PERMITTED = Check(
    "removals",
    {
        PERMISSIONS: ("audience", "person_id", "permitted"),
        DISMISSALS: ("person_id", "kind", "target"),
        EXPIRED: ("person_id", "datum", "topic"),
        EXPIRED_DATA: ("person_id", "datum"),
        USES: ("audience", "datum"),
        AUDIENCES: ("audience", "purpose"),
        SWITCHED_OFF: ("person_id", "datum", "purpose"),
    },
    is_permitted,
)
GROUNDED = Check(
    "removals_of_grounds",
    {
        USES: ("audience", "datum"),
        OWN_TOPICS: ("person_id", "topic"),
        DISMISSED_TOPICS: ("person_id", "topic"),
    },
    is_grounded,
)
