"""R45 and R21: who is erased, what is left of a history without them, and whose address comes back (decision 0019)."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from tests.reference.consent.addresses import ever_given, written_on
from tests.reference.consent.reading import is_known, names_record, said, sort_rows, time
from tests.reference.consent.registry import record_rule
from tests.reference.consent.requests import ERASURE, known_requests, sort_requests

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from datetime import datetime

    from tests.reference.consent.addresses import Address
    from tests.reference.consent.cells import RecordCell
    from tests.reference.consent.records import AddressRow, History, LinkRow, PersonRow, RequestRow
    from tests.reference.consent.vocabulary import Vocabulary


def erased(requests: Iterable[RequestRow], links: Iterable[LinkRow], as_of: datetime) -> dict[str, datetime]:
    """When each record was asked to be erased, last: those named, and all that are linked to them."""
    asked: dict[str, datetime] = {}
    for request in known_requests(sort_requests(requests), as_of):
        if request.kind == ERASURE:
            asked[request.record] = max(asked.get(request.record, request.made), request.made)
    together = [
        (said(link.person_id), said(link.same_as))
        for link in _binding(links, as_of)
        if names_record(link.person_id) and names_record(link.same_as)
    ]
    for _ in together:  # a chain is no longer than there are links
        for one, other in together:
            when = [asked[record] for record in (one, other) if record in asked]
            if when:
                asked[one] = asked[other] = max(when)
    return asked


def _binding(links: Iterable[LinkRow], as_of: datetime) -> list[LinkRow]:
    """Links that bind: the known ones, and whenever it was made one that can not be read (decision 0009)."""
    rows = sort_rows(links, "link_id", lambda row: time(row.linked_at) is not None)
    return [*(row for row in rows.accepted if is_known(row.linked_at, as_of)), *rows.rejected]


def without(history: History, gone: Mapping[str, datetime]) -> History:
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


def suppression_list(history: History, words: Vocabulary, as_of: datetime) -> dict[Address, datetime]:
    """Each address that somebody erased ever gave, as it is written, with when they last asked to be erased.

    Also of those whom the raw tables have forgotten since; for as long as the list is kept.
    """
    kept: dict[Address, datetime] = {}
    now = erased(history.requests, history.identity_links, as_of)
    before = erased(history.forgotten_requests, (), as_of)
    given = (
        *_given_by(now, history.persons, history.addresses),
        *_given_by(before, history.forgotten_persons, history.forgotten_addresses),
    )
    for address, when in given:
        kept[address] = max(kept.get(address, when), when)
    return {address: when for address, when in kept.items() if when + timedelta(words.suppression_kept_days) > as_of}


def _given_by(
    gone: Mapping[str, datetime], persons: Iterable[PersonRow], addresses: Iterable[AddressRow]
) -> Iterable[tuple[Address, datetime]]:
    """Every address in any row of an erased record, whether or not it can be read, under each name that it has."""
    names: dict[str, set[str]] = {}
    for person in persons:
        names.setdefault(said(person.person_id), set()).add(said(person.last_name))
    for row in addresses:
        record = said(row.person_id)
        if record in gone and (said(row.email) or said(row.street)):
            yield from ((written_on(row, name), gone[record]) for name in names.get(record, {""}))


def suppressed(
    rows: Iterable[AddressRow],
    names: Mapping[str, frozenset[str]],
    listed: Mapping[Address, datetime],
    as_of: datetime,
) -> dict[tuple[str, str], datetime]:
    """The records that gave a listed address, by kind of address, and the last erasure."""
    found: dict[tuple[str, str], datetime] = {}
    for record_and_kind, addresses in ever_given(rows, names, as_of, written_on).items():
        times = [listed[address] for address in addresses if address in listed]
        if times:
            found[record_and_kind] = max(times)
    return found


@record_rule("R21")
def opted_out_by_erasure(cell: RecordCell) -> bool:
    """The record gave an address that somebody erased had given, and no valid grant of its own is later."""
    when, lifted = cell.suppressed_at, cell.last_grant
    return when is not None and (lifted is None or lifted <= when)
