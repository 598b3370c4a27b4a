"""A permission feed that is older than its limit, or whose age nobody can tell, closes the gate (AF112)."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest
from askfirst.artifacts import parse_manifest
from askfirst.errors import GateClosed
from askfirst.gate.freshness import consent_feeds
from askfirst.gate.run import evaluate, gate_results, verdict
from askfirst.sql import literal

from tests.unit.test_gate_world import FEED, World, column, manifest_json, new_world

if TYPE_CHECKING:
    from pathlib import Path

EVENTS = "consent.events"
RIBS = "act_email__ribs"
HOURLY = {"count": 24, "period": "hour"}


def declare(world: World, query: str | None) -> None:
    """What the hook `feed_loads` hands over: the SQL for the newest load."""
    loads = literal(json.dumps({} if query is None else {FEED: query}))
    world.con.execute(f"set variable askfirst_feed_loads = {loads}")


def found(world: World) -> list[tuple[str, str, str]]:
    """The feeds that are not fresh, with the code and what is told of them."""
    return [(row.code, row.model, row.message) for row in evaluate(world.con) if row.outcome != "passed"]


def spoilt(**feed: Any) -> dict[str, Any]:  # noqa: ANN401 - JSON
    """The manifest with a feed that declares something else."""
    raw = manifest_json()
    raw["sources"][FEED] |= feed
    return raw


@pytest.mark.parametrize("loaded_at", ["2018-01-01 00:00:00", "2018-01-01 23:59:59", "2018-01-02 00:00:00"])
def test_a_load_within_the_limit_passes_and_is_recorded(loaded_at: str, tmp_path: Path) -> None:
    world = new_world(tmp_path)
    declare(world, f"select timestamp '{loaded_at}'")
    (row,) = (row for row in evaluate(world.con) if row.check_id == "freshness")
    assert (row.code, row.model, row.audience, row.outcome) == ("AF112", EVENTS, "", "passed")


@pytest.mark.parametrize(
    ("query", "told"),
    [
        ("select timestamp '2017-12-31 22:00:00'", "it was loaded 26 hours before as_of, and its limit is 24 hours"),
        ("select timestamptz '2018-01-01 01:00:00+02:00'", "it was loaded 25 hours before as_of"),
        ("select timestamp '2018-01-02 00:00:01'", "it says that it was loaded after as_of"),
        ("select cast(null as timestamp)", "nothing says that it was ever loaded before as_of"),
        ("select timestamp '2018-01-01 22:00:00' where false", "when it was loaded cannot be read (ValueError)"),
        ("select '2018-01-01T22:00:00Z'", "when it was loaded cannot be read (ValueError)"),
        ("select max(loaded_at) from raw_consent.nowhere", "when it was loaded cannot be read (CatalogException)"),
        ("select max(", "when it was loaded cannot be read (ParserException)"),
        ("", "it does not declare when it was loaded"),
        (None, "it does not declare when it was loaded"),
    ],
)
def test_an_old_load_or_one_that_cannot_be_read_closes_the_gate(query: str | None, told: str, tmp_path: Path) -> None:
    world = new_world(tmp_path)
    declare(world, query)
    ((code, model, message),) = found(world)
    assert (code, model) == ("AF112", EVENTS)
    assert message.startswith(told)


@pytest.mark.parametrize(
    "freshness",
    [
        None,
        {"warn_after": HOURLY},
        {"warn_after": HOURLY, "error_after": {"count": None, "period": None}},
        {"error_after": {"count": 24, "period": "fortnight"}},
    ],
)
def test_a_feed_without_a_limit_closes_the_gate(freshness: dict[str, Any] | None, tmp_path: Path) -> None:
    world = new_world(tmp_path, spoilt(freshness=freshness))
    ((code, model, message),) = found(world)
    assert (code, model) == ("AF112", EVENTS)
    assert message.startswith("it declares no limit for its age")


def test_the_verdict_names_the_feed_its_file_and_the_way_out(tmp_path: Path) -> None:
    world = new_world(tmp_path)
    declare(world, "select timestamp '2017-12-31 22:00:00'")
    gate_results(world.con).create("gate.gate_results")
    with pytest.raises(GateClosed) as stop:
        verdict(world.con)
    assert "AF112  a permission feed is older than its limit  (docs/rules/AF112.md)" in str(stop.value)
    assert f"  {EVENTS}  models/staging/consent/_sources.yml" in str(stop.value)
    assert "fix   load the feed, record the delivery in consent.deliveries" in str(stop.value)


def test_a_feed_that_was_not_asked_closes_the_gate(tmp_path: Path) -> None:
    world = new_world(tmp_path)
    gate_results(world.con).create("gate.gate_results")
    world.con.execute("delete from gate.gate_results where check_id = 'freshness'")
    with pytest.raises(GateClosed, match="AF112"):
        verdict(world.con)


def test_a_project_without_permission_feeds_closes_the_gate(tmp_path: Path) -> None:
    world = new_world(tmp_path, spoilt(columns={}))
    gate_results(world.con).create("gate.gate_results")
    with pytest.raises(GateClosed, match="no raw table holds permission records"):
        verdict(world.con)


def test_a_run_without_the_hook_proves_nothing(tmp_path: Path) -> None:
    world = new_world(tmp_path)
    world.con.execute("reset variable askfirst_feed_loads")
    with pytest.raises(GateClosed, match="askfirst_feed_loads is not set"):
        evaluate(world.con)


@pytest.mark.parametrize(
    ("meta", "is_feed"),
    [
        ({"provenance": "consent"}, True),
        ({"provenance": ["operational", "consent"]}, True),
        ({"provenance": "operational"}, False),
        ({}, False),
    ],
)
def test_a_feed_is_known_by_a_label(meta: dict[str, Any], is_feed: bool) -> None:
    raw = spoilt(columns={"event_state": column("event_state", meta)})
    assert [feed.name for feed in consent_feeds(parse_manifest(raw))] == ([EVENTS] if is_feed else [])
