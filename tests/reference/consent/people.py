"""Who there is: records, the persons behind them, their ages, households and addresses, as of one instant."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from tests.reference.consent.addresses import Address, ever_given, in_use, last_names
from tests.reference.consent.reading import FLAGS, is_known, likely, names_record, number, said, sort_rows, time

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from datetime import datetime

    from tests.reference.consent.records import History, LinkRow, PersonRow

ADULT = 18
MONTHS = range(1, 13)
OLDEST = 110  # nobody is older; a year before may be a default


@dataclass(frozen=True, slots=True)
class Person:
    """One person: the smallest id of all linked records. ``households`` are those of any record that can be read."""

    person_id: str
    records: frozenset[str]
    household: int | None
    households: frozenset[int]
    is_minor: bool
    is_adult: bool
    is_child: bool  # a minor whom no record calls an adult
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
    names: Mapping[str, frozenset[str]]  # every last name that some row of a person tells, by person
    places: Mapping[str, str]  # by person, where all their rows that there are say that they live
    told: Mapping[str, PersonRow]  # by person, the leading record
    given: Mapping[tuple[str, str], frozenset[Address]]  # by record and kind
    used: Mapping[tuple[str, str], Address]  # by person and kind

    def person(self, record: str) -> Person | None:
        """The person behind a record, if there is one of whom we can know anything."""
        return next((person for person in self.persons if record in person.records), None)

    def reached_at(self, person: Person, kind: str) -> Address | None:
        """The usable address that a message to the person would go to."""
        return self.used.get((person.person_id, kind))

    def names_of(self, person: str) -> frozenset[str]:
        """Every last name of a person that we know."""
        return self.names.get(person, frozenset())

    def place_of(self, record: str) -> str | None:
        """Where the person behind a record lives; None where nobody knows."""
        return self.places.get(self.person_of.get(record, record))

    def ever_given(self, person: str, kind: str) -> frozenset[Address]:
        """Every address of a kind that a person ever gave us, in any record; also where there is none of a customer."""
        records = {person, *(record for record, whose in self.person_of.items() if whose == person)}
        return frozenset().union(*(self.given.get((record, kind), ()) for record in records))


def read_people(history: History, as_of: datetime) -> People:
    """The people of a history, as known at an instant."""
    rows = sort_rows(history.persons, "person_id", lambda row: readable(row, as_of.year))
    by_record = {said(row.person_id): row for row in rows.accepted}
    customers = {said(row.person_id) for row in history.persons if names_record(row.person_id)}
    identities = {
        min(found & customers, default=min(found)): found for found in groups(customers, history.identity_links, as_of)
    }
    all_rows = (*rows.accepted, *rows.rejected)
    rows_of = {
        lead: [row for row in all_rows if names_record(row.person_id) and said(row.person_id) in found]
        for lead, found in identities.items()
    }
    persons = [
        _person(lead, found, by_record, rows_of[lead], as_of) for lead, found in identities.items() if lead in by_record
    ]
    led_by_nobody = (found for lead, found in identities.items() if lead not in by_record)
    nobody_knows = [by_record[record] for found in led_by_nobody for record in found & by_record.keys()]
    unread = {likely(row.household_id) for row in (*rows.rejected, *nobody_knows)}
    return People(
        persons=tuple(sorted(persons, key=lambda person: person.person_id)),
        person_of={record: lead for lead, found in identities.items() for record in found},
        unread_households=frozenset(household for household in unread if household is not None),
        names={lead: last_names(of_it) for lead, of_it in rows_of.items()},
        places={lead: place for lead, of_it in rows_of.items() if (place := _place(of_it, rows.accepted)) is not None},
        told={lead: by_record[lead] for lead in identities if lead in by_record},
        given=ever_given(history.addresses, as_of),
        used=in_use(history.addresses, as_of),
    )


def _place(rows: list[PersonRow], accepted: tuple[PersonRow, ...]) -> str | None:
    """The one place that all rows of a person tell of; None where they differ, or one can not be read."""
    told = {said(row.jurisdiction) if row in accepted else "" for row in rows}
    return next(iter(told)) if len(told) == 1 and "" not in told else None


def readable(row: PersonRow, this_year: int) -> bool:
    """Whether a customer record can be believed."""
    year, month = said(row.birth_year), said(row.birthday_month)
    return (
        names_record(row.person_id)
        and number(row.household_id) is not None
        and said(row.declared_adult) in FLAGS
        and (not year or number(year) in range(this_year - OLDEST, this_year + 1))
        and (not month or number(month) in MONTHS)
        and time(row.created_at) is not None
    )


def groups(records: Iterable[str], links: Iterable[LinkRow], as_of: datetime) -> list[frozenset[str]]:
    """Which records are one person: those that links of up to ``as_of`` connect, over as many steps as it takes.

    A link that can not be read binds whenever. A record that only a link names is one too: its customer row may be gone
    (decision 0009).
    """
    group_of = {record: frozenset({record}) for record in records}
    rows = sort_rows(links, "link_id", lambda row: time(row.linked_at) is not None)
    known = [row for row in rows.accepted if is_known(row.linked_at, as_of)]
    for link in (*known, *rows.rejected):
        if names_record(link.person_id) and names_record(link.same_as):
            one, other = (
                group_of.setdefault(name, frozenset({name})) for name in (said(link.person_id), said(link.same_as))
            )
            group_of.update(dict.fromkeys(one | other, one | other))
    return list(dict.fromkeys(group_of.values()))


def _person(
    lead: str,
    records: frozenset[str],
    by_record: Mapping[str, PersonRow],
    rows: list[PersonRow],
    as_of: datetime,
) -> Person:
    """A person, as the leading record says; a minor as soon as any row says so, or may say so."""
    leading = by_record[lead]
    households = {number(by_record[record].household_id) for record in records & by_record.keys()}
    turns = [age for age in (_turns(row, as_of) for row in rows) if age is not None]
    is_minor = any(_says_minor(row, as_of) for row in rows)
    return Person(
        person_id=lead,
        records=records,
        household=number(leading.household_id),
        households=frozenset(household for household in households if household is not None),
        is_minor=is_minor,
        is_adult=not is_minor
        and _says_adult(leading, as_of)
        and _could_say_so(leading, min(turns, default=None), as_of),
        is_child=is_minor and not any(_says_adult(row, as_of) for row in rows),
        youngest_age=min(turns) - 1 if turns else None,
    )


def _turns(row: PersonRow, as_of: datetime) -> int | None:
    """The age that the person reaches in the year of ``as_of``; of a year that can not be read, none at all."""
    if not said(row.birth_year):
        return None
    year = number(row.birth_year)
    return as_of.year - year if year in range(as_of.year - OLDEST, as_of.year + 1) and year is not None else 0


def _says_minor(row: PersonRow, as_of: datetime) -> bool:
    """Said to be one, or said something else than an adult; or certainly one by the year of birth."""
    turns = _turns(row, as_of)
    return said(row.declared_adult) not in ("true", "") or (turns is not None and turns < ADULT)


def _says_adult(row: PersonRow, as_of: datetime) -> bool:
    """Said to be one, or certainly one by the year of birth: the birthday of this year may lie ahead.

    Who turns 18 this year was none when a record of an earlier year said so.
    """
    turns = _turns(row, as_of)
    by_word = said(row.declared_adult) == "true" and _could_say_so(row, turns, as_of)
    return by_word or (turns is not None and turns > ADULT)


def _could_say_so(row: PersonRow, turns: int | None, as_of: datetime) -> bool:
    """Whether somebody who reaches this age in the year could have been an adult when the record was made."""
    made = time(row.created_at)
    return turns != ADULT or (made is not None and made.year == as_of.year)
