"""Random switches, and baskets some of which were gifts."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from tests.reference.consent.clock import written
from tests.reference.consent.records import GiftRow, PurchaseRow, SwitchRow
from tests.reference.histories import odd
from tests.reference.histories.customers import households
from tests.reference.histories.wishes import kept_or_not

if TYPE_CHECKING:
    from tests.reference.histories.setting import Setting


BASKETS = ("{}.0", " {}", "0{}", "B{}", "-{}", "{}\u00a0", "{}.6", "{}|{}")  # how else a basket may be written


def switches(setting: Setting) -> tuple[SwitchRow, ...]:
    """Data switched off and on."""
    rows: list[SwitchRow] = []
    rng = setting.rng
    for record in setting.records:
        if not setting.chance(0.3):
            continue
        datum, purpose = rng.choice((*sorted(setting.words.data), "purchases")), rng.choice(setting.words.purposes)
        for _ in range(rng.choice((1, 1, 2, 3))):
            row = SwitchRow(
                switch_id=setting.odd(setting.identifier("W", len(rows)), odd.NOTHING),
                person_id=setting.odd(record, odd.NOBODY),
                datum=setting.odd(datum, odd.DATA),
                purpose=setting.odd(purpose, odd.PURPOSES),
                state=setting.odd(rng.choice(("off", "off", "on")), odd.SWITCH_STATES),
                switched_at=setting.odd(written(setting.happens()), odd.TIMES),
            )
            rows.append(row)
            if setting.chance(0.05):
                rows.append(row)
            elif setting.wild and setting.chance(0.05):
                rows.append(replace(row, state=rng.choice(("off", "on"))))
    return tuple(rng.sample(rows, len(rows)))


def purchases(setting: Setting) -> tuple[PurchaseRow, ...]:
    """A few baskets of the household."""
    household = int(households(setting.number)[0])
    return tuple(
        PurchaseRow(household, setting.number * 10 + place, kept_or_not(setting, "purchases"))
        for place in range(setting.rng.choice((0, 1, 2)))
    )


def gifts(setting: Setting) -> tuple[GiftRow, ...]:
    """What the buyer said of the baskets."""
    rows: list[GiftRow] = []
    rng = setting.rng
    for place in range(rng.choice((0, 1, 2, 3)) if setting.chance(0.5) else 0):
        basket = str(setting.number * 10 + rng.choice((0, 1)))
        row = GiftRow(
            gift_id=setting.odd(setting.identifier("G", place), odd.NOTHING),
            basket_id=setting.odd(basket, (*odd.ANYTHING, *(form.format(basket, basket) for form in BASKETS))),
            marked_gift=setting.odd(rng.choice(("true", "false", "", None)), odd.FLAGS),
            ship_to_name=rng.choice((None, None, "", " ", "Somebody Else")),
        )
        rows.append(row)
        if setting.chance(0.05):
            rows.append(row)
        elif setting.wild and setting.chance(0.05):
            rows.append(replace(row, marked_gift=rng.choice(("true", "false"))))
    return tuple(rows)
