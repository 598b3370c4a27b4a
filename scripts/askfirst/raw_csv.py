"""CSV as it comes: a file with lines that no strict reader takes is laid out anew, and no line of it is lost.

DuckDB guesses the dialect of a CSV file, and one line with a field too many lets it guess that the file has no rows;
told the dialect, it stops at that line. Neither will do: a damaged line may be a withdrawal, and so may every other.
"""

from __future__ import annotations

import csv
from typing import TYPE_CHECKING

import duckdb

from askfirst.sql import literal, quoted

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from duckdb import DuckDBPyConnection

DAMAGED = "\N{REPLACEMENT CHARACTER}"
MOST_LINES = 20  # of one record, by line breaks within quotes
MOST_CHARACTERS = 10_000  # kept of a damaged line


def reader(file: Path) -> str:
    """A call of read_csv for a file, every column a text: the dialect is RFC 4180's, and nothing is guessed."""
    columns = ", ".join(f"{literal(name)}: 'varchar'" for name in header(file))
    dialect = "header = true, auto_detect = false, delim = ',', quote = '\"', escape = '\"'"
    return f"read_csv({literal(str(file.resolve()))}, {dialect}, columns = {{{columns}}})"


def header(file: Path) -> list[str]:
    """The names of a file's columns; one column where there is no first line."""
    with file.open(encoding="utf-8-sig", errors="replace", newline="") as lines:
        return next(csv.reader(lines), []) or [DAMAGED]


def readable(con: DuckDBPyConnection, file: Path, aside: Path) -> Path:
    """The file, if every line of it can be read; otherwise a copy ``aside`` in which every line can."""
    aside.unlink(missing_ok=True)
    if is_whole(con, file):
        return file
    aside.parent.mkdir(parents=True, exist_ok=True)
    names = header(file)
    with file.open(encoding="utf-8-sig", errors="replace", newline="") as lines:
        rest = list(lines)[1:]
    with aside.open("w", encoding="utf-8", newline="") as copy:
        writer = csv.writer(copy, lineterminator="\n", quoting=csv.QUOTE_ALL)
        writer.writerow(names)
        writer.writerows(records(rest, len(names)))
    return aside


def is_whole(con: DuckDBPyConnection, file: Path) -> bool:
    """Whether DuckDB reads every field of the file."""
    lengths = ", ".join(f"max(strlen({quoted(name)}))" for name in header(file))
    try:
        con.execute(f"select {lengths} from {reader(file)}").fetchall()
    except duckdb.InvalidInputException:
        return False
    return True


def records(lines: list[str], width: int) -> Iterator[list[str]]:
    """Every record of so many fields; a line that is none stands whole in the first field, after DAMAGED."""
    at = 0
    while at < len(lines):
        taken, fields = record_at(lines, at, width)
        if fields:
            yield fields
        at += taken


def record_at(lines: list[str], at: int, width: int) -> tuple[int, list[str]]:
    """How many lines the record that begins here takes, and its fields; none where the line is blank."""
    if not lines[at].strip():
        return 1, []
    for end in range(at + 1, min(at + MOST_LINES, len(lines)) + 1):
        try:
            found = list(csv.reader(lines[at:end], strict=True))
        except csv.Error:  # a quote that has not ended, or never will; a field without end
            continue
        if len(found) == 1 and len(found[0]) == width:
            return end - at, found[0]
        break
    return 1, [DAMAGED + lines[at].rstrip("\r\n")[:MOST_CHARACTERS], *[""] * (width - 1)]
