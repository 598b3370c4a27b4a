"""R47: which favourites and purchases are past their retention, and which may be used (decision 0019 of the erased)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.reference.consent.clock import months_later
from tests.reference.consent.reading import moment, names_record, said, sort_rows, time

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from datetime import datetime

    from tests.reference.consent.people import People
    from tests.reference.consent.records import History, PreferenceRow, PurchaseRow
    from tests.reference.consent.vocabulary import Vocabulary

STATED = frozenset({"favourite_cut", "favourite_department"})
PURCHASES = "purchases"
Favourite = tuple[str, str, str]  # person, datum, topic


def is_past(datum: str, when: datetime, words: Vocabulary, as_of: datetime) -> bool:
    """Whether so many years have passed, to the second; of what nobody says how long, all is past."""
    years = words.retention_years.get(datum)
    return years is None or when <= months_later(as_of, -12 * years)


def favourites(
    history: History, people: People, words: Vocabulary, as_of: datetime
) -> tuple[frozenset[Favourite], frozenset[Favourite]]:
    """What leading records stated: what may be used, and what is past its retention and was not stated again."""
    used, past = set[Favourite](), set[Favourite]()
    leading = {person.person_id for person in people.persons}
    for record, datum, topic, when in _stated(history, words, as_of):
        if record in leading:
            (past if is_past(datum, when, words, as_of) else used).add((record, datum, topic))
    return frozenset(used), frozenset(past - used)


def named(people: People, words: Vocabulary, as_of: datetime) -> frozenset[tuple[str, str]]:
    """Person and datum of what leading records tell of themselves, as long as it is kept since they were made."""
    found = set[tuple[str, str]]()
    for person, row in people.told.items():
        for datum, told in (("first_name", row.first_name), ("birthday_month", row.birthday_month)):
            if said(told) and not is_past(datum, moment(row.created_at), words, as_of):
                found.add((person, datum))
    return frozenset(found)


def _stated(history: History, words: Vocabulary, as_of: datetime) -> Iterator[tuple[str, str, str, datetime]]:
    """Record, datum, topic and time of each statement that can be read and was made by ``as_of``."""

    def readable(row: PreferenceRow) -> bool:
        known = said(row.datum) in STATED and said(row.topic) in words.topics
        return names_record(row.person_id) and known and time(row.stated_at) is not None

    for row in sort_rows(history.preferences, "statement_id", readable).accepted:
        when = time(row.stated_at)
        if when is not None and when <= as_of:
            yield said(row.person_id), said(row.datum), said(row.topic), when


def bought(
    history: History, erased_at: Mapping[int, datetime], words: Vocabulary, as_of: datetime
) -> tuple[PurchaseRow, ...]:
    """The receipt lines that may be used: not past their retention, nor from before an erasure in the household."""

    def may_be_used(line: PurchaseRow) -> bool:
        until = erased_at.get(line.household_id)
        past = is_past(PURCHASES, line.bought_at, words, as_of)
        return line.bought_at <= as_of and not past and (until is None or line.bought_at > until)

    return tuple(line for line in history.purchases if may_be_used(line))
