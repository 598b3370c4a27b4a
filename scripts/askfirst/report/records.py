"""What the page is made of, as frozen records: the evidence that goes in, and the report that is rendered.

Nothing here holds a value of a row. Counts of people below k are not told (see `counted`).
"""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

    from askfirst.findings import Finding
    from askfirst.lineage.flows import Subtype
    from askfirst.lineage.propagate import Labelled
    from askfirst.lineage.ways import Place

NOT_TOLD = -1  # stands for a count of rows from 1 to k-1


class Verdict(StrEnum):
    """What the evidence says of one audience, or of all. Not proved is not clean."""

    CLEAN = "no finding"
    FOUND = "findings"
    UNPROVED = "not proved"


@dataclass(frozen=True)
class Audience:
    """An activation model and what it says of itself; empty where it does not say.

    ``data`` are the categories of the data that its segment says it uses. ``descriptions`` are by column.
    """

    unique_id: str
    model: str
    segment: str = ""
    data: frozenset[str] = frozenset()
    purpose: str = ""
    channel: str = ""
    recipient: str = ""
    owner: str = ""
    subject: str = ""
    reason: str = ""
    control: str = ""
    description: str = ""
    descriptions: Mapping[str, str] = field(default_factory=dict)

    @property
    def name(self) -> str:
        """The name under which it is published."""
        return self.model.removeprefix("act_")


@dataclass(frozen=True)
class Check:
    """What the gate did about one rule in one activation model. ``evaluated`` and ``unexpected`` count rows."""

    model: str
    code: str
    passed: int
    failed: int
    unjudged: int
    evaluated: int
    unexpected: int

    @property
    def total(self) -> int:
        """How many checks there were."""
        return self.passed + self.failed + self.unjudged


@dataclass(frozen=True)
class Gate:
    """What the gate recorded last: its checks, what it refused, and its `as_of` as UTC text; empty: it has not run."""

    checks: tuple[Check, ...] = ()
    refused: tuple[Finding, ...] = ()
    as_of: str = ""


@dataclass(frozen=True)
class Dossier:
    """All that the page is computed from. ``as_of`` is UTC text; ``minimum`` is k; ``purposes`` are all that exist.

    ``problems`` are of reclassifications: (model, entry, what).
    """

    project: str
    as_of: str
    labelled: Labelled
    audiences: tuple[Audience, ...]
    findings: tuple[Finding, ...]
    checks: tuple[Check, ...]
    purposes: frozenset[str]
    problems: tuple[tuple[str, str, str], ...] = ()
    minimum: int = 20


@dataclass(frozen=True)
class Word:
    """One word of a label that arrived. ``shown``: a value may pass; else it decides. ``entry`` took it off."""

    word: str
    shown: bool
    entry: str = ""


@dataclass(frozen=True)
class Arrived:
    """The label that arrives at a column or row set, taken apart. ``purposes`` is None where no personal datum does."""

    provenance: tuple[Word, ...]
    special_category: tuple[Word, ...]
    subject: tuple[Word, ...]
    category: tuple[Word, ...]
    gaps: tuple[str, ...]
    purposes: tuple[str, ...] | None


@dataclass(frozen=True)
class Step:
    """One hop of a way. ``sql_anchor`` leads to the line in the SQL that was analysed; empty where no line says it."""

    source: str
    target: str
    target_is_rows: bool
    subtype: Subtype
    place: Place | None
    path: str
    sql_anchor: str
    opaque: str = ""


@dataclass(frozen=True)
class Way:
    """The shortest way of one raw column (or row set) to a target; ``shown`` as in `Word`."""

    origin: str
    is_rows: bool
    path: str
    provenance: tuple[str, ...]
    special_category: tuple[str, ...]
    shown: bool
    steps: tuple[Step, ...]


@dataclass(frozen=True)
class Target:
    """A column of an activation model, or its row set (``column`` is empty)."""

    anchor: str
    column: str
    description: str
    arrived: Arrived
    ways: tuple[Way, ...]
    findings: tuple[Finding, ...]


@dataclass(frozen=True)
class RuleLine:
    """One rule as it was checked. ``places`` is how many columns and row sets the flow analysis judged by it."""

    code: str
    places: int
    found: int
    checks: int
    passed: int
    evaluated: int
    unexpected: int


@dataclass(frozen=True)
class AudienceReport:
    """One audience: its facts, verdict, targets (the row set first) and rules."""

    anchor: str
    audience: Audience
    verdict: Verdict
    targets: tuple[Target, ...]
    raw_columns: int
    raw_personal: int
    rules: tuple[RuleLine, ...]
    findings: tuple[Finding, ...]
    has_evidence: bool

    @property
    def rows(self) -> Target:
        """The row set."""
        return self.targets[0]

    @property
    def columns(self) -> tuple[Target, ...]:
        """The columns, in the table's order."""
        return self.targets[1:]


@dataclass(frozen=True)
class Box:
    """A lane of a layer in the picture: tables with anything in it, columns and row sets in it, flows within."""

    layer: str
    kept_apart: bool
    tables: int
    columns: int
    row_sets: int
    within: int


@dataclass(frozen=True)
class Stream:
    """All flows from one box to another, counted; a box is a layer and whether it is the lane that is kept apart."""

    source: tuple[str, bool]
    target: tuple[str, bool]
    flows: int


@dataclass(frozen=True)
class Picture:
    """The layers, left to right. ``beside`` are models that read the way of the data and are not drawn."""

    boxes: tuple[Box, ...]
    streams: tuple[Stream, ...]
    beside: int


@dataclass(frozen=True)
class Reclassification:
    """An entry that lowers a label, as YAML says it, what is wrong with it, and where its effect arrives."""

    model: str
    name: str
    columns: tuple[str, ...]
    taken_off: tuple[tuple[str, str], ...]
    purpose: str
    owner: str
    reason: str
    expires: str
    proof: str
    problems: tuple[str, ...]
    arrives: tuple[str, ...]


@dataclass(frozen=True)
class GapLine:
    """What could not be analysed, where, why, and which audiences it reaches."""

    model: str
    path: str
    reason: str
    reaches: tuple[str, ...]


@dataclass(frozen=True)
class SqlText:
    """The SQL of one node as it was analysed; ``lines`` are the numbers to which a hop leads."""

    anchor: str
    name: str
    path: str
    sql: str
    lines: frozenset[int]


@dataclass(frozen=True)
class Report:
    """The whole page."""

    project: str
    as_of: str
    minimum: int
    verdict: Verdict
    audiences: tuple[AudienceReport, ...]
    picture: Picture
    findings: tuple[Finding, ...]
    reclassifications: tuple[Reclassification, ...]
    gaps: tuple[GapLine, ...]
    texts: tuple[SqlText, ...]
    nodes: int
    read: int
    columns: int
    flows: int


def counted(count: int, minimum: int) -> int:
    """A count of people's rows as it may be told: one below k is NOT_TOLD, none is none."""
    return NOT_TOLD if 0 < count < minimum else count
