"""What is expected of a candidate's people: consent, suppression, age, identity, household, and each datum."""

from __future__ import annotations

from typing import TYPE_CHECKING

from askfirst.gate.expectation import USE_THE_MACRO, Check, row_check
from askfirst.sql import literal, quoted

if TYPE_CHECKING:
    from collections.abc import Iterator

    from askfirst.policy import Audience


def permission_checks(audience: Audience) -> Iterator[Check]:
    """AF101 to AF104: consent, suppression, age, identity."""
    aim = f"{audience.purpose} by {audience.channel}"
    yield row_check(
        "consent_in_force",
        "AF101",
        "person_id",
        f"Each person's consent to {aim} is in force at as_of.",
        f"{USE_THE_MACRO}; audit.exclusion_ledger says who is out by which rule",
        query=outside("temp.consent_in_force", "record_id", audience),
    )
    yield row_check(
        "not_suppressed",
        "AF102",
        "person_id",
        f"Nobody has objected to {audience.purpose}, unsubscribed from {audience.channel}, or asked us to hold still.",
        f"{USE_THE_MACRO}; only the person's own later act lifts an objection or a restriction",
        query=f"select 1 from {{batch}} as candidate semi join temp.suppressed as listed on {same(audience)}",
    )
    yield row_check(
        "not_hidden",
        "AF102",
        "person_id",
        f"Nobody has asked not to be shown {audience.segment}, nor the topic of an offer or of its ground.",
        f"{USE_THE_MACRO}; only the person's own later act shows it again",
        query=f"""
            select 1 from {{batch}} as candidate
            semi join temp.hidden as listed
            on candidate.person_id = listed.person_id and (
                listed.kind = 'anything'
                or (listed.kind = 'campaign' and listed.target = {literal(audience.segment)})
                or (listed.kind = 'topic' and listed.target in (candidate.offer_topic, candidate.based_on))
            )
        """,
    )
    yield row_check(
        "not_too_often",
        "AF102",
        "person_id",
        f"Nobody gets more by {audience.channel} than they chose: earlier messages, and all audiences together.",
        f"{USE_THE_MACRO}; it gives what is left to the first audiences that may write",
        query=f"""
            select 1 from {{batch}} as candidate
            semi join temp.too_often as listed
            on candidate.person_id = listed.person_id and listed.channel = {literal(audience.channel)}
        """,
    )
    yield row_check(
        "known_adult",
        "AF103",
        "person_id",
        "Each person is an adult by their own word.",
        f"{USE_THE_MACRO}; where the age is not known, ask",
        query="""
            select 1 from {batch} as candidate
            anti join temp.known_adults as listed on candidate.person_id = listed.person_id
        """,
    )
    yield row_check(
        "every_record_agrees",
        "AF104",
        "person_id",
        f"Consent to {aim} is in force in every customer record of each person.",
        "work with the persons of int_identity, not with records; the most restrictive record wins",
        query=outside("temp.persons_in_force", "person_id", audience),
    )


def datum_checks(audience: Audience) -> Iterator[Check]:
    """AF105: each datum that selects or is shown, against what we hold of the person and their switches."""
    for datum in sorted(set(audience.uses)):
        yield row_check(
            f"uses_{datum}",
            "AF105",
            "person_id",
            f"We hold {datum} of each person by their word or act, and it is not switched off for {audience.purpose}.",
            "use candidates(): a datum that selects and is switched off excludes the person",
            query=without_datum("{batch}", datum, audience),
        )
    for datum in sorted(set(audience.shows)):
        yield row_check(
            f"shows_{datum}",
            "AF105",
            datum,
            f"{datum} is shown as they told us, and not where it is switched off for {audience.purpose}.",
            "show data as candidates() does; where it is switched off the column is null",
            query=without_datum(
                f"(select * from {{batch}} as rows where rows.{quoted(datum)} is not null)",
                datum,
                audience,
                shown=f"and listed.value = cast(candidate.{quoted(datum)} as varchar)",
            ),
        )


def without_datum(rows: str, datum: str, audience: Audience, shown: str = "") -> str:
    """A query for rows whose person's datum may not be used for the audience's purpose, or is `shown` as another."""
    return f"""
        select 1 from {rows} as candidate
        anti join temp.usable_data as listed
        on candidate.person_id = listed.person_id
        and listed.datum = {literal(datum)}
        and listed.purpose = {literal(audience.purpose)}
        {shown}
    """


def household_checks(audience: Audience) -> Iterator[Check]:
    """AF107 and AF110: what a household's purchases may say about a person."""
    yield row_check(
        "bought_for_itself",
        "AF107",
        "based_on",
        "The household bought the ground of each offer at least once for itself, not as a gift.",
        "build on observed_household_topics or int_household_purchases, where gifts are apart",
        query="""
            select 1 from {batch} as candidate
            anti join temp.tastes as listed
            on candidate.person_id = listed.person_id and candidate.based_on = listed.topic
        """,
    )
    yield row_check(
        "household_agrees",
        "AF110",
        "person_id",
        f"Every other adult of the household permits {audience.purpose} by {audience.channel} from its purchases.",
        "say subject: household in the segment's YAML, and use candidates()",
        query=outside("temp.household_agrees", "person_id", audience),
    )


def outside(relation: str, key: str, audience: Audience) -> str:
    """A query for rows whose person is not on a positive list for the audience's purpose and channel."""
    return f"select 1 from {{batch}} as candidate anti join {relation} as listed on {same(audience, key)}"


def same(audience: Audience, key: str = "person_id") -> str:
    """The join of a candidate to a list of persons, for the audience's purpose and channel."""
    return (
        f"candidate.person_id = listed.{key} and listed.purpose = {literal(audience.purpose)} "
        f"and listed.channel = {literal(audience.channel)}"
    )
