"""R35: what people switched off, per datum and purpose."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.reference.consent.reading import names_record, said, sort_rows, time

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

    from tests.reference.consent.people import People
    from tests.reference.consent.records import History, SwitchRow
    from tests.reference.consent.vocabulary import Vocabulary

OFF, ON = "off", "on"
Switch = tuple[str, str, str]  # record or person, datum, purpose


def switched_off(history: History, people: People, words: Vocabulary, as_of: datetime) -> frozenset[Switch]:
    """Person, datum and purpose of what any record of the person has off at ``as_of``."""
    return frozenset(
        (people.person_of[record], datum, purpose)
        for record, datum, purpose in off_by_record(history, words, as_of)
        if record in people.person_of
    )


def off_by_record(history: History, words: Vocabulary, as_of: datetime) -> Iterator[Switch]:
    """What the last act of each record leaves off; a tie goes to off. What nobody can read is off (decision 0009)."""

    def readable(row: SwitchRow) -> bool:
        known = said(row.datum) in words.data and said(row.purpose) in words.purposes
        return (
            names_record(row.person_id) and known and said(row.state) in (OFF, ON) and time(row.switched_at) is not None
        )

    rows = sort_rows(history.switches, "switch_id", readable)
    last: dict[Switch, tuple[datetime, bool]] = {}
    for row in rows.accepted:
        switched_at = time(row.switched_at)
        if switched_at is not None and switched_at <= as_of:
            key = said(row.person_id), said(row.datum), said(row.purpose)
            last[key] = max(last.get(key, (switched_at, False)), (switched_at, said(row.state) == OFF))
    yield from (key for key, (_, is_off) in last.items() if is_off)
    for row in rows.rejected:
        yield from _named(row, words)


def _named(row: SwitchRow, words: Vocabulary) -> Iterator[Switch]:
    """Everything that an unreadable switch may have been about."""
    data = {said(row.datum)} if said(row.datum) in words.data else words.data
    purposes = {said(row.purpose)} if said(row.purpose) in words.purposes else words.purposes
    yield from ((said(row.person_id), datum, purpose) for datum in data for purpose in purposes)
