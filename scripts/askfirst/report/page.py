"""The auditors' page: one HTML file that loads nothing, runs no script, and is the same for the same evidence."""

from __future__ import annotations

import hashlib
from base64 import b64encode
from functools import cache
from html import escape
from importlib.resources import files
from typing import TYPE_CHECKING

from askfirst.report.assemble import report_of
from askfirst.report.chapters import (
    CHAPTERS,
    chapter,
    findings,
    gaps,
    limits,
    owned,
    reclassifications,
    rules,
    sql,
    vocabulary,
)
from askfirst.report.html import details, link, number, plural, table
from askfirst.report.picture import svg
from askfirst.report.records import Verdict
from askfirst.report.targets import audience_chapter, sign
from askfirst.report.words import WITHOUT_TRUST

if TYPE_CHECKING:
    from askfirst.report.records import AudienceReport, Dossier, Picture, Report

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
    found = len(report.findings)
    in_short = plural(found, "finding") if found else report.verdict.value
    return (
        f'<header class="top"><p class="kicker">{escape(report.project)} · {as_of}</p>'
        "<h1>Where each column comes from, and who decided the rows</h1>"
        f'<p class="verdict">{sign(report.verdict, in_short)} <span>{SAID[report.verdict]}</span></p>'
        f'<p class="quiet">{told} '
        "This file holds names, SQL and counts, and no value of any person. It loads nothing and runs no script.</p>"
        "</header>"
    )


def contents(report: Report) -> str:
    """The table of contents."""
    items = []
    for anchor, title in CHAPTERS:
        inner = ""
        if anchor == "audiences":
            inner = (
                "<ul>"
                + "".join(f"<li>{link(one.anchor, escape(one.audience.name))}</li>" for one in report.audiences)
                + "</ul>"
            )
        items.append(f"<li>{link(anchor, title)}{inner}</li>")
    return f'<nav aria-label="Contents"><ul>{"".join(items)}</ul></nav>'


def overview(report: Report) -> str:
    """One line an audience."""
    lines = [overview_line(one) for one in report.audiences]
    names = [
        "audience",
        "verdict",
        "purpose",
        "#columns",
        "#raw columns",
        "#of people",
        "#rules",
        "#checks passed",
        "#findings",
    ]
    intro = (
        "<p>An <em>audience</em> is a table made to contact people: one segment, through one channel. "
        "<em>Raw columns</em> are all that reach it, shown or not: each can be followed hop by hop below. "
        "Those <em>of people</em> are declared, observed or consent data, or forbidden: inferred or third-party.</p>"
    )
    others = [one for one in report.findings if one.model not in owned(report)]
    rest = f"<p>{link('findings', plural(len(others), 'finding'))} elsewhere in the project.</p>" if others else ""
    return chapter("overview", intro + table(names, lines, "cards") + rest)


def overview_line(one: AudienceReport) -> list[str]:
    """One audience in the overview."""
    checks, passed = sum(rule.checks for rule in one.rules), sum(rule.passed for rule in one.rules)
    return [
        f"{link(one.anchor, f'<strong>{escape(one.audience.name)}</strong>')}",
        sign(one.verdict),
        escape(one.audience.purpose) or "<em>not said</em>",
        number(len(one.columns)),
        number(one.raw_columns),
        number(one.raw_personal),
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
            "under a reclassification" if stream.source[1] and not stream.target[1] else "",
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
        "layers",
        intro
        + figure
        + details("The flows between layers as a table", table(["from", "to", "how", "#flows"], lines, "cards")),
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
