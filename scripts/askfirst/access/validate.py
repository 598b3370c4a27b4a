"""Hold a document against its schema before anybody sees it; what is wrong is told by place, never by value."""

from __future__ import annotations

import json
from importlib.resources import files
from typing import TYPE_CHECKING, Any

from jsonschema import Draft202012Validator

from askfirst.errors import InvalidDocument

if TYPE_CHECKING:
    from collections.abc import Mapping

    from jsonschema.exceptions import ValidationError

RECEIPT = "consent_receipt"
EXPORT = "access_export"
SHOWN = 10


def schema_of(name: str) -> dict[str, Any]:
    """A JSON Schema (2020-12) of this package."""
    text = (files("askfirst.access") / "schemas" / f"{name}.schema.json").read_text(encoding="utf-8")
    schema: dict[str, Any] = json.loads(text)
    return schema


def problems(document: Mapping[str, object], name: str) -> list[str]:
    """What is wrong with a document, each with its place, in the order of the places; empty where nothing is."""
    return sorted(told(error) for error in Draft202012Validator(schema_of(name)).iter_errors(document))


def told(error: ValidationError) -> str:
    """One violation; of alternatives, the one that came furthest. The validator's own message would quote the value."""
    if error.context:
        return told(max(error.context, key=lambda inner: len(inner.absolute_path)))
    if error.validator == "required":
        missing = [field for field in error.validator_value if field not in error.instance]
        return f"{error.json_path}: {', '.join(missing)} missing"
    return f"{error.json_path}: breaks `{error.validator}`"


def require_valid(document: Mapping[str, object], name: str) -> None:
    """Raise InvalidDocument where a document breaks its schema."""
    found = problems(document, name)
    if found:
        listed = "\n".join(f"  {problem}" for problem in found[:SHOWN])
        raise InvalidDocument(
            f"What was put together is no valid {name.replace('_', ' ')}, so it is not shown:\n{listed}\n"
            f"Fix: see scripts/askfirst/access/schemas/{name}.schema.json; please report it."
        )
