"""R16, R17, R34, R39, R52: age, merged records, third parties, and whether there is an address at all."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.reference.consent.registry import person_rule

if TYPE_CHECKING:
    from tests.reference.consent.cells import PersonCell


@person_rule("R16")
def unknown_age(cell: PersonCell) -> bool:
    """Not known to be an adult by the leading record, though no record says minor."""
    return not cell.person.is_minor and not cell.person.is_adult


@person_rule("R17")
def minor(cell: PersonCell) -> bool:
    """Any record says that the person is a minor."""
    return cell.person.is_minor


@person_rule("R34")
def records_differ(cell: PersonCell) -> bool:
    """Of the records of the person some permit it and some do not."""
    rules = [cell.by_record[record] for record in cell.person.records]
    return any(rules) and not all(rules)


@person_rule("R39")
def third_party(cell: PersonCell) -> bool:
    """Sharing with third parties stays off, consent or not."""
    return cell.purpose in cell.words.shared_purposes


@person_rule("R52")
def no_address(cell: PersonCell) -> bool:
    """The leading record has no usable address in use (decision 0007)."""
    return cell.people.reached_at(cell.person, cell.words.address_kinds[cell.channel]) is None
