"""The command line. It parses and prints; each command imports what it needs where it runs, so that --help is quick."""

from __future__ import annotations

import datetime as dt
import json
import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from askfirst.arguments import parser
from askfirst.errors import AskfirstStop, EvidenceMissing, WrongConfiguration
from askfirst.terminal import Progress, coloured, is_coloured

if TYPE_CHECKING:
    import argparse
    from collections.abc import Sequence

    from askfirst.access.answer import Question
    from askfirst.evidence import Evidence, Places
    from askfirst.label_file import LabelFile
    from askfirst.lineage.graph import Graph


def main(argv: Sequence[str] | None = None) -> int:
    """Run a command. Its end is an exit code, whatever happens."""
    told = parser().parse_args(argv)
    import logging

    logging.getLogger("sqlglot").setLevel(logging.ERROR)
    run = COMMANDS[told.command]
    try:
        return run(told)
    except AskfirstStop as stop:
        return ended(str(stop), stop.exit_code)
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())  # whoever read has read enough
        return EvidenceMissing.exit_code
    except KeyboardInterrupt:
        return ended("interrupted", 130)
    except Exception as error:  # noqa: BLE001 - a fault of ours is no proof: said in a line, never taken for clean
        quotes_data = told.command in OF_A_PERSON  # what an error says may be about somebody
        where = type(error).__name__ if quotes_data else f"{type(error).__name__}: {error}"
        return ended(f"askfirst itself failed ({where}): nothing is proved.\nFix: please report it.", 3)


def ended(message: str, code: int) -> int:
    """Say on stderr why it ended."""
    sys.stderr.write(f"askfirst: {message}\n")
    return code


def say(text: str) -> None:
    """Print a report: in colour on a terminal; what the terminal's encoding lacks is escaped."""
    shown = coloured(text) if is_coloured(sys.stdout) else text
    encoding = sys.stdout.encoding or "utf-8"
    sys.stdout.write(shown.encode(encoding, "backslashreplace").decode(encoding) + "\n")
    sys.stdout.flush()


def lineage(told: argparse.Namespace) -> int:
    """``askfirst lineage``."""
    if told.files and told.project_dir is None:
        return of_files(told)
    if told.files or told.schema or (told.project_dir is None and told.target_dir is None):
        raise WrongConfiguration(
            "lineage wants either files, with --schema and --dialect, or --project-dir.\n"
            "Fix: askfirst lineage --dialect duckdb --schema schema.json FILE.sql"
        )
    return of_models(told)


def of_files(told: argparse.Namespace) -> int:
    """The facets of queries in files."""
    from askfirst.lineage.query_files import file_facets, known_dialect, read_schema

    if told.schema is None or told.dialect is None:
        missing = "--schema" if told.schema is None else "--dialect"
        raise WrongConfiguration(
            f"`{missing}` is missing: how names bind depends on it.\n"
            "Fix: askfirst lineage --dialect duckdb --schema schema.json FILE.sql"
        )
    binding = known_dialect(told.dialect)
    schema = read_schema(told.schema, binding)
    paths = [(given, Path(given)) for given in told.files]
    return printed(file_facets(paths, schema, told.dialect, told.namespace or told.dialect))


def of_models(told: argparse.Namespace) -> int:
    """The facets of a project's models."""
    from askfirst.lineage.facet import facets
    from askfirst.reach import blind_spots

    told.project_dir = told.project_dir or Path()
    evidence = evidence_of(told)
    graph = watched_graph(evidence, None)
    errors: dict[str, str] = {}
    for spot in blind_spots(graph, evidence.listed, frozenset(graph.nodes)):
        errors[spot.unique_id] = "; ".join(filter(None, [errors.get(spot.unique_id), f"{spot.place}: {spot.reason}"]))
    return printed(facets(graph, lambda name: errors.get(name, ""), told.namespace or evidence.dialect))


def printed(made: dict[str, dict[str, object]]) -> int:
    """Print facets; 3 where one is an error."""
    say(json.dumps(made, indent=2, ensure_ascii=False))
    return 3 if any("error" in entry for entry in made.values()) else 0


def check(told: argparse.Namespace) -> int:
    """``askfirst check``."""
    from askfirst import check_report
    from askfirst.check import Question
    from askfirst.check import check as judged

    evidence, labels = evidence_of(told), labels_of(told)
    progress = Progress("analysed", sum(bool(node.sql) for node in evidence.nodes.values()))
    try:
        question = Question(tuple(told.activation), today(told), told.reach_only)
        found = judged(evidence, labels, question, progress.step)
    finally:
        progress.end()
    if told.format == "json":
        say(check_report.as_json(found, evidence))
    else:
        say(check_report.as_text(found, evidence, everything=told.everything))
    for spot in found.unproved[:10]:
        ended(f"{spot.place}: `{spot.model}` is not proved: {spot.reason}.\nFix: {spot.fix}", 3)
    return found.exit_code


