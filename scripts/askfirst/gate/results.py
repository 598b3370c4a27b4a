"""The gate's rows, put together from what policy, suites and candidates yielded. Counts and keys, never a value."""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from askfirst.gate import freshness
from askfirst.gate.rows import Row
from askfirst.gate.validate import ERROR, FAILED, PASSED
from askfirst.policy import CODES

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from askfirst.artifacts import Model
    from askfirst.findings import Finding
    from askfirst.gate.candidates import Candidate
    from askfirst.gate.context import GateContext
    from askfirst.gate.freshness import Load
    from askfirst.gate.validate import Outcome

CONTENT = "content"
POLICY = "policy_"
FRESHNESS = "freshness"
NOT_ABOUT_ROWS = ("AF100", "AF111", freshness.CODE)


@dataclass(frozen=True)
class Recorder:
    """Makes the rows of one run."""

    context: GateContext
    candidates: Mapping[str, Candidate]

    def blank(self, model: str) -> Row:
        """A row about a model that says nothing yet. What is no candidate (a source) has no audience and no content."""
        candidate = self.candidates.get(model)
        return Row(
            invocation_id=self.context.invocation_id,
            as_of=self.context.as_of,
            audience=model.removeprefix("act_") if candidate else "",
            model=model,
            check_id="",
            code="",
            column_name="",
            outcome=ERROR,
            evaluated=0,
            unexpected=0,
            message="",
            fix="",
            way="",
            content_sha256=candidate.content_sha256 if candidate else "",
        )

    def content_rows(self) -> Iterator[Row]:
        """Whether each candidate could be read, and how many people would be published (`evaluated`)."""
        for model, candidate in self.candidates.items():
            row = replace(self.blank(model), check_id=CONTENT, code="AF013")
            if candidate.raised:
                message = f"the candidate cannot be read ({candidate.raised})"
                yield replace(row, message=message, fix="build it with the gate: `dbt build --select +gate_verdict`")
            else:
                canaries = candidate.rows - candidate.people
                message = f"Without {canaries} canaries, {candidate.people} people would be published."
                yield replace(row, outcome=PASSED, message=message, evaluated=candidate.people)

    def policy_rows(self, models: tuple[Model, ...], findings: tuple[Finding, ...]) -> Iterator[Row]:
        """A row for each finding, and one for each code that had nothing against an activation model."""
        for finding in findings:
            yield replace(
                self.blank(finding.model),
                check_id=POLICY + finding.code,
                code=finding.code,
                column_name=finding.column,
                outcome=FAILED,
                evaluated=1,
                unexpected=1,
                message=f"{finding.what}: {finding.why}",
                fix=finding.fix,
                way="\n".join(finding.way),
            )
        against = {(finding.model, finding.code) for finding in findings}
        for model in models:
            passed = replace(self.blank(model.name), outcome=PASSED, evaluated=len(model.columns))
            message = "Nothing against what labels, contract and YAML say."
            for code in CODES:
                if (model.name, code) not in against:
                    yield replace(passed, check_id=POLICY + code, code=code, message=message)

    def freshness_rows(self, loads: tuple[Load, ...]) -> Iterator[Row]:
        """A row for each permission feed: how long before as_of it was loaded."""
        for load in loads:
            yield replace(
                self.blank(load.feed),
                check_id=FRESHNESS,
                code=freshness.CODE,
                outcome=PASSED if load.is_fresh else FAILED,
                evaluated=1,
                unexpected=0 if load.is_fresh else 1,
                message=load.told if load.is_fresh else f"{load.told}: {freshness.WHY}",
                fix="" if load.is_fresh else load.fix,
            )

    def definition_rows(self, failed: Mapping[str, str]) -> Iterator[Row]:
        """A row for each of the gate's own definitions that could not be computed."""
        for name, raised in failed.items():
            yield replace(
                self.blank("definitions"),
                check_id=f"definition_{name}",
                code="AF101",
                message=f"the gate's definition of {name} could not be computed ({raised})",
                fix="compare scripts/askfirst/gate/definitions with the staging models that it reads",
            )

    def suite_rows(self, model: str, suite: str, outcomes: Mapping[str, Outcome]) -> Iterator[Row]:
        """A row for each check of a suite."""
        evaluated = self.candidates[model].rows
        for expectation in json.loads(suite)["expectations"]:
            meta = expectation["meta"]
            outcome = outcomes[meta["check"]]
            yield replace(
                self.blank(model),
                check_id=meta["check"],
                code=meta["code"],
                column_name=meta["column"],
                outcome=outcome.outcome,
                evaluated=evaluated,
                unexpected=outcome.unexpected,
                message=told(outcome, expectation["description"]),
                fix="" if outcome.outcome == PASSED else meta["fix"],
            )


def told(outcome: Outcome, sentence: str) -> str:
    """What became of a promise, for a person; the counts stand in columns of their own."""
    if outcome.outcome == PASSED:
        return sentence
    if outcome.outcome == FAILED:
        return f"This does not hold: {sentence}"
    return f"This could not be judged ({outcome.raised}): {sentence}"


def count_of(row: Row) -> str:
    """How many rows of its candidate a failed row check found; empty for what is not about rows."""
    if row.outcome != FAILED or row.code in NOT_ABOUT_ROWS or row.check_id.startswith(POLICY):
        return ""
    return f"{row.unexpected} of {row.evaluated} rows"
