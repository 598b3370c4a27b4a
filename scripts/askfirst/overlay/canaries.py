"""Canaries: customers who do not exist, and whose every inferred or third-party value is recognisable.

Their story leads into every audience whatever `as_of` is, from the demo's on: between them they were born in every
month, they renew their consent every year, and they go on buying, so that on any day some of them are due and some have
just bought. What lies after `as_of` is not known yet, as with everyone else.
"""

from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from random import Random

from askfirst.overlay import stories, traits
from askfirst.overlay.draw import draw_profile
from askfirst.overlay.stories import CHANNELS, PURPOSES
from askfirst.overlay.world import Person, Profile, Record, Told

FIRST_HOUSEHOLD = 9_000_001
HOUSEHOLDS = 16  # every second one has two persons: 24 canaries
FIRST_BASKET = 9_000_000_000_001  # far above the real ones
SCORE = "-987654321"
STORE = 9_001
FIRST_MONDAY = date(2017, 1, 2)  # of the real table's week 2
LAST_DAY = date(2030, 12, 31)  # after it nothing is bought any more, and the gate says so (AF111)
DOLLARS = {"coffee": 6.49, "ribs": 11.99, "pasta": 0.99, "milk": 2.89, "bread": 1.29}
# Three days in a row, then a pause: about nine days between two purchases on average, so due from the eleventh day of a
# round to its end. Every other household is half a round behind: then the others are due.
ROUND, DAYS_IN_A_ROW = 28, 3
MONTHS = 12

DEMOGRAPHICS_COLUMNS = (
    "age", "income", "home_ownership", "marital_status", "household_size", "household_comp", "kids_count",
)  # fmt: skip


def mark(column: str, key: object) -> str:
    """The recognisable text that a canary carries in a column."""
    return f"CANARY-{column}-{key}"


def draw_canaries(rng: Random) -> tuple[Person, ...]:
    """Adults who consent to everything and love ribs; every other one has told us the birthday month."""
    homes = [FIRST_HOUSEHOLD + index for index in range(HOUSEHOLDS) for _ in range(1 + index % 2)]
    return tuple(
        _canary(rng, household_id, str(month_of(place)) if place % 2 == 0 else "")
        for place, household_id in enumerate(homes)
    )


def month_of(place: int) -> int:
    """The month of the canary at this place, told or not: every month once among those who told us, and the others."""
    return 1 + place // 2 % MONTHS


def _canary(rng: Random, household_id: int, birthday_month: str) -> Person:
    profile = draw_profile(rng)
    record = Record(
        told={channel: (Told(PURPOSES, stories.GIVEN_ONCE),) for channel in CHANNELS},
        age=traits.ADULTS[0],
        email=traits.EMAIL_FINE,
        postal=traits.POSTAL_FINE,
        renewed_until=LAST_DAY.year,
    )
    return Person(
        household_id=household_id,
        records=(record,),
        profile=Profile(
            first_name=profile.first_name,
            last_name="Canary",
            birthday_month=birthday_month,
            jurisdiction="DE",
            home="owner",
        ),
        tastes=(("favourite_cut", "ribs"), ("favourite_department", "bakery")),
        canary=True,
    )


def canary_transactions(products: dict[str, int]) -> list[tuple[object, ...]]:
    """Lines with the real table's columns: steady purchases, the same for every canary household but for the hour."""
    lines: list[tuple[object, ...]] = []
    basket_id = FIRST_BASKET
    for household_id in range(FIRST_HOUSEHOLD, FIRST_HOUSEHOLD + HOUSEHOLDS):
        for topic, dollars in DOLLARS.items():
            for bought_at in _purchase_times(household_id):
                week = (bought_at.date() - FIRST_MONDAY).days // 7 + 2
                line = (household_id, STORE, basket_id, products[topic], 1, dollars, 0.0, 0.0, 0.0, week, bought_at)
                lines.append(line)
                basket_id += 1
    return lines


def _purchase_times(household_id: int) -> Iterator[datetime]:
    """A household's purchases of each topic, ascending, no zone."""
    first = datetime.combine(FIRST_MONDAY, time(9 + household_id % 10)) + timedelta(days=household_id % 2 * ROUND // 2)
    for day in range((LAST_DAY - first.date()).days + 1):
        if day % ROUND < DAYS_IN_A_ROW:
            yield first + timedelta(days=day)


def canary_demographics() -> list[tuple[object, ...]]:
    """One row for each canary household, every text of it recognisable."""
    households = range(FIRST_HOUSEHOLD, FIRST_HOUSEHOLD + HOUSEHOLDS)
    return [(household, *(mark(column, household) for column in DEMOGRAPHICS_COLUMNS)) for household in households]
