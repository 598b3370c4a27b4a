"""R44: a channel's consent is bound to its address; a change, or a message that bounces for good, suspends it."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING

from tests.reference.consent.addresses import joined, place_of, places_of, readable
from tests.reference.consent.reading import moment, names_record, said, sort_rows, time
from tests.reference.consent.registry import record_rule

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

    from tests.reference.consent.addresses import Address
    from tests.reference.consent.cells import RecordCell
    from tests.reference.consent.people import People
    from tests.reference.consent.records import AddressRow, BounceRow, History
    from tests.reference.consent.vocabulary import Vocabulary

HARD, SOFT = "hard", "soft"
Place = tuple[str, str]  # record and channel


@record_rule("R44")
def address_changed(cell: RecordCell) -> bool:
    """Consent was given, and the address has changed or bounced since, or may have; only a later grant lifts it."""
    return cell.moved_at is not None and cell.last_grant is not None and cell.last_grant <= cell.moved_at


def last_changes(history: History, people: People, words: Vocabulary, as_of: datetime) -> dict[Place, datetime]:
    """When the address of each record and channel changed last, or bounced for good, as known at ``as_of``."""
    last: dict[Place, datetime] = {}
    spans = _spans(history, words, as_of)
    unread = _unread_addresses(history, words, as_of)
    for place, when in (*_moves(spans, people), *unread, *_bounces(history, spans, words, as_of)):
        last[place] = max(last.get(place, when), when)
    return last


@dataclass(frozen=True, slots=True)
class Span:
    """From when until when a record's address for a channel was one; ``end`` is None for the last."""

    place: Place
    address: Address
    meant: frozenset[Address]  # the address, and each mailbox where several stand in the field
    start: datetime
    end: datetime | None

    def is_over_at(self, when: datetime) -> bool:
        """Whether another had come by then."""
        return self.end is not None and self.end <= when


def _spans(history: History, words: Vocabulary, as_of: datetime) -> tuple[Span, ...]:
    """The addresses of each record and channel, one after the other."""
    channels = {kind: channel for channel, kind in words.address_kinds.items()}
    told: dict[Place, list[AddressRow]] = {}
    for row in sort_rows(history.addresses, "address_id", readable).accepted:
        if moment(row.valid_from) <= as_of:
            told.setdefault((said(row.person_id), channels[said(row.kind)]), []).append(row)
    spans: list[Span] = []
    for place, rows in told.items():
        rows.sort(key=lambda row: (moment(row.valid_from), said(row.address_id)))
        ends = (*(moment(row.valid_from) for row in rows[1:]), None)
        spans += [
            Span(place, place_of(row), frozenset({joined(place_of(row))}) | places_of(row), moment(row.valid_from), end)
            for row, end in zip(rows, ends, strict=True)
        ]
    return tuple(spans)


def _moves(spans: tuple[Span, ...], people: People) -> Iterator[tuple[Place, datetime]]:
    """Whenever a record's next address is another than the one before.

    Who leaves the leading record's address, which is the one written to, under another record has left it as well.
    """
    for old, new in pairwise(spans):
        if old.place != new.place or old.address == new.address:
            continue
        yield new.place, new.start
        record, channel = new.place
        leading = people.person_of.get(record, record), channel
        for kept in spans:
            is_there = kept.start <= new.start and not kept.is_over_at(new.start)
            if kept.place == leading != new.place and kept.meant & old.meant and is_there:
                yield leading, new.start


def _unread_addresses(history: History, words: Vocabulary, as_of: datetime) -> Iterator[tuple[Place, datetime]]:
    """What can not be read may be another address of just now."""
    channels = {kind: channel for channel, kind in words.address_kinds.items()}
    for unread in sort_rows(history.addresses, "address_id", readable).rejected:
        yield from _any_of(unread, channels.get(said(unread.kind)), words, as_of)


def _everybody_at(
    spans: tuple[Span, ...], bounced: Place, when: datetime, earliest: datetime | None
) -> Iterator[Place]:
    """Whoever else has the mailbox that came back between two instants, at the end of them or later."""
    for own in spans:
        was_there = own.start <= when and not (earliest is not None and own.is_over_at(earliest))
        if own.place == bounced and len(own.address) == 1 and was_there:
            for other in spans:
                if other.meant & own.meant and other.place[1] == bounced[1] and not other.is_over_at(when):
                    yield other.place


def _bounces(
    history: History, spans: tuple[Span, ...], words: Vocabulary, as_of: datetime
) -> Iterator[tuple[Place, datetime]]:
    """Hard bounces; one that can not be read may be a hard one of just now."""

    def is_read(row: BounceRow) -> bool:
        happened, heard = time(row.bounced_at), time(row.received_at)
        in_order = happened is not None and heard is not None and happened <= heard
        known = said(row.channel) in words.channels and said(row.kind) in (HARD, SOFT)
        return names_record(row.person_id) and known and in_order

    rows = sort_rows(history.bounces, "bounce_id", is_read)
    for row in rows.accepted:
        happened, heard = time(row.bounced_at), time(row.received_at)
        if said(row.kind) == HARD and happened is not None and heard is not None and heard <= as_of:
            bounced = said(row.person_id), said(row.channel)
            yield bounced, happened
            yield from ((place, happened) for place in _everybody_at(spans, bounced, happened, happened))
    for unread in rows.rejected:
        channel = said(unread.channel)
        for place, when in _any_of(unread, channel if channel in words.channels else None, words, as_of):
            yield place, when
            yield from ((other, when) for other in _everybody_at(spans, place, when, None))


def _any_of(
    row: AddressRow | BounceRow, channel: str | None, words: Vocabulary, as_of: datetime
) -> Iterator[tuple[Place, datetime]]:
    """Just now, on its channel, or on every one where none is known."""
    for place in (channel,) if channel is not None else words.channels:
        yield (said(row.person_id), place), as_of
