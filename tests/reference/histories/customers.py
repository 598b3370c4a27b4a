"""Random customer records: their households and ages, which of them are one person, and their addresses."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from tests.reference.consent.clock import written
from tests.reference.consent.records import AddressRow, LinkRow, PersonRow
from tests.reference.histories import odd
from tests.reference.histories.setting import OFTEN
from tests.reference.histories.wishes import kept_or_not

if TYPE_CHECKING:
    from datetime import datetime

    from tests.reference.consent.records import Text
    from tests.reference.histories.setting import Setting

LAST_NAMES: tuple[Text, ...] = (
    "Sample",
    "Sample",
    "sample",
    "Sa\u0301mple.",
    "S\u00c1MPLE",
    "Other",
    "O'ther",
    "n/a",
    "",
    None,
)
STREETS = ("Row {n}", "Row {n}", "Roew{n}", "ROW  {n}.", "Row\u00a0{n}", "R\u00f3\u200bw {n}", "Lane {n}")
EMAILS = ("ada@{n}.example", "Ada@{n}.Example", "bob@{n}.example", "cy@{n}.example", " cy@{n}.example")
BAD_EMAILS: tuple[Text, ...] = (
    "Ada <ada@{n}.example>",
    "cy@{n}.example;bob@{n}.example",
    "@{n}.example",
    "ada{n}.example",
    "ada{n}@",
    "a@b@{n}.example",
    "a b@{n}.example",
    "ada@{n}\u200b.example",
    "a da@{n}.example",
    "ada@{n}.example,bob@{n}.example",
    "<ada@{n}.example>",
    "mailto:ada@{n}.example",
    *odd.NOTHING,
)


def households(number: int) -> tuple[str, ...]:
    """The households of a history, the first more often than the second."""
    return f"{number * 2 + 1}", f"{number * 2 + 1}", f"{number * 2 + 1}", f"{number * 2 + 2}"


def persons(setting: Setting) -> tuple[PersonRow, ...]:
    """The customer records; now and then one stands twice, or not at all."""
    rows: list[PersonRow] = []
    for record in setting.records:
        if setting.wild and setting.chance(0.02):
            continue
        row = _person(setting, record)
        rows.append(row)
        if setting.chance(0.02):
            rows.append(row)
        elif setting.wild and setting.chance(0.02):
            rows.append(replace(row, birthday_month="7"))
    return tuple(setting.rng.sample(rows, len(rows)))


def _person(setting: Setting, record: str) -> PersonRow:
    """One record: mostly an adult's, some a minor's or of unknown age."""
    rng = setting.rng
    household = rng.choice(households(setting.number))
    adult: Text = "true"
    born = rng.choice((None, "", str(setting.as_of.year - rng.choice((18, 19, 40)))))
    if setting.chance(0.25):
        adult = rng.choice(("true", "false", "", None))
        ages = (0, 13, 14, 15, 16, 17, 18, 19, 70)
        born = rng.choice((None, "", *(str(setting.as_of.year - years) for years in ages)))
    return PersonRow(
        person_id=setting.odd(record, odd.NOBODY),
        household_id=setting.odd(
            household,
            (
                *odd.ANYTHING,
                "twelve",
                f"{household[:1]}\u200b{household[1:]}",
                f"{household[:1]}\u200b{household[1:]}",
                *(
                    form.format(household, household)
                    for form in ("{}.0", "-{}", "0{}", "{}x", "No {}", "{}.6", "{}|{}")
                ),
            ),
        ),
        last_name=rng.choice(LAST_NAMES),
        declared_adult=setting.odd(adult, odd.FLAGS),
        birth_year=setting.odd(born, odd.YEARS),
        jurisdiction=_place(setting),
        birthday_month=setting.odd(rng.choice(("1", "12", "", None)), odd.MONTHS),
        created_at=setting.odd(written(_made(setting)), odd.TIMES),
    )


def _made(setting: Setting) -> datetime:
    """When a record was made: mostly before anything else, now and then about as long ago as a name is kept."""
    if setting.chance(0.05):
        return kept_or_not(setting, "first_name")
    return setting.happens() if setting.chance(0.1) else setting.instants[0]


def _place(setting: Setting) -> Text:
    """Where somebody lives; now and then nobody was told, or a place that is not in the list."""
    told: Text = setting.rng.choice((*sorted(setting.words.parameters), "DE", "DE", "DE"))
    return setting.rng.choice(odd.PLACES) if setting.chance(0.25) else told


def identity_links(setting: Setting) -> tuple[LinkRow, ...]:
    """Which records are found to be one person: chains, circles, links to nobody, links of tomorrow."""
    rows: list[LinkRow] = []
    rng = setting.rng
    if not setting.chance(0.75):
        return ()
    for _ in range(rng.choice((1, 1, 2, 3))):
        known = (*setting.records, f"P{setting.number:07d}Z") if setting.chance(0.05) else setting.records
        one, other = rng.choices(known, k=2) if len(known) == 1 or setting.chance(0.1) else rng.sample(known, 2)
        row = LinkRow(
            link_id=setting.odd(setting.identifier("L", len(rows)), odd.NOTHING),
            person_id=setting.odd(one, odd.NOBODY),
            same_as=setting.odd(other, odd.NOBODY),
            linked_at=setting.odd(written(setting.happens()), odd.TIMES, OFTEN),
        )
        rows.append(row)
        if setting.chance(0.05):
            rows.append(row)
        elif setting.wild and setting.chance(0.05):
            rows.append(replace(row, same_as=rng.choice(known)))
    return tuple(rows)


def addresses(setting: Setting) -> tuple[AddressRow, ...]:
    """The address history of each record; some share a mailbox or a front door."""
    rows: list[AddressRow] = []
    for record in setting.records:
        for kind in setting.words.address_kinds.values():
            for _ in range(setting.rng.choice((0, 1, 1, 1, 1, 1, 1, 2, 3))):
                row = _address(setting, record, kind, len(rows))
                rows.append(row)
                if setting.chance(0.02):
                    rows.append(row)
                elif setting.wild and setting.chance(0.02):
                    rows.append(replace(row, city="Elsewhere"))
    return tuple(setting.rng.sample(rows, len(rows)))


def _address(setting: Setting, record: str, kind: str, place: int) -> AddressRow:
    rng = setting.rng
    email: Text = None
    street: Text = None
    postcode: Text = None
    city: Text = None
    if kind == "email":
        email = rng.choice(BAD_EMAILS if setting.chance(0.1) else EMAILS)
        email = email.format(n=setting.number) if email else email
    else:
        street = rng.choice(STREETS).format(n=setting.number)
        postcode = rng.choice(("00101", "00101", "00102"))
        city = "Samplebury"
        if setting.chance(0.08):
            street, postcode, city = (rng.choice((text, text, "", None, " ")) for text in (street, postcode, city))
    return AddressRow(
        address_id=setting.odd(setting.identifier("A", place), odd.NOTHING),
        person_id=setting.odd(record, odd.NOBODY),
        kind=setting.odd(kind, odd.KINDS),
        email=email,
        street=street,
        postcode=postcode,
        city=city,
        valid_from=setting.odd(written(setting.happens()), odd.TIMES, 0.05),
    )
