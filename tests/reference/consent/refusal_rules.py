"""R20, R31, R40, R53: what was said against it beside consent, or may have been."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.reference.consent.addresses import same_reader
from tests.reference.consent.registry import person_rule, record_rule

if TYPE_CHECKING:
    from tests.reference.consent.cells import PersonCell, RecordCell

REFUSING = frozenset({"R20", "R31", "R40"})


def stands(cell: RecordCell, rule_id: str) -> bool:
    """Whether a refusal of this kind covers the use, and no valid grant for just this use is later for certain."""
    lifted = cell.last_grant
    return any(
        refusal.rule_id == rule_id
        and refusal.covers(cell.purpose, cell.channel)
        and (lifted is None or lifted <= refusal.happened.latest)
        for refusal in cell.refusals
    )


@record_rule("R20")
def objected(cell: RecordCell) -> bool:
    """An objection ends use at once; only the person's own later act for that purpose and channel lifts it."""
    return stands(cell, "R20")


@record_rule("R31")
def unsubscribed(cell: RecordCell) -> bool:
    """A one-click unsubscribe ends the channel; what lifts it is as for an objection."""
    return stands(cell, "R31")


@record_rule("R40")
def suspended(cell: RecordCell) -> bool:
    """A malformed permission record suspends all of the record's permissions (decision 0009)."""
    return cell.is_suspended


@person_rule("R53")
def refused_at_the_address(cell: PersonCell) -> bool:
    """Somebody else refused, or may have, who ever gave us the address that this would reach (decision 0010)."""
    kind = cell.words.address_kinds[cell.channel]
    reached = cell.people.reached_at(cell.person, kind)
    if reached is None:
        return False
    person_of = cell.people.person_of  # who has no customer record may have said no all the same
    refusing = {person_of.get(record, record) for record, rules in cell.by_record.items() if rules & REFUSING}
    names = cell.people.names_of(cell.person.person_id)
    return any(
        reached in cell.people.ever_given(person, kind) and same_reader(reached, names, cell.people.names_of(person))
        for person in refusing - {cell.person.person_id}
    )
