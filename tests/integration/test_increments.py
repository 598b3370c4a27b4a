"""Incremental builds: they work on who has changed and on nobody else, and leave what a full refresh would make."""

from __future__ import annotations

import shutil
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import bad_idea
import duckdb
import pytest

from tests.integration.test_erasure import append, rewrite
from tests.proofs import increments, judged
from tests.proofs.sequences import deliveries
from tests.proofs.sites import upstream
from tests.proofs.world import seeded
from tests.reference.consent.vocabulary import read_vocabulary

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from tests.proofs.increments import Builds

START = datetime.fromisoformat("2018-01-02T00:00:00Z")
WORDS = read_vocabulary(bad_idea.ROOT)
CHANGED = ("P001", "P002", "P003", "P005")
KEPT = (
    "base_consent__events",
    *("int_consent_events", "int_confirmations", "int_void_grants", "int_grant_phases", "int_consent_acts"),
    *("int_consent_history", "int_suppression_acts", "int_suppression_history"),
    *("int_record_rules", "int_person_rules", "int_permissions"),
)
SELECTED = ("--select", "+int_permissions", "+int_suppression_history", "--exclude-resource-type", "test")
WITHDRAWN = {
    "person_id": "P001", "event_state": "ConsentWithdrawn", "event_time": "2017-12-01T10:00:00Z",
    "received_at": "2018-01-01T10:00:00Z", "purposes": "offers", "channel": "email",
}  # fmt: skip
Rows = dict[str, list[tuple[Any, ...]]]


@pytest.fixture(scope="module")
def recompiled(clean_build: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The manifest of a clean build's project compiled once more: now the models know of rows that stand."""
    project = Path(shutil.copytree(clean_build, tmp_path_factory.mktemp("again") / "project"))
    run = bad_idea.dbt(project, "compile", "--quiet")
    assert run.exit_code == 0, run.output
    return project / "target" / "manifest.json"


@pytest.fixture
def builds(clean_build: Path, recompiled: Path) -> Iterator[Builds]:
    found = increments.read_builds(clean_build, recompiled)
    assert {found.world.nodes[unique_id].name for unique_id in found.names()} >= set(KEPT)
    yield found
    found.world.con.close()


def follow(builds: Builds, seed: int, customers: int, count: int) -> tuple[int, int]:
    """So many builds, some killed, each other held against a full refresh: the keys worked on, and all customers."""
    choice, worked_on, there = seeded("killed", seed), 0, 0
    for delivery in deliveries(seed, customers, count, START, WORDS):
        judged.load(builds.world, delivery.histories)
        increments.build(builds, delivery.as_of, choice.choice(builds.names()) if delivery.is_killed else "")
        if not delivery.is_killed:
            found = increments.differences(builds, delivery.as_of)
            assert not found, f"seed {seed}, build {delivery.number}: rows that a full refresh has otherwise: {found}"
            worked_on += increments.pending(builds, "int_record_inputs") if delivery.number else 0
            there += len(delivery.histories) if delivery.number else 0
    return worked_on, there


def test_random_deliveries_come_to_what_a_full_refresh_makes(builds: Builds) -> None:
    worked_on, there = follow(builds, 1, 30, 12)
    assert 0 < worked_on < there, "not everybody is worked on each time"


@pytest.mark.proof
@pytest.mark.parametrize("seed", range(2, 6))
def test_many_random_deliveries_come_to_what_a_full_refresh_makes(
    builds: Builds, seed: int, tell: Callable[[str], None]
) -> None:
    worked_on, there = follow(builds, seed, 60, 75)
    tell(f"seed {seed}: 75 builds, {worked_on} records worked on where {there} customers were there")
    assert 0 < worked_on < there / 2


def test_whatever_is_made_incrementally_is_made_of_what_is_digested(builds: Builds) -> None:
    """Each input of a model that works on what is pending is digested where that is said, or is a seed."""
    nodes = builds.world.nodes
    inputs = [unique_id for unique_id in builds.names() if unique_id.endswith("_inputs")]
    for unique_id in builds.names():
        leaders = [one for one in inputs if one in nodes[unique_id].depends_on]
        digested = {one for leader in leaders for one in upstream(builds.world, leader)}
        waiting = list(nodes[unique_id].depends_on) if unique_id not in inputs else []
        while waiting:
            parent = waiting.pop()
            if parent in digested or parent.startswith("seed.") or parent in builds.incremental:
                continue
            assert parent.startswith("model."), f"{unique_id} reads {parent}, which no digest is of"
            waiting += nodes[parent].depends_on


def rows(project: Path, *names: str) -> Rows:
    with duckdb.connect(str(project / bad_idea.WAREHOUSE / "askfirst.duckdb"), read_only=True) as con:
        places = dict(con.execute("select table_name, schema_name from duckdb_tables()").fetchall())
        return {name: con.execute(f"from {places[name]}.{name} order by all").fetchall() for name in names}


def pending(project: Path, name: str) -> set[str]:
    return {key for key, _, is_pending in rows(project, name)[name] if is_pending}


def deliver(project: Path) -> None:
    """A withdrawal that arrives late, a proof that is corrected in place, an event that is gone, and an objection."""
    append(project, "consent/events", WITHDRAWN | {"event_id": "E990"})
    corrected = {"evidence": "form-corrected"}
    rewrite(project, "consent/events", lambda row: row | corrected if row["person_id"] == "P002" else row)
    rewrite(project, "consent/events", lambda row: None if row["person_id"] == "P003" else row)
    objected = {"objected_at": "2018-01-01T10:00:00Z", "received_at": "2018-01-01T10:00:00Z"}
    append(project, "consent/objections", {"objection_id": "O990", "person_id": "P005", "scope": "all"} | objected)


def test_dbt_works_on_who_has_changed_and_refreshes_by_itself_when_code_has(project: Path) -> None:
    deliver(project)
    second = bad_idea.dbt(project, "build", *SELECTED)
    assert second.exit_code == 0, second.output
    assert pending(project, "int_record_inputs") == set(CHANGED)
    assert pending(project, "int_person_inputs") >= set(CHANGED) - {"P002"}, (
        "of whom only the name of a proof has changed"
    )
    assert len(pending(project, "int_person_inputs")) < 10, "nor many beside, as who shares an address"
    made = rows(project, *KEPT)

    # another macro, the same SQL: nobody can know that, and all is made anew without a flag
    with (project / "macros" / "time" / "days.sql").open("a", encoding="utf-8") as file:
        file.write("{# edited #}\n")
    third = bad_idea.dbt(project, "build", *SELECTED)
    assert third.exit_code == 0, third.output
    assert len(pending(project, "int_record_inputs")) == len(rows(project, "int_record_inputs")["int_record_inputs"])
    assert rows(project, *KEPT) == made
