"""R35 and R41: what depends on the data by which an audience selects."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.reference.consent.registry import audience_rule

if TYPE_CHECKING:
    from tests.reference.consent.cells import AudienceCell

PURCHASES = "purchases"


@audience_rule("R35")
def switched_off(cell: AudienceCell) -> bool:
    """A datum that selects is switched off for the purpose."""
    purpose = cell.audience.purpose
    return any((cell.person.person_id, datum, purpose) in cell.switched_off for datum in cell.audience.uses)


@audience_rule("R41")
def household_differs(cell: AudienceCell) -> bool:
    """Another known adult of the household does not permit it, or keeps its purchases back (decision 0006)."""
    if not cell.audience.of_household:
        return False
    household = cell.person.household
    if household in cell.people.unread_households:
        return True  # an adult whose record nobody can read has permitted nothing (decision 0009)
    return any(
        bool(cell.rules_of[adult.person_id]) or (adult.person_id, PURCHASES, cell.audience.purpose) in cell.switched_off
        for adult in cell.people.persons
        if household in adult.households and not adult.is_child and adult.person_id != cell.person.person_id
    )
