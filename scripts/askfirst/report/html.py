"""The few pieces of HTML that the page is built of. What is text is escaped here, and what is returned is HTML."""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING

from askfirst.report.records import NOT_TOLD

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from askfirst.lineage.ways import Place

THIN = "\u2009"


def number(count: int) -> str:
    """A count, with thin spaces between thousands."""
    return f"{count:,}".replace(",", THIN)


def people(count: int, minimum: int) -> str:
    """A count of people's rows; one below k is not told."""
    return f"&lt;{THIN}{minimum}" if count == NOT_TOLD else number(count)


def plural(count: int, word: str, many: str = "") -> str:
    """A count with its word."""
    return f"{number(count)} {word if count == 1 else many or word + 's'}"


def link(anchor: str, text: str) -> str:
    """A link to a place on this page; ``text`` is HTML."""
    return f'<a href="#{escape(anchor)}">{text}</a>'


def code(text: str) -> str:
    """A name as it stands in SQL or YAML. It may break after a dot or an underscore, on a small screen."""
    return f"<code>{breakable(text)}</code>"


def breakable(text: str) -> str:
    """Text that may break where a name has a joint."""
    return escape(text).replace("_", "_<wbr>").replace(".", ".<wbr>").replace("/", "/<wbr>")


def chip(word: str, kind: str = "", title: str = "") -> str:
    """A word of a vocabulary, marked as such; ``kind`` colours it. The word itself says all that the colour does."""
    hint = f' title="{escape(title)}"' if title else ""
    return f'<span class="chip {escape(kind)}"{hint}>{escape(word.replace("_", " "))}</span>'


def table(names: Sequence[str], lines: Iterable[Sequence[str]], kind: str = "") -> str:
    """A table of cells that are HTML; a name that begins with # is of a column of numbers. On a small screen each
    row becomes a card, with the names beside the values."""
    numeric = [name.startswith("#") for name in names]
    plain = [name.lstrip("#") for name in names]
    head = "".join(
        f'<th scope="col"{" class=n" if right else ""}>{escape(name)}</th>'
        for name, right in zip(plain, numeric, strict=True)
    )
    body = "".join(
        "<tr>"
        + "".join(
            f'<td{" class=n" if right else ""} data-name="{escape(name)}">{text}</td>'
            for name, right, text in zip(plain, numeric, line, strict=True)
        )
        + "</tr>\n"
        for line in lines
    )
    return f'<table class="{kind}"><thead><tr>{head}</tr></thead>\n<tbody>\n{body}</tbody></table>\n'


def facts(pairs: Iterable[tuple[str, str]]) -> str:
    """Names and values, those without a value left out; values are HTML."""
    body = "".join(f"<div><dt>{escape(name)}</dt><dd>{value}</dd></div>" for name, value in pairs if value)
    return f"<dl class=facts>{body}</dl>\n" if body else ""


def details(summary: str, body: str, kind: str = "") -> str:
    """A part that opens without a script; both are HTML."""
    attribute = f' class="{kind}"' if kind else ""
    return f"<details{attribute}><summary>{summary}</summary>{body}</details>\n"


def excerpt(place: Place) -> str:
    """A line of SQL with the piece in it marked."""
    text, start, end = place.text, max(0, place.start), max(place.start, place.end)
    stripped = text.lstrip()
    cut = len(text) - len(stripped)
    start, end = max(0, start - cut), max(0, end - cut)
    before, piece, after = stripped[:start], stripped[start:end], stripped[end:]
    marked = f"<mark>{escape(piece)}</mark>" if piece else ""
    return f"<pre>{escape(before)}{marked}{escape(after.rstrip())}</pre>"
