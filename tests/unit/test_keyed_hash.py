"""The key of the suppression list: HMAC as RFC 4231 has it, and no build without a key of one's own."""

from __future__ import annotations

import re
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import duckdb
import pytest
from askfirst.keyed_hash import DEMO_KEY, VARIABLE, Plugin, key_id, keyed_hash, pads, read_key, require_same_key
from dbt_common.exceptions import DbtConfigError

ROOT = Path(__file__).resolve().parents[2]
MACRO = ROOT / "macros" / "suppression" / "keyed_hash.sql"
OWN_KEY = "0123456789abcdef0123456789abcdef"


def in_sql(con: duckdb.DuckDBPyConnection, key: str, text: str) -> str:
    """The hash as the project's own macro computes it on DuckDB."""
    (body,) = re.findall(r"macro duckdb__keyed_hash.*?%\}\s*(.+?)\s*\{%- endmacro", MACRO.read_text(), flags=re.DOTALL)
    expression = body.replace("{{ key }}", "key").replace("{{ text }}", "$text")
    inner, outer = pads(key)
    query = f"select {expression} from (select '{inner}' as inner_pad, '{outer}' as outer_pad) as key"
    ((found,),) = con.execute(query, {"text": text}).fetchall()
    return str(found)


@pytest.mark.parametrize(
    ("key", "text", "expected"),
    [  # RFC 4231, cases 2, 6 and 7 (keys and texts that are text), and an empty text
        ("Jefe", "what do ya want for nothing?", "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843"),
        ("k", "", None),
        ("a key of more than sixty-four bytes, which HMAC hashes first " * 2, "mé@example.org", None),
    ],
)
def test_sql_agrees_with_python_and_the_standard(key: str, text: str, expected: str | None) -> None:
    with duckdb.connect() as con:
        assert in_sql(con, key, text) == keyed_hash(key, text)
    if expected:
        assert keyed_hash(key, text) == expected


@pytest.mark.parametrize(
    ("environment", "problem"),
    [
        ({}, "is not set"),
        ({VARIABLE: "hunter2"}, "shorter than 32 characters"),
        ({VARIABLE: DEMO_KEY}, "is the demo's key"),
    ],
)
def test_a_weak_key_stops_the_build_and_names_the_fix(environment: dict[str, str], problem: str) -> None:
    with pytest.raises(DbtConfigError, match=rf"(?s){problem}.*Fix: export {VARIABLE}=") as raised:
        read_key("environment", environment)
    assert all(value not in str(raised.value) for value in environment.values())


def plugin(which: str, world: str) -> Plugin:
    config: Any = SimpleNamespace(plugins=[SimpleNamespace(config={"world": world}), SimpleNamespace(config=None)])
    return Plugin("askfirst.keyed_hash", {"key": which}, config)


def test_the_demo_key_is_for_worlds_that_are_made_up() -> None:
    assert plugin("demo", "sample").which == "demo"
    with pytest.raises(DbtConfigError, match=r"(?s)the demo's key guards nobody.*Fix: .*key: environment"):
        plugin("demo", "folder")
    with pytest.raises(DbtConfigError, match="key must be of"):
        plugin("", "sample")


def test_only_the_cursor_it_was_given_to_has_the_key() -> None:
    with duckdb.connect() as con:
        cursor = con.cursor()
        plugin("demo", "sample").configure_cursor(cursor)
        ((rows, found),) = cursor.execute("select count(*), min(key_id) from askfirst_suppression_key").fetchall()
        assert (rows, found) == (1, key_id(DEMO_KEY))
        with pytest.raises(duckdb.CatalogException):
            con.cursor().execute("from askfirst_suppression_key")


def test_a_list_of_another_key_stops_the_build() -> None:
    with duckdb.connect() as con:
        require_same_key(con, OWN_KEY)  # no list yet
        con.execute("create schema intermediate; create table intermediate.int_suppression_list (key_id varchar)")
        con.execute("insert into intermediate.int_suppression_list values (?)", [key_id(OWN_KEY)])
        require_same_key(con, OWN_KEY)
        with pytest.raises(DbtConfigError, match="made with another key: 1 addresses") as raised:
            require_same_key(con, OWN_KEY[::-1])
        assert OWN_KEY not in str(raised.value)
