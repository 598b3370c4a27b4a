"""Random objections and unsubscribes."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from tests.reference.consent.records import ObjectionRow, UnsubscribeRow
from tests.reference.histories import odd

if TYPE_CHECKING:
    from tests.reference.histories.setting import Setting


def objections(setting: Setting) -> tuple[ObjectionRow, ...]:
    """Objections of some records, to one purpose or to all."""
    rows: list[ObjectionRow] = []
    for record in (record for record in setting.records for _ in range(2)):
        if not setting.chance(0.13):
            continue
        happened, heard = setting.times()
        row = ObjectionRow(
            objection_id=setting.odd(setting.identifier("O", len(rows)), odd.NOTHING),
            person_id=setting.odd(record, odd.NOTHING),
            scope=setting.odd(setting.rng.choice(("all", *setting.words.purposes)), odd.SCOPES),
            objected_at=setting.odd(happened, odd.TIMES),
            received_at=setting.odd(heard, odd.TIMES),
        )
        rows.append(row)
        if setting.chance(0.05):
            rows.append(row)
        elif setting.wild and setting.chance(0.05):
            rows.append(replace(row, scope=setting.rng.choice(("all", *setting.words.purposes))))
    return tuple(rows)


def unsubscribes(setting: Setting) -> tuple[UnsubscribeRow, ...]:
    """Unsubscribes of some records."""
    rows: list[UnsubscribeRow] = []
    for record in (record for record in setting.records for _ in range(2)):
        if not setting.chance(0.13):
            continue
        happened, heard = setting.times()
        row = UnsubscribeRow(
            unsubscribe_id=setting.odd(setting.identifier("U", len(rows)), odd.NOTHING),
            person_id=setting.odd(record, odd.NOTHING),
            channel=setting.odd(setting.rng.choice(setting.words.channels), odd.CHANNELS),
            unsubscribed_at=setting.odd(happened, odd.TIMES),
            received_at=setting.odd(heard, odd.TIMES),
        )
        rows.append(row)
        if setting.chance(0.05):
            rows.append(row)
        elif setting.wild and setting.chance(0.05):
            rows.append(replace(row, channel=setting.rng.choice(setting.words.channels)))
    return tuple(rows)
