"""Draws that read like the sentence they stand for."""

from random import Random
from typing import TypeVar

T = TypeVar("T")


def chance(rng: Random, share: float) -> bool:
    """True in this share (0 to 1) of the draws."""
    return rng.random() < share


def weighted(rng: Random, choices: tuple[tuple[T, int], ...]) -> T:
    """One of the (choice, weight)."""
    return rng.choices([choice for choice, _ in choices], weights=[weight for _, weight in choices])[0]


def usual(rng: Random, kinds: tuple[T, ...]) -> T:
    """The first kind mostly, else any of them."""
    return kinds[0] if chance(rng, 0.7) else rng.choice(kinds)
