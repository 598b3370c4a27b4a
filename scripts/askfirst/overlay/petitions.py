"""What people ask of us beside consent: restriction, accuracy, a copy; and deaths that others report."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import timedelta
from random import Random
from typing import TYPE_CHECKING, Literal

from askfirst.overlay.chance import chance
from askfirst.overlay.clock import AS_OF, Phase, moment, moments, soon, utc_text

if TYPE_CHECKING:
    from askfirst.overlay.world import Person

Row = dict[str, str]

# unheard: before as_of, but heard of afterwards. future: after as_of.
Arrival = Literal["soon", "unheard", "future"]
Closing = Literal["open", "closed", "closed after as_of"]


@dataclass(frozen=True, slots=True)
class Ask:
    """One request. Requests of the same `step` are made at the same second."""

    kind: str
    step: int
    closing: Closing = "open"
    arrival: Arrival = "soon"


@dataclass(frozen=True, slots=True)
class Petition:
    """What was asked about one record, and the rule that holds by it at as_of, or none."""

    name: str
    asks: tuple[Ask, ...]
    rule: str = ""


RESTRICTED = (
    Petition("restricts", (Ask("restriction", 0),), "R46"),
    Petition("restricts, and is answered", (Ask("restriction", 0, "closed"),), "R46"),
    Petition("disputes", (Ask("accuracy_dispute", 0),), "R46"),
    Petition("disputes, settled after as_of", (Ask("accuracy_dispute", 0, "closed after as_of"),), "R46"),
    Petition(
        "restricts again", (Ask("restriction", 0), Ask("restriction_lifted", 1), Ask("restriction", 2, "closed")), "R46"
    ),
    Petition("lifted in the same second", (Ask("restriction", 0), Ask("restriction_lifted", 0)), "R46"),
    Petition("lifted after as_of", (Ask("restriction", 0), Ask("restriction_lifted", 0, arrival="future")), "R46"),
    Petition("one dispute of two settled", (Ask("accuracy_dispute", 0, "closed"), Ask("accuracy_dispute", 1)), "R46"),
)
DECEASED = (
    Petition("reported deceased", (Ask("deceased_report", 0),), "R50"),
    Petition("reported deceased, and seen to", (Ask("deceased_report", 0, "closed"),), "R50"),
    Petition(
        "reported again", (Ask("deceased_report", 0), Ask("deceased_report_withdrawn", 1), Ask("deceased_report", 2)),
        "R50",
    ),
)  # fmt: skip
WITHOUT_EFFECT = (
    Petition("restricted once", (Ask("restriction", 0, "closed"), Ask("restriction_lifted", 1))),
    Petition("disputed once", (Ask("accuracy_dispute", 0, "closed"),)),
    Petition("restricts after as_of", (Ask("restriction", 0, arrival="future"),)),
    Petition("disputes, and we hear of it after as_of", (Ask("accuracy_dispute", 0, arrival="unheard"),)),
    Petition("alive after all", (Ask("deceased_report", 0, "closed"), Ask("deceased_report_withdrawn", 1))),
    Petition("dies after as_of", (Ask("deceased_report", 0, arrival="future"),)),
    Petition("wants a copy", (Ask("access", 0, "closed"), Ask("portability", 1))),
    Petition("corrects us", (Ask("rectification", 0, "closed"),)),
)


def draw_petitions(rng: Random, person: "Person") -> "Person":
    """The person, now and then with a petition about one of the records."""
    if not chance(rng, 0.03):
        return person
    chosen = rng.randrange(len(person.records))
    petition = rng.choice(rng.choice((RESTRICTED, RESTRICTED, DECEASED, WITHOUT_EFFECT)))
    records = tuple(
        replace(record, petitions=(petition,)) if place == chosen else record
        for place, record in enumerate(person.records)
    )
    return replace(person, records=records)


def petition_rows(rng: Random, record_id: str, petition: Petition) -> Iterator[Row]:
    """A row of consent.requests for each thing asked."""
    steps = sorted({ask.step for ask in petition.asks})
    happened_at = dict(zip(steps, moments(rng, Phase.TOLD, len(steps)), strict=True))
    for ask in petition.asks:
        happened = moment(rng, Phase.AFTER_AS_OF) if ask.arrival == "future" else happened_at[ask.step]
        heard = AS_OF + timedelta(days=rng.randint(1, 9)) if ask.arrival == "unheard" else soon(rng, happened)
        closed_at = {
            "open": "",
            "closed": utc_text(heard + timedelta(days=rng.randint(1, 30))),
            "closed after as_of": utc_text(moment(rng, Phase.AFTER_AS_OF)),
        }[ask.closing]
        yield {
            "person_id": record_id,
            "kind": ask.kind,
            "requested_at": utc_text(happened),
            "received_at": utc_text(heard),
            "closed_at": closed_at,
        }
