"""Put the page where it is read: as a whole or not at all, and not again where it is the same."""

from __future__ import annotations

from typing import TYPE_CHECKING

from askfirst.whole_file import FOR_ALL_TO_READ, write_whole

if TYPE_CHECKING:
    from pathlib import Path


def write(path: Path, text: str) -> int:
    """Write a page; returns its size in bytes. An unchanged file is left as it is."""
    content = text.encode()
    if path.is_file() and path.read_bytes() == content:
        return len(content)
    path.parent.mkdir(parents=True, exist_ok=True)
    write_whole(path, content, FOR_ALL_TO_READ)
    return len(content)
