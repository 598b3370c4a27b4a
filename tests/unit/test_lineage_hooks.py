"""Hooks and operations that write: what they write flows, what cannot be read is a gap, what is harmless is neither."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from askfirst.lineage.dialects import BINDINGS
from askfirst.lineage.edges import Vertex
from askfirst.lineage.flows import ROWS
from askfirst.lineage.graph import Graph, build_graph
from askfirst.lineage.hooks import read_hooks
from askfirst.lineage.project import read_nodes

from tests.manifests import model, put, shop
from tests.unit.test_cli_check import codes, told

if TYPE_CHECKING:
    from pathlib import Path

PEOPLE, LETTER = "model.shop.stg_people", "model.shop.newsletter"
SCORES = "shop.bureau.scores"
MACROS = {
    "stamp": "{% macro stamp() %}comment on table {{ this }} is {{ quoted(tojson(model)) }}{% endmacro %}",
    "quoted": "{% macro quoted(text) %}'{{ text | replace(\"'\", \"''\") }}'{% endmacro %}",
    "top_up": "{% macro top_up(t) %}insert into {{ t }} select * from shop.bureau.scores{% endmacro %}",
    "by_engine": "{% macro by_engine() %}{{ return(adapter.dispatch('fill', 'shop')()) }}{% endmacro %}",
    "duckdb__fill": "{% macro duckdb__fill() %}{% do run_query('delete from shop.main.stg_people') %}{% endmacro %}",
    "run_query": "{% macro run_query(sql) %}{% call statement() %}{{ sql }}{% endcall %}{% endmacro %}",
    "load": "{% macro load(file) %}{% set sql %}copy into {{ this }} from {{ file }}{% endset %}{% endmacro %}",
    "statement": "{% macro statement() %}{% set done = adapter.execute(caller()) %}{% endmacro %}",
    "upload": "{% macro upload(results) %}insert into {{ target.schema }}.{{ name_of() }} values (1){% endmacro %}",
    "name_of": "{% macro name_of() %}{{ return(var('where')) }}{% endmacro %}",
}


def macros_json() -> dict[str, Any]:
    return {f"macro.shop.{name}": {"name": name, "macro_sql": text} for name, text in MACROS.items()}


def project(*hooks: str, node: str = PEOPLE, kind: str = "post-hook") -> dict[str, Any]:
    """The shop with hooks on a node; with `node` empty, with operations at the end of each run."""
    raw = shop()
    raw["macros"] = macros_json()
    if node:
        raw["nodes"][node]["config"][kind] = [{"sql": hook, "transaction": True, "index": None} for hook in hooks]
        return raw
    for number, hook in enumerate(hooks):
        name = f"shop-on-run-end-{number}"
        operation = {"unique_id": f"operation.shop.{name}", "resource_type": "operation", "name": name}
        raw["nodes"][operation["unique_id"]] = {**operation, "raw_code": hook, "compiled_code": "", "config": {}}
    return raw


def graph_of(raw: dict[str, Any]) -> Graph:
    return build_graph(read_nodes(raw, BINDINGS["duckdb"]), BINDINGS["duckdb"], "duckdb")


def into(graph: Graph, node: str, column: str) -> set[str]:
    """What a hook brings to a vertex from the scores: column and subtype of each edge."""
    edges = graph.into.get(Vertex(node, column), ())
    return {f"{edge.source.column} {edge.subtype}" for edge in edges if edge.source.node == "source.shop.bureau.scores"}


@pytest.mark.parametrize(
    "hook",
    [
        "{{ stamp() }}",
        "grant select on {{ this }} to role marketing",
        "comment on table {{ this }} is 'we update it at a set time'",
        "create index if not exists by_id on {{ this }} (id)",
        "analyze {{ this }}; vacuum",
        "set variable run = '{{ invocation_id }}'",
        "begin; commit",
        "{% if target.name == 'prod' %}grant select on {{ this }} to {{ var('role') }}{% endif %}",
        "insert into shop.audit.runs values ('{{ this.name }}', '{{ invocation_id }}')",
        "insert into {{ target.schema }}.runs values ('{{ this.name }}', '{{ invocation_id }}')",
        "create table if not exists shop.audit.runs (run text, at timestamp)",
        "{# insert into {{ this }} select 1 #}",
        "truncate table {{ this }}",
        "delete from {{ this }} where false",
        "alter table {{ this }} add primary key (id)",
    ],
)
def test_what_is_harmless_alarms_nobody(hook: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    found = told(put(tmp_path, project(hook)), capsys)
    assert found["verdict"] == "clean", found["findings"]
    assert found["not_analysed"] == []


WRITTEN = [
    (ROWS, "score FILTER", "insert into {{ this }} select person_id, 'x', null from {SCORES} where score > 1"),
    ("email", "score IDENTITY", "insert into {{ this }} (id, email) select person_id, score from {SCORES}"),
    ("email", "score IDENTITY", "insert into {{ this }} by name select score as email from {SCORES}"),
    (ROWS, "score FILTER", "delete from {{ this }} where id in (select person_id from {SCORES} where score > 1)"),
    (ROWS, "score FILTER", "delete from {{ this }} as p using {SCORES} as s where p.id = s.person_id and s.score > 1"),
    ("email", "score AGGREGATION", "update {{ this }} set email = (select max(score) from {SCORES})"),
    ("email", "score CONDITIONAL", "update {{ this }} set email = 'x' from {SCORES} as s where s.score > id"),
    ("id", "score IDENTITY", "create or replace table {{ this }} as select score as id from {SCORES}"),
    ("id", "score IDENTITY", "insert into {{ this }} select score, '', '' from {{ source('bureau', 'scores') }}"),
    (
        "id",
        "score IDENTITY",
        "{% if a %}insert into {{ ref('stg_people') }} (id) select score from {SCORES}{% endif %}",
    ),
    ("id", "score IDENTITY", "insert into {{ target.database }}.main.stg_people (id) select score from {SCORES}"),
]


@pytest.mark.parametrize(("column", "edge", "hook"), WRITTEN)
def test_what_a_hook_writes_flows(hook: str, column: str, edge: str) -> None:
    graph = graph_of(project(hook.replace("{SCORES}", SCORES)))
    assert edge in into(graph, PEOPLE, column)
    assert graph.nodes[PEOPLE].gaps == ()


@pytest.mark.parametrize(
    "hook",
    [
        "merge into {{ this }} using {SCORES} as s on id = s.person_id when matched then update set email = s.score",
        "copy {{ this }} from 'more.csv'",
        "insert into {{ this }} select * from read_csv('more.csv')",
        "insert into {{ this }} select 1, 2, 3 on conflict do nothing",
        "call fill_it({{ this }})",
        "execute fill",
        "insert into {{ this }} select 1, 2, 3, 4, 5, 6 from",
        "alter table {{ this }} rename to old; alter table other rename to stg_people",
        "insert into {{ var('target') }} select * from {SCORES}",
        "{% set t = this %}insert into {{ t }} select * from {SCORES}",
        "insert into {% if a %}x{% else %}{{ this }}{% endif %} select * from {SCORES}",
        "{{ top_up(this) }}",
        "{{ by_engine() }}",
        "{% do run_query('update ' ~ this ~ ' set email = null') %}",
        "insert into {{ this }} select id, email, null from {{ ref('newsletter') }}",
    ],
)
def test_what_cannot_be_read_is_told(hook: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    found = told(put(tmp_path, project(hook.replace("{SCORES}", SCORES))), capsys)
    assert {code for code, _, _ in codes(found)} >= {"AF006"}, found
    assert "post-hook of stg_people" in found["not_analysed"][0]["reason"]


def test_a_macro_that_the_manifest_lacks_is_told(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    raw = project("{{ anything() }}")
    del raw["macros"]
    assert "AF006" in {code for code, _, _ in codes(told(put(tmp_path, raw), capsys))}


def test_a_seed_that_its_hook_fills_from_a_file_is_what_its_label_says() -> None:
    """Its file may be called like a model; a hook that takes from one is another thing."""
    raw = project()
    raw["nodes"]["seed.shop.codes"] = {
        **model("codes", "", ()),
        "unique_id": "seed.shop.codes",
        "resource_type": "seed",
    }
    config = raw["nodes"]["seed.shop.codes"]["config"]
    config["post-hook"] = [{"sql": "{{ load('newsletter') }}"}]
    assert read_hooks(raw).of_node == {}
    config["post-hook"] = [{"sql": "{{ load(ref('newsletter')) }}"}]
    assert set(read_hooks(raw).of_node) == {"seed.shop.codes", LETTER}


def test_a_hook_that_writes_elsewhere_is_found_where_it_writes() -> None:
    """A hook of the newsletter fills the staging model, and a source."""
    hook = f"insert into {{{{ ref('stg_people') }}}} (email) select score from {SCORES}"
    more = f"insert into shop.crm.people (email) select score from {SCORES}"
    graph = graph_of(project(hook, more, node=LETTER, kind="pre-hook"))
    for node in (PEOPLE, "source.shop.crm.people"):
        assert "score IDENTITY" in into(graph, node, "email")
    assert into(graph, LETTER, "email") == set()
    assert not any(one.gaps for one in graph.nodes.values())


def test_operations(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    readable = f"delete from shop.main.newsletter where id in (select person_id from {SCORES} where score > 1)"
    found = told(put(tmp_path, project("{{ stamp() }}", readable, node="")), capsys)
    assert codes(found) == {("AF003", "newsletter", "")}

    unread = "{% for t in ['newsletter'] %}delete from {{ t }} where 1 = 1{% endfor %}"
    found = told(put(tmp_path, project(unread, node="")), capsys)
    assert codes(found) == {("AF006", "newsletter", name) for name in ("", "id", "email")}


def test_an_operation_that_names_nothing_of_the_project_is_told_and_alarms_nobody(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    raw = project("{{ upload(results) }}", node="")
    found = told(put(tmp_path, raw), capsys)
    assert found["findings"] == []
    (blind,) = found["not_analysed"]
    assert blind["model"] == "operation shop-on-run-end-0"
    assert not blind["unproved"]
    assert len(read_hooks(raw).elsewhere) == 1
