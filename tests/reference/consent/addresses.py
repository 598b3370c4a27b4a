"""Addresses: which is in use, which is usable, and which two are the same (decisions 0007 and 0010)."""

from __future__ import annotations

import unicodedata
from typing import TYPE_CHECKING

from tests.reference.consent.reading import (
    BLANK_LETTERS,
    all_is_seen,
    is_known,
    moment,
    names_record,
    said,
    sort_rows,
    time,
)

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

    from tests.reference.consent.records import AddressRow, PersonRow, Text

UNSEEN = frozenset({"Cf", "Mn", "Mc", "Me"})
FILLERS = BLANK_LETTERS - {"\u2800"}  # an empty Braille cell is a symbol, and parts words
Address = tuple[str, ...]  # a mailbox; or the street, postcode and town of a letter-box, each in plain words
SEPARATING = frozenset(' ,;<>"')  # one address and nothing more: no list, no white space
EMAIL, POSTAL = KINDS = "email", "postal"


def plain(text: Text) -> str:
    """The words of a text, however it is typed: capitals, accents, stops, blanks and what nobody sees make no other."""
    joined = (one for one in said(text) if unicodedata.category(one) not in UNSEEN and one not in FILLERS)
    letters = "".join(one for one in unicodedata.normalize("NFD", "".join(joined)) if not unicodedata.combining(one))
    return " ".join("".join(one if unicodedata.category(one)[0] in "LN" else " " for one in letters).lower().split())


def last_names(persons: Iterable[PersonRow]) -> frozenset[str]:
    """The last names that any of these rows tells."""
    return frozenset(name for person in persons if (name := plain(person.last_name)))


def mailbox(text: Text) -> str:
    """A mailbox without what nobody sees, in small letters."""
    return "".join(one for one in unicodedata.normalize("NFC", said(text)) if all_is_seen(one)).lower()


def place_of(row: AddressRow) -> Address:
    """Where a message would arrive, whether or not it could be sent: its mailbox, or else its letter-box."""
    is_letter_box = not said(row.email) or (said(row.kind) == POSTAL and said(row.street) != "")
    return (plain(row.street), plain(row.postcode), plain(row.city)) if is_letter_box else (mailbox(row.email),)


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
    return {key: place_of(row) for key, row in newest.items() if is_usable(row)}


def ever_given(rows: Iterable[AddressRow], as_of: datetime) -> dict[tuple[str, str], frozenset[Address]]:
    """Every address of a kind that each record ever gave us, also where nobody can read since when.

    See decision 0009.
    """
    given: dict[tuple[str, str], frozenset[Address]] = {}
    entries = sort_rows(rows, "address_id", readable)
    for row in (*entries.rejected, *(row for row in entries.accepted if is_known(row.valid_from, as_of))):
        kind = said(row.kind)
        for key in ((said(row.person_id), one) for one in ((kind,) if kind in KINDS else KINDS)):
            given[key] = given.get(key, frozenset()) | {place_of(row)}
    return given
