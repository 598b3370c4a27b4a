"""Hand a document over: on standard output, or in a file that nobody but its owner can read, whole or not at all."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from askfirst.errors import WrongConfiguration
from askfirst.whole_file import write_whole

if TYPE_CHECKING:
    from pathlib import Path


def hand_over(text: str, out: Path | None) -> None:
    """Print the text, or write it to a file (mode 0600). Raises WrongConfiguration where it cannot be written."""
    if out is None:
        encoding = sys.stdout.encoding or "utf-8"
        sys.stdout.write(text.encode(encoding, "backslashreplace").decode(encoding))
        sys.stdout.flush()
        return
    try:
        write_whole(out, text.encode())
    except OSError as error:
        raise WrongConfiguration(
            f"The file that --out names cannot be written: {error.strerror}.\n"
            "Fix: name a file in a folder that is there and that you may write to."
        ) from error
