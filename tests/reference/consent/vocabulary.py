"""What the words in raw rows can mean: the seeds under ``seeds/reference``, and the audiences that YAML declares."""

from __future__ import annotations

import csv
import re
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

import yaml

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

# DPV consent statuses; only the first two are valid for processing.
GRANTS = frozenset({"ConsentGiven", "RenewedConsentGiven"})
STATES = GRANTS | {
    "ConsentRequested",
    "ConsentRefused",
    "ConsentWithdrawn",
    "ConsentExpired",
    "ConsentInvalidated",
    "ConsentRevoked",
    "ConsentRequestDeferred",
    "ConsentUnknown",
}
ACTS = frozenset({"web_form", "paper_form", "phone", "preference_centre"})
NO_ACTS = frozenset({"scroll", "silence", "banner_dismissed", "script"})
CONSENT = "consent"
LEGAL_BASES = frozenset({CONSENT, "soft_opt_in", "legitimate_interest"})
UNKNOWN = "unknown"  # the jurisdiction of whoever lives nobody knows where


@dataclass(frozen=True, slots=True)
class Notice:
    """A version of the privacy notice: whom and what it names, and what it makes of giving and withdrawing."""

    valid_from: date
    controller: str
    brand: str  # empty: all of the controller's
    purposes: frozenset[str]
    right_to_withdraw: bool
    steps_to_give: int | None
    steps_to_withdraw: int | None
    double_opt_in: frozenset[str]  # the channels on which a grant has to be confirmed


@dataclass(frozen=True, slots=True)
class Purpose:
    """A purpose of ours: who uses data for it, under which brand, and since when."""

    controller: str
    brand: str
    since: date


@dataclass(frozen=True, slots=True)
class Parameters:
    """What the rules ask of a jurisdiction."""

    consent_months: int
    digital_age: int


@dataclass(frozen=True, slots=True)
class Audience:
    """A segment on a channel."""

    name: str
    segment: str
    purpose: str
    channel: str
    turn: int  # its place among all, by which a chosen maximum of messages is spent
    uses: frozenset[str]
    of_household: bool


@dataclass(frozen=True, slots=True)
class Rule:
    """A row of the rules' seed."""

    rule_id: str
    priority: int
    kind: str
    effect: str


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """Everything that a row may refer to."""

    definitions: Mapping[str, Purpose]
    shared_purposes: frozenset[str]  # whose recipient would be a third party
    address_kinds: Mapping[str, str]  # by channel
    notices: Mapping[str, Notice]
    parameters: Mapping[str, Parameters]  # by jurisdiction
    data: frozenset[str]
    retention_years: Mapping[str, int]  # by datum; none where nobody says how long
    topics: frozenset[str]
    product_topics: Mapping[str, str]  # by the number of a product, of the sample's
    suppression_kept_days: int
    rules: Mapping[str, Rule]
    audiences: tuple[Audience, ...]

    @property
    def purposes(self) -> tuple[str, ...]:
        """The purposes, in the order of the seed."""
        return tuple(self.definitions)

    @property
    def channels(self) -> tuple[str, ...]:
        """The channels, in the order of the seed."""
        return tuple(self.address_kinds)

    @property
    def cells(self) -> tuple[tuple[str, str], ...]:
        """Every (purpose, channel)."""
        return tuple((purpose, channel) for purpose in self.purposes for channel in self.channels)

    def jurisdiction_of(self, told: str | None) -> str:
        """The jurisdiction whose parameters hold: the strictest, where it is not known or not in the list (R49)."""
        return told if told is not None and told in self.parameters else UNKNOWN

    def parameters_of(self, told: str | None) -> Parameters:
        """Its parameters."""
        return self.parameters[self.jurisdiction_of(told)]

    def first(self, rules: frozenset[str]) -> str | None:
        """The rule with the smallest priority."""
        return min(rules, key=lambda rule: self.rules[rule].priority, default=None)


