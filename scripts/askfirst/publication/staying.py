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
PERSONS = "intermediate.int_persons"
ADDRESSES = "intermediate.int_addresses"
PREFERENCES = "intermediate.int_preferences"
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


def value(column: str) -> str:
    """SQL for what a row has in a column, as text; NULL where it has no such column."""
    return f"json_extract_string(to_json(published), {column})"


def is_permitted(audience: str) -> str:
    """The person may be contacted by this audience, and the row says and shows nothing but what still holds of them.

    That is: no topic that they do not want to see again (R36), no datum that they have switched off (R35); the name and
    the address that are in use (R44, R47); a favourite that they state (R47). What is gone, or another now, comes back
    with the next publication.
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
            select 1 from {SWITCHED_OFF} as switched_off
            inner join {AUDIENCES} as audiences
            on switched_off.purpose = audiences.purpose and audiences.audience = {literal(audience)}
            where switched_off.person_id = published.person_id and {value("switched_off.datum")} is not null
        )
        and {shows_only(("first_name", "last_name"), PERSONS)}
        and {shows_only(("email",), ADDRESSES, "held.kind = 'email'")}
        and {shows_only(("street", "postcode", "city"), ADDRESSES, "held.kind = 'postal'")}
        and (
            not {selects_by(audience, "uses.datum = 'birthday_month'")}
            or exists (
                select 1 from {PERSONS} as held
                where held.person_id = published.person_id and held.birthday_month is not null
            )
        )
        and (
            not {selects_by(audience, "starts_with(uses.datum, 'favourite_')")}
            or exists (
                select 1 from {PREFERENCES} as held
                inner join {USES} as uses on held.datum = uses.datum and uses.audience = {literal(audience)}
                where held.person_id = published.person_id and held.topic = based_on
            )
        )
    """


def selects_by(audience: str, which: str) -> str:
    """The SQL condition that an audience selects by some datum."""
    return f"exists (select 1 from {USES} as uses where uses.audience = {literal(audience)} and {which})"


def shows_only(columns: tuple[str, ...], held: str, which: str = "true") -> str:
    """The SQL condition that whatever a row shows in these columns is what one row of ``held`` has of the person."""
    same = " and ".join(
        f"({value(literal(column))} is null or {value(literal(column))} = held.{column})" for column in columns
    )
    nothing = " and ".join(f"{value(literal(column))} is null" for column in columns)
    found = f"select 1 from {held} as held where held.person_id = published.person_id and {which} and {same}"
    return f"(({nothing}) or exists ({found}))"


def is_grounded(audience: str) -> str:
    """Where a row rests on purchases, the household has bought something of its ground for itself (R38, R45, R47).

    And neither it nor what is offered is what a product is that the person does not want to see again (R36).
    """
    return f"""
        (
            not {selects_by(audience, "uses.datum = 'purchases'")}
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
        PERSONS: ("person_id", "first_name", "last_name", "birthday_month"),
        ADDRESSES: ("person_id", "kind", "email", "street", "postcode", "city"),
        PREFERENCES: ("person_id", "datum", "topic"),
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
