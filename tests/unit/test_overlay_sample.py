"""The sample world: shaped as the sources say, everyone in it for a reason, every rule among them."""

import csv
import re
from collections import Counter
from pathlib import Path

import pytest
import yaml

ROOT = Path(__file__).resolve().parents[2]
SAMPLE = ROOT / "seeds" / "sample"
FOR_READERS = ["why_here", "expect"]  # of crm/persons, beside the declared columns
QUARANTINE = "quarantine"
RULES_TO_SHOW = {
    "R01", "R02", "R03", "R04", "R05", "R06", "R07", "R08", "R09", "R10", "R11", "R12", "R13", "R14", "R15", "R16",
    "R17", "R20", "R21", "R25", "R31", "R34", "R35", "R36", "R37", "R40", "R42", "R43", "R44", "R45", "R46", "R48",
    "R49", "R50", "R52", "R53",
}  # fmt: skip

Row = dict[str, str]


def rows(table: str) -> list[Row]:
    with (SAMPLE / f"{table}.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def persons() -> list[Row]:
    """Every person once, without the rows that are there to be rejected."""
    return list(
        {row["person_id"]: row for row in reversed(rows("crm/persons")) if row["expect"] != QUARANTINE}.values()
    )


def declared_columns() -> dict[str, list[str]]:
    return {
        f"{source['name']}/{table['name']}": [column["name"] for column in table["columns"]]
        for file in sorted((ROOT / "models" / "staging").glob("*/_*__sources.yml"))
        for source in yaml.safe_load(file.read_text(encoding="utf-8"))["sources"]
        for table in source["tables"]
    }


def test_there_is_a_file_for_every_table_of_the_sources() -> None:
    files = {file.relative_to(SAMPLE).with_suffix("").as_posix() for file in SAMPLE.rglob("*.csv")}
    assert files == set(declared_columns())


@pytest.mark.parametrize(("table", "columns"), sorted(declared_columns().items()))
def test_columns_are_those_of_the_sources(table: str, columns: list[str]) -> None:
    with (SAMPLE / f"{table}.csv").open(encoding="utf-8", newline="") as file:
        header = next(csv.reader(file))
    assert header == columns + (FOR_READERS if table == "crm/persons" else [])


def test_everyone_is_here_for_a_reason_and_every_rule_is_shown() -> None:
    assert all(len(row["why_here"]) > 10 for row in rows("crm/persons"))
    shown = {rule for row in persons() for rule in row["expect"].split(",") if rule}
    assert shown == RULES_TO_SHOW


def test_ribs_lovers_with_a_birthday_make_an_audience() -> None:
    ribs = {row["person_id"] for row in rows("crm/preferences") if row["topic"] == "ribs"}
    clean = [p for p in persons() if p["person_id"] in ribs and p["birthday_month"] == "1" and not p["expect"]]
    assert len(clean) >= 8


def test_households_buy_steadily() -> None:
    times = Counter((row["household_id"], row["product_id"]) for row in rows("completejourney/transactions"))
    regular = {household for (household, _), count in times.items() if count >= 6}
    assert sum(person["household_id"] in regular and not person["expect"] for person in persons()) >= 6


def test_keys_meet() -> None:
    known = {row["person_id"] for row in persons()}
    for table, columns in declared_columns().items():
        if "person_id" in columns and table != "crm/persons":
            nobody = {""} if table == "crm/privacy_signals" else set()
            assert {row["person_id"] for row in rows(table)} <= known | nobody, table
    products = {row["product_id"] for row in rows("completejourney/products")}
    unknown = [row for row in rows("completejourney/transactions") if row["product_id"] not in products]
    assert len(unknown) == 1  # there to be rejected


def test_canaries_are_recognisable() -> None:
    canaries = {row["person_id"] for row in rows("crm/canaries")}
    scores = [row for row in rows("scores/propensities") if row["person_id"] in canaries]
    assert {row["score"] for row in scores} == {"-987654321"}
    assert all(row["label"].startswith("CANARY-") for row in scores)
    for row in rows("append/profiles"):
        if row["person_id"] in canaries:
            assert row["income_band"].startswith("CANARY-")
            assert row["list_name"].startswith("CANARY-")
    for row in rows("completejourney/demographics"):
        if row.pop("household_id").startswith("9"):
            assert all(text.startswith("CANARY-") for text in row.values())


def test_no_address_could_be_anyones() -> None:
    for row in rows("crm/addresses"):
        assert re.fullmatch(r"[a-z.]*([@.]example\.(org|com))?", row["email"])