def read_vocabulary(root: Path) -> Vocabulary:
    """The seeds and the segments' YAML of the project under ``root``."""
    purposes = _seed(root, "purposes")
    return Vocabulary(
        definitions={row["purpose"]: _purpose(row) for row in purposes},
        shared_purposes=frozenset(row["purpose"] for row in purposes if row["recipient_kind"] == "third_party"),
        address_kinds={row["channel"]: row["address_kind"] for row in _seed(root, "channels")},
        notices={row["privacy_notice"]: _notice(row) for row in _seed(root, "notices")},
        parameters={
            row["jurisdiction"]: Parameters(int(row["consent_months"]), int(row["digital_age"]))
            for row in _seed(root, "consent_parameters")
        },
        data=frozenset(row["datum"] for row in _seed(root, "data")),
        retention_years={
            row["datum"]: int(found[1])
            for row in _seed(root, "data")
            if (found := re.fullmatch(r"P(\d+)Y", row["retention"]))
        },
        topics=frozenset(row["topic"] for row in _seed(root, "topics")),
        product_topics=_product_topics(root),
        suppression_kept_days=yaml.safe_load((root / "dbt_project.yml").read_text(encoding="utf-8"))["vars"][
            "suppression_kept_days"
        ],
        rules={
            row["rule_id"]: Rule(row["rule_id"], int(row["priority"]), row["kind"], row["effect"])
            for row in _seed(root, "consent_rules")
        },
        audiences=tuple(sorted(_audiences(root), key=lambda audience: audience.name)),
    )


def _seed(root: Path, name: str) -> list[dict[str, str]]:
    return _rows(root / "seeds/reference" / f"{name}.csv")


def _rows(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def _product_topics(root: Path) -> dict[str, str]:
    """What a product is of by the marks: those of its type before those of its category."""
    marks = {(row["product_category"], row["product_type"]): row["topic"] for row in _seed(root, "product_marks")}
    found = {}
    for row in _rows(root / "seeds/sample/completejourney/products.csv"):
        category = row["product_category"]
        topic = marks.get((category, row["product_type"])) or marks.get((category, ""))
        if topic:
            found[row["product_id"]] = topic
    return found


def _purpose(row: Mapping[str, str]) -> Purpose:
    return Purpose(row["controller"], row["brand"], date.fromisoformat(row["since"]))


def _notice(row: Mapping[str, str]) -> Notice:
    return Notice(
        valid_from=date.fromisoformat(row["valid_from"]),
        controller=row["controller"],
        brand=row["brand"],
        purposes=frozenset(filter(None, row["purposes"].split("|"))),
        right_to_withdraw=row["right_to_withdraw"] == "true",
        steps_to_give=int(row["steps_to_give"]) if row["steps_to_give"] else None,
        steps_to_withdraw=int(row["steps_to_withdraw"]) if row["steps_to_withdraw"] else None,
        double_opt_in=frozenset(filter(None, row["double_opt_in"].split("|"))),
    )


def _audiences(root: Path) -> list[Audience]:
    """One for each segment and channel, as the segments' YAML says; CONTRIBUTING.md tells what the keys mean."""
    found = []
    named = re.findall(r"'(\w+__\w+)'", (root / "macros/audiences/audience_names.sql").read_text(encoding="utf-8"))
    turns = dict(zip(named, range(len(named)), strict=True))
    for file in sorted((root / "models/segments").glob("_*__models.yml")):
        for model in yaml.safe_load(file.read_text(encoding="utf-8"))["models"]:
            segment = model["config"]["meta"]["segment"]
            name = model["name"].removeprefix("seg_")
            found += [
                Audience(
                    f"{channel}__{name}",
                    name,
                    segment["purpose"],
                    channel,
                    turns[f"{channel}__{name}"],
                    frozenset(segment["uses"]),
                    segment["subject"] == "household",
                )
                for channel in segment["channels"]
            ]
    return found
