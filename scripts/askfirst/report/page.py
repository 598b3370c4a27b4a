"""The auditors' page: one HTML file that loads nothing, runs no script, and is the same for the same evidence."""

from __future__ import annotations

import hashlib
from base64 import b64encode
from functools import cache
from html import escape
from importlib.resources import files
from typing import TYPE_CHECKING

from askfirst.findings import RULES
from askfirst.report.assemble import report_of
from askfirst.report.html import chip, code, details, facts, link, number, people, plural, table
from askfirst.report.picture import svg
from askfirst.report.records import Verdict
from askfirst.report.targets import audience_chapter, finding_item, sign
from askfirst.report.words import LIMITS, VOCABULARY, WITHOUT_TRUST

if TYPE_CHECKING:
    from askfirst.report.records import AudienceReport, Dossier, Picture, Report, SqlText

CHAPTERS = (
    ("overview", "Overview"),
    ("layers", "The way of the data"),
    ("audiences", "Audiences, column by column"),
    ("findings", "Findings"),
    ("reclassifications", "Reclassifications"),
    ("rules", "Rules checked"),
    ("gaps", "What could not be analysed"),
    ("limits", "What this page does not prove"),
    ("words", "Words used here"),
    ("sql", "The SQL that was analysed"),
)
SAID = {
    Verdict.CLEAN: "Every rule held in every audience, and there is evidence for each.",
    Verdict.FOUND: "At least one rule does not hold. Nothing is published while a finding is open.",
    Verdict.UNPROVED: "No rule was found broken, but evidence is missing. Not proved is not clean.",
}


def render(dossier: Dossier) -> str:
    """The page, from all the evidence. Pure: equal evidence gives equal text, byte by byte."""
    return page(report_of(dossier))


def page(report: Report) -> str:
    """A report as HTML."""
    body = "\n".join(
        (
            '<a class="skip" href="#overview">Skip to the overview</a>',
            header(report),
            '<div class="frame">',
            contents(report),
            "<main>",
            overview(report),
            layers(report.picture),
            audiences(report),
            findings(report),
            reclassifications(report),
            rules(report),
            gaps(report),
            limits(),
            vocabulary(),
            sql(report.texts),
            "</main>",
            "</div>",
        )
    )
    title = f"Where each column comes from: {report.project}"
    return (
        '<!doctype html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
        f'<meta http-equiv="Content-Security-Policy" content="{policy()}">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        '<meta name="color-scheme" content="light dark">\n<meta name="referrer" content="no-referrer">\n'
        f"<title>{escape(title)}</title>\n<style>{style()}</style>\n</head>\n<body>\n{body}\n</body>\n</html>\n"
    )


@cache
def style() -> str:
    """The page's style sheet."""
    return "\n" + files("askfirst.report").joinpath("page.css").read_text(encoding="utf-8")


def policy() -> str:
    """The browser's orders: nothing is loaded or run, and no style but this very one counts."""
    digest = b64encode(hashlib.sha256(style().encode()).digest()).decode()
    return f"default-src 'none'; style-src 'sha256-{digest}'; base-uri 'none'; form-action 'none'"


def header(report: Report) -> str:
    """What this is, as of when, and the verdict in one line."""
    as_of = f"as of <time>{escape(report.as_of)}</time>" if report.as_of else "as of a time that is not known"
    told = (
        f"{plural(len(report.audiences), 'audience')}, {plural(report.columns, 'column')} and "
        f"{plural(report.flows, 'flow')} followed through {plural(report.nodes, 'model')}."
    )
    return (
        f'<header class="top"><p class="kicker">{escape(report.project)} · {as_of}</p>'
        "<h1>Where each column comes from, and who decided the rows</h1>"
        f'<p class="verdict">{sign(report.verdict)} <span>{SAID[report.verdict]}</span></p><p class="quiet">{told} '
        "This file holds names, SQL and counts, and no value of any person. It loads nothing and runs no script.</p>"
        "</header>"
    )


def contents(report: Report) -> str:
    """The table of contents."""
    items = []
    for anchor, title in CHAPTERS:
        inner = ""
        if anchor == "audiences":
            inner = "<ul>" + "".join(
                f"<li>{link(one.anchor, escape(one.audience.name))}</li>" for one in report.audiences
            ) + "</ul>"
        items.append(f"<li>{link(anchor, title)}{inner}</li>")
    return f'<nav aria-label="Contents"><ul>{"".join(items)}</ul></nav>'


