"""What only a terminal shows: colour, and how far long work has come. Redirected output has neither."""

from __future__ import annotations

import os
import re
import sys
from typing import TYPE_CHECKING, TextIO

if TYPE_CHECKING:
    from collections.abc import Mapping

BOLD, RED, DIM, END = "\x1b[1m", "\x1b[31m", "\x1b[2m", "\x1b[0m"
# A line of a report by how it looks: a rule's heading, the underline of a piece of SQL, a place in a file.
LOOKS = (
    (re.compile(r"^(AF\d{3}  .*)$", re.MULTILINE), rf"{BOLD}\1{END}"),
    (re.compile(r"^(\s+)(\^+)$", re.MULTILINE), rf"\1{RED}\2{END}"),
    (re.compile(r"(  \S+\.(?:sql|py|yml|yaml)(?: \(compiled\))?:\d+)"), rf"{DIM}\1{END}"),
)


def is_coloured(stream: TextIO, environment: Mapping[str, str] = os.environ) -> bool:
    """Whether a stream is to have colour: a terminal that can, and nobody who said no (no-color.org)."""
    return stream.isatty() and not environment.get("NO_COLOR") and environment.get("TERM") != "dumb"


def coloured(text: str) -> str:
    """A report with its rules, underlines and places set off."""
    for pattern, look in LOOKS:
        text = pattern.sub(look, text)
    return text


class Progress:
    """One line on stderr that says how far the work has come; nothing where stderr is no terminal."""

    def __init__(self, what: str, total: int, stream: TextIO | None = None) -> None:
        self.what, self.total, self.done = what, total, 0
        self.stream = stream or sys.stderr
        self.shows = self.stream.isatty()

    def step(self) -> None:
        """One more is done."""
        self.done += 1
        if self.shows and (self.done % 10 == 0 or self.done == self.total):
            self.stream.write(f"\r{self.what} {self.done} of {self.total}")
            self.stream.flush()

    def end(self) -> None:
        """Take the line away."""
        if self.shows and self.done:
            self.stream.write("\r\x1b[K")
            self.stream.flush()
