"""Addresses: which is in use, which is usable, and which two are the same (decisions 0007 and 0010)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.reference.consent.reading import all_is_seen, is_known, moment, names_record, said, sort_rows, time

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping
    from datetime import datetime

    from tests.reference.consent.records import AddressRow

Address = tuple[str, ...]  # in small letters, so that equal tuples are one address
SEPARATING = frozenset(' ,;<>"')  # one address and nothing more: no list, no white space
EMAIL, POSTAL = KINDS = "email", "postal"


def address_of(row: AddressRow, last_name: str) -> Address | None:
    """What is written on the envelope, or None where nothing could be sent there."""
    if said(row.kind) == EMAIL or (said(row.kind) not in KINDS and said(row.email)):
        parts = said(row.email).split("@")
        alone = all_is_seen(said(row.email)) and not SEPARATING & set(said(row.email))
        usable = len(parts) == 2 and all(parts) and alone
        return (said(row.email).lower(),) if usable else None
    written = (said(row.street), said(row.postcode), said(row.city))
    return tuple(part.lower() for part in (*written, last_name)) if all(written) else None


def written_on(row: AddressRow, last_name: str) -> Address:
    """What an entry names, usable or not: its mailbox, or else its envelope; of a letter-box that."""
    envelope = (last_name, said(row.street), said(row.postcode), said(row.city))
    is_envelope = not said(row.email) or (said(row.kind) == POSTAL and said(row.street) != "")
    return tuple(part.lower() for part in (envelope if is_envelope else (said(row.email),)))


def readable(row: AddressRow) -> bool:
    """Whether an entry can be believed."""
    return names_record(row.person_id) and said(row.kind) in (EMAIL, POSTAL) and time(row.valid_from) is not None


def in_use(rows: Iterable[AddressRow], names: Mapping[str, str], as_of: datetime) -> dict[tuple[str, str], Address]:
    """The newest address of each record and kind at ``as_of``, where it is usable."""
    newest: dict[tuple[str, str], AddressRow] = {}
    dated = [row for row in sort_rows(rows, "address_id", readable).accepted if moment(row.valid_from) <= as_of]
    for row in sorted(dated, key=lambda row: (moment(row.valid_from), said(row.address_id))):
        newest[said(row.person_id), said(row.kind)] = row
    found = {key: address_of(row, names.get(key[0], "")) for key, row in newest.items()}
    return {key: address for key, address in found.items() if address is not None}


def ever_given(
    rows: Iterable[AddressRow],
    names: Mapping[str, frozenset[str]],
    as_of: datetime,
    read: Callable[[AddressRow, str], Address | None] = address_of,
) -> dict[tuple[str, str], frozenset[Address]]:
    """Every address that each record ever gave us, under each name that it has; also where nobody can read since when.

    See decision 0009.
    """
    given: dict[tuple[str, str], frozenset[Address]] = {}
    entries = sort_rows(rows, "address_id", readable)
    for row in (*entries.rejected, *(row for row in entries.accepted if is_known(row.valid_from, as_of))):
        record, kind = said(row.person_id), said(row.kind)
        found = frozenset(address for name in names.get(record, {""}) if (address := read(row, name)) is not None)
        for key in ((record, one) for one in ((kind,) if kind in KINDS else KINDS)):
            given[key] = given.get(key, frozenset()) | found
    return given
