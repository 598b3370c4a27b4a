"""The command line. It parses and prints; each command imports what it needs where it runs, so that --help is quick."""

from __future__ import annotations

import argparse
import datetime as dt
import json
import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from askfirst import __version__
from askfirst.errors import AskfirstStop, EvidenceMissing, WrongConfiguration
from askfirst.terminal import Progress, coloured, is_coloured

if TYPE_CHECKING:
    from collections.abc import Sequence

    from askfirst.evidence import Evidence, Places
    from askfirst.label_file import LabelFile
    from askfirst.lineage.graph import Graph

CODES = """\
exit codes: 0 clean, 1 findings, 2 wrong use or configuration, 3 evidence missing or unreadable (so: not proved)"""
ABOUT = f"""\
Which data decides what marketing gets, and who is in it: flows of SQL, judged by labels.

  askfirst check                         judge a dbt project by its artifacts, without running it
  askfirst explain customers.segment     where a column comes from
  askfirst impact crm.persons.birthday   where it goes
  askfirst lineage --dialect duckdb --schema schema.json query.sql

{CODES}"""
CHECK = f"""\
Judge a dbt project by manifest.json (v12, compiled) and catalog.json, without running anything.

  askfirst check --project-dir shop --labels labels.yml --activation tag:export

{CODES}"""
LINEAGE = f"""\
Print OpenLineage column lineage facets (1-2-0) as one JSON object: of queries by their file's path, or with
--project-dir of a dbt project's models by their unique id. What cannot be analysed has {{"error": ...}} (exit code 3).

  askfirst lineage --dialect duckdb --schema schema.json orders.sql     schema.json: {{"table": {{"column": "TYPE"}}}}
  askfirst lineage --project-dir shop

{CODES}"""
EXPLAIN = f"""\
Print where a column comes from, back to raw columns: how each takes part, file, line and SQL, and the labels that
arrive. MODEL without a column: what decides its rows.

  askfirst explain customers.segment
  askfirst explain model.shop.customers --format json

{CODES}"""
IMPACT = f"""\
Print where a column goes: the columns and row sets that depend on it, activation models marked. SOURCE.TABLE or MODEL
without a column: what depends on which rows there are.

  askfirst impact crm.persons.birthday

{CODES}"""


def parser() -> argparse.ArgumentParser:
    """The commands and their options."""
    top = argparse.ArgumentParser("askfirst", description=ABOUT, formatter_class=argparse.RawDescriptionHelpFormatter)
    top.add_argument("--version", action="version", version=f"askfirst {__version__}")
    commands = top.add_subparsers(dest="command", required=True, metavar="check | explain | impact | lineage")

    def command(name: str, about: str) -> argparse.ArgumentParser:
        formatter = argparse.RawDescriptionHelpFormatter
        return commands.add_parser(name, description=about, formatter_class=formatter, allow_abbrev=False)

    lineage = command("lineage", LINEAGE)
    lineage.add_argument("files", nargs="*", metavar="FILE.sql", help="a file with one query")
    lineage.add_argument("--schema", type=Path, metavar="FILE", help="the tables that the queries may read")
    lineage.add_argument("--namespace", metavar="NAME", help="of the datasets (default: the dialect's name)")
    of_project(lineage, project_default=None)
    check = command("check", CHECK)
    of_project(check)
    of_labels(check)
    check.add_argument("--all", action="store_true", dest="everything", help="tell every finding in full")
    about = "what is unreadable and not on the way to activation does not count as unproved"
    check.add_argument("--reach-only", action="store_true", help=about)
    of_format(check)
    for name, about, what in (("explain", EXPLAIN, "MODEL.COLUMN"), ("impact", IMPACT, "SOURCE.COLUMN")):
        walk = command(name, about)
        walk.add_argument("name", metavar=what, help="a column, or a relation alone for its rows")
        of_project(walk)
        of_labels(walk)
        walk.add_argument("--depth", type=int, metavar="N", help="open the tree no further than N steps")
        of_format(walk)
    return top


def of_project(command: argparse.ArgumentParser, project_default: Path | None = Path()) -> None:
    """Where the evidence is."""
    add = command.add_argument
    add("--project-dir", type=Path, default=project_default, metavar="DIR", help="the dbt project (default: here)")
    add("--target-dir", type=Path, metavar="DIR", help="where dbt wrote manifest.json (default: target in the project)")
    add(
        "--catalog",
        type=Path,
        metavar="FILE",
        help="catalog.json of `dbt docs generate` (default: in the target folder)",
    )
    add("--warehouse", type=Path, metavar="FILE", help="a DuckDB file to read columns from, in place of a catalog")
    add("--dialect", metavar="NAME", help="the SQL dialect (default: that of the project's adapter)")


def of_labels(command: argparse.ArgumentParser) -> None:
    """What is known of the data and its use."""
    add = command.add_argument
    add("--labels", type=Path, metavar="FILE", help="labels and activation models in YAML (docs/cli.md)")
    choice = "activation models: meta (the default), tag:NAME, path:GLOB, exposure:NAME; may be given more than once"
    add("--activation", action="extend", nargs="+", default=[], metavar="WHICH", help=choice)
    add(
        "--as-of",
        type=day,
        default=None,
        metavar="DATE",
        help="the day that reclassifications expire by (default: today)",
    )


def of_format(command: argparse.ArgumentParser) -> None:
    """For whom to print."""
    command.add_argument("--format", choices=("text", "json"), default="text", help="for people, or as data")


def day(text: str) -> dt.date:
    """A date such as 2027-06-30."""
    try:
        return dt.date.fromisoformat(text)
    except ValueError:
        raise argparse.ArgumentTypeError(f"`{text}` is no date such as 2027-06-30") from None


def main(argv: Sequence[str] | None = None) -> int:
    """Run a command. Its end is an exit code, whatever happens."""
    told = parser().parse_args(argv)
    import logging

    logging.getLogger("sqlglot").setLevel(logging.ERROR)
    run = {"lineage": lineage, "check": check, "explain": explain, "impact": impact}[told.command]
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
        where = f"{type(error).__name__}: {error}"
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

    if told.catalog is not None and told.warehouse is not None:
        raise WrongConfiguration("--catalog and --warehouse both tell the columns.\nFix: give one of them.")
    return Places(told.project_dir, told.target_dir, told.catalog, told.warehouse, told.dialect)


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


if __name__ == "__main__":
    sys.exit(main())
