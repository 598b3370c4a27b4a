"""What the gate records: one row a check, in gate.gate_results; one receipt an audience, in gate.gate_verdict."""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import datetime

SQL_TYPES = {"str": "varchar", "int": "bigint", "datetime": "timestamp"}


@dataclass(frozen=True)
class Row:
    """One check of one candidate. Counts are of rows; ``way`` is how data got there, line by line;
    ``content_sha256`` is of what would be published."""

    invocation_id: str
    as_of: datetime
    audience: str
    model: str
    check_id: str
    code: str
    column_name: str
    outcome: str
    evaluated: int
    unexpected: int
    message: str
    fix: str
    way: str
    content_sha256: str


@dataclass(frozen=True)
class Receipt:
    """The gate has passed this content, in this invocation, for this `as_of`. ``people`` are those without canaries."""

    invocation_id: str
    as_of: datetime
    audience: str
    model: str
    content_sha256: str
    people: int


def sql_columns(record: type[Row | Receipt]) -> dict[str, str]:
    """A record's fields with their SQL types."""
    return {field.name: SQL_TYPES[str(field.type)] for field in fields(record)}
