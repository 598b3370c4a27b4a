"""The suites as files: generated from labels and contracts, reviewed as they stand, refused where they differ.

``python -m askfirst.gate.suites --write`` writes gate/suites; ``--check`` says whether it is what would be written now.
Both read the manifest of the last `dbt parse` or `dbt build`.
"""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from askfirst.artifacts import read_manifest, read_reference
from askfirst.errors import AskfirstStop
from askfirst.findings import Finding, render
from askfirst.gate import definitions
from askfirst.gate.checks import checks_of
from askfirst.policy import activation_models, allowed_columns, audience_of

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from askfirst.artifacts import Manifest, Reference
    from askfirst.gate.expectation import Check

FOLDER = Path("gate", "suites")


def generate(manifest: Manifest, reference: Reference) -> dict[str, str]:
    """The suites by the names of their candidates; none for a model that does not say enough about itself (AF010)."""
    suites = {}
    for model in activation_models(manifest):
        audience = audience_of(manifest, model)
        if audience and all(column.data_type for column in model.columns):
            meta = {
                "audience": audience.name,
                "purpose": audience.purpose,
                "channel": audience.channel,
                "subject": audience.subject,
                "definitions_sha256": definitions.digest(),
            }
            suites[model.name] = as_json(
                model.name, checks_of(audience, model.columns, allowed_columns(model, reference)), meta
            )
    return suites


def as_json(name: str, checks: Sequence[Check], meta: Mapping[str, str]) -> str:
    """One suite as Great Expectations reads it; keys sorted, checks in their order."""
    expectations = [
        {
            "type": check.kind,
            "description": check.sentence,
            "severity": "critical",
            "kwargs": dict(check.kwargs),
            "meta": {"check": check.check_id, "code": check.code, "column": check.column, "fix": check.fix},
        }
        for check in checks
    ]
    suite = {"name": name, "meta": dict(meta), "expectations": expectations}
    return json.dumps(suite, indent=2, sort_keys=True, ensure_ascii=False) + "\n"


def read_files(root: Path) -> dict[str, str]:
    """The suites that stand in the project, by name."""
    return {path.stem: path.read_text(encoding="utf-8") for path in sorted((root / FOLDER).glob("*.json"))}


def stale(manifest: Manifest, generated: Mapping[str, str], files: Mapping[str, str]) -> tuple[Finding, ...]:
    """AF010 for each file that is missing, left over, or not what labels and contracts give now.

    A model that says too little to be given a suite has its own AF010, and keeps its file until it says enough.
    """
    found = []
    mute = {model.name for model in activation_models(manifest)} - set(generated)
    for name in sorted({*generated, *files} - mute):
        if generated.get(name) == files.get(name):
            continue
        what = "its suite is stale"
        if name not in files:
            what = "its suite is missing"
        elif name not in generated:
            what = "its suite is left over: no activation model gives it"
        why = "the gate holds a candidate to the suite that was reviewed, and to no other"
        fix = "run `make suites`, and let the difference be reviewed"
        found.append(Finding("AF010", name, "", what, why, fix, (FOLDER / f"{name}.json").as_posix()))
    return tuple(found)


def write(root: Path, generated: Mapping[str, str]) -> None:
    """Make the folder hold exactly the generated suites. A folder of many files: not atomic, and run by a person."""
    folder = root / FOLDER
    folder.mkdir(parents=True, exist_ok=True)
    for name in read_files(root):
        if name not in generated:
            (folder / f"{name}.json").unlink()
    for name, text in generated.items():
        (folder / f"{name}.json").write_text(text, encoding="utf-8")


def main(arguments: Sequence[str] | None = None) -> int:
    """Write or check; ends with 0, with 1 where something is stale, or with the exit code of the error."""
    parser = argparse.ArgumentParser(prog="python -m askfirst.gate.suites", description=__doc__)
    doing = parser.add_mutually_exclusive_group(required=True)
    doing.add_argument("--write", action="store_true", help="write gate/suites")
    doing.add_argument("--check", action="store_true", help="say whether gate/suites is what would be written")
    parser.add_argument("--root", type=Path, default=Path(), help="the dbt project (default: here)")
    parser.add_argument("--artifacts", type=Path, help="dbt's target folder (default: target, in the project)")
    given = parser.parse_args(arguments)
    try:
        manifest = read_manifest(given.artifacts or given.root / "target")
        generated = generate(manifest, read_reference(given.root))
    except AskfirstStop as stop:
        print(f"{type(stop).__name__}: {stop}", file=sys.stderr)
        return stop.exit_code
    findings = stale(manifest, generated, read_files(given.root))
    if given.write:
        write(given.root, generated)
        print(f"{len(generated)} suites in {FOLDER.as_posix()}, {len(findings)} of them new, changed or removed")
        return 0
    if findings:
        print(render(findings, f"{FOLDER.as_posix()} is not what labels and contracts give now"), file=sys.stderr)
    return int(bool(findings))


if __name__ == "__main__":
    sys.exit(main())
