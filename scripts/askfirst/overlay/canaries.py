"""Canaries: customers who do not exist, and whose every inferred or third-party value is recognisable."""

from datetime import date, datetime, timedelta
from random import Random

from askfirst.overlay import stories, traits
from askfirst.overlay.clock import AS_OF
from askfirst.overlay.draw import draw_profile
from askfirst.overlay.stories import CHANNELS, PURPOSES
from askfirst.overlay.world import Person, Profile, Record, Told

FIRST_HOUSEHOLD = 9_000_001
HOUSEHOLDS = 16  # every second one has two persons: 24 canaries
FIRST_BASKET = 9_000_000_000_001  # far above the real ones
SCORE = "-987654321"
STORE = 9_001
FIRST_MONDAY = date(2017, 1, 2)  # of the real table's week 2
# topic: days between two purchases, dollars. The last one is a little more than an interval before as_of: due.
HABITS = {"coffee": (28, 6.49), "ribs": (35, 11.99), "pasta": (28, 0.99), "milk": (14, 2.89), "bread": (7, 1.29)}

DEMOGRAPHICS_COLUMNS = (
    "age", "income", "home_ownership", "marital_status", "household_size", "household_comp", "kids_count",
)  # fmt: skip


def mark(column: str, key: object) -> str:
    """The recognisable text that a canary carries in a column."""
    return f"CANARY-{column}-{key}"


def draw_canaries(rng: Random) -> tuple[Person, ...]:
    """Adults who consent to everything and love ribs; every other one has told us the birthday month."""
    homes = [FIRST_HOUSEHOLD + index for index in range(HOUSEHOLDS) for _ in range(1 + index % 2)]
    return tuple(_canary(rng, household_id, told=place % 2 == 0) for place, household_id in enumerate(homes))


def _canary(rng: Random, household_id: int, *, told: bool) -> Person:
    profile = draw_profile(rng)
    record = Record(
        told={channel: (Told(PURPOSES, stories.GIVEN_ONCE),) for channel in CHANNELS},
        age=traits.ADULTS[0],
        email=traits.EMAIL_FINE,
        postal=traits.POSTAL_FINE,
    )
    return Person(
        household_id=household_id,
        records=(record,),
        profile=Profile(
            first_name=profile.first_name,
            last_name="Canary",
            birthday_month=str(AS_OF.month) if told else "",
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
        for topic, (interval, dollars) in HABITS.items():
            for bought_at in _purchase_times(interval, household_id):
                week = (bought_at.date() - FIRST_MONDAY).days // 7 + 2
                line = (household_id, STORE, basket_id, products[topic], 1, dollars, 0.0, 0.0, 0.0, week, bought_at)
                lines.append(line)
                basket_id += 1
    return lines


def _purchase_times(interval: int, household_id: int) -> list[datetime]:
    """Every `interval` days of 2017, the last of them `interval` and a few days before as_of; ascending, no zone."""
    hour = 9 + household_id % 10
    last = AS_OF.replace(tzinfo=None) - timedelta(days=interval + 2 + interval // 14, hours=24 - hour)
    times = [last - timedelta(days=interval * back) for back in range(400 // interval)]
    return sorted(moment for moment in times if moment.year == FIRST_MONDAY.year)


def canary_demographics() -> list[tuple[object, ...]]:
    """One row for each canary household, every text of it recognisable."""
    households = range(FIRST_HOUSEHOLD, FIRST_HOUSEHOLD + HOUSEHOLDS)
    return [(household, *(mark(column, household) for column in DEMOGRAPHICS_COLUMNS)) for household in households]
