"""The canonical hash: the same for equal content, another for whatever differs."""

from __future__ import annotations

import duckdb
import pytest
from askfirst.content import content_hash

ROWS = "select i as a, 'x' || i as b from range(5000) as numbers(i)"

DIFFERENT = {
    "null and empty text": ("select null::varchar as a", "select '' as a"),
    "null and the word null": ("select null::varchar as a", "select 'null' as a"),
    "text moved over a column's edge": ("select 'ab' as a, 'c' as b", "select 'a' as a, 'bc' as b"),
    "text that looks like an edge": ("select '1:a' as a, 'b' as b", "select '1' as a, 'a1:b' as b"),
    "null in another column": ("select null::varchar as a, '-' as b", "select '-' as a, null::varchar as b"),
    "names": ("select 1 as a", "select 1 as b"),
    "types": ("select 1::integer as a", "select 1::bigint as a"),
    "order of columns": ("select 1 as a, 2 as b", "select 2 as b, 1 as a"),
    "a row twice": ("select 1 as a", "select unnest([1, 1]) as a"),
    "no rows": ("select 1 as a", "select 1 as a where false"),
    "no rows of other columns": ("select 1 as a where false", "select 1 as b where false"),
    "one long item and two": ("select ['a, b'] as a", "select ['a', 'b'] as a"),
    "null item and the word": ("select [null::varchar] as a", "select ['null'] as a"),
    "the two ends of time": ("select timestamptz 'infinity' as a", "select timestamptz '-infinity' as a"),
    "composed and decomposed letters": ("select chr(233) as a", "select 'e' || chr(769) as a"),
}


@pytest.fixture
def con() -> duckdb.DuckDBPyConnection:
    return duckdb.connect()


@pytest.mark.parametrize(("one", "other"), DIFFERENT.values(), ids=DIFFERENT.keys())
def test_what_differs_hashes_differently(con: duckdb.DuckDBPyConnection, one: str, other: str) -> None:
    assert content_hash(con, one) != content_hash(con, other)


def test_order_of_rows_does_not_matter(con: duckdb.DuckDBPyConnection) -> None:
    assert content_hash(con, f"{ROWS} order by a desc") == content_hash(con, f"{ROWS} order by hash(a)")


def test_one_changed_cell_of_many_matters(con: duckdb.DuckDBPyConnection) -> None:
    changed = f"select a, case a when 4321 then '' else b end as b from ({ROWS})"
    assert content_hash(con, changed) != content_hash(con, ROWS)


def test_is_pinned(con: duckdb.DuckDBPyConnection) -> None:
    # a receipt of one version must be worth the same to the next
    query = "select 1 as a, null::varchar as b, 1.50::decimal(9, 2) as c, date '2018-01-02' as d, ['x', null] as e"
    assert content_hash(con, query) == "e9fcc5170ba49b31522bcef3e9f470b13f8ba6814e65e03f25b1d7e2e85de6a8"


@pytest.mark.parametrize("setting", ["default_order = 'desc'", "threads = 1", "timezone = 'Asia/Tokyo'"])
def test_session_settings_do_not_matter(con: duckdb.DuckDBPyConnection, setting: str) -> None:
    query = f"select *, timestamptz '2018-01-02 00:00:00+00' as t from ({ROWS})"
    before = content_hash(con, query)
    con.execute(f"set {setting}")
    assert content_hash(con, query) == before


def test_awkward_queries_are_hashed(con: duckdb.DuckDBPyConnection) -> None:
    two_of_a_name = content_hash(con, "select 1 as a, 2 as a")
    assert two_of_a_name != content_hash(con, "select 2 as a, 1 as a")
    assert content_hash(con, 'select 1 as "a""b c" -- said aside') == content_hash(con, 'select 1 as "a""b c"')


@pytest.mark.parametrize("value", ["{'a': 1}", "[[1]]", "map {'a': 1}", "[timestamptz '2018-01-02 00:00:00+00']"])
def test_a_type_without_one_text_is_refused(con: duckdb.DuckDBPyConnection, value: str) -> None:
    with pytest.raises(ValueError, match="no canonical hash"):
        content_hash(con, f"select {value} as a")


def test_many_rows_have_one_hash_in_any_order(con: duckdb.DuckDBPyConnection) -> None:
    con.execute("create table wide as select i as a, 'x' || i as b, 'y' || i as c from range(200000) as numbers(i)")
    assert content_hash(con, "from wide") == content_hash(con, "from wide order by hash(c)")
