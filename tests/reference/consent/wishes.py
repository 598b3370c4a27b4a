"""R36 and R37: what people do not want to be shown again, and how often they want to be written to."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from tests.reference.consent.reading import is_known, moment, names_record, number, said, sort_rows, time
from tests.reference.consent.registry import audience_rule, turn_rule

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from datetime import datetime

    from tests.reference.consent.cells import AudienceCell, TurnCell
    from tests.reference.consent.people import People
    from tests.reference.consent.records import DismissalRow, FrequencyRow, History, MessageRow
    from tests.reference.consent.vocabulary import Vocabulary

HIDE, SHOW = "hide", "show"
CAMPAIGN, TOPIC, PRODUCT = "campaign", "topic", "product"
ANYTHING = "anything"
PERIODS = {"P1D": 1, "P1W": 7, "P1M": 31, "P3M": 92}  # days at the most, so that nobody is counted too few messages
Hidden = tuple[str, str, str]  # person, kind, what


@audience_rule("R36")
def not_again(cell: AudienceCell) -> bool:
    """The person hid the campaign, or something that nobody can read. A hidden topic is a matter of the row."""
    person, segment = cell.person.person_id, cell.audience.segment
    return (person, CAMPAIGN, segment) in cell.hidden or (person, ANYTHING, ANYTHING) in cell.hidden


@turn_rule("R37")
def used_up(cell: TurnCell) -> bool:
    """So many messages are not left, after those sent and those that earlier audiences may send."""
    return cell.messages_left is not None and cell.place > cell.messages_left


def hidden(history: History, people: People, words: Vocabulary, as_of: datetime) -> frozenset[Hidden]:
    """What any record of each person hides at ``as_of``; of a product, the topic."""
    return frozenset(
        (people.person_of[record], kind, what)
        for record, kind, what in hidden_by_record(history, words, as_of)
        if record in people.person_of
    )


def hidden_by_record(history: History, words: Vocabulary, as_of: datetime) -> Iterator[Hidden]:
    """What the last act of each record on a thing leaves hidden; a tie hides; what nobody can read hides anything."""
    campaigns = {name: one.segment for one in words.audiences for name in (one.name, one.segment)}

    def readable(row: DismissalRow) -> bool:
        kind, target, topic = said(row.kind), said(row.target), said(row.topic)
        known = topic in words.topics
        names_it = {CAMPAIGN: target.lower() in campaigns, TOPIC: known and topic == target, PRODUCT: known and target}
        acts = said(row.state) in (HIDE, SHOW) and time(row.dismissed_at) is not None
        return names_record(row.person_id) and bool(names_it.get(kind)) and acts

    def about(row: DismissalRow) -> Hidden:
        thing = said(row.target).lower() if said(row.kind) == CAMPAIGN else said(row.target)
        return said(row.person_id), said(row.kind), thing

    rows = sort_rows(history.dismissals, "dismissal_id", readable)
    acts: dict[Hidden, list[DismissalRow]] = {}
    for row in (row for row in rows.accepted if is_known(row.dismissed_at, as_of)):
        acts.setdefault(about(row), []).append(row)
    for (record, kind, thing), rows_of_it in acts.items():
        last = max(moment(row.dismissed_at) for row in rows_of_it)
        for row in (row for row in rows_of_it if said(row.state) == HIDE and moment(row.dismissed_at) == last):
            named = campaigns[thing] if kind == CAMPAIGN else thing
            yield from ((record, *hides) for hides in _hidden_with(kind, named, said(row.topic), words))
    yield from ((said(row.person_id), ANYTHING, ANYTHING) for row in rows.rejected)


def _hidden_with(kind: str, thing: str, topic: str, words: Vocabulary) -> Iterator[tuple[str, str]]:
    """What goes with a campaign, a topic or a product: of this, what the page said that it is of, and what it is of."""
    if kind == CAMPAIGN:
        yield CAMPAIGN, thing
        return
    yield TOPIC, topic
    product = str(number(thing))
    if kind == PRODUCT and product in words.product_topics:
        yield TOPIC, words.product_topics[product]


def messages_left(history: History, people: People, words: Vocabulary, as_of: datetime) -> dict[tuple[str, str], int]:
    """How many messages each person may still get on a channel, where a record chose a maximum: the strictest."""
    sent = list(_sent(history, people, words, as_of))
    left: dict[tuple[str, str], int] = {}
    for record, channel, maximum, period in _chosen(history, words, as_of):
        if record not in people.person_of:
            continue
        place = people.person_of[record], channel
        got = sum(1 for whose, where, when in sent if (whose, where) == place and as_of - when < period)
        left[place] = min(left.get(place, maximum - got), maximum - got)
    return left


def _chosen(history: History, words: Vocabulary, as_of: datetime) -> Iterator[tuple[str, str, int, timedelta]]:
    """What each record chose last; of choices of one second all hold. One that can not be read may be no message."""

    def readable(row: FrequencyRow) -> bool:
        known = said(row.channel) in words.channels and said(row.period) in PERIODS
        maximum = number(row.maximum)
        return names_record(row.person_id) and known and maximum is not None and time(row.chosen_at) is not None

    rows = sort_rows(history.frequencies, "choice_id", readable)
    known = [row for row in rows.accepted if is_known(row.chosen_at, as_of)]
    for row in known:
        if not any(_replaces(other, row) for other in known):
            period = timedelta(PERIODS[said(row.period)])
            yield said(row.person_id), said(row.channel), number(row.maximum) or 0, period
    for row in rows.rejected:
        for channel in _channels(row, words):
            yield said(row.person_id), channel, 0, timedelta()


def _replaces(other: FrequencyRow, row: FrequencyRow) -> bool:
    """Whether another choice of the same record and channel is later."""
    same = said(other.person_id) == said(row.person_id) and said(other.channel) == said(row.channel)
    return same and moment(other.chosen_at) > moment(row.chosen_at)


def _sent(history: History, people: People, words: Vocabulary, as_of: datetime) -> Iterator[tuple[str, str, datetime]]:
    """Person, channel and time of what we sent; what can not be read may have been sent just now."""

    def readable(row: MessageRow) -> bool:
        return names_record(row.person_id) and said(row.channel) in words.channels and time(row.sent_at) is not None

    rows = sort_rows(history.messages, "message_id", readable)
    for row in rows.accepted:
        sent, person = time(row.sent_at), people.person_of.get(said(row.person_id))
        if sent is not None and sent <= as_of and person is not None:
            yield person, said(row.channel), sent
    for row in rows.rejected:
        person = people.person_of.get(said(row.person_id))
        yield from ((person, channel, as_of) for channel in _channels(row, words) if person is not None)


def _channels(row: FrequencyRow | MessageRow, words: Vocabulary) -> Sequence[str]:
    """The channel that a row names, or every one where it names none that we know."""
    return (said(row.channel),) if said(row.channel) in words.channels else words.channels
