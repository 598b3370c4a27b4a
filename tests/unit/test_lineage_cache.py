"""The cache of flows: what it yields is what the analysis yields, or it yields nothing."""

from __future__ import annotations

import sys
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from askfirst.lineage import cache as module
from askfirst.lineage import parallel
from askfirst.lineage.analyse import analyse
from askfirst.lineage.cache import FlowsCache, opened
from askfirst.lineage.context import Unreadable
from askfirst.lineage.dialects import BINDINGS
from askfirst.lineage.graph import build_graph
from askfirst.lineage.project import Node
from askfirst.lineage.records import decode, encode
from askfirst.lineage.schema import Schema, Table, schema_of
from askfirst.lineage.whole import project_graph

from tests.flows import cases
from tests.flows import schema as corpus_schema

if TYPE_CHECKING:
    from pathlib import Path

    from askfirst.lineage.flows import QueryFlows
    from askfirst.lineage.schema import Keys

DUCKDB = BINDINGS["duckdb"]
SQL = "select p.id, case when s.score > 0.5 then 'x' end as x from people as p left join scores as s on p.id = s.id"
KEYS: Keys = frozenset({frozenset({"id"})})


def known(score: str = "DOUBLE", *, complete: bool = True, keys: Keys = KEYS, extra: bool = False) -> Schema:
    """Two tables, and perhaps one that the query does not read."""
    schema = Schema(DUCKDB)
    schema.add(["people"], Table("people", (("id", "INTEGER"), ("name", "VARCHAR")), keys=KEYS))
    schema.add(["scores"], Table("scores", (("id", "INTEGER"), ("score", score)), complete, keys))
    if extra:
        schema.add(["others"], Table("others", (("id", "INTEGER"),)))
    return schema


def never(sql: str, schema: Schema, dialect: str) -> QueryFlows:
    """An analysis that must not be asked."""
    raise AssertionError((sql, schema, dialect))


def stored(tmp_path: Path, *sqls: str) -> Path:
    """A file with the flows of some queries."""
    path = tmp_path / "target" / "askfirst" / "flows-cache"
    cache = FlowsCache.read(path)
    for sql in sqls or (SQL,):
        cache.reading(analyse)(sql, known(), "duckdb")
    cache.save()
    return path


def test_a_hit_is_what_the_analysis_yields(tmp_path: Path) -> None:
    found = FlowsCache.read(stored(tmp_path)).reading(never)(SQL, known(), "duckdb")
    assert found == analyse(SQL, known(), "duckdb")
    assert found.keys == {frozenset({"id"})}


@pytest.mark.parametrize("number", range(0, len(cases()), 7))
def test_records_come_back_as_they_were(number: int) -> None:
    case = cases()[number]
    tables = {name: dict(columns) for name, columns in corpus_schema().items()}
    flows = analyse(case.sql, schema_of(tables, BINDINGS[case.dialect]), case.dialect)
    assert decode(encode(flows)) == flows


def test_what_cannot_be_read_is_kept_too(tmp_path: Path) -> None:
    path = tmp_path / "cache"
    for reader in (analyse, never):
        cache = FlowsCache.read(path)
        with pytest.raises(Unreadable, match="column `nothing`") as caught:
            cache.reading(reader)("select nothing from people", known(), "duckdb")
        assert caught.value.span is not None
        cache.save()


def test_what_depends_on_the_process_is_not_kept() -> None:
    def broken(sql: str, schema: Schema, dialect: str) -> QueryFlows:
        raise Unreadable(f"too deep: {sql[:6]} {dialect} {len(schema.by_last)}") from RecursionError()

    cache = FlowsCache()
    with pytest.raises(Unreadable):
        cache.reading(broken)(SQL, known(), "duckdb")
    assert not cache.used


