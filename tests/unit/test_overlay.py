"""The synthetic overlay: the same run after run, shaped as the sources say, with every pair of rules that can meet."""

import ast
import os
import re
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from itertools import combinations
from pathlib import Path
from typing import Any

import duckdb
import pytest
import yaml
from askfirst.overlay import files, truth, write_overlay, write_truth
from askfirst.overlay.generate import installed_purchases

ROOT = Path(__file__).resolve().parents[2]
SOURCES = sorted((ROOT / "models" / "staging").glob("*/_*__sources.yml"))
GRID_RULES = [  # R35, R38 and R41 show in an audience only, and have tables of their own
    "R01", "R02", "R03", "R04", "R05", "R06", "R07", "R08", "R09", "R10", "R11", "R12", "R13", "R14", "R15", "R16",
    "R17", "R20", "R21", "R23", "R25", "R31", "R34", "R39", "R40", "R42", "R43", "R44", "R46", "R48", "R49", "R50",
    "R52", "R53",
]  # fmt: skip
NEVER_TOGETHER = {("R52", "R53")}
# One of two records excludes by another rule; what is expired by the strictest term; sharing is off anyway (R39)
NEVER_ALONE = {"R34", "R49", "R23"}
ONLY_CANARY_ROWS = {"completejourney/transactions", "completejourney/demographics"}

Rows = list[tuple[Any, ...]]


