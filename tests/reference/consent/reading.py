"""Read raw rows: what is accepted, and what can not be believed, by the sources' YAML and decisions 0009 and 0010.

A row that stands twice is one row. A key that stands twice with different content is believed neither time.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass, fields
from typing import TYPE_CHECKING, Generic, TypeVar

from tests.reference.consent.clock import instant, interval
from tests.reference.consent.vocabulary import CONSENT, GRANTS, LEGAL_BASES, STATES

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping
    from datetime import datetime

    from tests.reference.consent.clock import Interval
    from tests.reference.consent.records import EventRow, ObjectionRow, Row, Text, UnsubscribeRow
    from tests.reference.consent.vocabulary import Vocabulary

R = TypeVar("R", bound="Row")
WHOLE_NUMBER = re.compile(r"\d{1,18}", re.ASCII)
NUMBER_IN_TEXT = re.compile(r"[^0-9]*([0-9]+)(?:\.0*)?[^0-9]*", re.DOTALL)
BLANKS = " \t\n\r"
UNSEEN = frozenset({"Cf", "Mn", "Mc", "Me"})
BLANK_LETTERS = frozenset("\u115f\u1160\u2800\u3164\uffa0")  # Hangul fillers, and an empty Braille cell
FILLERS = BLANK_LETTERS - {"\u2800"}  # an empty Braille cell is a symbol, and parts words
LONGEST_NUMBER = 18
FLAGS: Mapping[str, bool] = {"true": True, "false": False, "": False}  # not said means not
ALL = "all"
DAMAGED = "\ufffd"
LONGEST_ROW, LONGEST_ID = 5_000, 200


@dataclass(frozen=True, slots=True)
class Sorted(Generic[R]):
    """The rows of one table that can be read, and the others."""

    accepted: tuple[R, ...]
    rejected: tuple[R, ...]


@dataclass(frozen=True, slots=True)
class Consent:
    """A consent event that can be read; ``form`` is the raw row, for what its event rules ask.

    ``confirms`` names the grant that a yes only confirms, and says nothing beside; empty for every other act.
    """

    event_id: str
    record: str
    is_grant: bool
    confirms: str
    happened: Interval
    heard: datetime
    purposes: frozenset[str]
    channel: str
    form: EventRow

    @property
    def ordered(self) -> datetime:
        """By which moment acts are ordered: later than a no is only a yes that is so for certain (decision 0018)."""
        return self.happened.earliest if self.is_grant else self.happened.latest


@dataclass(frozen=True, slots=True)
class Refusal:
    """An objection (of ``purpose``, or of all) or an unsubscribe (of ``channel``); None stands for every one."""

    rule_id: str
    record: str
    happened: Interval
    heard: datetime
    purpose: str | None
    channel: str | None

    def covers(self, purpose: str, channel: str) -> bool:
        """Whether it is about this use."""
        return self.purpose in (None, purpose) and self.channel in (None, channel)


def said(text: Text) -> str:
    """What a column says: blanks around it are no part of it, and nothing but blanks says nothing."""
    return (text or "").strip(BLANKS)


def names_record(text: Text) -> bool:
    """Whether a column names a record: it is not too long for a number, and nothing in it is unseen or damaged."""
    name = said(text)
    return 0 < len(name) <= LONGEST_ID and DAMAGED not in name and all_is_seen(name.replace(" ", ""))


def all_is_seen(text: str) -> bool:
    """Whether all characters are letters, digits, punctuation or symbols that are not blank: a mark may be a twin's."""
    return all(unicodedata.category(character)[0] in "LNPS" and character not in BLANK_LETTERS for character in text)


def without_unseen(text: str) -> str:
    """The text without marks and without what nobody sees, which may stand within a word. Blanks part words."""
    return "".join(one for one in text if unicodedata.category(one) not in UNSEEN and one not in FILLERS)


def is_whole(row: Row) -> bool:
    """Whether a row is neither damaged nor longer than what a form sends."""
    texts = [getattr(row, field.name) or "" for field in fields(row)]
    return sum(map(len, texts)) <= LONGEST_ROW and not any(DAMAGED in text for text in texts)


def number(text: Text) -> int | None:
    """A whole number, or None where there is none."""
    return int(said(text)) if WHOLE_NUMBER.fullmatch(said(text)) else None


def likely(text: Text) -> int | None:
    """The whole number that a text most likely means, for the safe side of a row that can not be read.

    12.0 is 12; else its digits, whatever stands around them, where they stand together but for what nobody sees.
    """
    found = NUMBER_IN_TEXT.fullmatch(without_unseen(said(text)))
    return int(found[1]) if found is not None and len(found[1]) <= LONGEST_NUMBER else None


def listed(text: Text) -> frozenset[str]:
    """The words of a list separated by ``|``."""
    return frozenset(said(text).split("|"))


