"""What is expected of a candidate: one check for each promise, from what the audience says and its columns' labels."""

from __future__ import annotations

from typing import TYPE_CHECKING

from askfirst.gate.expectation import USE_THE_MACRO, Check, row_check
from askfirst.gate.permission import datum_checks, household_checks, permission_checks
from askfirst.policy import ADDRESS, ANY_TOPIC, NAMED
from askfirst.sql import literal, quoted

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from askfirst.artifacts import Column
    from askfirst.policy import Audience

CANARY_TEXT = "CANARY-"
CANARY_NUMBER = "-987654321"


def checks_of(audience: Audience, contract: tuple[Column, ...], allowed: tuple[Column, ...]) -> tuple[Check, ...]:
    """All checks of one candidate, in the order in which they are told. ``allowed`` are those that labels allow."""
    return (
        *column_checks(allowed),
        *key_checks(audience),
        *permission_checks(audience),
        *datum_checks(audience),
        *reason_checks(audience),
        *offer_checks(audience),
        *(household_checks(audience) if audience.subject == "household" else ()),
        *canary_checks(contract),
    )


def column_checks(columns: tuple[Column, ...]) -> Iterator[Check]:
    """AF100: the contract's columns as far as their labels allow them, their order and their types."""
    yield Check(
        "columns",
        "AF100",
        "",
        "The columns are those of the contract that their labels allow, in its order.",
        "take the column out; or label it, run `make suites`, and let the difference be reviewed",
        "expect_table_columns_to_match_ordered_list",
        {"column_list": [column.name for column in columns]},
    )
    typed = ", ".join(f"({literal(column.name)}, typeof(cast(null as {column.data_type})))" for column in columns)
    yield row_check(
        "column_types",
        "AF100",
        "",
        "The types are those of the contract.",
        "cast in the model, or change the contract and run `make suites`",
        query=f"""
            select 1 from (describe select * from {{batch}} as candidate) as actual
            full join (values {typed}) as contract(column_name, column_type)
            on actual.column_name = contract.column_name
            where actual.column_type is distinct from contract.column_type
        """,
    )


def key_checks(audience: Audience) -> Iterator[Check]:
    """AF109: one row a person, and a way to reach each."""
    fix = "bring the segment to one row a person: choose among several topics by a total order"
    told = "Each person is there once."
    yield Check("person_once", "AF109", "person_id", told, fix, "expect_column_values_to_be_unique", of("person_id"))
    told = "Each row names its person."
    yield Check("person_named", "AF109", "person_id", told, fix, "expect_column_values_to_not_be_null", of("person_id"))
    for column in ADDRESS[audience.channel]:
        yield row_check(
            f"address_{column}",
            "AF109",
            column,
            "Each row has its address." if column != "email" else "Each row has one e-mail address.",
            USE_THE_MACRO,
            query=f"select 1 from {{batch}} where not coalesce({usable_address(column)}, false)",
        )
    columns = (*ADDRESS[audience.channel], *NAMED[audience.channel])
    matching = " and ".join(f"candidate.{quoted(column)} = listed.{quoted(column)}" for column in columns)
    yield row_check(
        "address_is_theirs",
        "AF109",
        ADDRESS[audience.channel][0],
        "Each address is the one in use that the person gave us.",
        "join contacts by person_id and kind, as candidates() does",
        query=f"""
            select 1 from {{batch}} as candidate
            anti join temp.addresses_in_use as listed
            on candidate.person_id = listed.person_id and listed.channel = {literal(audience.channel)} and {matching}
        """,
    )


def of(column: str) -> Mapping[str, object]:
    """The arguments of an expectation about a column."""
    return {"column": column}


def usable_address(column: str) -> str:
    """A SQL condition: the column holds what can be written to."""
    if column == "email":
        return "regexp_full_match(email, '[^@\\p{{Z}}\\p{{C}},;<>\"]+@[^@\\p{{Z}}\\p{{C}},;<>\"]+')"
    return f"trim({quoted(column)}) <> ''"


