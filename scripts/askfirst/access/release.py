"""What of a row may go to the person it is about: nothing that tells of somebody else (GDPR 15(4)).

Pure: a row and its labels in, the row with what is withheld marked out. In doubt a value stays here.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING

from askfirst.access.held import HOUSEHOLD_KEY, PERSON_KEYS, WHOLE_ROW

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from askfirst.access.held import HeldRelation
    from askfirst.labels import Label

TOLD_TO_THE_PERSON = "activation"  # this layer's rows say what the person is written, after R41 has asked everyone
NAMES_A_RECORD = frozenset({*PERSON_KEYS, "authorised_by"})
RULE = "rule_id"  # a row with it is there because of that rule
UNLABELLED = "unlabelled"
WHY = {
    "household": (
        "It is about the household, in which other people live or have lived, and nobody can say what of it is whose."
    ),
    "other": "It is about somebody else.",
    "another_record": "It names the customer record of somebody else.",
    "rule": "A rule that stands because of somebody else: which, would tell of them.",
    "marked": "By its YAML a row is there because of somebody else, or of the household as a whole.",
    UNLABELLED: "Nobody has said what this field holds.",
}


@dataclass(frozen=True)
class Boundary:
    """Where one person ends. ``records`` are theirs; ``hidden`` are those of the ``rules`` that tell of others."""

    records: frozenset[str]
    is_shared: bool
    rules: frozenset[str]
    hidden: frozenset[str]


@dataclass(frozen=True)
class Released:
    """The rows of a relation as they may go out; ``withheld``: why some or all of them do not, or empty."""

    rows: tuple[dict[str, object], ...]
    withheld: tuple[str, ...] = ()


def released(relation: HeldRelation, rows: Sequence[Mapping[str, object]], boundary: Boundary) -> Released:
    """The rows that may go out, values that may not replaced by why. Nothing is said of how many do not."""
    if not rows:
        return Released(())
    if relation.withheld:
        return Released((), ("marked",))
    if not relation.keys and boundary.is_shared:
        return Released((), ("household",))
    kept = [row for row in rows if row.get(RULE) not in boundary.hidden]
    shown = tuple(released_row(relation, row, boundary) for row in kept)
    return Released(shown, ("rule",) if len(kept) < len(rows) else ())


def released_row(relation: HeldRelation, row: Mapping[str, object], boundary: Boundary) -> dict[str, object]:
    """One row."""
    labels = {column.name: column.label for column in relation.columns}
    return {
        name: released_raw_row(relation, row, boundary)
        if name == WHOLE_ROW
        else released_value(name, value, labels.get(name), relation.layer, boundary)
        for name, value in row.items()
    }


def released_raw_row(relation: HeldRelation, row: Mapping[str, object], boundary: Boundary) -> dict[str, object]:
    """A rejected row, field by field, each by the label of its raw column."""
    labels = relation.raw.get(str(row.get("raw_table")), {})
    fields = json.loads(str(row[WHOLE_ROW]))
    return {
        name: released_value(name, value, labels.get(name), relation.layer, boundary) for name, value in fields.items()
    }


def released_value(name: str, value: object, label: Label | None, layer: str, boundary: Boundary) -> object:
    """One value, or why it stays."""
    if label is None:
        return withheld(UNLABELLED)
    if name in NAMES_A_RECORD and value is not None and value not in boundary.records:
        return withheld("another_record")
    if label.subject == {"other"}:
        return withheld("other")
    named = rules_in(value, boundary.rules)
    if named:
        return shown_rules(named, boundary.hidden)
    is_about_others = "household" in label.subject and name != HOUSEHOLD_KEY and layer != TOLD_TO_THE_PERSON
    return withheld("household") if is_about_others and boundary.is_shared else value


def rules_in(value: object, rules: frozenset[str]) -> tuple[str, ...]:
    """The rules that a value lists, separated by commas; none where it is anything else."""
    words = tuple(value.split(",")) if isinstance(value, str) else ()
    return words if words and rules.issuperset(words) else ()


def shown_rules(named: Sequence[str], hidden: frozenset[str]) -> object:
    """Rules as they were listed, without those that tell of others."""
    shown = [rule for rule in named if rule not in hidden]
    if len(shown) == len(named):
        return ",".join(named)
    return {"rules": ",".join(shown), **withheld("rule")}


def withheld(why: str) -> dict[str, object]:
    """What stands in place of a value."""
    return {"withheld": why}
