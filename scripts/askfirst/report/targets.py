"""The part of the page about one audience: its row set and each of its columns, with all that reaches them."""

from __future__ import annotations

from html import escape
from itertools import groupby
from typing import TYPE_CHECKING

from askfirst.findings import RULES
from askfirst.report.assemble import PROVENANCES, shown_path
from askfirst.report.html import chip, code, details, excerpt, facts, link, number, people, plural, table
from askfirst.report.records import Verdict
from askfirst.report.words import HOW, HOW_ROWS

if TYPE_CHECKING:
    from collections.abc import Sequence

    from askfirst.findings import Finding
    from askfirst.report.records import AudienceReport, RuleLine, Step, Target, Way, Word

FEW = 6  # so many raw columns are listed at once; more are put together by provenance
ORDER = (*PROVENANCES, "unlabelled")
PASSES = {False: "a value may pass", True: "rows are taken over"}
SIGNS = {Verdict.CLEAN: ("good", "\u2713"), Verdict.FOUND: ("bad", "\u2715"), Verdict.UNPROVED: ("open", "?")}


def sign(verdict: Verdict, text: str = "") -> str:
    """A verdict: a sign, a colour and the word."""
    kind, mark = SIGNS[verdict]
    return f'<span class="sign {kind}"><span aria-hidden="true">{mark}</span> {escape(text or verdict.value)}</span>'


def audience_chapter(one: AudienceReport, minimum: int) -> str:
    """One audience."""
    audience = one.audience
    pairs = (
        ("for the purpose", escape(audience.purpose)),
        ("through", escape(audience.channel)),
        ("sent by", escape(audience.recipient)),
        ("owner", escape(audience.owner)),
        ("about", escape(audience.subject)),
        ("reason shown to the person", f"<q>{escape(audience.reason)}</q>" if audience.reason else ""),
        ("control shown", f"<q>{escape(audience.control)}</q>" if audience.control else ""),
    )
    description = f"<p>{escape(audience.description)}</p>" if audience.description else ""
    jump = " ".join(link(target.anchor, code(target.column or "row set")) for target in one.targets)
    body = (
        f'<h3 id="{one.anchor}">{escape(audience.name)} {sign(one.verdict)}</h3>{description}{facts(pairs)}'
        f'<p class="jump"><span class="quiet">Go to</span> {jump}</p>'
    )
    body += details(rules_summary(one), rules_table(one.rules, minimum), "evidence")
    elsewhere = [finding for finding in one.findings if finding.model != audience.model]
    body += finding_list(elsewhere)
    body += "".join(target_part(target, audience.purpose) for target in one.targets)
    return f'<article aria-labelledby="{one.anchor}">{body}</article>\n'


def rules_summary(one: AudienceReport) -> str:
    """The rules in one line."""
    checks, passed = sum(rule.checks for rule in one.rules), sum(rule.passed for rule in one.rules)
    gate = (
        f"{number(passed)} of {plural(checks, 'check')} of the gate passed" if checks else "no evidence from the gate"
    )
    return f"{plural(len(one.rules), 'rule')} checked; {gate}"


def rules_table(rules: Sequence[RuleLine], minimum: int) -> str:
    """The rules with their counts."""
    lines = [
        [
            f"<strong>{rule.code}</strong> {escape(RULES[rule.code])}",
            number(rule.places) if rule.places else "",
            f"{number(rule.passed)} of {number(rule.checks)}" if rule.checks else "",
            people(rule.evaluated, minimum) if rule.checks and rule.evaluated else "",
            people(rule.unexpected, minimum) if rule.checks and rule.evaluated else "",
            number(rule.found),
        ]
        for rule in rules
    ]
    names = ["rule: fails when", "#places", "#checks passed", "#rows looked at", "#rows against", "#findings"]
    note = (
        '<p class="quiet">Places: columns and row set, as the flow analysis judged them. Checks and rows: the gate\'s. '
        f"A number of rows from 1 to {minimum - 1} is not told.</p>"
    )
    return note + table(names, lines, "cards")


