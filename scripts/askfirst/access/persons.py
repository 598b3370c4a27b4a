"""Who is asked about: all customer records of one person, and whether others live in their household."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from askfirst.access.warehouse import Warehouse


@dataclass(frozen=True)
class Person:
    """One person. ``records`` are all customer records that are known to be theirs, the person's id among them.

    ``lives_with_others``: a record of somebody else names one of the households, readable or not, erased or not.
    """

    person_id: str
    records: tuple[str, ...]
    households: tuple[int, ...]
    lives_with_others: bool


def find_person(warehouse: Warehouse, number: str) -> Person | None:
    """The person that a customer record is of. None for a number that nobody has, an erased one, or a canary's."""
    identity, persons, raw_persons, canaries = (
        warehouse.relation(name)
        for name in ("int_identity", "stg_crm__persons", "base_crm__persons", "stg_crm__canaries")
    )
    found = warehouse.rows(
        f"""
        select linked.record_id, linked.person_id from {identity} as asked
        inner join {identity} as linked on asked.person_id = linked.person_id
        where asked.record_id = ? and asked.record_id not in (select person_id from {canaries})
        order by linked.record_id
        """,
        [number],
    )
    if not found:
        return None
    records = [str(row["record_id"]) for row in found]
    lived = warehouse.rows(
        f"select distinct household_id from {persons} where person_id = any(?) order by household_id", [records]
    )
    households = [int(str(row["household_id"])) for row in lived]
    # what the raw tables still say counts too: whoever was rejected or erased lives there all the same
    others = warehouse.rows(
        f"""
        select count(*) as people from (
            select person_id, household_id from {persons} union all select person_id, household_id from {raw_persons}
        )
        where household_id = any(?::bigint[]) and coalesce(not (person_id = any(?)), true)
        """,
        [households, records],
    )
    return Person(str(found[0]["person_id"]), tuple(records), tuple(households), bool(others[0]["people"]))
