"""Who there is: records, the persons behind them, their ages, households and addresses, as of one instant."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from tests.reference.consent.addresses import Address, ever_given, in_use
from tests.reference.consent.reading import FLAGS, is_known, likely, number, said, sort_rows, time

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from datetime import datetime

    from tests.reference.consent.records import History, LinkRow, PersonRow

ADULT = 18
MONTHS = range(1, 13)
FIRST_YEAR = 1900  # nobody was born before


@dataclass(frozen=True, slots=True)
class Person:
    """One person: the smallest id of all linked records. ``households`` are those of any record that can be read."""

    person_id: str
    records: frozenset[str]
    household: int | None
    households: frozenset[int]
    is_minor: bool
    is_adult: bool
    youngest_age: int | None  # by the youngest that any record says; None where none says a year


@dataclass(frozen=True, slots=True)
class People:
    """Everyone of a history whose leading record can be read, and the addresses of each record.

    ``unread_households`` are those in which somebody lives of whom nobody can know what they permit: a record can not
    be read, or the leading one of the same person.
    """

    persons: tuple[Person, ...]
    person_of: Mapping[str, str]  # by record; also of persons of whom no record can be read
    unread_households: frozenset[int]
    names: Mapping[str, str]  # the last name, by record that can be read
    jurisdictions: Mapping[str, str]  # the same of where they live, as it was told
    given: Mapping[tuple[str, str], frozenset[Address]]  # by record and kind
    used: Mapping[tuple[str, str], Address]  # by person and kind

    def person(self, record: str) -> Person | None:
        """The person behind a record, if there is one of whom we can know anything."""
        return next((person for person in self.persons if record in person.records), None)

    def reached_at(self, person: Person, kind: str) -> Address | None:
        """The usable address that a message to the person would go to."""
        return self.used.get((person.person_id, kind))

    def ever_given(self, person: str, kind: str) -> frozenset[Address]:
        """Every address of a kind that a person ever gave us, in any record; also where there is none of a customer."""
        records = {person, *(record for record, whose in self.person_of.items() if whose == person)}
        return frozenset().union(*(self.given.get((record, kind), ()) for record in records))


def read_people(history: History, as_of: datetime) -> People:
    """The people of a history, as known at an instant."""
    rows = sort_rows(history.persons, "person_id", lambda row: readable(row, as_of.year))
    by_record = {said(row.person_id): row for row in rows.accepted}
    there = {said(row.person_id) for row in history.persons} - {""}
    identities = groups(there, history.identity_links, as_of)
    persons = [_person(records, by_record, as_of) for records in identities if min(records) in by_record]
    nobody_knows = [
        by_record[r] for found in identities if min(found) not in by_record for r in found if r in by_record
    ]
    unread = {likely(row.household_id) for row in (*rows.rejected, *nobody_knows)}
    names = {record: said(row.last_name) for record, row in by_record.items()}
    return People(
        persons=tuple(sorted(persons, key=lambda person: person.person_id)),
        person_of={record: min(records) for records in identities for record in records},
        unread_households=frozenset(household for household in unread if household is not None),
        names=names,
        jurisdictions={record: said(row.jurisdiction) for record, row in by_record.items()},
        given=ever_given(history.addresses, names, as_of),
        used=in_use(history.addresses, names, as_of),
    )


def readable(row: PersonRow, this_year: int) -> bool:
    """Whether a customer record can be believed."""
    year, month = said(row.birth_year), said(row.birthday_month)
    return (
        number(row.household_id) is not None
        and said(row.declared_adult) in FLAGS
        and (not year or number(year) in range(FIRST_YEAR, this_year + 1))
        and (not month or number(month) in MONTHS)
        and time(row.created_at) is not None
    )


def groups(records: Iterable[str], links: Iterable[LinkRow], as_of: datetime) -> list[frozenset[str]]:
    """Which records are one person: those that links of up to ``as_of`` connect, over as many steps as it takes.

    A link that can not be read binds whenever; one of which a side is no customer's record has nothing to bind
    (decision 0009).
    """
    group_of = {record: frozenset({record}) for record in records}
    rows = sort_rows(links, "link_id", lambda row: time(row.linked_at) is not None)
    known = [row for row in rows.accepted if is_known(row.linked_at, as_of)]
    for link in (*known, *rows.rejected):
        one, other = group_of.get(said(link.person_id)), group_of.get(said(link.same_as))
        if one is not None and other is not None:
            group_of.update(dict.fromkeys(one | other, one | other))
    return list(dict.fromkeys(group_of.values()))


def _person(records: frozenset[str], by_record: Mapping[str, PersonRow], as_of: datetime) -> Person:
    """A person, as the leading record says; a minor as soon as any record says so. Raises KeyError if it is unread."""
    leading = by_record[min(records)]
    known = [by_record[record] for record in records if record in by_record]
    households = {number(row.household_id) for row in known}
    ages = [_turns(row, as_of) for row in known]
    is_minor = any(_is_minor(row, as_of) for row in known)
    return Person(
        person_id=min(records),
        records=records,
        household=number(leading.household_id),
        households=frozenset(household for household in households if household is not None),
        is_minor=is_minor,
        is_adult=not is_minor and _is_adult(leading, as_of),
        youngest_age=min((turns - 1 for turns in ages if turns is not None), default=None),
    )


def _turns(row: PersonRow, as_of: datetime) -> int | None:
    """The age that the person reaches in the year of ``as_of``."""
    year = number(row.birth_year)
    return None if year is None else as_of.year - year


def _is_minor(row: PersonRow, as_of: datetime) -> bool:
    """Said to be one, or certainly one by the year of birth."""
    turns = _turns(row, as_of)
    return said(row.declared_adult) == "false" or (turns is not None and turns < ADULT)


def _is_adult(row: PersonRow, as_of: datetime) -> bool:
    """Said to be one, or certainly one by the year of birth: the birthday of this year may lie ahead."""
    turns = _turns(row, as_of)
    return not _is_minor(row, as_of) and (said(row.declared_adult) == "true" or (turns is not None and turns > ADULT))
