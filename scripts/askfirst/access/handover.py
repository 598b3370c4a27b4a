"""Hand a document over: on standard output, or in a file that nobody but its owner can read, whole or not at all."""

from __future__ import annotations

import os
import sys
import tempfile
from pathlib import Path

from askfirst.errors import WrongConfiguration


def hand_over(text: str, out: Path | None) -> None:
    """Print the text, or write it to a file (mode 0600). Raises WrongConfiguration where it cannot be written."""
    if out is None:
        encoding = sys.stdout.encoding or "utf-8"
        sys.stdout.write(text.encode(encoding, "backslashreplace").decode(encoding))
        sys.stdout.flush()
        return
    try:
        write_private(out, text)
    except OSError as error:
        raise WrongConfiguration(
            f"The file that --out names cannot be written: {error.strerror}.\n"
            "Fix: name a file in a folder that is there and that you may write to."
        ) from error


def write_private(path: Path, text: str) -> None:
    """Write aside, where only the owner may read, make it durable, and put it in place in one step."""
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.", suffix=".part")  # mode 0600
    try:
        with os.fdopen(handle, "w", encoding="utf-8") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        Path(name).replace(path)
    finally:
        Path(name).unlink(missing_ok=True)
