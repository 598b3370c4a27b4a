"""What people wish beside consent: not to be shown something again (R36), and how often they are written to (R37)."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import timedelta
from random import Random
from typing import TYPE_CHECKING

from askfirst.overlay.chance import chance
from askfirst.overlay.clock import AS_OF, Phase, moment, moments, utc_text
from askfirst.overlay.stories import CHANNELS

if TYPE_CHECKING:
    from askfirst.overlay.world import Person

Row = dict[str, str]

TOPICS = ("ribs", "greeting", "coffee", "pasta", "milk", "bread", "pasta_sauce", "cereal", "yogurt")
CAMPAIGNS = ("ribs", "greet", "replenishment", "companions")
# `hide=show`: both in the same second. `hide*`: after as_of.
DISMISSAL_STORIES: tuple[tuple[tuple[str, ...], bool], ...] = (
    (("hide",), True),
    (("hide",), True),
    (("hide", "show"), False),
    (("hide", "show", "hide"), True),
    (("hide=show",), True),
    (("hide*",), False),
    (("hide", "show*"), True),
)
DAYS_OF_PERIOD = {"P1W": 7, "P1M": 31}


@dataclass(frozen=True, slots=True)
class Dismissal:
    """Acts on one campaign, topic or product; `hidden`: what is in effect at as_of."""

    kind: str
    target: str
    topic: str  # empty for a campaign
    acts: tuple[str, ...]
    hidden: bool


@dataclass(frozen=True, slots=True)
class Frequency:
    """At most so many messages in a period; `recent` were sent within the last one, `older` before it."""

    channel: str
    maximum: int
    period: str
    recent: int
    older: int

    @property
    def left(self) -> int:
        return self.maximum - self.recent


def draw_wishes(rng: Random, person: "Person") -> "Person":
    """The person, now and then with wishes."""
    if chance(rng, 0.06):
        person = replace(person, dismissals=(_draw_dismissal(rng),))
    if chance(rng, 0.08):
        chosen = rng.sample(CHANNELS, rng.randint(1, 2))
        person = replace(person, frequencies=tuple(_draw_frequency(rng, channel) for channel in chosen))
    return person


def _draw_dismissal(rng: Random) -> Dismissal:
    acts, hidden = rng.choice(DISMISSAL_STORIES)
    kind = rng.choice(("campaign", "topic", "topic", "product"))
    if kind == "campaign":
        return Dismissal(kind, rng.choice(CAMPAIGNS), "", acts, hidden)
    topic = rng.choice(TOPICS)
    return Dismissal(kind, topic if kind == "topic" else f"product-{rng.randrange(10**6)}", topic, acts, hidden)


def _draw_frequency(rng: Random, channel: str) -> Frequency:
    return Frequency(
        channel, rng.randint(0, 4), rng.choice(tuple(DAYS_OF_PERIOD)), rng.randint(0, 3), rng.randint(0, 2)
    )


def dismissal_rows(rng: Random, person: "Person") -> Iterator[Row]:
    """A row for each act."""
    for dismissal in person.dismissals:
        record_id = rng.choice(person.records).record_id
        for act, time in zip(dismissal.acts, moments(rng, Phase.TOLD, len(dismissal.acts)), strict=True):
            dismissed_at = moment(rng, Phase.AFTER_AS_OF) if act.endswith("*") else time
            for state in act.rstrip("*").split("="):
                yield {
                    "person_id": record_id,
                    "kind": dismissal.kind,
                    "target": dismissal.target,
                    "topic": dismissal.topic,
                    "state": state,
                    "dismissed_at": utc_text(dismissed_at),
                }


def frequency_rows(rng: Random, person: "Person") -> Iterator[Row]:
    """The choice, and now and then another one before it."""
    for frequency in person.frequencies:
        record_id = rng.choice(person.records).record_id
        earlier, chosen = moments(rng, Phase.TOLD, 2)
        if chance(rng, 0.3):
            yield _choice(record_id, frequency.channel, str(rng.randint(0, 9)), "P1D") | {
                "chosen_at": utc_text(earlier)
            }
        choice = _choice(record_id, frequency.channel, str(frequency.maximum), frequency.period)
        yield choice | {"chosen_at": utc_text(chosen)}


def _choice(record_id: str, channel: str, maximum: str, period: str) -> Row:
    return {"person_id": record_id, "channel": channel, "maximum": maximum, "period": period}


def sent_rows(rng: Random, person: "Person") -> Iterator[Row]:
    """Messages shortly before as_of, of which a chosen maximum counts the recent ones."""
    for frequency in person.frequencies:
        days = DAYS_OF_PERIOD[frequency.period]
        ages = [rng.randrange(60, days * 86400) for _ in range(frequency.recent)]
        ages += [days * 86400 + rng.randrange(10 * 86400) for _ in range(frequency.older)]
        for seconds in ages:
            yield {
                "person_id": rng.choice(person.records).record_id,
                "channel": frequency.channel,
                "campaign": "loyalty_news",
                "privacy_notice": "N-2017-01",
                "sent_at": utc_text(AS_OF - timedelta(seconds=seconds)),
            }
