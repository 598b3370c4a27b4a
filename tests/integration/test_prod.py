"""The target for data of your own: files from the folder that ASKFIRST_RAW names, and the run's start as `as_of`."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import bad_idea
import duckdb
import pytest
import warm_dbt
from askfirst.keyed_hash import DEMO_KEY, VARIABLE

OWN_KEY = "a key that only this test knows, of 40 characters or so"
SAMPLE = bad_idea.ROOT / "seeds" / "sample"
AS_OF = 'as_of: "2018-01-02T00:00:00Z"'
WITHOUT_TESTS = (*bad_idea.WITHOUT_UNIT_TESTS, "--exclude-resource-type", "test")
LATER = "U999,P001,email,2017-07-01T10:00:00Z,2999-07-01T10:00:00Z\n"


def run(project: Path, raw: Path | None, *arguments: str, key: str = OWN_KEY) -> warm_dbt.Run:
    """`dbt build --target prod` in a copy of the project, on raw data, with a key for the suppression list."""
    environment = {key: value for key, value in os.environ.items() if not key.startswith(("DBT_", "ASKFIRST_"))}
    if key:
        environment[VARIABLE] = key
    if raw:
        environment["ASKFIRST_RAW"] = str(raw)
    return warm_dbt.run(["--no-use-colors", "build", "--target", "prod", *arguments], project, environment)


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return bad_idea.copy_project(tmp_path_factory.mktemp("prod") / "project")


@pytest.fixture
def raw(tmp_path: Path) -> Path:
    """The sample world's files, brought from elsewhere; one of them as parquet."""
    folder = Path(shutil.copytree(SAMPLE, tmp_path / "raw"))
    events = folder / "consent" / "events.csv"
    with duckdb.connect() as con:
        con.read_csv(str(events), header=True, all_varchar=True).write_parquet(str(events.with_suffix(".parquet")))
    events.unlink()
    return folder


def test_a_folder_of_files_is_built_and_published(project: Path, raw: Path) -> None:
    build = run(project, raw, *bad_idea.WITHOUT_UNIT_TESTS, "--vars", AS_OF)
    assert build.exit_code == 0, build.output
    with duckdb.connect(str(project / "warehouse" / "prod" / "activation.duckdb"), read_only=True) as con:
        assert con.execute("select count(*) from catalogue where description not like 'SYNTHETIC%'").fetchall() == [
            (8,)
        ]


@pytest.mark.parametrize(("vars_", "rules"), [("{}", [("R40",)]), (f"{{{AS_OF}}}", [])])
def test_what_is_here_has_arrived_whatever_it_says(project: Path, raw: Path, vars_: str, rules: list[object]) -> None:
    with (raw / "consent" / "unsubscribes.csv").open("a", encoding="utf-8") as file:
        file.write(LATER)
    build = run(project, raw, "--select", "+int_record_rules", *WITHOUT_TESTS, "--vars", vars_)
    assert build.exit_code == 0, build.output
    with duckdb.connect(str(project / "warehouse" / "prod" / "askfirst.duckdb"), read_only=True) as con:
        query = (
            "select distinct rule_id from intermediate.int_record_rules where record_id = 'P001' and rule_id = 'R40'"
        )
        assert con.execute(query).fetchall() == rules


def test_what_is_not_there_is_named_with_the_way_out(project: Path, raw: Path) -> None:
    unset = run(project, None)
    assert unset.exit_code != 0
    assert "Fix: export ASKFIRST_RAW=<folder>" in unset.output
    (raw / "crm" / "gifts.csv").unlink()
    missing = run(project, raw)
    assert missing.exit_code != 0
    assert "The raw table crm.gifts cannot be read: there is no such file" in missing.output
    assert "Traceback" not in unset.output + missing.output


@pytest.mark.parametrize(("key", "problem"), [("", "is not set, so nothing is built"), (DEMO_KEY, "is the demo's key")])
def test_without_a_key_of_its_own_nothing_is_built(project: Path, raw: Path, key: str, problem: str) -> None:
    build = run(project, raw, "--select", "purposes", key=key)
    assert build.exit_code != 0
    assert problem in build.output
    assert f"Fix: export {VARIABLE}=" in build.output
    assert "Traceback" not in build.output
