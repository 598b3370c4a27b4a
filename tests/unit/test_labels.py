"""Labels read as they are meant, and a typo is an error."""

from __future__ import annotations

import pytest
from askfirst.labels import Label, Reading, read_label

PURPOSES = frozenset({"offers", "personalisation"})


def test_reads_a_label() -> None:
    meta = {
        "provenance": ["declared", "inferred"],
        "subject": "self",
        "special_category": "health",
        "purposes": ["offers"],
        "retention": "P1Y6M",
        "category": "home",
    }
    assert read_label(meta, PURPOSES) == Reading(
        Label(
            frozenset({"declared", "inferred"}),
            frozenset({"self"}),
            frozenset({"health"}),
            frozenset({"offers"}),
            "P1Y6M",
            "home",
        )
    )


def test_reads_the_smallest_label() -> None:
    assert read_label({"provenance": "technical"}, PURPOSES) == Reading(Label(frozenset({"technical"})))


@pytest.mark.parametrize("meta", [{}, {"owner": "somebody"}, {"definition": "a count", "pii": True}])
def test_no_label_is_no_problem_of_its_own(meta: dict[str, object]) -> None:
    assert read_label(meta, PURPOSES) == Reading(None)


@pytest.mark.parametrize(
    ("meta", "problem"),
    [
        ({"provenance": "infered"}, "provenance `infered` is unknown: did you mean `inferred`?"),
        ({"provenence": "declared"}, "key `provenence` is unknown: did you mean `provenance`?"),
        ({"provenance": "technical", "purpose": "offers"}, "key `purpose` is unknown: did you mean `purposes`?"),
        ({"provenance": "declared"}, "it does not say whom it is about: `subject` is missing"),
        ({"provenance": "declared", "subject": "selves"}, "subject `selves` is unknown: did you mean `self`?"),
        ({"provenance": "technical", "purposes": ["offer"]}, "purposes `offer` is unknown: did you mean `offers`?"),
        ({"provenance": "technical", "special_category": "helth"}, "did you mean `health`?"),
        ({"provenance": "technical", "retention": "2 years"}, "retention `2 years` is no ISO 8601 duration"),
        ({"provenance": "technical", "retention": "P"}, "retention `P` is no ISO 8601 duration"),
        ({"provenance": {"is": "declared"}}, "`provenance` must be a word or a list of words"),
        ({"provenance": [1]}, "`provenance` must be a word or a list of words"),
        ({"provenance": "technical", "retention": 2}, "`retention` must be a word"),
        ({"provenance": "technical", "category": ["a"]}, "`category` must be a word"),
        ({"subject": "self"}, "`provenance` is missing"),
        ({"provenance": []}, "`provenance` is missing"),
    ],
)
def test_a_typo_is_an_error(meta: dict[str, object], problem: str) -> None:
    reading = read_label(meta, PURPOSES)
    assert reading.label is None
    assert problem in "; ".join(reading.problems)
