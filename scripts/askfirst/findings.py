"""What a rule found, and how a person reads it: which rule, where, what, why, and the way out."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import zip_longest
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

RULES = {
    "AF001": "an inferred column is shown to marketing",
    "AF002": "a bought or received column is shown to marketing",
    "AF003": "a guess decides who is in the table",
    "AF004": "a bought list decides who is in the table",
    "AF005": "special-category data in marketing",
    "AF006": "a flow that cannot be analysed reaches activation",
    "AF007": "a column without a label, or with an unknown one",
    "AF008": "a mart claims less than what flows into it",
    "AF009": "a reclassification that does not hold",
    "AF010": "an activation model says too little about itself",
    "AF011": "the recipient is a third party",
    "AF012": "used for a purpose it was not collected for",
    "AF013": "what stands in the warehouse is not what was judged",
    "AF014": "the reason shown is not the reason",
    "AF015": "the offer is about something else than its reason",
    "AF016": "a category about people that nobody owns",
    "AF017": "the result depends on the clock or on chance",
    "AF100": "columns or types are not those of the suite",
    "AF101": "no consent in force",
    "AF102": "a suppressed person",
    "AF103": "a minor, or someone of unknown age",
    "AF104": "one person, several records, different choices",
    "AF105": "a value without permission",
    "AF106": "a row without a reason",
    "AF107": "a gift read as the buyer's taste",
    "AF108": "a canary's mark is visible",
    "AF109": "a person twice, or without their own address",
    "AF110": "another adult of the household does not permit it",
    "AF111": "a blind check: no canaries where some should be",
    "AF112": "a permission feed is older than its limit",
}
TOLD = 10  # statements told in full
PLACES = 4  # places named under one statement


@dataclass(frozen=True, order=True)
class Finding:
    """One finding. ``column``, ``why``, ``path`` and ``count`` may be empty; no text holds a value.

    ``count`` says how much of the model it is about ("9 of 18 rows"); it belongs to the place, not to the statement.
    ``way`` is how it got there, line by line; of several places with one statement the first one's is told.
    """

    code: str
    model: str
    column: str
    what: str
    why: str
    fix: str
    path: str = ""
    count: str = ""
    way: tuple[str, ...] = ()

    @property
    def place(self) -> str:
        """The model, with its column, the count and its file where there are such."""
        name = f"{self.model}.{self.column}" if self.column else self.model
        return "  ".join(part for part in (name, self.count, self.path) if part)


def render(findings: Iterable[Finding], heading: str, most: int | None = None) -> str:
    """A report to act on: under each rule, what was found, said once for all the places where it is the same.

    Where one reason and one way out follow several statements, they stand after the last.

    ``most`` statements are told in full; TOLD of them, unless said otherwise.
    """
    limit = TOLD if most is None else most
    statements: dict[tuple[str, str, str, str], list[Finding]] = {}
    for finding in sorted(set(findings)):
        statements.setdefault((finding.code, finding.what, finding.why, finding.fix), []).append(finding)
    lines = [heading]
    previous = ""
    shown = list(statements.items())[:limit]
    for ((code, what, why, fix), same), after in zip_longest(shown, [statement for statement, _ in shown[1:]]):
        if code != previous:
            lines += ["", f"{code}  {RULES[code]}  (docs/rules/{code}.md)"]
            previous = code
        lines += [f"  {finding.place}" for finding in same[:PLACES]]
        if len(same) > PLACES:
            lines.append(f"  and {len(same) - PLACES} more places")
        shortest = min((finding.way for finding in same if finding.way), key=len, default=())
        is_said_below = after is not None and (code, why, fix) == (after[0], *after[2:])
        reason, out = ("", "") if is_said_below else (why, fix)
        lines += [*told("what", [what]), *told("why", [reason]), *told("way", shortest), *told("fix", ways_out(out))]
    if len(statements) > limit:
        lines += ["", f"and {len(statements) - limit} more, under {', '.join(more(list(statements)[limit:]))}"]
    return "\n".join(lines)


def told(name: str, text: Sequence[str]) -> list[str]:
    """Some lines under a name; nothing where they are empty."""
    return [f"    {name if number == 0 else '':<6}{line}" for number, line in enumerate(text) if line]


def ways_out(fix: str) -> list[str]:
    """The ways out, a line each."""
    return fix.replace("; or ", "\nor ").splitlines()


def more(keys: list[tuple[str, str, str, str]]) -> list[str]:
    """The codes of the statements that are not told, each once."""
    return sorted({code for code, *_ in keys})