def chapter(anchor: str, body: str) -> str:
    """A chapter with its title."""
    return f'<section aria-labelledby="{anchor}"><h2 id="{anchor}">{dict(CHAPTERS)[anchor]}</h2>\n{body}</section>\n'


def overview(report: Report) -> str:
    """One line an audience."""
    lines = [overview_line(one, report.minimum) for one in report.audiences]
    names = ["audience", "verdict", "purpose", "#columns", "#raw columns", "#rules", "#checks passed", "#findings"]
    intro = (
        "<p>An <em>audience</em> is a table made to contact people: one segment, through one channel. "
        "<em>Raw columns</em> are all that reach it, shown or not: each can be followed hop by hop below. "
        "How many of them are about people stands beside.</p>"
    )
    others = [one for one in report.findings if one.model not in owned(report)]
    rest = f"<p>{link('findings', plural(len(others), 'finding'))} elsewhere in the project.</p>" if others else ""
    return chapter("overview", intro + table(names, lines, "cards") + rest)


def owned(report: Report) -> frozenset[str]:
    """The models whose findings stand with an audience."""
    return frozenset(finding.model for one in report.audiences for finding in one.findings)


def overview_line(one: AudienceReport, minimum: int) -> list[str]:
    """One audience in the overview."""
    del minimum
    checks, passed = sum(rule.checks for rule in one.rules), sum(rule.passed for rule in one.rules)
    return [
        f"{link(one.anchor, f'<strong>{escape(one.audience.name)}</strong>')}",
        sign(one.verdict),
        escape(one.audience.purpose) or "<em>not said</em>",
        number(len(one.columns)),
        f"{number(one.raw_columns)} <span class=quiet>({number(one.raw_personal)} of people)</span>",
        number(len(one.rules)),
        f"{number(passed)} of {number(checks)}" if one.has_evidence else "no evidence",
        number(len(one.findings)),
    ]


def layers(picture: Picture) -> str:
    """The picture, and its numbers as a table."""
    names = {False: "", True: ", kept apart"}
    lines = [
        [
            escape(stream.source[0] + names[stream.source[1]]),
            escape(stream.target[0] + names[stream.target[1]]),
            number(stream.flows),
        ]
        for stream in picture.streams
    ]
    beside = (
        f" Not drawn: {plural(picture.beside, 'model')} that only read this way, such as the gate and the audit."
        if picture.beside
        else ""
    )
    intro = (
        "<p>Data move from left to right. The upper lane may be used, as far as labels, purposes and consent allow. "
        "The lower lane holds each column and each row set that inferred or third-party data reach in any form, be it "
        "only through a condition. It is found by following the labels, not by the names of folders: a line from "
        f"it into segments or activation would be a leak.{beside}</p>"
    )
    figure = (
        '<figure tabindex="0" role="group" aria-label="The layers; scrolls sideways on a small screen">'
        f"{svg(picture)}</figure>"
    )
    return chapter(
        "layers", intro + figure + details("The flows between layers as a table", table(["from", "to", "#flows"], lines))
    )


def audiences(report: Report) -> str:
    """A part for each audience."""
    intro = (
        "<p>Of each table first its <em>row set</em>: what decides who is in it. Then each column. Every line below a "
        "heading is one raw column that reaches it; open it to see the way, and open a hop to see the SQL that lets "
        f"it through.</p><p>{WITHOUT_TRUST}</p>"
    )
    parts = (audience_chapter(one, report.minimum) for one in report.audiences)
    none = "" if report.audiences else "<p>The project has no activation model.</p>"
    return chapter("audiences", intro + none + "".join(parts))


def findings(report: Report) -> str:
    """All findings by rule."""
    if not report.findings:
        return chapter("findings", "<p>There is none.</p>")
    parts = []
    for rule in sorted({one.code for one in report.findings}):
        same = [one for one in report.findings if one.code == rule]
        items = "".join(finding_item(one, report.minimum, place=True) for one in same)
        summary = f"<strong>{rule}</strong> {escape(RULES.get(rule, ''))} <span class=quiet>{number(len(same))}</span>"
        parts.append(details(summary, f'<ul class="findings">{items}</ul>', "rule"))
    intro = f"<p>{plural(len(report.findings), 'finding')}, by rule. Each says what, why, and the way out.</p>"
    return chapter("findings", intro + "".join(parts))


