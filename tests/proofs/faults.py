"""Plausible mistakes in the SQL of the consent rules, brought into it one at a time."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import yaml

if TYPE_CHECKING:
    from tests.proofs.judged import Chain

FAULTS = Path(__file__).resolve().parent.parent / "fixtures/consent/faults.yml"


@dataclass(frozen=True)
class Fault:
    """In the compiled SQL of ``model`` the text ``find``, wherever it stands, becomes ``put``."""

    model: str
    find: str
    put: str
    mistake: str


def faults() -> list[Fault]:
    """All of them, in the order of the file. Raises TypeError for a key that is not known."""
    return [Fault(**entry) for entry in yaml.safe_load(FAULTS.read_text(encoding="utf-8"))]


def with_fault(run: Chain, fault: Fault) -> Chain:
    """The chain with the mistake in it. Raises ValueError where its text is not found: the SQL has changed since."""
    found = False

    def edit(name: str, sql: str) -> str:
        nonlocal found
        if name != fault.model:
            return sql
        found = fault.find in sql
        return sql.replace(fault.find, fault.put)

    faulty = run.edited(edit)
    if not found:
        raise ValueError(f"{fault.model}: nothing reads '{fault.find}'. Fix: see what the model has become")
    return faulty
