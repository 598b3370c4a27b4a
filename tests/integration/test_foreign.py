"""Columns of another project, verified by changing what they are said to be made of, and what they are not."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import duckdb
import pytest
from askfirst.lineage.flows import ROWS

from tests.manifests import model, put, shop
from tests.proofs.foreign import Place, all_verdicts, read, summary, table, verify

if TYPE_CHECKING:
    from pathlib import Path

    from askfirst.lineage.graph import Graph


PEOPLE, SCORES = '"shop"."crm"."people"', '"shop"."bureau"."scores"'
LETTERS = f"""
select people.id, upper(people.email) as address, coalesce(scores.score, 0) > 50 as likely
from {PEOPLE} as people left join {SCORES} as scores on people.id = scores.person_id
where people.birthday > '1950'
"""
READS = ("source.shop.crm.people", "source.shop.bureau.scores")


@pytest.fixture
def place(tmp_path: Path) -> Place:
    manifest = shop()
    models = [
        model("letters", LETTERS, READS),
        model("bare", "select id from shop.crm.people", READS[:1]),
        model("lost", 'select id from "shop"."crm"."gone"', ("source.shop.crm.gone",)),
        model("strict", f"select cast(email as integer) as number from {PEOPLE}", READS[:1]),
    ]
    gone = {**manifest["sources"][READS[0]], "unique_id": "source.shop.crm.gone", "name": "gone", "identifier": "gone"}
    manifest["sources"]["source.shop.crm.gone"] = gone
    manifest["nodes"] = {one["unique_id"]: one for one in models}
    folder = put(tmp_path, manifest)
    with duckdb.connect(str(tmp_path / "shop.duckdb")) as con:
        con.execute("create schema crm; create schema bureau")
        con.execute(
            "create table crm.people as select i as id, 'p' || i || '@example.org' as email,"
            " cast(1930 + i as varchar) as birthday from range(40) as r(i)"
        )
        con.execute("create table bureau.scores as select i as person_id, i * 3 % 100 as score from range(40) as r(i)")
    return Place(folder / "target" / "manifest.json", tmp_path / "shop.duckdb")


def test_what_the_analysis_says_holds(place: Place) -> None:
    found = all_verdicts(place, 100, seed=1, processes=1)
    by_name = {f"{one.model}.{one.column}": one for one in found}
    assert sorted(by_name) == ["bare.id", "letters.address", "letters.id", "letters.likely", "lost.id", "strict.number"]
    assert not any(one.missed for one in found), table(found)
    assert by_name["letters.address"].seen == by_name["letters.address"].reported
    assert by_name["letters.address"].quiet == 1  # the score; keys and birthday decide rows
    assert "not in the warehouse" in by_name["lost.id"].unverified
    assert by_name["strict.number"].unverified
    assert by_name["bare.id"].seen == by_name["bare.id"].reported
    assert summary(found)[0] == "4 of 6 columns verified"


@pytest.mark.parametrize("forgotten", ["address", ROWS])
def test_a_flow_that_the_analysis_forgets_is_missed(place: Place, forgotten: str) -> None:
    world, graph = read(place)
    (verdict,) = verify(world, forgetful(graph, forgotten), "model.shop.letters", ["address"], 40)
    assert verdict.missed, verdict


def forgetful(graph: Graph, target: str) -> Graph:
    """A graph whose letters lack the flows to one column, or to the rows."""
    one = graph.nodes["model.shop.letters"]
    assert one.flows is not None
    columns = tuple(
        replace(column, flows=() if column.name == target else column.flows) for column in one.flows.columns
    )
    rows = () if target == ROWS else one.flows.rows
    spoilt = replace(one, flows=replace(one.flows, columns=columns, rows=rows))
    return replace(graph, nodes={**graph.nodes, "model.shop.letters": spoilt})


def test_the_database_is_left_as_it_was(place: Place) -> None:
    before = place.database.read_bytes()
    all_verdicts(place, 2, seed=1, processes=1)
    assert place.database.read_bytes() == before