@pytest.mark.parametrize(
    ("sql", "schema", "dialect"),
    [
        pytest.param(SQL + " ", known(), "duckdb", id="sql"),
        pytest.param(SQL, known(), "spark", id="dialect"),
        pytest.param(SQL, known("INTEGER"), "duckdb", id="type"),
        pytest.param(SQL, known(keys=frozenset()), "duckdb", id="keys"),
        pytest.param(SQL, known(complete=False), "duckdb", id="completeness"),
        pytest.param(SQL, Schema(DUCKDB), "duckdb", id="relations gone"),
    ],
)
def test_whatever_it_depends_on_has_changed(tmp_path: Path, sql: str, schema: Schema, dialect: str) -> None:
    assert FlowsCache.read(stored(tmp_path)).find(sql, schema, dialect) is None


def test_a_column_added_to_what_is_read_is_a_miss(tmp_path: Path) -> None:
    schema = known()
    schema.by_last["people"] = [(("people",), Table("people", (("id", "INTEGER"), ("name", "VARCHAR"), ("score", ""))))]
    assert FlowsCache.read(stored(tmp_path)).find(SQL, schema, "duckdb") is None


def test_a_relation_that_was_missing_and_now_is_there_is_a_miss(tmp_path: Path) -> None:
    path = stored(tmp_path, "select id from others")
    assert FlowsCache.read(path).find("select id from others", known(), "duckdb") is not None
    assert FlowsCache.read(path).find("select id from others", known(extra=True), "duckdb") is None


def test_a_schema_that_has_grown_since_the_last_hit_is_looked_at_again(tmp_path: Path) -> None:
    cache, schema = FlowsCache.read(stored(tmp_path, "select id from others")), known()
    assert cache.find("select id from others", schema, "duckdb") is not None
    schema.add(["others"], Table("others", (("id", "INTEGER"),)))
    assert cache.find("select id from others", schema, "duckdb") is None


def test_a_name_that_now_means_two_relations_is_a_miss(tmp_path: Path) -> None:
    schema = known()
    schema.add(["archive", "people"], Table("archive.people", (("id", "INTEGER"),)))
    schema.add(["import", "people"], Table("import.people", (("id", "INTEGER"),)))
    schema.by_last["people"] = schema.by_last["people"][1:]
    assert FlowsCache.read(stored(tmp_path)).find(SQL, schema, "duckdb") is None


def test_relations_that_a_query_does_not_read_do_not_matter(tmp_path: Path) -> None:
    assert FlowsCache.read(stored(tmp_path)).find(SQL, known(extra=True), "duckdb") is not None


def test_a_file_cut_off_anywhere_yields_the_truth_or_nothing(tmp_path: Path) -> None:
    path = stored(tmp_path)
    whole, truth = path.read_bytes(), analyse(SQL, known(), "duckdb")
    for end in range(0, len(whole), 13):
        path.write_bytes(whole[:end])
        assert FlowsCache.read(path).find(SQL, known(), "duckdb") in (None, truth), end


def test_a_flipped_bit_anywhere_yields_the_truth_or_nothing(tmp_path: Path) -> None:
    path = stored(tmp_path)
    whole, truth = path.read_bytes(), analyse(SQL, known(), "duckdb")
    for place in range(len(whole) - 1):
        changed = bytearray(whole)
        changed[place] ^= 1 << place % 8
        path.write_bytes(changed)
        assert FlowsCache.read(path).find(SQL, known(), "duckdb") in (None, truth), place
    path.write_bytes(whole)
    assert FlowsCache.read(path).find(SQL, known(), "duckdb") == truth


@pytest.mark.parametrize("content", [b"", b"\x00\xff\xfe" * 99, b"PK\x03\x04", b"{}", b"\n" * 99, b"askfirst-flows 1"])
def test_a_foreign_file_is_an_empty_cache(tmp_path: Path, content: bytes) -> None:
    path = stored(tmp_path)
    path.write_bytes(content)
    cache = FlowsCache.read(path)
    assert cache.reading(analyse)(SQL, known(), "duckdb") == analyse(SQL, known(), "duckdb")
    cache.save()
    assert FlowsCache.read(path).find(SQL, known(), "duckdb") is not None


def test_another_version_of_the_analysis_finds_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = stored(tmp_path)
    monkeypatch.setattr(module, "analysis", lambda: "another")
    assert not FlowsCache.read(path).lines