def reason_checks(audience: Audience) -> Iterator[Check]:
    """AF106: why, from what, and how to change it."""
    fix = "give the segment's YAML a reason and a control that hold for every row, and each topic its title"
    for column in ("reason", "control", "based_on"):
        yield row_check(
            f"says_{column}",
            "AF106",
            column,
            f"Each row has its {column}.",
            fix,
            query=f"select 1 from {{batch}} where not coalesce({column} similar to '.*\\w.*', false)",
        )

    yield row_check(
        "control_as_said",
        "AF106",
        "control",
        "The control is, word for word, what the segment's YAML says.",
        "change the words in the YAML, not in the model",
        query=f"select 1 from {{batch}} where control is distinct from {said(audience.control)}",
    )
    yield row_check(
        "reason_as_said",
        "AF106",
        "reason",
        "The reason is, word for word, what the segment's YAML says, with the titles of the topics.",
        "change the words in the YAML, not in the model",
        query=f"""
            select 1 from {{batch}} as candidate
            anti join reference.topics as ground on candidate.based_on = ground.topic
            and candidate.reason = replace(
                replace({said(audience.reason)}, '{{{{based_on}}}}', ground.title),
                '{{{{offer}}}}',
                (select any_value(offered.title) from reference.topics as offered
                where offered.topic = candidate.offer_topic)
            )
        """,
    )


def said(text: str) -> str:
    """Words of the YAML as a literal in a suite's query, in which ``{batch}`` is the only placeholder."""
    return literal(text).replace("{", "{{").replace("}", "}}")


def offer_checks(audience: Audience) -> Iterator[Check]:
    """AF005 and AF015: what is offered, and on what ground."""
    for column in ("offer_topic", "based_on"):
        yield row_check(
            f"nothing_special_in_{column}",
            "AF005",
            column,
            f"No {column} tells of a special category.",
            "leave the topic out: seeds/reference/topics.csv says what it tells of",
            query=f"""
                select 1 from {{batch}} as candidate
                semi join temp.special_topics as listed on candidate.{column} = listed.topic
            """,
        )
    yield row_check(
        "offer_fits",
        "AF015",
        "offer_topic",
        "Each offer's topic is that of its ground, or beside it in seeds/reference/companions.csv.",
        "offer what the person named; or, if the two go together for anyone, add the pair to the companions by hand",
        query="""
            select 1 from {batch} as candidate
            anti join temp.fitting_offers as listed
            on candidate.based_on = listed.based_on and candidate.offer_topic = listed.offer_topic
        """,
    )
    if audience.subject == "self":
        uses = ", ".join(map(literal, sorted(audience.uses)))
        yield row_check(
            "ground_was_stated",
            "AF015",
            "based_on",
            "The ground of each offer is a topic that the person stated.",
            "build the segment on declared_preferences",
            query=f"""
                select 1
                from (select * from {{batch}} as rows where rows.based_on is distinct from 'greeting') as candidate
                anti join temp.usable_data as stated
                on candidate.person_id = stated.person_id
                and candidate.based_on = stated.value
                and stated.purpose = {literal(audience.purpose)}
                and stated.datum in ({uses})
            """,
        )
    if audience.offer_topic == ANY_TOPIC:
        return
    yield row_check(
        "offer_as_said",
        "AF015",
        "offer_topic",
        f"Each row offers {audience.offer_topic}, as the segment's YAML says.",
        "correct offer_topic in the segment, or in its YAML",
        query=f"select 1 from {{batch}} where offer_topic is distinct from {literal(audience.offer_topic)}",
    )


def canary_checks(columns: tuple[Column, ...]) -> Iterator[Check]:
    """AF108 and AF111: no marked value anywhere, and somebody there to carry one."""
    for column in columns:
        value = f"cast({quoted(column.name)} as varchar)"
        yield row_check(
            f"no_mark_in_{column.name}",
            "AF108",
            column.name,
            "No value is one that only a guess about a canary, or bought data of one, has.",
            "follow the value back: which model reads inferred or third-party data? Do not filter the canaries out",
            query=f"""
                select 1 from {{batch}}
                where contains(upper({value}), {literal(CANARY_TEXT)}) or contains({value}, {literal(CANARY_NUMBER)})
            """,
        )
    yield row_check(
        "canaries_are_there",
        "AF111",
        "person_id",
        "At least one canary is among the rows: without one the search for their marks is blind.",
        "take out what filters them; or give a canary the story that leads here (scripts/askfirst/overlay/canaries.py)",
        query="""
            select 1 from (select count(canaries.person_id) as found
            from {batch} as candidate
            join staging.stg_crm__canaries as canaries on candidate.person_id = canaries.person_id) as seen
            where seen.found = 0
        """,
    )
