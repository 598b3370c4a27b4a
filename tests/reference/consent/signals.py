"""R23: whom a browser's Global Privacy Control signal opts out of sale and sharing."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.reference.consent.reading import said, time
from tests.reference.consent.registry import person_rule

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

    from tests.reference.consent.cells import PersonCell
    from tests.reference.consent.records import SignalRow


@person_rule("R23")
def opted_out_of_sale(cell: PersonCell) -> bool:
    """The purpose gives data to third parties, and any record is among those that a signal is about."""
    return cell.purpose in cell.words.shared_purposes and not cell.signalled.isdisjoint(cell.person.records)


def signalled(rows: Iterable[SignalRow], as_of: datetime) -> frozenset[str]:
    """The records that sent a signal, or were ever seen at a device that did; damaged rows count for what they name."""
    arrived = [row for row in rows if (time(row.received_at) or as_of) <= as_of]
    devices = {said(row.device_id) for row in arrived if _is_signal(row)} - {""}
    about = {said(row.person_id) for row in arrived if _is_signal(row) or said(row.device_id) in devices}
    return frozenset(about - {""})


def _is_signal(row: SignalRow) -> bool:
    """Only a plain 0 says that there was none."""
    return said(row.gpc) != "0"
