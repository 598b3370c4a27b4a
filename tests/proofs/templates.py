"""The templates of leaks and of neutral changes, from ``tests/fixtures/mutants``, where their words are explained."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import yaml

FOLDER = Path(__file__).resolve().parent.parent / "fixtures" / "mutants"
JOINED = {
    "{joined}": "{site} as b left join {source} as s on b.{k} = s.{k}",
    "{unread}": "{site} as b left join {unique} as s on b.{k} = s.{k}",
}


def read(name: str) -> Any:  # noqa: ANN401 - YAML
    """One file of templates."""
    return yaml.safe_load((FOLDER / name).read_text(encoding="utf-8"))


def whole(templates: dict[str, str]) -> dict[str, str]:
    """Templates with the joins written out that many of them have."""
    written = dict(templates)
    for short, join in JOINED.items():
        written = {name: text.replace(short, join) for name, text in written.items()}
    return written


VALUES: dict[str, str] = whole(read("leaks.yml")["values"])
ROWS: dict[str, str] = whole(read("leaks.yml")["rows"])
NEUTRAL: dict[str, str] = whole(read("neutral.yml")["templates"])
TEXTS: dict[str, list[str]] = read("expressions.yml")["texts"]
CONDITIONS: dict[str, list[str]] = read("expressions.yml")["conditions"]
