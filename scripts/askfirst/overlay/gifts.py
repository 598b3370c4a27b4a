"""Baskets that were for somebody else (R38)."""

from random import Random

from askfirst.overlay import names
from askfirst.overlay.chance import chance
from askfirst.overlay.purchases import Purchases, TopicRun
from askfirst.overlay.world import Gift

DECIDING_TOPICS = ("ribs", "coffee", "pasta", "milk", "cereal", "cat_food", "yogurt", "pasta_sauce")
DECIDING_PER_TOPIC = 6


def deciding_runs(rng: Random, purchases: Purchases) -> tuple[TopicRun, ...]:
    """A topic for each of 48 households, whose every basket with it becomes a gift, so that the gift decides."""
    taken: set[int] = set()
    runs: list[TopicRun] = []
    for topic in DECIDING_TOPICS:
        free = [run for run in purchases.topic_runs if run.topic == topic and run.household_id not in taken]
        chosen = rng.sample(free, min(DECIDING_PER_TOPIC, len(free)))
        taken.update(run.household_id for run in chosen)
        runs += chosen
    return tuple(runs)


def draw_gifts(rng: Random, purchases: Purchases, deciding: tuple[TopicRun, ...]) -> tuple[Gift, ...]:
    """The deciding gifts, 1.5 % of the baskets of a quarter of the other households, and entries that are no gift."""
    baskets = {basket for run in deciding for basket in run.basket_ids}
    deciders = {run.household_id for run in deciding}
    said_no: list[int] = []
    for household_id in purchases.household_ids:
        if household_id in deciders or not chance(rng, 0.25):
            continue
        for basket_id in purchases.baskets[household_id]:
            if chance(rng, 0.015):
                baskets.add(basket_id)
            elif chance(rng, 0.002):
                said_no.append(basket_id)
    gifts = [_gift(rng, basket_id) for basket_id in sorted(baskets)]
    return (*gifts, *(Gift(basket_id, marked=False, ship_to_name="") for basket_id in said_no))


def _gift(rng: Random, basket_id: int) -> Gift:
    """Marked, or shipped to another name, or both."""
    marked = chance(rng, 0.6)
    shipped = not marked or chance(rng, 0.2)
    name = f"{rng.choice(names.FIRST_NAMES)} {rng.choice(names.LAST_NAMES)}" if shipped else ""
    return Gift(basket_id, marked, name)