def target_part(target: Target, purpose: str) -> str:
    """A column, or the row set."""
    name = code(target.column) if target.column else "Who is in this table (its row set)"
    description = f'<p class="said">{escape(target.description)}</p>' if target.description else ""
    return (
        f'<section class="target" aria-labelledby="{target.anchor}">'
        f'<h4 id="{target.anchor}">{name} <a class="self" href="#{target.anchor}" '
        f'aria-label="Link to this place">#</a></h4>{description}{finding_list(target.findings)}'
        f"{labels(target, purpose)}{ways(target)}</section>\n"
    )


def labels(target: Target, purpose: str) -> str:
    """The label that arrives, as far as there is one."""
    arrived = target.arrived
    shown, decides = ("rows come from", "decided by") if not target.column else ("value may come from", "decided by")
    pairs = (
        (shown, words([word for word in arrived.provenance if word.shown])),
        (decides, words([word for word in arrived.provenance if not word.shown])),
        ("special category", words(arrived.special_category, "special")),
        ("about", words(arrived.subject, "subject")),
        ("collected as", words(arrived.category, "plain")),
        ("collected for", purposes(arrived.purposes, purpose)),
        ("not analysed", "<br>".join(map(escape, arrived.gaps))),
    )
    return facts(pairs)


def words(found: Sequence[Word], kind: str = "") -> str:
    """Words as chips; one that was taken off says by what."""
    return " ".join(
        chip(word.word, kind or word.word)
        + (
            f' <span class="quiet">taken off by {link("reclassifications", escape(word.entry))}</span>'
            if word.entry
            else ""
        )
        for word in found
    )


def purposes(collected: Sequence[str] | None, purpose: str) -> str:
    """The purposes that hold for all data on the way, and whether the audience's is among them."""
    if collected is None:
        return ""
    listed = " ".join(chip(word, "plain") for word in collected) or "no purpose that holds for all of it"
    if not purpose or purpose in collected:
        return listed
    return f'{listed} <span class="quiet">({escape(purpose)} is not among them for some of what arrives)</span>'


def ways(target: Target) -> str:
    """All raw columns that reach a target, with their ways."""
    if not target.ways:
        return (
            '<p class="none">No raw column reaches it: the SQL itself says what stands there, for everyone alike.</p>'
        )
    shown = sum(way.shown for way in target.ways)
    columns = sum(not way.is_rows for way in target.ways)
    row_sets = len(target.ways) - columns
    both = plural(columns, "raw column") + (f" and {plural(row_sets, 'raw row set')}" if row_sets else "")
    how = "its rows come from" if not target.column else "a value may pass from"
    told = f'<p class="told">{both} {"reaches" if len(target.ways) == 1 else "reach"} it; {how} {number(shown)}.</p>'
    is_rows = not target.column
    if len(target.ways) <= FEW:
        few = sorted(target.ways, key=lambda way: (not way.shown, way.is_rows, way.origin))
        return told + way_list(few, target_is_rows=is_rows)
    parts = []
    for key, group in groupby(sorted(target.ways, key=place), key=lambda way: place(way)[:2]):
        members = list(group)
        title = group_title(members, target_is_rows=is_rows)
        parts.append(details(title, way_list(members, target_is_rows=is_rows), f"group of{key[0]}"))
    return told + "".join(parts)


def place(way: Way) -> tuple[int, tuple[int, ...], str]:
    """Where a way stands: what may be seen first, then what decides, by provenance; row sets of raw tables last."""
    if way.shown:
        return 0, (), way.origin
    if way.is_rows:
        return 2, (), way.origin
    return 1, tuple(ORDER.index(word) for word in way.provenance), way.origin


