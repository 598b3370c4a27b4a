"""Flows that were found before, by what they depend on: the analysis itself, the dialect, the SQL, and of the schema
just what the query looked up.

A file with one line an entry: key, checksum, what was looked up and the outcome. Whatever is wrong with the file or
with a line of it (cut off, changed, foreign, of another version) is an entry that is not there. The checksum finds
accidents; whoever can write into the target directory can also write the code that reads it.
"""

from __future__ import annotations

import functools
import hashlib
import json
import sys
from dataclasses import dataclass, field
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import TYPE_CHECKING

from askfirst.lineage.context import Unreadable
from askfirst.lineage.records import decode, encode
from askfirst.lineage.schema import Ambiguous, Table
from askfirst.whole_file import write_whole

if TYPE_CHECKING:
    from collections.abc import Callable

    from askfirst.lineage.flows import QueryFlows
    from askfirst.lineage.records import Outcome
    from askfirst.lineage.schema import Schema

    Reading = Callable[[str, Schema, str], QueryFlows]

FORMAT = "askfirst-flows 1"
FILE = Path("askfirst", "flows-cache")  # under the target directory
MOST = 256 * 1024 * 1024  # a larger file is none of ours
KEY = 64  # characters of a key
SPARE = 500  # entries kept though this build did not use them, beside as many as it did: another target's, perhaps
Asked = dict[tuple[str, ...], str]  # what a query looked up, and the digest of what it found


@functools.cache
def analysis() -> str:
    """What the outcome depends on beside the query: this package's source, the parser, the engine's functions."""
    digest = hashlib.sha256()
    for path in sorted(path for path in Path(__file__).parent.iterdir() if path.suffix in {".py", ".txt"}):
        digest.update(f"{path.name}\0".encode() + path.read_bytes() + b"\0")
    digest.update(f"{sys.version_info[:2]}".encode())
    for package in ("sqlglot", "sqlglotc", "duckdb"):
        try:
            digest.update(f"{package} {version(package)}".encode())
        except PackageNotFoundError:
            digest.update(f"no {package}".encode())
    return digest.hexdigest()


def shortened(data: bytes) -> str:
    """A digest short enough to be written often, long enough not to be met by accident."""
    return hashlib.sha256(data).hexdigest()[:32]


