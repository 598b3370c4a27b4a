"""What of a row goes to the person it is about, and what stays."""

from __future__ import annotations

import dataclasses
import json

import pytest
from askfirst.access.held import HeldColumn, HeldRelation
from askfirst.access.release import Boundary, Released, released
from askfirst.labels import Label

KEY = Label(frozenset({"technical"}))
OWN = Label(frozenset({"declared"}), subject=frozenset({"self"}))
HOUSEHOLD = Label(frozenset({"observed"}), subject=frozenset({"household"}))
MIXED = Label(frozenset({"consent", "declared"}), subject=frozenset({"self", "household"}))
BOTH_LIVE_THERE = Boundary(frozenset({"P1", "P2"}), True, frozenset({"R09", "R21", "R41"}), frozenset({"R21", "R41"}))
ALONE = dataclasses.replace(BOTH_LIVE_THERE, is_shared=False)


def relation(labels: dict[str, Label], **more: object) -> HeldRelation:
    columns = tuple(HeldColumn(name, "what it is", label) for name, label in labels.items())
    keys = tuple(name for name in labels if name in ("person_id", "record_id", "same_as"))
    plain = HeldRelation("seen", '"w"."s"."seen"', "staging", "Rows.", columns, keys, (), "", "", {})
    return dataclasses.replace(plain, **more)  # type: ignore[arg-type]


def shown(labels: dict[str, Label], row: dict[str, object], boundary: Boundary = BOTH_LIVE_THERE) -> dict[str, object]:
    (kept,) = released(relation(labels), [row], boundary).rows
    return kept


def test_what_is_said_of_oneself_goes_out() -> None:
    row: dict[str, object] = {"person_id": "P2", "first_name": "Mara", "city": None}
    assert shown({"person_id": KEY, "first_name": OWN, "city": OWN}, row) == row


@pytest.mark.parametrize(
    ("name", "value"), [("authorised_by", "P9"), ("same_as", "P9"), ("person_id", "P9"), ("record_id", "P9")]
)
def test_the_number_of_somebody_else_stays(name: str, value: str) -> None:
    assert shown({"person_id": KEY, name: KEY}, {"person_id": "P1", name: value})[name] == {
        "withheld": "another_record"
    }


def test_ones_own_second_record_is_no_somebody_else() -> None:
    row: dict[str, object] = {"person_id": "P1", "same_as": "P2"}
    assert shown({"person_id": KEY, "same_as": KEY}, row) == row


@pytest.mark.parametrize("label", [HOUSEHOLD, MIXED])
def test_household_data_stays_where_others_live(label: Label) -> None:
    labels, row = {"person_id": KEY, "topic": label}, {"person_id": "P1", "topic": "milk"}
    assert shown(labels, dict(row))["topic"] == {"withheld": "household"}
    assert shown(labels, dict(row), ALONE)["topic"] == "milk"


def test_that_there_is_nothing_about_the_household_stays_too() -> None:
    assert shown({"person_id": KEY, "topic": HOUSEHOLD}, {"person_id": "P1", "topic": None})["topic"] != ""
    assert shown({"person_id": KEY, "topic": HOUSEHOLD}, {"person_id": "P1", "topic": None})["topic"] is not None


def test_a_households_rows_stay_without_a_count() -> None:
    bought = relation({"household_id": KEY, "topic": HOUSEHOLD})
    rows: list[dict[str, object]] = [{"household_id": 1, "topic": "milk"}, {"household_id": 1, "topic": "beer"}]
    assert released(bought, rows, BOTH_LIVE_THERE) == Released((), ("household",))
    assert released(bought, rows, ALONE) == Released(tuple(rows))
    assert released(bought, [], BOTH_LIVE_THERE) == Released(())


def test_what_a_candidate_is_written_goes_out() -> None:
    written = relation({"person_id": KEY, "reason": HOUSEHOLD}, layer="activation")
    row: dict[str, object] = {"person_id": "P1", "reason": "Your household buys milk."}
    assert released(written, [row], BOTH_LIVE_THERE).rows == (row,)


def test_what_is_about_somebody_else_alone_stays_even_with_who_lives_alone() -> None:
    gift = Label(frozenset({"declared"}), subject=frozenset({"other"}))
    assert shown({"person_id": KEY, "ship_to_name": gift}, {"person_id": "P1", "ship_to_name": "Ada"}, ALONE)[
        "ship_to_name"
    ] == {"withheld": "other"}


@pytest.mark.parametrize(
    ("listed", "told"),
    [
        ("R09", "R09"),
        ("R09,R41", {"rules": "R09", "withheld": "rule"}),
        ("R41", {"rules": "", "withheld": "rule"}),
    ],
)
def test_rules_that_tell_of_others_are_left_out(listed: str, told: object) -> None:
    assert shown({"person_id": KEY, "rules": MIXED}, {"person_id": "P1", "rules": listed})["rules"] == told


def test_a_row_that_is_there_by_such_a_rule_stays() -> None:
    ruled = relation({"person_id": KEY, "rule_id": OWN})
    rows: list[dict[str, object]] = [{"person_id": "P1", "rule_id": "R09"}, {"person_id": "P1", "rule_id": "R21"}]
    assert released(ruled, rows, ALONE) == Released((rows[0],), ("rule",))


def test_a_marked_model_stays() -> None:
    marked = relation({"person_id": KEY}, withheld="a row tells of the neighbour")
    assert released(marked, [{"person_id": "P1"}], ALONE) == Released((), ("marked",))


def test_a_rejected_row_goes_out_field_by_field() -> None:
    raw = {"crm__links": {"person_id": KEY, "same_as": KEY, "note": OWN}}
    quarantine = relation({"raw_table": KEY, "person_id": KEY, "raw_row": MIXED}, raw=raw)
    fields = {"person_id": "P1", "same_as": "P9", "note": "hm", "new_field": "?"}
    row = {"raw_table": "crm__links", "person_id": "P1", "raw_row": json.dumps(fields)}
    (kept,) = released(quarantine, [row], BOTH_LIVE_THERE).rows
    assert kept["raw_row"] == {
        "person_id": "P1",
        "same_as": {"withheld": "another_record"},
        "note": "hm",
        "new_field": {"withheld": "unlabelled"},
    }
