"""Put the page where it is read: as a whole or not at all, and not again where it is the same."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path


def write(path: Path, text: str) -> int:
    """Write a page; returns its size in bytes. An unchanged file is left as it is."""
    content = text.encode()
    if path.is_file() and path.read_bytes() == content:
        return len(content)
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(dir=path.parent, suffix=".part")
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(content)
        Path(name).chmod(0o644)
        Path(name).replace(path)
    finally:
        Path(name).unlink(missing_ok=True)
    return len(content)