@dataclass
class FlowsCache:
    """The entries of a file, and those that are new. ``lines`` are not looked into before they are asked for."""

    path: Path | None = None
    lines: dict[str, str] = field(default_factory=dict)
    opened: dict[str, tuple[Asked, Outcome]] = field(default_factory=dict)
    used: dict[str, None] = field(default_factory=dict)
    is_changed: bool = False
    valid: dict[str, tuple[Schema, int]] = field(default_factory=dict)  # the schema, as it then was, that an entry fits
    digests: dict[int, tuple[Table, str]] = field(default_factory=dict)

    @classmethod
    def read(cls, path: Path | None) -> FlowsCache:
        """The cache in a file; an empty one where there is none that can be used."""
        cache = cls(path)
        try:
            if path is not None and path.stat().st_size <= MOST:
                header, *lines = path.read_bytes().decode("ascii", "replace").split("\n")
                if header == f"{FORMAT} {analysis()}":
                    cache.lines = {line[:KEY]: line for line in lines if len(line) > KEY}
        except OSError:
            cache.lines = {}
        return cache

    def reading(self, analyse: Reading) -> Reading:
        """An analysis that looks here first, and leaves here what it finds."""

        def read(sql: str, schema: Schema, dialect: str) -> QueryFlows:
            outcome = self.find(sql, schema, dialect)
            if outcome is None:
                outcome = self.fill(sql, schema, dialect, analyse)
            if isinstance(outcome, Unreadable):
                raise Unreadable(outcome.reason, outcome.span)
            return outcome

        return read

    def find(self, sql: str, schema: Schema, dialect: str) -> Outcome | None:
        """What is known of a query over this schema."""
        key = key_of(sql, dialect)
        if key not in self.opened:
            entry = opened(self.lines.get(key, ""))
            if entry is None:
                return None
            self.opened[key] = entry
        asked, outcome = self.opened[key]
        held_to, additions = self.valid.get(key, (None, 0))
        if held_to is not schema or additions != schema.additions:
            if any(self.digest(schema.find(parts)) != digest for parts, digest in asked.items()):
                return None
            self.valid[key] = (schema, schema.additions)
        self.used[key] = None
        return outcome

    def fill(self, sql: str, schema: Schema, dialect: str, analyse: Reading) -> Outcome:
        """Analyse a query and keep the outcome, unless it depends on more than the query: on how deep the stack was."""
        schema.asked.clear()
        outcome: Outcome
        try:
            outcome = analyse(sql, schema, dialect)
        except Unreadable as error:
            cause = error.__cause__
            if cause is not None and not type(cause).__module__.startswith("sqlglot"):
                raise
            outcome = Unreadable(error.reason, error.span)
        self.keep(sql, dialect, {parts: self.digest(found) for parts, found in schema.asked.items()}, outcome)
        return outcome

    def keep(self, sql: str, dialect: str, asked: Asked, outcome: Outcome) -> None:
        """Keep an outcome."""
        key = key_of(sql, dialect)
        self.lines.pop(key, None)
        self.valid.pop(key, None)
        self.opened[key] = (asked, outcome)
        self.used[key], self.is_changed = None, True

    def take(self, key: str, line: str) -> None:
        """Keep a line as it is."""
        self.lines[key], self.used[key], self.is_changed = line, None, True
        self.opened.pop(key, None)
        self.valid.pop(key, None)

    def line(self, key: str) -> str:
        """An entry as its line; one that was found here is written down only now."""
        if key not in self.lines:
            asked, outcome = self.opened[key]
            body = f"{json.dumps(list(asked.items()))}\t{encode(outcome)}"
            self.lines[key] = f"{key} {shortened(f'{key} {body}'.encode())} {body}"
        return self.lines[key]

    def digest(self, found: Table | Ambiguous | None) -> str:
        """All that a query can learn from a look-up."""
        if found is None:
            return ""
        if isinstance(found, Ambiguous):
            return shortened(json.dumps(found.names).encode())
        known = self.digests.get(id(found))
        if known is None or known[0] is not found:
            keys = sorted(sorted(key) for key in found.keys)
            known = found, shortened(repr((found.name, found.columns, found.complete, keys)).encode())
            self.digests[id(found)] = known
        return known[1]

    def save(self) -> None:
        """Write what was used, and some of what was not. A cache that cannot be written is no reason to stop."""
        if self.path is None or not self.is_changed:
            return
        spare = [line for key, line in self.lines.items() if key not in self.used][: len(self.used) + SPARE]
        text = "\n".join([f"{FORMAT} {analysis()}", *map(self.line, self.used), *spare, ""])
        try:
            self.path.parent.mkdir(parents=True, exist_ok=True)
            write_whole(self.path, text.encode("ascii"))
        except OSError:
            return
        self.is_changed = False


def key_of(sql: str, dialect: str) -> str:
    """An entry's key."""
    return hashlib.sha256(f"{analysis()}\0{dialect}\0{sql}".encode("utf-8", "surrogatepass")).hexdigest()


def opened(line: str) -> tuple[Asked, Outcome] | None:
    """What a line holds; None where anything is wrong with it."""
    key, _, rest = line.partition(" ")
    digest, _, body = rest.partition(" ")
    if not body or digest != shortened(f"{key} {body}".encode()):
        return None
    asked, _, outcome = body.partition("\t")
    try:
        return {tuple(parts): found for parts, found in json.loads(asked)}, decode(outcome)
    except (ValueError, KeyError, TypeError, IndexError):
        return None
