"""Addresses: which is in use, which is usable, and which two are the same (decisions 0007 and 0010)."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from tests.reference.consent.reading import (
    all_is_seen,
    is_known,
    moment,
    names_record,
    said,
    sort_rows,
    time,
)
from tests.reference.consent.words import known, mailbox, plain

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

    from tests.reference.consent.records import AddressRow, PersonRow

Address = tuple[str, ...]  # a mailbox; or the street, postcode and town of a letter-box, each in plain words
SEPARATING = frozenset(' ,;<>"')  # one address and nothing more: no list, no white space
MAILBOX = re.compile(r'[^ \t\n\r\f,;:<>"()|]+@[^ \t\n\r\f,;:<>"()|]+')
EMAIL, POSTAL = KINDS = "email", "postal"


def last_names(persons: Iterable[PersonRow]) -> frozenset[str]:
    """The last names that any of these rows tells."""
    return frozenset(name for person in persons if (name := known(person.last_name).replace(" ", "")))


def place_of(row: AddressRow) -> Address:
    """Where a message would arrive, whether or not it could be sent: its mailbox, or else its letter-box."""
    is_letter_box = not said(row.email) or (said(row.kind) == POSTAL and said(row.street) != "")
    return letter_box(row) if is_letter_box else (mailbox(row.email),)


def letter_box(row: AddressRow) -> Address:
    """Street, postcode and town."""
    return plain(row.street), plain(row.postcode), plain(row.city)


def joined(place: Address) -> Address:
    """The same of two places that differ in blanks alone."""
    return tuple(part.replace(" ", "") for part in place)


def places_of(row: AddressRow) -> frozenset[Address]:
    """Every place that an entry may mean: each mailbox in the field, and of an unknown kind the letter-box as well."""
    kind, email, street = said(row.kind), said(row.email), said(row.street)
    mailboxes = (email, *MAILBOX.findall(email)) if email and not (kind == POSTAL and street) else ()
    letter_boxes = (joined(letter_box(row)),) if street and (kind != EMAIL or not email) else ()
    return frozenset({*((mailbox(one),) for one in mailboxes), *letter_boxes})


def is_usable(row: AddressRow) -> bool:
    """Whether something could be sent there."""
    if said(row.kind) == EMAIL:
        parts = said(row.email).split("@")
        return len(parts) == 2 and all(parts) and all_is_seen(said(row.email)) and not SEPARATING & set(said(row.email))
    return all(said(part) for part in (row.street, row.postcode, row.city))


def same_reader(place: Address, names: frozenset[str], others: frozenset[str]) -> bool:
    """Whether two who have given this place may be one to whoever brings a message: of a letter-box by a name.

    Who has no name that we know may have any.
    """
    return len(place) == 1 or not names or not others or bool(names & others)


def readable(row: AddressRow) -> bool:
    """Whether an entry can be believed."""
    return names_record(row.person_id) and said(row.kind) in (EMAIL, POSTAL) and time(row.valid_from) is not None


def in_use(rows: Iterable[AddressRow], as_of: datetime) -> dict[tuple[str, str], Address]:
    """The newest address of each record and kind at ``as_of``, where it is usable."""
    newest: dict[tuple[str, str], AddressRow] = {}
    dated = [row for row in sort_rows(rows, "address_id", readable).accepted if moment(row.valid_from) <= as_of]
    for row in sorted(dated, key=lambda row: (moment(row.valid_from), said(row.address_id))):
        newest[said(row.person_id), said(row.kind)] = row
    return {key: joined(place_of(row)) for key, row in newest.items() if is_usable(row)}


def ever_given(rows: Iterable[AddressRow], as_of: datetime) -> dict[tuple[str, str], frozenset[Address]]:
    """Every address of a kind that each record ever gave us, also where nobody can read since when.

    See decision 0009.
    """
    given: dict[tuple[str, str], frozenset[Address]] = {}
    entries = sort_rows(rows, "address_id", readable)
    for row in (*entries.rejected, *(row for row in entries.accepted if is_known(row.valid_from, as_of))):
        kind = said(row.kind)
        for key in ((said(row.person_id), one) for one in ((kind,) if kind in KINDS else KINDS)):
            given[key] = given.get(key, frozenset()) | places_of(row)
    return given