@pytest.fixture(scope="module")
def overlay(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("overlay") / "world"
    write_overlay(folder, installed_purchases())
    write_truth(folder)
    return folder


def declared_tables() -> Iterator[tuple[str, list[tuple[str, str]]]]:
    for file in SOURCES:
        for source in yaml.safe_load(file.read_text(encoding="utf-8"))["sources"]:
            for table in source["tables"]:
                columns = [(column["name"], column["data_type"].upper()) for column in table["columns"]]
                yield f"{source['name']}/{table['name']}", columns


def query(overlay: Path, sql: str) -> Rows:
    """Rows of a query in which `{source/table}` stands for a table of the overlay."""
    with duckdb.connect() as con:
        return con.execute(re.sub(r"\{([a-z_/]+)\}", rf"'{overlay}/\1.parquet'", sql)).fetchall()


def verdicts(overlay: Path) -> list[set[str]]:
    return [set(filter(None, rules.split(","))) for (rules,) in query(overlay, "select rules from {truth/permissions}")]


def test_content_is_the_same_run_after_run(overlay: Path, tmp_path: Path) -> None:
    again = tmp_path / "again"
    script = (
        "from pathlib import Path; from askfirst.overlay import write_overlay, write_truth; "
        "from askfirst.overlay.generate import installed_purchases; "
        f"write_overlay(Path({str(again)!r}), installed_purchases()); write_truth(Path({str(again)!r}))"
    )
    environment = os.environ | {"PYTHONHASHSEED": "4711", "PYTHONPATH": str(ROOT / "scripts")}
    subprocess.run([sys.executable, "-c", script], env=environment, check=True)
    tables = sorted(file.relative_to(overlay).with_suffix("").as_posix() for file in overlay.rglob("*.parquet"))
    assert tables == sorted(file.relative_to(again).with_suffix("").as_posix() for file in again.rglob("*.parquet"))
    for table in tables:
        select = f"select * from {{{table}}}"
        assert query(overlay, select) == query(again, select), table


def test_columns_are_those_of_the_sources(overlay: Path) -> None:
    written = {file.relative_to(overlay).with_suffix("").as_posix() for file in overlay.rglob("*.parquet")}
    declared = dict(declared_tables())
    expected = {table for table in declared if not table.startswith("completejourney/")} | ONLY_CANARY_ROWS
    assert {table for table in written if not table.startswith("truth/")} == expected
    for table in expected:
        described = query(overlay, f"describe select * from {{{table}}}")
        assert [(name, kind) for name, kind, *_ in described] == declared[table], table


def test_every_rule_is_hit_often_also_alone(overlay: Path) -> None:
    hits = Counter(rule for rules in verdicts(overlay) for rule in rules)
    alone = Counter(next(iter(rules)) for rules in verdicts(overlay) if len(rules) == 1)
    assert sorted(hits) == GRID_RULES
    assert {rule: alone[rule] for rule in GRID_RULES if alone[rule] < 30 and rule not in NEVER_ALONE} == {}
    assert hits["R34"] >= 30
    counts = query(
        overlay,
        "select (select count(*) from {truth/switches}), (select count(*) from {truth/gifts}), (select count(*) "
        "from {truth/household} natural join {truth/permissions} where rules = '')",
    )
    assert min(counts[0]) >= 30


def test_rules_that_can_meet_do_meet(overlay: Path) -> None:
    pairs = Counter(pair for rules in verdicts(overlay) for pair in combinations(sorted(rules), 2))
    rare = {pair for pair in combinations(GRID_RULES, 2) if pairs[pair] < 3}
    assert rare == NEVER_TOGETHER


def test_audiences_are_well_filled(overlay: Path) -> None:
    ((share,),) = query(
        overlay, "select avg((rules = '')::int) from {truth/permissions} where purpose <> 'partner_sharing'"
    )
    assert 0.5 < share < 0.6
    ((birthday_ribs,),) = query(
        overlay,
        "select count(distinct person_id) from {crm/persons} natural join {crm/preferences} natural join "
        "{truth/permissions} where topic = 'ribs' and birthday_month = '1' and purpose = 'offers' "
        "and channel = 'email' and rules = ''",
    )
    assert birthday_ribs >= 80


def test_canaries_are_recognisable_and_let_in_everywhere(overlay: Path) -> None:
    canaries = query(overlay, "select person_id, household_id from {crm/canaries} order by all")
    assert len(canaries) == 24
    assert {int(household) for _, household in canaries} == set(range(9_000_001, 9_000_017))
    of_canaries = "person_id in (select person_id from {crm/canaries})"
    rules = query(
        overlay, f"select distinct purpose, rules from {{truth/permissions}} where {of_canaries} order by all"
    )
    expected = [("offers", ""), ("partner_sharing", "R39"), ("personalisation", ""), ("replenishment", "")]
    assert rules == expected
    assert query(overlay, f"select distinct score from {{scores/propensities}} where {of_canaries}") == [
        ("-987654321",)
    ]
    marked = (
        f"select label from {{scores/propensities}} where {of_canaries} union all "
        f"select unnest([income_band, list_name]) from {{append/profiles}} where {of_canaries} union all "
        "select unnest([age, income, home_ownership, marital_status, household_size, household_comp, kids_count]) "
        "from {completejourney/demographics}"
    )
    assert all(re.fullmatch(r"CANARY-\w+-\w+", text) for (text,) in query(overlay, marked))
    months = query(
        overlay,
        "select p.birthday_month, a.birthday_month from {crm/persons} p "
        f"join {{append/profiles}} a using (person_id) where {of_canaries}",
    )
    told = {(str(month), str(1 + month % 12)) for month in range(1, 13)}
    assert sorted(months) == sorted(told | {("", str(month)) for month in range(1, 13)})


def test_on_any_day_some_canaries_are_due_and_some_have_just_bought(overlay: Path) -> None:
    days = query(
        overlay,
        "with days as (select unnest(generate_series(date '2018-01-02', date '2030-12-31', interval 9 day))::date "
        "as day), "
        "bought as (select day, household_id, max(transaction_timestamp)::date as last, "
        "min(transaction_timestamp)::date as first, count(distinct transaction_timestamp::date) as days, "
        "count(distinct product_id) as products "
        "from {completejourney/transactions} join days on transaction_timestamp <= day group by all) "
        "select day, count(*) filter (days >= 6 and day - last between round((last - first) / (days - 1)) "
        "and 3 * round((last - first) / (days - 1)) - 1), count(*) filter (day - last <= 14), min(products) "
        "from bought group by day",
    )
    assert len(days) > 500
    assert all(due >= 8 and lately >= 8 and products == 5 for _, due, lately, products in days)


def test_no_address_could_be_anyones(overlay: Path) -> None:
    emails = [email for (email,) in query(overlay, "select email from {crm/addresses} where kind = 'email'")]
    domain = re.compile(r"[\w.]*@{0,2}(home@)?(example\.(org|com))?")
    assert [email for email in emails if not domain.fullmatch(email)] == []
    assert {email.rpartition("@")[2] for email in emails if "@" in email} == {"example.org", "example.com", ""}


def test_noise_is_there_and_malformed_events_have_a_known_subject(overlay: Path) -> None:
    ((total, ids, contents),) = query(
        overlay, "select count(*), count(distinct event_id), count(distinct e) from {consent/events} e"
    )
    assert ids == contents < total - 500
    ((later, unknown),) = query(
        overlay,
        "select count(*) filter (received_at > '2018-01-02T00:00:00Z'), count(*) filter (person_id not in "
        "(select person_id from {crm/persons})) from {consent/events}",
    )
    assert later > 500
    assert unknown == 0


def test_gifts_decide_for_forty_households(overlay: Path) -> None:
    marks, real = ROOT / "seeds" / "reference" / "product_marks.csv", installed_purchases()
    ((households,),) = query(
        overlay,
        f"with marked as (select product_id, topic from '{real}/products.parquet' p join '{marks}' m on "
        "p.product_category = m.product_category and (m.product_type is null or p.product_type = m.product_type)), "
        f"bought as (select household_id, topic, basket_id from '{real}/transactions.parquet' join marked using "
        "(product_id)) select count(distinct household_id) from (select household_id, topic from bought group by all "
        "having count(distinct basket_id) >= 6 and bool_and(basket_id::varchar in (from {truth/gifts})))",
    )
    assert households >= 40


def test_truth_reads_no_events() -> None:
    tree = ast.parse(Path(truth.__file__).read_text(encoding="utf-8"))
    modules = {node.module for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)}
    allowed = {
        "collections",
        "collections.abc",
        "dataclasses",
        *(f"askfirst.overlay.{name}" for name in ("clock", "stories", "wishes", "world")),
    }
    assert modules == allowed


def test_a_folder_with_anything_else_in_it_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "holiday.jpg").touch()
    with pytest.raises(FileExistsError, match=r"holiday\.jpg"):
        files.write_folder(tmp_path, {"crm/gifts": (("gift_id:varchar",), [("G1",)])})
    assert [entry.name for entry in tmp_path.iterdir()] == ["holiday.jpg"]


def test_a_write_that_fails_half_way_leaves_the_old_folder(tmp_path: Path) -> None:
    folder = tmp_path / "world"
    files.write_folder(folder, {"crm/gifts": (("gift_id:varchar",), [("G1",)])})
    broken: Rows = [("not a number",)]
    with pytest.raises(duckdb.ConversionException):
        files.write_folder(folder, {"crm/gifts": (("gift_id:varchar",), []), "crm/more": (("n:bigint",), broken)})
    assert query(folder, "select * from {crm/gifts}") == [("G1",)]
    files.write_folder(folder, {"crm/gifts": (("gift_id:varchar",), [])})
    assert query(folder, "select * from {crm/gifts}") == []
    assert [entry.name for entry in tmp_path.iterdir()] == ["world"]
