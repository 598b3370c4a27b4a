"""R45 and R21: who is erased, what is left of a history without them, and whose address comes back (decision 0019)."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from tests.reference.consent.addresses import ever_given, last_names, places_of, same_reader
from tests.reference.consent.reading import is_known, likely, names_record, said, sort_rows, time
from tests.reference.consent.registry import record_rule
from tests.reference.consent.requests import ERASURE, known_requests, sort_requests

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from datetime import datetime

    from tests.reference.consent.addresses import Address
    from tests.reference.consent.cells import RecordCell
    from tests.reference.consent.people import People
    from tests.reference.consent.records import AddressRow, History, LinkRow, PersonRow, RequestRow
    from tests.reference.consent.vocabulary import Vocabulary


@dataclass(frozen=True, slots=True)
class Erasure:
    """When somebody last asked to be erased, and when we last heard of it."""

    made: datetime
    heard: datetime

    def and_also(self, other: Erasure | None) -> Erasure:
        """Of two the later times."""
        return Erasure(max(self.made, other.made), max(self.heard, other.heard)) if other else self


def erased(requests: Iterable[RequestRow], links: Iterable[LinkRow], as_of: datetime) -> dict[str, Erasure]:
    """When each record was to be erased: those named, and all that are linked to them."""
    asked: dict[str, Erasure] = {}
    for request in known_requests(sort_requests(requests), as_of):
        if request.kind == ERASURE:
            asked[request.record] = Erasure(request.made, request.heard).and_also(asked.get(request.record))
    together = [
        (said(link.person_id), said(link.same_as))
        for link in _binding(links, as_of)
        if names_record(link.person_id) and names_record(link.same_as)
    ]
    for _ in together:  # a chain is no longer than there are links
        for one, other in together:
            when = asked.get(one) or asked.get(other)
            if when:
                asked[one] = asked[other] = when.and_also(asked.get(other))
    return asked


def _binding(links: Iterable[LinkRow], as_of: datetime) -> list[LinkRow]:
    """Links that bind: the known ones, and whenever it was made one that can not be read (decision 0009)."""
    rows = sort_rows(links, "link_id", lambda row: time(row.linked_at) is not None)
    return [*(row for row in rows.accepted if is_known(row.linked_at, as_of)), *rows.rejected]


def without(history: History, gone: Mapping[str, Erasure]) -> History:
    """A history in which no row is of those records."""
    if not gone:
        return history
    left: dict[str, Any] = {}
    for table, rows in history.tables():
        if rows and hasattr(rows[0], "person_id") and not table.startswith("forgotten"):
            left[table] = tuple(row for row in rows if not {said(text) for text in _names(row)} & gone.keys())
    return replace(history, **left)


def _names(row: Any) -> tuple[str | None, ...]:  # noqa: ANN401 - a row of any table that is somebody's
    """The records that a row is of; a link is of two."""
    return row.person_id, getattr(row, "same_as", None)


@dataclass(frozen=True, slots=True)
class Listed:
    """An address that somebody erased gave, and the names that they had."""

    place: Address
    names: frozenset[str]
    erasure: Erasure


def suppression_list(history: History, words: Vocabulary, as_of: datetime) -> frozenset[Listed]:
    """Each address that somebody erased ever gave, for as long as the list is kept.

    Also of those whom the raw tables have forgotten since.
    """
    now = erased(history.requests, history.identity_links, as_of)
    before = erased(history.forgotten_requests, (), as_of)
    given = (
        *_given_by(now, _together(now, history.identity_links, as_of), history.persons, history.addresses),
        *_given_by(before, {}, history.forgotten_persons, history.forgotten_addresses),
    )
    return frozenset(one for one in given if one.erasure.heard + timedelta(words.suppression_kept_days) > as_of)


def _together(gone: Mapping[str, Erasure], links: Iterable[LinkRow], as_of: datetime) -> dict[str, frozenset[str]]:
    """All erased records that are linked to each."""
    group_of = {record: frozenset({record}) for record in gone}
    for link in _binding(links, as_of):
        one, other = said(link.person_id), said(link.same_as)
        if one in gone and other in gone:
            both = group_of[one] | group_of[other]
            group_of.update(dict.fromkeys(both, both))
    return group_of


def _given_by(
    gone: Mapping[str, Erasure],
    group_of: Mapping[str, frozenset[str]],
    persons: Iterable[PersonRow],
    addresses: Iterable[AddressRow],
) -> Iterable[Listed]:
    """Every address in any row of an erased record, whether or not it can be read, and every name in its rows."""
    names: dict[str, frozenset[str]] = {}
    for person in persons:
        names[said(person.person_id)] = names.get(said(person.person_id), frozenset()) | last_names((person,))
    for row in addresses:
        record = said(row.person_id)
        if record in gone:
            theirs = frozenset[str]().union(*(names.get(one, ()) for one in group_of.get(record, {record})))
            yield from (Listed(place, theirs, gone[record]) for place in places_of(row))


def suppressed(
    rows: Iterable[AddressRow], people: People, listed: Iterable[Listed], as_of: datetime
) -> dict[tuple[str, str], datetime]:
    """The records that gave a listed address, by kind of address, and the last erasure."""
    found: dict[tuple[str, str], datetime] = {}
    for (record, kind), places in ever_given(rows, as_of).items():
        names = people.names_of(people.person_of.get(record, record))
        times = [one.erasure.made for one in listed if one.place in places and same_reader(one.place, one.names, names)]
        if times:
            found[record, kind] = max(times)
    return found


def households(history: History, as_of: datetime) -> dict[int, datetime]:
    """Until when each household's purchases may have been those of somebody erased, in whatever build that was."""
    until: dict[int, datetime] = {}
    for persons, gone in (
        (history.persons, erased(history.requests, history.identity_links, as_of)),
        (history.forgotten_persons, erased(history.forgotten_requests, (), as_of)),
    ):
        for row in persons:
            household, erasure = likely(row.household_id), gone.get(said(row.person_id))
            if household is not None and erasure is not None:
                until[household] = max(until.get(household, erasure.heard), erasure.heard)
    return until


@record_rule("R21")
def opted_out_by_erasure(cell: RecordCell) -> bool:
    """The record gave an address that somebody erased had given, and no valid grant of its own is later."""
    when, lifted = cell.suppressed_at, cell.last_grant
    return when is not None and (lifted is None or lifted <= when)
