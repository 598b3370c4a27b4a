"""The labels of a column: what it is, about whom, for what. Read from ``config.meta`` in YAML; a typo is an error."""

from __future__ import annotations

import difflib
import functools
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

PROVENANCES = frozenset(
    {"declared", "observed", "inferred", "third_party", "consent", "operational", "technical", "reference"}
)
PERSONAL = frozenset({"declared", "observed"})  # what may be used, each for its purposes
ALLOWED = PERSONAL | {"technical", "reference"}  # what an activation column may be
SUBJECTS = frozenset({"self", "household", "other"})
# GDPR Art. 9(1), and pregnancy apart from health, since it is what a shop's data gives away first
SPECIAL_CATEGORIES = frozenset(
    {
        "biometric",
        "ethnic_origin",
        "genetic",
        "health",
        "philosophical_beliefs",
        "political_opinions",
        "pregnancy",
        "racial_origin",
        "religion",
        "sex_life",
        "sexual_orientation",
        "trade_union",
    }
)
KEYS = ("provenance", "subject", "special_category", "purposes", "retention", "category")
RETENTION = re.compile(r"P(?=\d)(\d+Y)?(\d+M)?(\d+W)?(\d+D)?")  # an ISO 8601 duration in whole days


@dataclass(frozen=True)
class Label:
    """One column's label. Each set may be empty; ``purposes`` empty means that no purpose is allowed."""

    provenance: frozenset[str]
    subject: frozenset[str] = frozenset()
    special_category: frozenset[str] = frozenset()
    purposes: frozenset[str] = frozenset()
    retention: str | None = None
    category: str | None = None


@dataclass(frozen=True)
class Reading:
    """What one column's meta says: its label or None, and what is wrong. None without a problem: unlabelled."""

    label: Label | None
    problems: tuple[str, ...] = ()


def read_label(meta: Mapping[str, object], known_purposes: frozenset[str]) -> Reading:
    """Read the label in a column's meta; other tools' keys may stand there unless they look like ours misspelt."""
    if not meta:
        return Reading(None)
    problems = list(misspelt_keys(meta, KEYS))
    words = {
        "provenance": checked(meta, "provenance", PROVENANCES, problems),
        "subject": checked(meta, "subject", SUBJECTS, problems),
        "special_category": checked(meta, "special_category", SPECIAL_CATEGORIES, problems),
        "purposes": checked(meta, "purposes", known_purposes, problems),
    }
    retention, category = text(meta, "retention", problems), text(meta, "category", problems)
    if retention is not None and not RETENTION.fullmatch(retention):
        problems.append(f"retention `{retention}` is no ISO 8601 duration such as P2Y")
    if words["provenance"] & PERSONAL and not words["subject"]:
        problems.append("it does not say whom it is about: `subject` is missing")
    if not words["provenance"] and any(key in meta for key in KEYS) and not problems:
        problems.append("`provenance` is missing")
    if problems or not words["provenance"]:
        return Reading(None, tuple(problems))
    return Reading(Label(**words, retention=retention, category=category))


def checked(meta: Mapping[str, object], key: str, vocabulary: frozenset[str], problems: list[str]) -> frozenset[str]:
    """The words under a key, one or a list of them; each word outside the vocabulary is a problem."""
    value = meta.get(key, [])
    listed = [value] if isinstance(value, str) else value
    if not isinstance(listed, list | tuple) or not all(isinstance(word, str) for word in listed):
        problems.append(f"`{key}` must be a word or a list of words")
        return frozenset()
    problems.extend(f"{key} `{word}` is unknown{meant(word, vocabulary)}" for word in listed if word not in vocabulary)
    return frozenset(listed)


def text(meta: Mapping[str, object], key: str, problems: list[str]) -> str | None:
    """The one word under a key, or None where there is none."""
    value = meta.get(key)
    if value is None or isinstance(value, str):
        return value
    problems.append(f"`{key}` must be a word")
    return None


def misspelt_keys(meta: Mapping[str, object], known: tuple[str, ...]) -> tuple[str, ...]:
    """A problem for each key that looks like a known one and is none."""
    suspects = ((key, nearest(key, known)) for key in meta if key not in known)
    return tuple(f"key `{key}` is unknown: did you mean `{close}`?" for key, close in suspects if close)


@functools.cache
def nearest(key: str, known: tuple[str, ...]) -> str:
    """The known key that one looks like, or nothing."""
    close = difflib.get_close_matches(key, known, n=1, cutoff=0.75)
    return close[0] if close else ""


def meant(word: str, vocabulary: frozenset[str]) -> str:
    """A guess at what was meant, else all that there is."""
    close = difflib.get_close_matches(word, sorted(vocabulary), n=1)
    return f": did you mean `{close[0]}`?" if close else f"; known are {', '.join(sorted(vocabulary))}"
