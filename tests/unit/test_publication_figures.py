"""Which counts may be told: small ones are hidden, and none can be worked out from the others."""

from __future__ import annotations

import csv
from itertools import pairwise
from pathlib import Path

import pytest
from askfirst.publication.figures import Step, funnel, shown, small
from askfirst.publication.wording import RULES, plain_reason

RULES_SEED = Path(__file__).parents[2] / "seeds" / "reference" / "consent_rules.csv"


def steps(members: int, excluded: list[int], candidates: int, audience: str = "email__ribs") -> list[Step]:
    """A funnel that adds up; the candidates' count is public when it is published."""
    assert members == sum(excluded) + candidates
    return [
        Step(audience, "members", None, members),
        *(Step(audience, "excluded", f"R{rule:02d}", people) for rule, people in enumerate(excluded, 1)),
        Step(audience, "candidates", None, candidates, told=candidates >= 20),
    ]


@pytest.mark.parametrize(
    ("people", "text"),
    [(0, "<20"), (1, "<20"), (19, "<20"), (20, "20"), (21, "21")],
)
def test_small_counts_are_hidden(people: int, text: str) -> None:
    assert small(people, 20) == text


@pytest.mark.parametrize(
    ("case", "expected"),
    [
        # nothing small: all told
        (steps(150, [50, 40], 60), ["150", "50", "40", "60"]),
        # one small: the next smallest reason goes with it, though the candidates are fewer, whose rows can be counted
        (steps(115, [50, 5], 60), ["115", "withheld", "<20", "60"]),
        (steps(115, [50, 40, 5], 20), ["115", "50", "withheld", "<20", "20"]),
        # the only reason is small: members less candidates would tell it
        (steps(65, [5], 60), ["withheld", "<20", "60"]),
        # two small ones hide each other
        (steps(122, [50, 5, 7], 60), ["122", "50", "<20", "<20", "60"]),
        # but not when both must be 19
        (steps(148, [50, 19, 19], 60), ["148", "withheld", "<20", "<20", "60"]),
        # too few to publish: the candidates are the hidden count
        (steps(95, [50, 40], 5), ["95", "50", "withheld", "<20"]),
        # nobody there
        (steps(0, [], 0), ["<20", "<20"]),
    ],
)
def test_no_hidden_count_can_be_worked_out(case: list[Step], expected: list[str]) -> None:
    assert shown(case, 20) == expected


def test_members_withheld_in_one_channel_are_withheld_in_the_other() -> None:
    email = steps(65, [5], 60, "email__ribs")
    paper = steps(65, [25], 40, "direct_mail__ribs")
    rows = funnel(email + paper, {"email__ribs": "ribs", "direct_mail__ribs": "ribs"}, 20)
    assert [row.people for row in rows if row.step == "members"] == ["withheld", "withheld"]
    apart = funnel(email + paper, {"email__ribs": "ribs", "direct_mail__ribs": None}, 20)
    assert {row.audience: row.people for row in apart if row.step == "members"} == {
        "email__ribs": "withheld",
        "direct_mail__ribs": "65",
    }


def test_rows_go_the_way_of_the_people_and_speak_plainly() -> None:
    rows = funnel(reversed(steps(150, [50, 40], 60)), {}, 20)
    assert [row.step for row in rows] == ["members", "excluded", "excluded", "candidates"]
    assert rows[1].reason == RULES["R01"]
    assert all(first.reason < second.reason or first.step != second.step for first, second in pairwise(rows[1:3]))


def test_every_rule_of_the_seed_has_plain_words() -> None:
    with RULES_SEED.open(encoding="utf-8", newline="") as file:
        ids = {row["rule_id"] for row in csv.DictReader(file) if row["effect"] in ("void", "exclude", "hide")}
    assert ids <= RULES.keys()


def test_what_has_no_words_is_named() -> None:
    assert plain_reason("excluded", "R99") == "Excluded by rule R99."
    assert plain_reason("out_of_reach", None) == "Out of reach."