def group_title(members: Sequence[Way], *, target_is_rows: bool) -> str:
    """The title of ways that stand together."""
    first, row_sets = members[0], sum(way.is_rows for way in members)
    counted = [
        plural(len(members) - row_sets, "raw column") if row_sets < len(members) else "",
        plural(row_sets, "row set of a raw table", "row sets of raw tables") if row_sets else "",
    ]
    told = " and ".join(filter(None, counted))
    if first.shown:
        return f"<strong>{told}: {PASSES[target_is_rows and bool(row_sets)]}</strong>"
    chips = "" if first.is_rows else " ".join(chip(word, word) for word in first.provenance) + " "
    return f"{chips}{told} {'decides' if len(members) == 1 else 'decide'}"


def way_list(members: Sequence[Way], *, target_is_rows: bool) -> str:
    """Ways, each in a line that opens."""
    return "".join(way_part(way, target_is_rows=target_is_rows) for way in members)


def way_part(way: Way, *, target_is_rows: bool) -> str:
    """One way: the raw column, then each hop."""
    name = code(way.origin) if not way.is_rows else f"the rows of {code(way.origin)}"
    chips = "" if way.is_rows else " ".join(chip(word, word) for word in way.provenance)
    chips += "".join(" " + chip(word, "special") for word in (() if way.is_rows else way.special_category))
    passes = PASSES[target_is_rows and way.is_rows]
    how = f'<span class="how shown">{passes}</span>' if way.shown else '<span class="how">decides</span>'
    summary = f'{name} {chips} {how} <span class="quiet">{plural(len(way.steps), "hop")}</span>'
    start = f'<li class="start">{name} <span class="quiet">{escape(way.path)}</span></li>'
    return details(summary, f'<ol class="way">{start}{"".join(map(step_item, way.steps))}</ol>', "path")


def step_item(step: Step) -> str:
    """One hop: where it leads and how; behind it the line of SQL, or why there is none."""
    how = HOW_ROWS.get(step.subtype, HOW[step.subtype]) if step.source.endswith(" (rows)") else HOW[step.subtype]
    told = f"{escape(step.target)} <b>{step.subtype.value}</b> <i>{how}</i>"
    if step.opaque:
        why = f"<p>{escape(step.opaque)}; so everything that it reads counts. {escape(step.path)}</p>"
        return f"<li><details><summary>{told}</summary>{why}</details></li>"
    if step.place is None:  # it follows from the query as a whole, not from one piece of it
        whole = f" {link(step.sql_anchor, 'its SQL')}" if step.sql_anchor else ""
        return f"<li class=whole>{told}{whole}</li>"
    path = link(step.sql_anchor, f"{escape(shown_path(step.place.path))}:{step.place.line}")
    return f"<li><details><summary>{told}</summary>{excerpt(step.place)}<p>{path}</p></details></li>"


def finding_list(found: Sequence[Finding]) -> str:
    """Findings at a place, if any."""
    items = "".join(finding_item(one) for one in found)
    return f'<ul class="findings">{items}</ul>' if items else ""


def finding_item(one: Finding) -> str:
    """One finding at its place, with how it gets there."""
    return f"<li><strong>{escape(one.code)}</strong> {finding_text(one, with_rule=True)}{way_of(one)}</li>"


def finding_text(one: Finding, *, with_rule: bool) -> str:
    """What, why, and the way out."""
    said = f"{sentence(RULES.get(one.code, ''))}: {one.what}" if with_rule else sentence(one.what)
    text = f"{escape(said)}."
    if one.why:
        text += f' <span class="quiet">{escape(sentence(one.why))}.</span>'
    if one.fix:
        text += f"<br><em>Way out:</em> {escape(one.fix)}."
    return text


def way_of(one: Finding) -> str:
    """How a finding gets to its place."""
    if not one.way:
        return ""
    name = f"{one.model}.{one.column}" if one.column else one.model
    return details(f"how it gets to {code(name)}", f"<pre>{escape(chr(10).join(one.way))}</pre>")


def sentence(text: str) -> str:
    """Text that begins with a capital, unless it begins with a name."""
    first = text.partition(" ")[0]
    return text[:1].upper() + text[1:] if first.isalpha() else text
