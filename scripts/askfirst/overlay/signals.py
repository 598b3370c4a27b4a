"""What browsers send of Global Privacy Control (R23): whether, when, and whether anybody was known there."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from random import Random
from typing import TYPE_CHECKING

from askfirst.overlay.chance import chance
from askfirst.overlay.clock import Phase, moment, soon, utc_text

if TYPE_CHECKING:
    from askfirst.overlay.world import Person

Row = dict[str, str]
# What each visit says, and whether the person is known at it.
Visits = tuple[tuple[str, bool], ...]
STORIES: tuple[tuple[Visits, Phase], ...] = (
    ((("1", True),), Phase.TOLD),
    ((("1", True), ("0", True)), Phase.TOLD),
    ((("1", False), ("0", True)), Phase.TOLD),
    ((("1", False), ("0", True)), Phase.TOLD),
    ((("0", True),), Phase.TOLD),
    ((("1", True),), Phase.AFTER_AS_OF),
)


@dataclass(frozen=True, slots=True)
class Browser:
    """A person's one device: what it said, all of it at one time, to the record that it is known by."""

    visits: Visits
    phase: Phase
    seen_at: datetime
    received_at: datetime
    record_id: str

    @property
    def opts_out(self) -> bool:
        """Whether by as_of it has sent the signal, to us or while nobody was known."""
        return self.phase is not Phase.AFTER_AS_OF and any(gpc == "1" for gpc, _ in self.visits)


def with_browsers(rng: Random, persons: "tuple[Person, ...]") -> "tuple[Person, ...]":
    """The same persons, one in four with a browser."""
    return tuple(replace(person, browser=_draw(rng, person)) if chance(rng, 0.25) else person for person in persons)


def _draw(rng: Random, person: "Person") -> Browser:
    visits, phase = rng.choice(STORIES)
    seen_at = moment(rng, phase)
    return Browser(visits, phase, seen_at, soon(rng, seen_at), rng.choice(person.records).record_id)


def signal_rows(person: "Person") -> Iterator[Row]:
    """A row for each visit."""
    browser = person.browser
    if browser is None:
        return
    for gpc, is_known in browser.visits:
        yield {
            "device_id": f"device-{person.person_id}",
            "person_id": browser.record_id if is_known else "",
            "gpc": gpc,
            "seen_at": utc_text(browser.seen_at),
            "received_at": utc_text(browser.received_at),
        }
