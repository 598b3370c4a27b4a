"""The gate's pages: what was expected of each candidate, and what came of it. Counts only, and nothing is loaded.

Great Expectations' own pages take styles and scripts from six other places and show little without them. These hold
the same (each expectation in words, its query, its outcome) in one file a suite, which opens from a disk as it is.
"""

from __future__ import annotations

import json
from collections import Counter
from html import escape
from typing import TYPE_CHECKING

from askfirst.findings import RULES
from askfirst.gate.validate import PASSED

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from pathlib import Path

    from askfirst.gate.rows import Row

INDEX = "index.html"
STYLE = """
:root { color-scheme: light dark; --line: #8884; --good: #1a7f37; --bad: #cf222e; --quiet: #6e7781 }
body { font: 16px/1.5 system-ui, sans-serif; max-width: 68rem; margin: 2.5rem auto; padding: 0 1.25rem }
h1 { font-size: 1.6rem; margin: 0 0 .25rem } h2 { font-size: 1.15rem; margin: 2.2rem 0 .5rem }
p { margin: .3rem 0 } a { color: inherit } .quiet { color: var(--quiet) }
table { border-collapse: collapse; width: 100% } th { font-weight: 600; text-align: left }
th, td { padding: .45rem .8rem .45rem 0; border-bottom: 1px solid var(--line); vertical-align: top }
td.number, th.number { text-align: right; font-variant-numeric: tabular-nums }
.passed { color: var(--good) } .failed, .error { color: var(--bad); font-weight: 600 }
code, pre { font: 13px/1.45 ui-monospace, monospace } pre { white-space: pre-wrap; margin: .4rem 0 0 }
summary { cursor: pointer; color: var(--quiet); font-size: .85rem } .fix { margin: .2rem 0 0 }
.rule { display: block; width: 13rem; font-size: .85rem }
"""
POLICY = "default-src 'none'; style-src 'unsafe-inline'"  # of the browser: nothing is loaded, whatever the page holds


def write(folder: Path, rows: Sequence[Row], suites: Mapping[str, str]) -> None:
    """Write the index and a page for each model; pages of models that are gone are removed."""
    folder.mkdir(parents=True, exist_ok=True)
    for page in folder.glob("*.html"):
        page.unlink()
    for name, text in pages(rows, suites).items():
        (folder / name).write_text(text, encoding="utf-8")


def pages(rows: Sequence[Row], suites: Mapping[str, str]) -> dict[str, str]:
    """Every page by its file's name. ``rows`` are of one run; a row without an audience is the project's."""
    audiences = sorted({row.model for row in rows if row.audience})
    found = {INDEX: index(rows, audiences)}
    for model in audiences:
        found[f"{model}.html"] = model_page([row for row in rows if row.model == model], suites.get(model))
    return found


def index(rows: Sequence[Row], models: Sequence[str]) -> str:
    """What was judged, one line a candidate, then what the project as a whole has against it."""
    lines = []
    for model in models:
        own = [row for row in rows if row.model == model]
        link = f'<a href="{escape(model)}.html">{escape(own[0].audience)}</a>'
        lines.append([link, *map(number, tally(own)), f"<code>{escape(own[0].content_sha256[:12])}</code>"])
    body = table(["audience", "#checks", "#passed", "#failed", "#not judged", "content"], lines)
    project = [row for row in rows if not row.audience]
    if project:
        body += "<h2>The project</h2>" + table(["outcome", "rule", "what"], [row_cells(row, None) for row in project])
    return document("What the gate found", rows, body)


def model_page(rows: Sequence[Row], suite: str | None) -> str:
    """All checks of one candidate, those that have not passed first."""
    expectations = json.loads(suite)["expectations"] if suite else []
    queries = {item["meta"]["check"]: json.dumps(item["kwargs"], ensure_ascii=False, indent=1) for item in expectations}
    for item in expectations:
        query = item["kwargs"].get("unexpected_rows_query")
        if query:
            queries[item["meta"]["check"]] = query
    ordered = sorted(rows, key=lambda row: (row.outcome == PASSED, row.code, row.check_id, row.column_name))
    cells = [
        [*row_cells(row, queries.get(row.check_id)), number(row.evaluated), number(row.unexpected)] for row in ordered
    ]
    body = table(["outcome", "rule", "what", "#evaluated", "#unexpected"], cells)
    back = f'<p><a href="{INDEX}">all audiences</a></p>'
    return document(rows[0].audience, rows, back + body)


def row_cells(row: Row, query: str | None) -> list[str]:
    """Outcome, rule and statement of one row, with its fix and its query."""
    place = f"{row.model}.{row.column_name}" if row.column_name else row.model
    told = f"{escape(row.message)}<br><code class=quiet>{escape(place)}</code>"
    if row.outcome != PASSED and row.fix:
        told += f"<p class=fix>Way out: {escape(row.fix)}</p>"
    if query:
        told += f"<details><summary>{escape(row.check_id)}</summary><pre>{escape(query)}</pre></details>"
    rule = f'{row.code}<span class="quiet rule">{escape(RULES[row.code])}</span>'
    return [f"<span class={row.outcome}>{escape(row.outcome)}</span>", rule, told]


def tally(rows: Iterable[Row]) -> tuple[int, int, int, int]:
    """How many checks there are, passed, failed, and could not be judged."""
    counts = Counter(row.outcome for row in rows)
    return counts.total(), counts["passed"], counts["failed"], counts["error"]


def number(count: int) -> str:
    """A count, with thin spaces between thousands."""
    return f"{count:,}".replace(",", "\u2009")


def table(names: Sequence[str], lines: Iterable[Sequence[str]]) -> str:
    """A table of cells that are HTML already; a name that begins with # is of a column of numbers."""
    numeric = [name.startswith("#") for name in names]
    head = "".join(cell("th", name.lstrip("#"), right) for name, right in zip(names, numeric, strict=True))
    body = "".join(
        "<tr>" + "".join(cell("td", text, right) for text, right in zip(line, numeric, strict=True)) + "</tr>\n"
        for line in lines
    )
    return f"<table><thead><tr>{head}</tr></thead>\n<tbody>\n{body}</tbody></table>"


def cell(tag: str, text: str, right: bool) -> str:
    """One cell."""
    return f"<{tag}{' class=number' if right else ''}>{text}</{tag}>"


def document(title: str, rows: Sequence[Row], body: str) -> str:
    """A whole page, with nothing in it that a browser would load."""
    checks, passed, failed, errors = tally(rows)
    verdict = "passed" if passed == checks else "failed"
    said = f"{passed} of {checks} checks passed" + (f", {failed + errors} did not" if verdict == "failed" else "")
    run = f"as of {rows[0].as_of.isoformat()}Z, run {escape(rows[0].invocation_id)}" if rows else ""
    return (
        f'<!doctype html>\n<html lang="en">\n<head><meta charset="utf-8"><title>{escape(title)}</title>\n'
        f'<meta http-equiv="Content-Security-Policy" content="{POLICY}">\n'
        f'<meta name="viewport" content="width=device-width, initial-scale=1">\n<style>{STYLE}</style></head>\n'
        f"<body>\n<h1>{escape(title)}</h1>\n<p class={verdict}>{said}</p>\n<p class=quiet>{run}. Counts only.</p>\n"
        f"{body}\n</body>\n</html>\n"
    )
