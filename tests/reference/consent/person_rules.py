"""R16, R17, R34, R39, R52: age, merged records, third parties, and whether there is an address at all."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.reference.consent.reading import said
from tests.reference.consent.registry import person_rule

if TYPE_CHECKING:
    from tests.reference.consent.cells import PersonCell


@person_rule("R16")
def needs_a_guardian(cell: PersonCell) -> bool:
    """A child whom no guardian authorised; or nobody knows whether an adult, though no record says minor."""
    if not cell.person.is_minor:
        return not cell.person.is_adult
    return is_under_digital_age(cell) and not all(is_authorised(cell, record) for record in cell.person.records)


def is_under_digital_age(cell: PersonCell) -> bool:
    """As young as is possible, and under the age that is asked for where they live."""
    asked = cell.words.parameters_of(cell.people.place_of(cell.person.person_id)).digital_age
    return (cell.person.youngest_age or 0) < asked


def is_authorised(cell: PersonCell, record: str) -> bool:
    """The grant by which the record's consent stands names a guardian: somebody else, known to be an adult."""
    grant = cell.standing.get(record)
    guardian = None if grant is None else cell.people.person(said(grant.form.authorised_by))
    return guardian is not None and guardian.is_adult and guardian.person_id != cell.person.person_id


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
