"""What a text says however it is typed, and whether it says anything (decisions 0010 and 0026)."""

from __future__ import annotations

import re
import unicodedata
from typing import TYPE_CHECKING

from tests.reference.consent.reading import all_is_seen, said, without_unseen

if TYPE_CHECKING:
    from tests.reference.consent.records import EventRow, Text

LATIN = str.maketrans({"ø": "o", "ł": "l", "đ": "d", "ð": "d", "\u0131": "i", "ß": "ss", "æ": "a", "œ": "o"})
UMLAUT = re.compile("([aou])e")
NOTHING = frozenset(
    {"", "null", "none", "nil", "nan", "n", "n a", "na", "nn", "0", "undefined", "unknown", "missing", "empty"}
)


def plain(text: Text) -> str:
    """The words of a text: capitals, accents, stops, blanks and what nobody sees make no other."""
    decomposed = unicodedata.normalize("NFD", without_unseen(said(text)))
    letters = "".join(one for one in decomposed if not unicodedata.combining(one))
    words = "".join(one if unicodedata.category(one)[0] in "LN" else " " for one in letters).lower().split()
    return UMLAUT.sub(r"\1", " ".join(words).translate(LATIN))


def known(text: Text) -> str:
    """The words of a text, or none where they only stand for nothing."""
    words = plain(text)
    return "" if words in NOTHING else words


def proof(row: EventRow) -> str:
    """What shows that an act was one, by the words of it; empty where nothing does."""
    return known(row.evidence)


def mailbox(text: Text) -> str:
    """A mailbox without what nobody sees, in small letters."""
    return "".join(one for one in unicodedata.normalize("NFC", said(text)) if all_is_seen(one)).lower()
