"""Random privacy signals: from a few devices, of which some records share one, and some rows name no record."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.reference.consent.clock import written
from tests.reference.consent.records import SignalRow
from tests.reference.histories import odd

if TYPE_CHECKING:
    from tests.reference.histories.setting import Setting


def privacy_signals(setting: Setting) -> tuple[SignalRow, ...]:
    """What some records' browsers sent, or did not."""
    rng = setting.rng
    devices = [setting.identifier("D", place) for place in range(2)]
    seen = [record for record in setting.records for _ in range(2) if setting.chance(0.2)]
    return tuple(_signal(setting, place, record, rng.choice(devices)) for place, record in enumerate(seen))


def _signal(setting: Setting, place: int, record: str, device: str) -> SignalRow:
    happened = setting.happens_in_utc()
    return SignalRow(
        signal_id=setting.odd(setting.identifier("G", place), odd.NOTHING),
        device_id=setting.odd(device, odd.NOTHING),
        person_id=None if setting.chance(0.3) else setting.odd(record, odd.NOTHING),
        gpc=setting.odd(setting.rng.choice(("0", "0", "1")), odd.ANYTHING),
        seen_at=setting.odd(written(happened), odd.TIMES),
        received_at=setting.odd(written(setting.hears(happened)), odd.TIMES),
    )