def reclassifications(report: Report) -> str:
    """The entries that lower labels."""
    intro = (
        "<p>A reclassification is the only way in which a label becomes less. Hashing, rounding, bucketing and "
        "counting lower nothing.</p>"
    )
    if not report.reclassifications:
        return chapter("reclassifications", intro + "<p>There is none in this project.</p>")
    parts = []
    for one in report.reclassifications:
        held = sign(Verdict.FOUND, "does not count") if one.problems else sign(Verdict.CLEAN, "counts")
        pairs = (
            ("column", ", ".join(code(f"{one.model}.{column}") for column in one.columns)),
            ("takes off", " ".join(chip(f"{kind}: {word}") for kind, word in one.taken_off)),
            ("for the purpose", escape(one.purpose)),
            ("owner", escape(one.owner)),
            ("reason", escape(one.reason)),
            ("expires", escape(one.expires)),
            ("proof", code(one.proof) if one.proof else ""),
            ("reaches", ", ".join(map(escape, one.arrives)) or "no audience"),
            ("why not", "<br>".join(map(escape, one.problems))),
        )
        parts.append(f"<h3>{escape(one.name)} {held}</h3>{facts(pairs)}")
    return chapter("reclassifications", intro + "".join(parts))


def rules(report: Report) -> str:
    """All audiences together, by rule."""
    lines = []
    for rule in RULES:
        of_rule = [line for one in report.audiences for line in one.rules if line.code == rule]
        found = sum(one.code == rule for one in report.findings)
        if of_rule or found:
            checks, passed = sum(line.checks for line in of_rule), sum(line.passed for line in of_rule)
            places = sum(line.places for line in of_rule)
            lines.append(
                [
                    f"<strong>{rule}</strong>",
                    escape(RULES[rule]),
                    number(places) if places else "",
                    f"{number(passed)} of {number(checks)}" if checks else "",
                    number(found),
                ]
            )
    intro = (
        "<p>Each rule says what must not be. <em>Places</em> are columns and row sets of audiences that the analysis "
        "of flows judged. <em>Checks</em> are those of the gate: it reads labels, contracts and the rows themselves "
        "before anything is published. The counts for one audience stand with it.</p>"
    )
    names = ["code", "fails when", "#places", "#checks passed", "#findings"]
    return chapter("rules", intro + table(names, lines, "cards"))


def gaps(report: Report) -> str:
    """What could not be analysed."""
    intro = (
        f"<p>Of {plural(report.nodes, 'model')} {number(report.read)} could be followed to the last column. "
        "What cannot be followed is never taken for clean: it takes the labels of everything that it reads, and "
        "where it reaches an audience that is a finding (AF006).</p>"
    )
    lines = [
        [
            f"{code(gap.model)}<br><span class=quiet>{code(gap.path)}</span>",
            escape(gap.reason),
            ", ".join(map(escape, gap.reaches)) or "no audience",
        ]
        for gap in report.gaps
    ]
    listed = table(["model", "why", "reaches"], lines, "cards") if lines else "<p>Nothing was left out.</p>"
    return chapter("gaps", intro + listed)


def limits() -> str:
    """What the page does not prove."""
    items = "".join(f"<div><dt>{escape(what)}</dt><dd>{escape(why)}</dd></div>" for what, why in LIMITS)
    return chapter("limits", f'<dl class="prose">{items}</dl>')


def vocabulary() -> str:
    """The terms."""
    items = "".join(f"<div><dt>{escape(word)}</dt><dd>{escape(text)}</dd></div>" for word, text in VOCABULARY)
    return chapter("words", f'<dl class="prose">{items}</dl>')


def sql(texts: tuple[SqlText, ...]) -> str:
    """The SQL to which the hops lead, as it was analysed, with numbered lines."""
    intro = (
        "<p>The text that was analysed, after dbt had filled in its templates. The lines to which a hop leads are "
        "marked in the margin.</p>"
    )
    return chapter("sql", intro + "".join(map(sql_text, texts)))


def sql_text(text: SqlText) -> str:
    """One node's SQL."""
    lines = "".join(
        f'<li id="{text.anchor}--{row}" class="hit">{escape(line)}</li>' if row in text.lines else f"<li>{escape(line)}</li>"
        for row, line in enumerate(text.sql.split("\n"), start=1)
    )
    summary = f'<span id="{text.anchor}">{code(text.name)}</span> <span class=quiet>{code(text.path)}</span>'
    return details(summary, f'<ol class="sql">{lines}</ol>', "text")


__all__ = ["page", "render"]
