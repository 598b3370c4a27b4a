"""The key of the suppression list: a dbt-duckdb plugin that hands it to the build without dbt ever seeing it.

An erased customer's address is kept only as HMAC-SHA256 over it (R21), so that nobody can work the list back into
addresses without the key. SQL has no HMAC; it has SHA-256, and needs the key in two forms for it (RFC 2104). They
lie in a temporary table of each cursor: not in compiled SQL, stamps, logs, profiles or the warehouse's files.
"""

from __future__ import annotations

import hashlib
import hmac
import os
from typing import TYPE_CHECKING, Any

import duckdb
from dbt.adapters.duckdb.plugins import BasePlugin
from dbt_common.exceptions import DbtConfigError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from duckdb import DuckDBPyConnection

VARIABLE = "ASKFIRST_SUPPRESSION_KEY"
DEMO_KEY = "askfirst demo key: for invented people only, since everyone can read it"
SHORTEST = 32  # characters
BLOCK = 64  # bytes: SHA-256's
KEYS = ("demo", "environment")
TABLE = "askfirst_suppression_key"
LIST = "intermediate.int_suppression_list"
HOW_TO = (
    f"Fix: export {VARIABLE}=<at least {SHORTEST} characters>, the same in every build; `openssl rand -hex 32` makes\n"
    "one. Keep it where the build's other secrets are: without it the list is of no use, and nothing is built."
)


def keyed_hash(key: str, text: str) -> str:
    """HMAC-SHA256 in hexadecimal, as the macro of the same name computes it in SQL."""
    return hmac.new(key.encode(), text.encode(), hashlib.sha256).hexdigest()


def pads(key: str) -> tuple[str, str]:
    """The key as HMAC mixes it into its inner and its outer hash, in hexadecimal."""
    secret = key.encode()
    block = (hashlib.sha256(secret).digest() if len(secret) > BLOCK else secret).ljust(BLOCK, b"\0")
    inner, outer = (bytes(byte ^ pad for byte in block) for pad in (0x36, 0x5C))
    return inner.hex(), outer.hex()


def key_id(key: str) -> str:
    """What tells one key from another, and nothing about it."""
    return keyed_hash(key, "askfirst: which key is this?")[:16]


def read_key(which: str, environment: Mapping[str, str]) -> str:
    """The key of a target. Raises DbtConfigError where it is missing, too short, or the demo's."""
    if which == "demo":
        return DEMO_KEY
    key = environment.get(VARIABLE, "")
    if not key:
        raise DbtConfigError(f"The key of the suppression list is not set, so nothing is built.\n{HOW_TO}")
    if len(key) < SHORTEST:
        raise DbtConfigError(f"{VARIABLE} is shorter than {SHORTEST} characters: it could be guessed.\n{HOW_TO}")
    if key == DEMO_KEY:
        raise DbtConfigError(f"{VARIABLE} is the demo's key, which everyone can read.\n{HOW_TO}")
    return key


def require_same_key(con: DuckDBPyConnection, key: str) -> None:
    """Raise DbtConfigError where the list was made with another key: none of it would be found again."""
    try:
        others = con.execute(f"select count(*) from {LIST} where key_id <> ?", [key_id(key)]).fetchall()[0][0]
    except duckdb.CatalogException:
        return  # the first build
    if others:
        raise DbtConfigError(
            f"The suppression list was made with another key: {others} addresses on it would not be recognised, and "
            "people who were erased\ncould be written to again. Nothing is built.\n"
            f"Fix: set {VARIABLE} to the key it was made with. A list can not be moved to another key; where the old\n"
            f"key is lost, or known to others, decide with your data protection officer before you delete from {LIST}."
        )


def lay_key(con: DuckDBPyConnection, key: str) -> None:
    """Lay the key, as HMAC mixes it, into a temporary table of a connection."""
    con.execute(
        f"create or replace temp table {TABLE} as "
        "select $1::varchar as inner_pad, $2::varchar as outer_pad, $3::varchar as key_id",
        [*pads(key), key_id(key)],
    )


class Plugin(BasePlugin):
    """Named in ``profiles.yml``; ``key`` is ``environment``, or ``demo`` for worlds that are made up."""

    def initialize(self, plugin_config: dict[str, Any]) -> None:
        """Note which key is meant. Raises DbtConfigError where the demo's is meant for data of your own."""
        self.which = plugin_config.get("key", "")
        if self.which not in KEYS:
            raise DbtConfigError(f"profiles.yml: plugin askfirst.keyed_hash: key must be of {KEYS}, not {self.which!r}")
        worlds = [(plugin.config or {}).get("world") for plugin in (self.creds.plugins if self.creds else None) or ()]
        if self.which == "demo" and "folder" in worlds:
            raise DbtConfigError(
                "profiles.yml: the demo's key guards nobody, and this target reads data of your own.\n"
                f"Fix: plugin askfirst.keyed_hash, config: {{key: environment}}; then export {VARIABLE}."
            )

    def configure_connection(self, conn: DuckDBPyConnection) -> None:
        """Hold the key against the list that stands, before the first node."""
        require_same_key(conn, read_key(self.which, os.environ))

    def configure_cursor(self, cursor: DuckDBPyConnection) -> None:
        """Lay the key where the models of this cursor find it, and no other connection does."""
        lay_key(cursor, read_key(self.which, os.environ))
