"""Queries that stand in files, and the schema that they read by."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from askfirst.errors import EvidenceMissing, WrongConfiguration
from askfirst.lineage.context import Unreadable
from askfirst.lineage.dialects import BINDINGS, LIKE, binding_of
from askfirst.lineage.facet import query_facet
from askfirst.lineage.guarded import reading, said_at
from askfirst.lineage.schema import schema_of

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from askfirst.lineage.dialects import Binding
    from askfirst.lineage.schema import Schema

FORM = 'Fix: write {"table": {"column": "TYPE"}}; a table\'s name may be dotted.'


def known_dialect(dialect: str) -> Binding:
    """How a dialect binds names; WrongConfiguration for one that nobody has looked at."""
    binding = binding_of(dialect)
    if binding is None:
        known = ", ".join(sorted({*BINDINGS, *LIKE}))
        raise WrongConfiguration(f"Dialect `{dialect}` is not known.\nFix: take one of {known} (--dialect).")
    return binding


def read_schema(path: Path, binding: Binding) -> Schema:
    """A schema file. Whatever is wrong with it is WrongConfiguration, with its line or its table."""
    try:
        raw = json.loads(path.read_text(encoding="utf-8-sig"))
    except FileNotFoundError as error:
        raise WrongConfiguration(f"{path} is missing: which columns are there cannot be known.\n{FORM}") from error
    except OSError as error:
        raise WrongConfiguration(f"{path} cannot be read: {error.strerror}.\nFix: make it readable.") from error
    except json.JSONDecodeError as error:
        raise WrongConfiguration(f"{path}:{error.lineno}: this is no JSON: {error.msg}.\n{FORM}") from error
    except (UnicodeDecodeError, RecursionError) as error:
        raise WrongConfiguration(f"{path} is no JSON in UTF-8.\n{FORM}") from error
    check_schema(raw, path)
    return schema_of(raw, binding)


def check_schema(raw: object, path: Path) -> None:
    """A schema is tables, their columns, and of each its type."""
    if not isinstance(raw, dict):
        raise WrongConfiguration(f"{path} holds no mapping of tables.\n{FORM}")
    for table, columns in raw.items():
        if not table or not all(table.split(".")):
            raise WrongConfiguration(f"{path}: `{table}` is no table's name.\n{FORM}")
        if not isinstance(columns, dict):
            raise WrongConfiguration(f"{path}: `{table}` has no mapping of its columns to types.\n{FORM}")
        for column, kind in columns.items():
            if not isinstance(kind, str) or not column:
                raise WrongConfiguration(f"{path}: the type of `{table}.{column}` is no text.\n{FORM}")


def file_facets(
    paths: Iterable[tuple[str, Path]], schema: Schema, dialect: str, namespace: str
) -> dict[str, dict[str, Any]]:
    """The facet of each file's query, by the path as given; ``{"error": ...}`` for what cannot be analysed in full."""
    return {given: file_facet(given, path, schema, dialect, namespace) for given, path in paths}


def file_facet(given: str, path: Path, schema: Schema, dialect: str, namespace: str) -> dict[str, Any]:
    """One file's facet, or what keeps it from having one."""
    try:
        sql = read_text(given, path)
    except EvidenceMissing as stop:
        return {"error": str(stop)}
    try:
        flows = reading(sql, schema, dialect)
    except Unreadable as error:
        return {"error": f"{given}: {said_at(sql, error.reason, error.span)}"}
    if flows.gaps:
        told = "; ".join(said_at(sql, gap.reason, gap.span) for gap in flows.gaps)
        return {"error": f"{given}: {told}"}
    return query_facet(flows, namespace)


def read_text(given: str, path: Path) -> str:
    """A file's text; EvidenceMissing where it cannot be read."""
    try:
        return path.read_text(encoding="utf-8-sig")
    except FileNotFoundError as error:
        raise EvidenceMissing(f"{given}: there is no such file") from error
    except OSError as error:
        raise EvidenceMissing(f"{given}: it cannot be read: {error.strerror}") from error
    except UnicodeDecodeError as error:
        raise EvidenceMissing(f"{given}: it is no text in UTF-8") from error
