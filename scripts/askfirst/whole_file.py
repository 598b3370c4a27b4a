"""Write a file that others see either as it was or as it is to be."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path

PRIVATE, FOR_ALL_TO_READ = 0o600, 0o644


def write_whole(path: Path, content: bytes, mode: int = PRIVATE) -> None:
    """Write aside, where only the owner may read, make it durable, and put it in place in one step. Raises OSError."""
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.", suffix=".part")
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        Path(name).chmod(mode)
        Path(name).replace(path)
    finally:
        Path(name).unlink(missing_ok=True)
