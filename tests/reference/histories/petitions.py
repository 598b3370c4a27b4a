"""Random requests (restrictions, disputes, reports of a death, erasures), and who comes back at an erased address."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

from tests.reference.consent.clock import written
from tests.reference.consent.records import RequestRow
from tests.reference.consent.requests import ALIVE, DECEASED, DISPUTE, ERASURE, KINDS, LIFTED, RESTRICTION
from tests.reference.histories import odd
from tests.reference.histories.setting import OFTEN

if TYPE_CHECKING:
    from tests.reference.consent.records import AddressRow, PersonRow, Text
    from tests.reference.histories.setting import Setting

STORIES = (
    (RESTRICTION,),
    (RESTRICTION, LIFTED),
    (DISPUTE,),
    (DISPUTE, DISPUTE),
    (DECEASED,),
    (DECEASED, ALIVE),
    (LIFTED,),
)
OTHERS = sorted(KINDS - {ERASURE})


def requests(setting: Setting) -> tuple[RequestRow, ...]:
    """What some records ask, and now and then that one of them is erased."""
    rows: list[RequestRow] = []
    rng = setting.rng
    for record in setting.records:
        if setting.chance(0.2):
            for kind in rng.choice((*STORIES, (rng.choice(OTHERS),))):
                rows += _copies(setting, _request(setting, record, kind, len(rows)))
    if setting.chance(0.2):
        for record in rng.choices(setting.records, k=rng.choice((1, 1, 2))):
            rows += _copies(setting, _request(setting, record, ERASURE, len(rows)))
    return tuple(rng.sample(rows, len(rows)))


def _copies(setting: Setting, row: RequestRow) -> tuple[RequestRow, ...]:
    """The row; now and then once more, the same or with other content under the same id."""
    if setting.chance(0.05):
        return row, row
    if setting.wild and setting.chance(0.05):
        return row, replace(row, kind=setting.rng.choice(OTHERS))
    if setting.chance(0.05):  # once when it comes, and once when it is closed
        return replace(row, closed_at=None), row
    return (row,)


def _request(setting: Setting, record: str, kind: str, place: int) -> RequestRow:
    rng = setting.rng
    made = setting.happens_in_utc()
    heard = setting.hears(made)
    closed: Text = rng.choice((None, "", "  "))
    if setting.chance(0.4):
        settled = setting.as_of if setting.chance(0.1) else setting.happens_in_utc()
        closed = written(settled if setting.wild and setting.chance(OFTEN) else max(heard, settled))
    if kind == ERASURE and setting.chance(0.15):  # so long ago that the list ends at as_of, to the second
        made = setting.as_of - timedelta(setting.words.suppression_kept_days, rng.choice((-1, 0, 1)))
        heard, closed = rng.choice((made, made, heard)), None
    return RequestRow(
        request_id=setting.odd(setting.identifier("Q", place), odd.NOTHING),
        person_id=setting.odd(record, odd.NOTHING),
        kind=setting.odd(kind, odd.REQUESTS),
        requested_at=setting.odd(written(made), odd.TIMES),
        received_at=setting.odd(written(heard), odd.TIMES),
        closed_at=setting.odd(closed, odd.TIMES),
    )


def forgotten(
    setting: Setting, persons: tuple[PersonRow, ...], addresses: tuple[AddressRow, ...]
) -> dict[str, tuple[object, ...]]:
    """Somebody whom the raw tables have forgotten since they were erased; somebody else may have their address."""
    if not addresses or not setting.chance(0.15):
        return {}
    record = f"P{setting.number:07d}X"
    model = setting.rng.choice(addresses)
    name = next((row.last_name for row in persons if row.person_id == model.person_id), "Sample")
    person = replace(persons[0], person_id=record, last_name=name) if persons else None
    return {
        "forgotten_persons": (person,) if person else (),
        "forgotten_addresses": (replace(model, address_id=setting.identifier("F", 0), person_id=record),),
        "forgotten_requests": (_request(setting, record, ERASURE, 900),),
    }
