"""What one publication holds, as records: its audiences, its catalogue and its funnel. And how the file is laid out."""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import datetime

PUBLISHED = "published"
TOO_FEW = "too_few"
RESERVED = ("catalogue", "funnel", "reasons")  # names in `main` that no audience may take
TIMES = ("as_of", "published_at", "valid_until")  # what changes from run to run though nothing else did
SQL_TYPES = {"str": "varchar", "int": "bigint", "datetime": "timestamp"}
SMALL = "How many people. A count below the minimum reads `<` and the minimum"


@dataclass(frozen=True)
class Column:
    """A column of an audience, and the words that explain it."""

    name: str
    description: str


@dataclass(frozen=True)
class Audience:
    """One audience. ``source`` is the query for its rows, which are written ordered by the first column, the key."""

    name: str
    columns: tuple[Column, ...]
    source: str
    description: str


@dataclass(frozen=True)
class CatalogueRow:
    """One audience in the catalogue. Times are UTC without a zone; ``people`` counts persons."""

    audience: str
    segment: str | None
    channel: str | None
    purpose: str | None
    recipient: str | None
    owner: str | None
    lifecycle: str | None
    offer_topic: str | None
    description: str | None
    status: str
    people: int
    as_of: datetime
    published_at: datetime
    valid_until: datetime


@dataclass(frozen=True)
class FunnelRow:
    """One step of an audience's funnel; ``people`` is a text, since small counts are not told."""

    audience: str
    step: str
    reason: str
    people: str


@dataclass(frozen=True)
class Edition:
    """All that a published file holds; reasons are counted from the rows when it is written."""

    audiences: tuple[Audience, ...]
    catalogue: tuple[CatalogueRow, ...]
    funnel: tuple[FunnelRow, ...]


@dataclass(frozen=True)
class Table:
    """A table of the layout that is the same in every publication."""

    name: str
    comment: str
    columns: tuple[tuple[str, str, str], ...]  # name, SQL type, comment


def sql_columns(record: type[CatalogueRow | FunnelRow], comments: dict[str, str]) -> tuple[tuple[str, str, str], ...]:
    """The columns of a table as the record's fields say; a field without a comment is an error."""
    typed = ((field.name, str(field.type).removesuffix(" | None")) for field in fields(record))
    return tuple((name, SQL_TYPES[kind], comments[name]) for name, kind in typed)


CATALOGUE = Table(
    "catalogue",
    "The audiences, one row each: what it is, for what, who answers for it, and until when it may be used.",
    sql_columns(
        CatalogueRow,
        {
            "audience": "The audience: the name of its view in this schema.",
            "segment": "The segment that found the people.",
            "channel": "The channel on which they may be contacted.",
            "purpose": "The purpose that they consented to.",
            "recipient": "Who receives the audience: ourselves, or a processor under contract.",
            "owner": "Who answers for the audience.",
            "lifecycle": "The state of its life: pilot, active or retired.",
            "offer_topic": "What may be offered.",
            "description": "What the audience is, in words.",
            "status": "`published`, or `too_few`: fewer people than the minimum, so nobody is shown.",
            "people": "How many people are in it.",
            "as_of": "The time whose consent was judged (UTC).",
            "published_at": "When this was published (UTC, wall clock).",
            "valid_until": "After this moment the audience's view returns nothing (UTC, wall clock).",
        },
    ),
)
FUNNEL = Table(
    "funnel",
    "How many people fell out of each audience, and why, in plain words.",
    sql_columns(
        FunnelRow,
        {
            "audience": "The audience, as in the catalogue.",
            "step": "`members` of the segment, `excluded`, the `candidates` left, `published`, or `removed_since`.",
            "reason": "The first reason, in plain words.",
            "people": f"{SMALL}; `withheld`: a hidden count could be worked out from it.",
        },
    ),
)
REASONS = Table(
    "reasons",
    "The reasons shown to people, and how many are shown each.",
    (
        ("audience", "varchar", "The audience, as in the catalogue."),
        (
            "reason",
            "varchar",
            "The reason shown, with {column} for what differs from person to person, and # for numbers.",
        ),
        ("people", "varchar", f"{SMALL}."),
    ),
)
LAYOUT = (CATALOGUE, FUNNEL, REASONS)
