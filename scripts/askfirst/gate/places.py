"""Where a finding stands: the file of a model, a source or their YAML, with the line where that is found."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

    from askfirst.artifacts import Manifest


def place_of(manifest: Manifest, root: Path, model: str, column: str, *, in_yaml: bool) -> str:
    """The file, as ``path`` or ``path:line``; empty for what the manifest does not know."""
    for node in manifest.models:
        if node.name == model:
            path = (in_yaml and node.yaml_path) or node.path
            return with_line(root, path, model, column) if path == node.yaml_path else path
    for source in manifest.sources:
        if source.name == model:
            return with_line(root, source.path, model.rpartition(".")[2], column)
    return ""


def with_line(root: Path, path: str, name: str, column: str) -> str:
    """A YAML file with the line of a name, or of the column under it. A help for the reader, so a guess will do."""
    try:
        lines = (root / path).read_text(encoding="utf-8").splitlines()
    except OSError:
        return path
    start = first(lines, name, 0)
    line = first(lines, column, start + 1) if column and start >= 0 else start
    return f"{path}:{max(line, start) + 1}" if start >= 0 else path


def first(lines: list[str], name: str, start: int) -> int:
    """The index of the first line from `start` on that names something so, or -1."""
    named = re.compile(rf"\bname:\s*[\"']?{re.escape(name)}[\"']?\s*(,|\}}|#|$)")
    return next((index for index in range(start, len(lines)) if named.search(lines[index])), -1)