def time(text: Text) -> datetime | None:
    """An instant, or None."""
    return instant(text or "")


def moment(text: Text) -> datetime:
    """The instant of an accepted row. Raises ValueError where there is none."""
    found = time(text)
    if found is None:
        raise ValueError("only accepted rows have a time")
    return found


def is_known(text: Text, as_of: datetime) -> bool:
    """Whether an accepted row's time has come. A row that can not be read is not believed about its time either."""
    found = time(text)
    return found is not None and found <= as_of


def sort_rows(rows: Iterable[R], key: str, readable: Callable[[R], bool]) -> Sorted[R]:
    """Split rows by whether they can be believed; ``key`` is the column that names a row."""
    by_key: dict[str, list[R]] = {}
    for row in rows:
        copies = by_key.setdefault(said(getattr(row, key)), [])
        if row not in copies or not said(getattr(row, key)):  # without a key nobody knows that two rows are one
            copies.append(row)
    accepted: list[R] = []
    rejected: list[R] = []
    for name, copies in by_key.items():
        for row in copies:
            (accepted if name and len(copies) == 1 and readable(row) else rejected).append(row)
    return Sorted(tuple(accepted), tuple(rejected))


def in_order(happened: Text, heard: Text) -> bool:
    """Both times can be read, and not in every zone was it heard of before it happened (R48)."""
    first, second = interval(happened or ""), time(heard)
    return first is not None and second is not None and first.earliest <= second


def sort_events(rows: Iterable[EventRow], words: Vocabulary) -> Sorted[EventRow]:
    """Consent events."""

    def readable(row: EventRow) -> bool:
        flags = (row.pre_ticked, row.separate_choices, row.required_for_service, row.incentive, row.without_refusal)
        refused_without_choice = said(row.event_state) == "ConsentRefused" and said(row.without_refusal) == "true"
        return (
            names_record(row.person_id)
            and is_whole(row)
            and not refused_without_choice
            and said(row.event_state) in STATES
            and in_order(row.event_time, row.received_at)
            and listed(row.purposes) <= set(words.purposes)
            and said(row.purposes).count("|") + 1 == len(listed(row.purposes))  # none of them twice
            and said(row.channel) in words.channels
            and all(said(flag) in FLAGS for flag in flags)
            and (not said(row.notice_shown_at) or time(row.notice_shown_at) is not None)
            and legal_basis(row) in LEGAL_BASES
        )

    return sort_rows(rows, "event_id", readable)


def legal_basis(row: EventRow) -> str:
    """On what an act rests: consent, where nothing is said (R42)."""
    return said(row.legal_basis) or CONSENT


def sort_objections(rows: Iterable[ObjectionRow], words: Vocabulary) -> Sorted[ObjectionRow]:
    """Objections."""

    def readable(row: ObjectionRow) -> bool:
        scopes = {ALL, *words.purposes}
        known = names_record(row.person_id) and is_whole(row) and said(row.scope) in scopes
        return known and in_order(row.objected_at, row.received_at)

    return sort_rows(rows, "objection_id", readable)


def sort_unsubscribes(rows: Iterable[UnsubscribeRow], words: Vocabulary) -> Sorted[UnsubscribeRow]:
    """Unsubscribes."""

    def readable(row: UnsubscribeRow) -> bool:
        known = names_record(row.person_id) and is_whole(row) and said(row.channel) in words.channels
        return known and in_order(row.unsubscribed_at, row.received_at)

    return sort_rows(rows, "unsubscribe_id", readable)


def consent_of(row: EventRow) -> Consent:
    """An accepted event. Raises ValueError for one that is not."""
    happened, heard = _times(row.event_time, row.received_at)
    is_yes = said(row.event_state) in GRANTS
    confirms = said(row.confirmation_of) if is_yes else ""
    return Consent(
        event_id=said(row.event_id),
        record=said(row.person_id),
        is_grant=is_yes and not confirms,
        confirms=confirms,
        happened=happened,
        heard=heard,
        purposes=listed(row.purposes),
        channel=said(row.channel),
        form=row,
    )


def objection_of(row: ObjectionRow) -> Refusal:
    """An accepted objection. Raises ValueError for one that is not."""
    scope = None if said(row.scope) == ALL else said(row.scope)
    return Refusal("R20", said(row.person_id), *_times(row.objected_at, row.received_at), scope, None)


def unsubscribe_of(row: UnsubscribeRow) -> Refusal:
    """An accepted unsubscribe. Raises ValueError for one that is not."""
    return Refusal("R31", said(row.person_id), *_times(row.unsubscribed_at, row.received_at), None, said(row.channel))


def _times(happened: Text, heard: Text) -> tuple[Interval, datetime]:
    first, second = interval(happened or ""), time(heard)
    if first is None or second is None:
        raise ValueError("only accepted rows have both times")
    return first, second
