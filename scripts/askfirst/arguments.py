"""What can be typed: the commands of `askfirst`, their options, and the help that they print."""

from __future__ import annotations

import argparse
import datetime as dt
from pathlib import Path

from askfirst import __version__

CODES = """\
exit codes: 0 clean, 1 findings, 2 wrong use or configuration, 3 evidence missing or unreadable (so: not proved)"""
ABOUT = f"""\
Which data decides what marketing gets, and who is in it: flows of SQL, judged by labels.

  askfirst check                         judge a dbt project by its artifacts, without running it
  askfirst explain customers.segment     where a column comes from
  askfirst impact crm.persons.birthday   where it goes
  askfirst lineage --dialect duckdb --schema schema.json query.sql

What one person is told, from a warehouse that this project has built:

  askfirst receipt P001                  their consent, as a receipt (ISO/IEC TS 27560)
  askfirst access P001 --out answer.json what is held about them, with labels and sources (GDPR 15)

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

RECEIPT = f"""\
Print the consent receipt of one person as JSON: each consent record in the fields of ISO/IEC TS 27560:2023 and the
terms of W3C DPV. PERSON is the number of a customer record; records that are linked to it are included.

  askfirst receipt P001 --target sample

{CODES}"""
ACCESS = f"""\
Print what a built warehouse holds about one person as JSON, with the label and the source of each column. What tells of
somebody else is withheld, and it says why. Of somebody erased: what R45 leaves.

  askfirst access P001 --target sample --out answer.json

{CODES}"""


def parser() -> argparse.ArgumentParser:
    """The commands and their options."""
    top = argparse.ArgumentParser("askfirst", description=ABOUT, formatter_class=argparse.RawDescriptionHelpFormatter)
    top.add_argument("--version", action="version", version=f"askfirst {__version__}")
    commands = top.add_subparsers(dest="command", required=True, metavar="COMMAND")

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
    of_person(command("receipt", RECEIPT))
    of_person(command("access", ACCESS))
    return top


def of_person(command: argparse.ArgumentParser) -> None:
    """About whom, in which warehouse, and where to."""
    add = command.add_argument
    add("person", metavar="PERSON", help="the number of a customer record")
    add("--target", default="demo", metavar="NAME", help="the dbt target whose warehouse is read (default: demo)")
    add("--project-dir", type=Path, default=Path(), metavar="DIR", help="the dbt project (default: here)")
    add("--target-dir", type=Path, metavar="DIR", help="where dbt wrote manifest.json (default: target in the project)")
    add("--out", type=Path, metavar="FILE", help="write to a file that only you can read, in place of printing")


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
    about = (
        "a DuckDB file to read columns from, in place of a catalog; `check` runs reclassifications' proofs there; again"
    )
    add("--warehouse", type=Path, action="append", default=[], metavar="FILE", help=f"{about} for each further file")
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
