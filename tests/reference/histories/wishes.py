"""Random dismissals, chosen frequencies and sent messages, bounces, and favourites stated."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

from tests.reference.consent.clock import months_later, written
from tests.reference.consent.records import BounceRow, DismissalRow, FrequencyRow, MessageRow, PreferenceRow
from tests.reference.consent.retention import STATED
from tests.reference.consent.wishes import CAMPAIGN, HIDE, PERIODS, PRODUCT, SHOW, TOPIC
from tests.reference.histories import odd
from tests.reference.histories.setting import OFTEN

if TYPE_CHECKING:
    from datetime import datetime

    from tests.reference.histories.setting import Setting

TOPICS = ("ribs", "coffee")


def bounces(setting: Setting) -> tuple[BounceRow, ...]:
    """Messages that did not arrive, for good or not."""
    rows: list[BounceRow] = []
    rng = setting.rng
    for record in (record for record in setting.records for _ in range(2)):
        if not setting.chance(0.15):
            continue
        happened = setting.happens_in_utc()
        heard = setting.as_of if setting.chance(0.1) else setting.hears(happened)
        row = BounceRow(
            bounce_id=setting.odd(setting.identifier("B", len(rows)), odd.NOTHING),
            person_id=setting.odd(record, odd.NOBODY),
            channel=setting.odd(rng.choice(setting.words.channels), odd.CHANNELS),
            kind=setting.odd(rng.choice(("hard", "hard", "soft")), odd.BOUNCES, OFTEN),
            bounced_at=setting.odd(written(happened), odd.TIMES),
            received_at=setting.odd(written(heard), odd.TIMES),
        )
        rows.append(row)
        if setting.chance(0.05):
            rows.append(row)
        elif setting.wild and setting.chance(0.05):
            rows.append(replace(row, kind=rng.choice(("hard", "soft"))))
    return tuple(rows)


def dismissals(setting: Setting) -> tuple[DismissalRow, ...]:
    """What some records hide, and show again: campaigns, topics, products."""
    rows: list[DismissalRow] = []
    rng = setting.rng
    segments = sorted({audience.segment for audience in setting.words.audiences})
    for record in setting.records:
        if not setting.chance(0.25):
            continue
        kind, topic = rng.choice((CAMPAIGN, CAMPAIGN, TOPIC, PRODUCT)), rng.choice(TOPICS)
        campaigns = (*segments, *segments, *(audience.name for audience in setting.words.audiences))
        campaign = rng.choice(campaigns)
        target = {
            CAMPAIGN: rng.choice((campaign, campaign, campaign.upper(), "spring_leaflet")),
            TOPIC: topic,
            PRODUCT: rng.choice(("1049892", "0862799", *setting.words.product_topics)),
        }[kind]
        for _ in range(rng.choice((1, 1, 2, 3))):
            topic = rng.choice(TOPICS) if kind == PRODUCT else topic
            if kind == CAMPAIGN and setting.chance(0.5):  # the same one by another name
                target = rng.choice((campaign, campaign.rpartition("__")[2]))
            row = DismissalRow(
                dismissal_id=setting.odd(setting.identifier("D", len(rows)), odd.NOTHING),
                person_id=setting.odd(record, odd.NOBODY),
                kind=setting.odd(kind, odd.DISMISSALS),
                target=setting.odd(target, odd.TOPICS),
                topic=setting.odd(rng.choice((None, "")) if kind == CAMPAIGN else topic, odd.TOPICS),
                state=setting.odd(rng.choice((HIDE, HIDE, SHOW)), odd.SHOWN),
                dismissed_at=setting.odd(written(setting.happens_in_utc()), odd.TIMES),
            )
            rows.append(row)
            if setting.chance(0.05):
                rows.append(row)
            elif setting.wild and setting.chance(0.05):
                rows.append(replace(row, state=rng.choice((HIDE, SHOW))))
    return tuple(rng.sample(rows, len(rows)))


def frequencies(setting: Setting) -> tuple[FrequencyRow, ...]:
    """How often some records want to be written to."""
    rows: list[FrequencyRow] = []
    rng = setting.rng
    for record in setting.records:
        if not setting.chance(0.8):
            continue
        channel = rng.choice(setting.words.channels)
        for _ in range(rng.choice((1, 1, 2, 3))):
            row = FrequencyRow(
                choice_id=setting.odd(setting.identifier("C", len(rows)), odd.NOTHING),
                person_id=setting.odd(record, odd.NOBODY),
                channel=setting.odd(channel, odd.CHANNELS),
                maximum=setting.odd(rng.choice(("0", "1", "2", "2", "3")), odd.MAXIMA, OFTEN),
                period=setting.odd(rng.choice(sorted(PERIODS)), odd.PERIODS),
                chosen_at=setting.odd(written(setting.happens_in_utc()), odd.TIMES),
            )
            rows.append(row)
            if setting.chance(0.05):
                rows.append(row)
            elif setting.wild and setting.chance(0.05):
                rows.append(replace(row, maximum=rng.choice(("1", "4"))))
    return tuple(rng.sample(rows, len(rows)))


def messages(setting: Setting) -> tuple[MessageRow, ...]:
    """What we sent some records: mostly about as long ago as a period is."""
    rows: list[MessageRow] = []
    rng = setting.rng
    for record in setting.records:
        for _ in range(rng.choice((0, 1, 2, 3, 4))):
            row = MessageRow(
                message_id=setting.odd(setting.identifier("M", len(rows)), odd.NOTHING),
                person_id=setting.odd(record, odd.NOBODY),
                channel=setting.odd(rng.choice(setting.words.channels), odd.CHANNELS, OFTEN),
                campaign=rng.choice(("grill_week", "loyalty_news", "", None)),
                sent_at=setting.odd(written(_sent(setting)), odd.TIMES),
            )
            rows.append(row)
            if setting.chance(0.05):
                rows.append(row)
            elif setting.wild and setting.chance(0.05):
                rows.append(replace(row, channel=rng.choice(setting.words.channels)))
    return tuple(rng.sample(rows, len(rows)))


def _sent(setting: Setting) -> datetime:
    if setting.chance(0.1):
        return setting.happens_in_utc()
    return setting.as_of - timedelta(setting.rng.choice((*PERIODS.values(), 3)), setting.rng.choice((-1, 0, 1)))


def preferences(setting: Setting) -> tuple[PreferenceRow, ...]:
    """What some records like, some of it stated about as long ago as it is kept."""
    rows: list[PreferenceRow] = []
    rng = setting.rng
    for record in setting.records:
        if not setting.chance(0.25):
            continue
        datum = rng.choice(sorted(STATED))
        for _ in range(rng.choice((1, 1, 2, 3))):
            row = PreferenceRow(
                statement_id=setting.odd(setting.identifier("T", len(rows)), odd.NOTHING),
                person_id=setting.odd(record, odd.NOBODY),
                datum=setting.odd(datum, odd.DATA),
                topic=setting.odd(rng.choice(TOPICS), odd.TOPICS),
                stated_at=setting.odd(written(kept_or_not(setting, datum)), odd.TIMES),
            )
            rows.append(row)
            if setting.chance(0.05):
                rows.append(row)
            elif setting.wild and setting.chance(0.05):
                rows.append(replace(row, topic=rng.choice(TOPICS)))
    return tuple(rng.sample(rows, len(rows)))


def kept_or_not(setting: Setting, datum: str) -> datetime:
    """Lately, or about as long ago as a datum is kept."""
    if setting.chance(0.5):
        return setting.happens_in_utc()
    end = months_later(setting.as_of, -12 * setting.words.retention_years[datum])
    return end + timedelta(seconds=setting.rng.choice((-86_400, -1, 0, 1, 86_400)))