def explain(told: argparse.Namespace) -> int:
    """``askfirst explain``."""
    from askfirst.naming import index_of, readings
    from askfirst.reach import upstream

    evidence, labels = evidence_of(told), labels_of(told)
    meant = {name for name, _ in readings(index_of(evidence.nodes.values()), told.name)}
    narrow = len(meant) == 1 and labels is None
    graph = watched_graph(evidence, labels, upstream(evidence.nodes, meant.pop()) if narrow else None)
    if narrow and any(one.gaps for one in graph.nodes.values()):
        graph = watched_graph(evidence, labels)  # something is read that the model does not say it depends on
    return walked(told, evidence, labels, graph, backward=True)


def impact(told: argparse.Namespace) -> int:
    """``askfirst impact``."""
    evidence, labels = evidence_of(told), labels_of(told)
    return walked(told, evidence, labels, watched_graph(evidence, labels), backward=False)


def walked(
    told: argparse.Namespace, evidence: Evidence, labels: LabelFile | None, graph: Graph, *, backward: bool
) -> int:
    """Walk from what was named, and print it."""
    from askfirst import trace
    from askfirst.check import activation_ids, known_purposes
    from askfirst.lineage.verdict import label
    from askfirst.naming import vertex_of

    start = vertex_of(graph, told.name)
    labelled, _ = label(graph, known_purposes(evidence, labels, graph), today(told))
    marked = activation_ids(evidence, labels, graph, tuple(told.activation))
    walk = trace.trace(labelled, start, backward=backward, marked=marked)
    say(trace.as_json(walk) if told.format == "json" else trace.as_text(walk, told.depth))
    blind = sorted({vertex.node for vertex in (start, *walk.reached) if gaps_of(graph, vertex.node)})
    for name in blind:
        ended(f"`{name}` could not be analysed in full: {gaps_of(graph, name)}.", 3)
    return 3 if any(graph.nodes[name].node.language == "sql" for name in blind) else 0  # Python: all inputs are shown


def receipt(told: argparse.Namespace) -> int:
    """``askfirst receipt``."""
    from askfirst.access.answer import answer_receipt

    return answered(told, answer_receipt(question_of(told)))


def access(told: argparse.Namespace) -> int:
    """``askfirst access``."""
    from askfirst.access.answer import answer_access

    return answered(told, answer_access(question_of(told)))


def question_of(told: argparse.Namespace) -> Question:
    """About whom, and where."""
    from askfirst.access.answer import Question

    return Question(told.person, told.project_dir, told.target_dir or told.project_dir / "target", told.target)


def answered(told: argparse.Namespace, document: dict[str, object]) -> int:
    """Print a document, or write it."""
    from askfirst.access.handover import hand_over
    from askfirst.access.plain import text_of

    hand_over(text_of(document), told.out)
    return 0


def gaps_of(graph: Graph, unique_id: str) -> str:
    """What of a node could not be analysed."""
    known = graph.nodes.get(unique_id)
    return "; ".join(gap.reason for gap in known.gaps) if known else ""


def evidence_of(told: argparse.Namespace) -> Evidence:
    """Read the project."""
    from askfirst.evidence import read_evidence

    return read_evidence(places_of(told))


def places_of(told: argparse.Namespace) -> Places:
    """Where the project is. Columns come from one place."""
    from askfirst.evidence import Places

    if told.catalog is not None and told.warehouse:
        raise WrongConfiguration("--catalog and --warehouse both tell the columns.\nFix: give one of them.")
    return Places(told.project_dir, told.target_dir, told.catalog, tuple(told.warehouse), told.dialect)


def labels_of(told: argparse.Namespace) -> LabelFile | None:
    """Read the label file, if there is one."""
    if told.labels is None:
        return None
    from askfirst.label_file import read_label_file

    return read_label_file(told.labels)


def watched_graph(evidence: Evidence, labels: LabelFile | None, nodes: object = None) -> Graph:
    """Analyse a project, or a part of it, and show on a terminal how far it is."""
    from askfirst.check import graph_of

    part = nodes if isinstance(nodes, dict) else dict(evidence.nodes)
    progress = Progress("analysed", sum(bool(node.sql) for node in part.values()))
    try:
        return graph_of(evidence, labels, progress.step, part)
    finally:
        progress.end()


def today(told: argparse.Namespace) -> dt.date:
    """The day that counts."""
    return told.as_of or dt.datetime.now(tz=dt.UTC).date()


COMMANDS = {
    "lineage": lineage,
    "check": check,
    "explain": explain,
    "impact": impact,
    "receipt": receipt,
    "access": access,
}
OF_A_PERSON = ("receipt", "access")

if __name__ == "__main__":
    sys.exit(main())
