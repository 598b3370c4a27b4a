"""What a build promises beside its content: repeatable, partial, removing while blocked, and proof of itself."""

from __future__ import annotations

import csv
import json
from typing import TYPE_CHECKING

import bad_idea
import duckdb

if TYPE_CHECKING:
    from pathlib import Path

WINGS = bad_idea.load(bad_idea.IDEAS / "chicken_wings.yml")
STALE = bad_idea.load(bad_idea.IDEAS / "stale_unsubscribes.yml")
EVENTS = "seeds/sample/consent/events.csv"
AUDIENCES = (
    "select table_name from duckdb_tables() where database_name = 'published' and schema_name = 'data' order by all"
)


def published_rows(project: Path) -> dict[str, set[tuple[object, ...]]]:
    """The rows of each published audience."""
    with duckdb.connect() as connection:
        connection.execute(f"attach '{project / bad_idea.PUBLISHED}' as published (read_only)")
        names = [name for (name,) in connection.execute(AUDIENCES).fetchall()]
        return {name: set(connection.execute(f'from published.data."{name}"').fetchall()) for name in names}


def withdraw(project: Path, person: str, event_id: str = "E-WITHDRAWN") -> None:
    """Append one withdrawal of everything by e-mail to the raw events, as the consent platform would deliver it."""
    with (project / EVENTS).open(encoding="utf-8", newline="") as file:
        fields = next(csv.reader(file))
    event = dict.fromkeys(fields, "") | {
        "event_id": event_id,
        "person_id": person,
        "event_state": "ConsentWithdrawn",
        "event_time": "2018-01-01T12:00:00Z",
        "received_at": "2018-01-01T12:00:00Z",
        "purposes": "personalisation|offers|replenishment",
        "channel": "email",
        "collection_method": "preference_centre",
    }
    with (project / EVENTS).open("a", encoding="utf-8", newline="") as file:
        csv.DictWriter(file, fields, lineterminator="\n").writerow(event)


def test_a_second_build_changes_nothing(project: Path) -> None:
    before = bad_idea.checksum(project / bad_idea.PUBLISHED)
    build = bad_idea.build(project, *bad_idea.WITHOUT_UNIT_TESTS)
    assert build.exit_code == 0, build.output
    assert build.published == before


def test_an_edit_of_one_segment_builds_alone(project: Path) -> None:
    bad_idea.apply(WINGS.clean, project)
    bad_idea.write_suites(WINGS.clean, project)
    build = bad_idea.build(project, "--select", "seg_ribs+")
    assert build.exit_code == 0, build.output
    topics = {row[3] for row in published_rows(project)["email__ribs"]}
    assert topics == {"barbecue_sauce"}


def test_who_withdraws_is_gone_even_while_a_leak_and_a_stale_feed_block_the_rest(project: Path) -> None:
    before = published_rows(project)
    person = min(str(row[0]) for row in before["email__ribs"])
    withdraw(project, person)
    bad_idea.apply(WINGS.leak, project)
    bad_idea.apply(STALE.leak, project)

    build = bad_idea.build(project, *bad_idea.WITHOUT_UNIT_TESTS)

    after = published_rows(project)
    assert build.exit_code == 1, build.output
    assert bad_idea.Finding("AF015", "act_email__ribs", "offer_topic") in build.findings
    assert bad_idea.Finding("AF112", "consent.unsubscribes") in build.findings
    left = {name: {str(row[0]) for row in before[name] - after[name]} for name in before}
    assert left["email__ribs"] == {person}
    for name, persons in left.items():
        assert persons <= ({person} if name.startswith("email__") else set()), name
    assert all(after[name] <= before[name] for name in before), "a removal adds and changes nothing"


def test_nothing_is_published_without_a_gate_in_the_same_run(project: Path) -> None:
    before = bad_idea.checksum(project / bad_idea.PUBLISHED)
    build = bad_idea.build(project, "--select", "publication")
    assert build.exit_code == 1, build.output
    assert "AF013" in build.output
    assert build.published == before


def test_a_candidate_replaced_by_hand_is_found(project: Path) -> None:
    with duckdb.connect(str(project / bad_idea.WAREHOUSE / "askfirst.duckdb")) as connection:
        connection.execute("create or replace table activation.act_email__ribs as from activation.act_email__ribs")
    before = bad_idea.checksum(project / bad_idea.PUBLISHED)
    build = bad_idea.build(project, "--select", "gate_candidates+")
    assert build.exit_code == 1, build.output
    assert bad_idea.Finding("AF013", "act_email__ribs") in build.findings
    assert build.published == before


def test_removals_wait_for_permission_data_only(clean_build: Path) -> None:
    manifest = json.loads((clean_build / "target" / "manifest.json").read_text(encoding="utf-8"))
    nodes, waiting, reached = manifest["nodes"], ["model.askfirst.removals"], set()
    while waiting:
        node = waiting.pop()
        if node in nodes and node not in reached:
            reached.add(node)
            waiting += nodes[node]["depends_on"].get("nodes", [])
    names = {nodes[node]["name"] for node in reached}
    assert not {name for name in names if "completejourney" in name or name.startswith(("seg_", "act_", "declared_"))}
    # of the reference seeds only those that permission records name: purposes, channels and topics among them
    assert not names & {"quarantine", "product_marks", "stg_crm__gifts", "int_shown_first_names"}
