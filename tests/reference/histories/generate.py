"""Random histories: the same seed and number give the same one, however many are asked for."""

from __future__ import annotations

from random import Random
from typing import TYPE_CHECKING, Any

from tests.reference.consent.records import History
from tests.reference.histories import consents, customers, petitions, refusals, signals, uses, wishes
from tests.reference.histories.setting import set_stage

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

    from tests.reference.consent.vocabulary import Vocabulary


def histories(seed: int, numbers: range, as_of: datetime, words: Vocabulary) -> Iterator[History]:
    """The histories of these numbers."""
    return (history(seed, number, as_of, words) for number in numbers)


def history(seed: int, number: int, as_of: datetime, words: Vocabulary, named: int | None = None) -> History:
    """One history, drawn table by table. ``named`` gives it the ids of another number, and changes nothing else."""
    rng = Random(f"{seed}:{number}")  # noqa: S311 - drawn to be repeated, not to be secret
    setting = set_stage(rng, number if named is None else named, as_of, words)
    persons, addresses = customers.persons(setting), customers.addresses(setting)
    forgotten: dict[str, Any] = petitions.forgotten(setting, persons, addresses)
    return History(
        persons=persons,
        addresses=addresses,
        switches=uses.switches(setting),
        identity_links=customers.identity_links(setting),
        gifts=uses.gifts(setting),
        events=consents.events(setting),
        objections=refusals.objections(setting),
        unsubscribes=refusals.unsubscribes(setting),
        purchases=uses.purchases(setting),
        requests=petitions.requests(setting),
        bounces=wishes.bounces(setting),
        dismissals=wishes.dismissals(setting),
        frequencies=wishes.frequencies(setting),
        messages=wishes.messages(setting),
        preferences=wishes.preferences(setting),
        privacy_signals=signals.privacy_signals(setting),
        **forgotten,
    )
