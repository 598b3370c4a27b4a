"""What the gate means by its words: written apart from the models, as positive lists. Who is not on one is out.

The models work out which rules stand against a person; these scripts work out who may be contacted, from the staged
permission records. Where the two disagree, the gate closes. The suites in gate/suites/ speak in these words. Each
statement makes one temporary table, in the gate's own connection. The session variable askfirst_as_of is the only
clock; where it is not set, every list is empty and nobody passes. The table planned_messages stands before them: a
person and a channel for each row of each candidate.
"""

from __future__ import annotations

import hashlib
import re
from pathlib import Path
from typing import TYPE_CHECKING

from askfirst.sql import literal

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

ORDER = ("consent", "refusals", "people", "data", "offers", "wishes")  # each reads tables of those before it


def script() -> str:
    """All scripts, in their order."""
    return "\n\n".join(Path(__file__).with_name(f"{name}.sql").read_text(encoding="utf-8") for name in ORDER)


def digest() -> str:
    """What a suite was reviewed with."""
    return hashlib.sha256(script().encode()).hexdigest()


def planned(relations: Mapping[str, str]) -> str:
    """The statement that makes planned_messages of the candidates, by model: act_<channel>__<segment>."""
    rows = [
        f"select person_id, {literal(model.removeprefix('act_').partition('__')[0])} as channel from {relation}"
        for model, relation in sorted(relations.items())
    ]
    none = "select '' as person_id, '' as channel where false"
    return f"create temp table planned_messages as {' union all '.join(rows) or none}"


def statements() -> Iterator[tuple[str, str]]:
    """Each statement, with the name of the table that it makes."""
    for statement in script().split(";\n"):
        made = re.search(r"^create temp table (\w+) as$", statement, re.MULTILINE)
        if made:
            yield made[1], statement
