"""Which counts of a funnel may be told. Pure: counts in, texts out."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from askfirst.publication.edition import FunnelRow
from askfirst.publication.wording import plain_reason

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

WITHHELD = "withheld"
ORDER = ("members", "excluded", "candidates", "published")


@dataclass(frozen=True)
class Step:
    """One counted step. ``told`` says that the count is public anyway: the audience's rows can be counted."""

    audience: str
    step: str
    rule_id: str | None
    people: int
    told: bool = False


def small(people: int, minimum: int) -> str:
    """A count as it may be told: below the minimum (0 too) it reads ``<minimum``."""
    return str(people) if people >= minimum else f"<{minimum}"


def shown(steps: Sequence[Step], minimum: int) -> list[str]:
    """The counts of one audience as texts.

    Members = excluded + candidates, so one hidden count could be worked out by subtraction, and so could several that
    all stand just below the minimum: then the smallest count that is not public anyway is withheld too.
    """
    texts = [str(step.people) if step.told else small(step.people, minimum) for step in steps]
    hidden = [step.people for step in steps if not step.told and step.people < minimum]
    if hidden and (len(hidden) == 1 or sum(hidden) == len(hidden) * (minimum - 1)):
        others = [(step.people, place) for place, step in enumerate(steps) if not step.told and step.people >= minimum]
        if others:
            texts[min(others)[1]] = WITHHELD
    return texts


def funnel(steps: Iterable[Step], segments: dict[str, str | None], minimum: int) -> tuple[FunnelRow, ...]:
    """The funnel's rows, in the order of the way.

    ``segments`` maps audience to segment: audiences of one segment have the same members, so that where one of them
    withholds that count, all do.
    """
    by_audience: dict[str, list[Step]] = defaultdict(list)
    for step in sorted(steps, key=place_on_the_way):
        by_audience[step.audience].append(step)
    rows = [
        FunnelRow(step.audience, step.step, plain_reason(step.step, step.rule_id), text)
        for steps_of_one in by_audience.values()
        for step, text in zip(steps_of_one, shown(steps_of_one, minimum), strict=True)
    ]
    members = [row for row in rows if row.step == "members"]
    withheld = {segments.get(row.audience) or row.audience for row in members if row.people == WITHHELD}
    return tuple(
        replace(row, people=WITHHELD)
        if row.step == "members" and (segments.get(row.audience) or row.audience) in withheld
        else row
        for row in rows
    )


def place_on_the_way(step: Step) -> tuple[str, int, str, str]:
    """The sort key of a step: by audience, then as the way goes, then by rule."""
    place = ORDER.index(step.step) if step.step in ORDER else len(ORDER)
    return step.audience, place, step.step, step.rule_id or ""
