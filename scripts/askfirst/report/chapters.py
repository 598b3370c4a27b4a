"""The chapters of the page that are about the project as a whole: findings, reclassifications, rules, gaps, limits."""

from __future__ import annotations

from html import escape
from itertools import groupby
from typing import TYPE_CHECKING

from askfirst.findings import RULES
from askfirst.report.html import chip, code, details, facts, link, number, plural, table
from askfirst.report.records import Verdict
from askfirst.report.targets import finding_text, sign, way_of
from askfirst.report.words import LIMITS, WORDS

if TYPE_CHECKING:
    from collections.abc import Mapping

    from askfirst.findings import Finding
    from askfirst.report.records import Report, SqlText

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


def chapter(anchor: str, body: str) -> str:
    """A chapter with its title."""
    return f'<section aria-labelledby="{anchor}"><h2 id="{anchor}">{dict(CHAPTERS)[anchor]}</h2>\n{body}</section>\n'


def owned(report: Report) -> frozenset[str]:
    """The models whose findings stand with an audience."""
    return frozenset(finding.model for one in report.audiences for finding in one.findings)


def findings(report: Report) -> str:
    """All findings by rule; what is the same in several places is said once, with the places."""
    if not report.findings:
        return chapter("findings", "<p>There is none.</p>")
    anchors = {(one.audience.model, target.column): target.anchor for one in report.audiences for target in one.targets}
    parts = []
    for rule, of_rule in groupby(report.findings, key=lambda one: one.code):
        statements: dict[tuple[str, str, str], list[Finding]] = {}
        for one in of_rule:
            statements.setdefault((one.what, one.why, one.fix), []).append(one)
        items = "".join(statement(same, anchors) for _, same in sorted(statements.items()))
        count = sum(map(len, statements.values()))
        summary = f"<strong>{rule}</strong> {escape(RULES.get(rule, ''))} <span class=quiet>{number(count)}</span>"
        parts.append(details(summary, f'<ul class="findings">{items}</ul>', "rule"))
    intro = (
        f"<p>{plural(len(report.findings), 'finding')}, by rule. Each says what, why, the way out, and where. "
        "How it gets there is told at the place itself.</p>"
    )
    return chapter("findings", intro + "".join(parts))


def statement(same: list[Finding], anchors: Mapping[tuple[str, str], str]) -> str:
    """One statement with all its places: links, where a place is on this page, else its way stands here."""
    first = same[0]
    shown = [one for one in same if (one.model, one.column) in anchors]
    places = [
        link(anchors[one.model, one.column], code(f"{one.model}.{one.column}" if one.column else f"{one.model} (rows)"))
        for one in shown
    ]
    places += [code(f"{one.model}.{one.column}" if one.column else one.model) for one in same if one not in shown]
    ways = "".join(way_of(one) for one in same if one not in shown and one.way)
    return f"<li>{finding_text(first, with_rule=False)}<br><em>Where:</em> {', '.join(places)}.{ways}</li>"


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
    held = len(report.reclassifications)
    lines = []
    for rule in RULES:
        of_rule = [line for one in report.audiences for line in one.rules if line.code == rule]
        found = sum(one.code == rule for one in report.findings)
        if of_rule or found or (held and rule == "AF009"):
            checks, passed = sum(line.checks for line in of_rule), sum(line.passed for line in of_rule)
            places = sum(line.places for line in of_rule) or (held if rule == "AF009" else 0)
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
        "of flows judged (for AF009, the reclassifications). <em>Checks</em> are those of the gate: it reads labels, "
        "contracts and the rows themselves before anything is published. The counts for one audience stand with "
        "it.</p>"
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
    items = "".join(f"<div><dt>{escape(what)}</dt><dd>{escape(why)}</dd></div>" for what, why in LIMITS.items())
    return chapter("limits", f'<dl class="prose">{items}</dl>')


def vocabulary() -> str:
    """The terms."""
    items = "".join(f"<div><dt>{escape(word)}</dt><dd>{escape(text)}</dd></div>" for word, text in WORDS.items())
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
        f'<li id="{text.anchor}-{row}" class="hit">{escape(line)}</li>'
        if row in text.lines
        else f"<li>{escape(line)}</li>"
        for row, line in enumerate(text.sql.split("\n"), start=1)
    )
    summary = f'<span id="{text.anchor}">{code(text.name)}</span> <span class=quiet>{code(text.path)}</span>'
    return details(summary, f'<ol class="sql">{lines}</ol>', "text")