def test_a_line_under_another_key_is_not_believed(tmp_path: Path) -> None:
    cache = FlowsCache.read(stored(tmp_path))
    (key, line), other = next(iter(cache.lines.items())), module.key_of("select 1", "duckdb")
    assert opened(line) is not None
    assert opened(line.replace(key, other, 1)) is None


def test_a_cache_that_cannot_be_written_stops_nobody(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    cache = FlowsCache.read(tmp_path / "file" / "askfirst" / "flows-cache")
    assert cache.reading(analyse)(SQL, known(), "duckdb").columns
    cache.save()


def test_nothing_is_left_beside_the_file_and_what_was_not_used_stays_for_a_while(tmp_path: Path) -> None:
    path = stored(tmp_path)
    cache = FlowsCache.read(path)
    cache.reading(analyse)("select 1 as one", known(), "duckdb")
    cache.save()
    assert [file.name for file in path.parent.iterdir()] == ["flows-cache"]
    assert FlowsCache.read(path).find(SQL, known(), "duckdb") is not None


def project(models: int) -> dict[str, Node]:
    """Models that read one table and one another."""
    columns = (("id", "INTEGER"), ("score", "DOUBLE"))
    raw = Node("source.raw", "raw", "source", ("raw",), "raw.yml", columns=columns, complete=True)
    nodes = {"source.raw": raw}
    for number in range(models):
        above = f"m{number // 2 - 1}" if number > 1 else "raw"
        parent = f"model.{above}" if number > 1 else "source.raw"
        where = f"where score > {number}" if number % 3 else ""
        sql = f"select a.id, max(b.score) as score from {above} as a join {above} as b using (id) {where} group by 1"
        sql = "select broken from raw" if number == 5 else f"{sql} -- {'.' * 2000}"
        nodes[f"model.m{number}"] = Node(
            f"model.m{number}", f"m{number}", "model", (f"m{number}",), "m.sql", sql=sql, columns=columns,
            complete=number != 7, depends_on=(parent,),
        )  # fmt: skip
    return nodes


@pytest.mark.parametrize("python", ["", "/nowhere/python"])
def test_in_parallel_as_one_by_one(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, python: str) -> None:
    monkeypatch.setattr(parallel, "ENOUGH", 1000)
    monkeypatch.setattr(parallel, "START", 0)
    monkeypatch.setattr(sys, "executable", python or sys.executable)
    nodes = project(40)
    expected = build_graph(nodes, DUCKDB, "duckdb")
    path = tmp_path / "flows-cache"
    for cores in (3, 1):
        found = project_graph(nodes, DUCKDB, "duckdb", path, cores=cores)
        assert (found.nodes, found.order, found.into) == (expected.nodes, expected.order, expected.into)
        assert list(found.into) == list(expected.into)
    assert len(FlowsCache.read(path).lines) == 40


def test_workers_do_their_share(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(parallel, "ENOUGH", 1000)
    monkeypatch.setattr(parallel, "START", 0)
    cache, asked = FlowsCache(), []

    def counted(sql: str, schema: Schema, dialect: str) -> QueryFlows:
        asked.append(sql)
        return analyse(sql, schema, dialect)

    sqls = [f"select id, name as n{number} from people -- {'.' * 200}" for number in range(20)]
    parallel.ahead(cache, sqls, known(), "duckdb", counted, 2)
    assert len(cache.used) == 20
    assert len(asked) == 10
    assert all(cache.find(sql, known(), "duckdb") == analyse(sql, known(), "duckdb") for sql in sqls)


def test_after_a_change_only_what_changed_is_analysed(tmp_path: Path) -> None:
    nodes, path = project(20), tmp_path / "flows-cache"
    project_graph(nodes, DUCKDB, "duckdb", path)
    nodes["model.m3"] = replace(nodes["model.m3"], sql="select id, score * 2 as score from raw")
    before = set(FlowsCache.read(path).lines)
    found = project_graph(nodes, DUCKDB, "duckdb", path)
    assert found.into == build_graph(nodes, DUCKDB, "duckdb").into
    assert len(set(FlowsCache.read(path).lines) - before) == 1
