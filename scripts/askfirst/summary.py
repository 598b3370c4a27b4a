"""The short screen at the end of ``make demo``: who is in each audience, who is not and why, and what to open next.

Reads the warehouse and the published file of one target, both read-only; prints counts, never a person.
"""

from __future__ import annotations

import argparse
import json
import sys
from dataclasses import asdict, dataclass
from pathlib import Path

import duckdb

FUNNEL = """
select
    f.audience,
    sum(f.people) filter (where f.step = 'members') as members,
    sum(f.people) filter (where f.step = 'candidates') as candidates,
    list({'rule': f.rule_id, 'words': r.rule, 'people': f.people} order by f.people desc, f.rule_id)
        filter (where f.step = 'excluded') as excluded
from audit.audience_funnel as f
left join reference.consent_rules as r on f.rule_id = r.rule_id
group by f.audience
order by f.audience
"""

LAYERS = ("staging", "intermediate", "declared", "observed", "inferred", "third_party", "segments", "activation")


@dataclass(frozen=True)
class AudienceLine:
    """One audience on the screen; ``excluded`` holds (rule, rule in words, people), most people first."""

    audience: str
    members: int
    candidates: int
    published: int
    status: str
    excluded: tuple[tuple[str, str, int], ...]


@dataclass(frozen=True)
class LayerLine:
    """One layer on the screen: how many tables, and how many rows they hold together."""

    layer: str
    tables: int
    rows: int


def audience_lines(warehouse: duckdb.DuckDBPyConnection, published: dict[str, tuple[int, str]]) -> list[AudienceLine]:
    """The funnel of each audience, with what was published of it."""
    lines = []
    for audience, members, candidates, excluded in warehouse.execute(FUNNEL).fetchall():
        reasons = tuple((reason["rule"], reason["words"] or "", int(reason["people"])) for reason in excluded or [])
        people, status = published.get(audience, (0, "not published"))
        lines.append(AudienceLine(audience, int(members or 0), int(candidates or 0), people, status, reasons))
    return lines


def layer_lines(warehouse: duckdb.DuckDBPyConnection) -> list[LayerLine]:
    """Rows a layer, over the warehouse and its private file, so that one sees that nothing vanishes."""
    tables = warehouse.execute(
        "select database_name, schema_name, table_name from duckdb_tables() where not internal order by all"
    ).fetchall()
    counts: dict[str, list[int]] = {}
    for database, schema, table in tables:
        rows = warehouse.execute(f'select count(*) from "{database}"."{schema}"."{table}"').fetchall()[0][0]
        counts.setdefault(schema, []).append(rows)
    return [LayerLine(layer, len(counts[layer]), sum(counts[layer])) for layer in LAYERS if layer in counts]


def published_people(path: Path) -> dict[str, tuple[int, str]]:
    """What the marketers' file says of each audience: (people, status); empty where there is no file."""
    if not path.exists():
        return {}
    with duckdb.connect(str(path), read_only=True) as published:
        rows = published.execute("select audience, people, status from main.catalogue").fetchall()
    return {audience: (people, status) for audience, people, status in rows}


def screen(audiences: list[AudienceLine], layers: list[LayerLine], folder: Path) -> str:
    """The screen as text."""
    lines = ["", "askfirst: who will be written to, and who will not", ""]
    for line in audiences:
        lines.append(
            f"  {line.audience:<26} {line.members:>6} members   {line.published:>6} published   ({line.status})"
        )
        for rule, words, people in line.excluded[:3]:
            lines.append(f"  {'':<26} {people:>6} out: {rule} {words[:74]}")
        rest = line.excluded[3:]
        if rest:
            codes = ", ".join(rule for rule, _, _ in rest)
            lines.append(f"  {'':<26} {sum(people for _, _, people in rest):>6} out: {codes}")
    lines += ["", "  rows a layer: " + ", ".join(f"{line.layer} {line.rows:,}" for line in layers), ""]
    lines += [
        "  what to open next",
        f"    {folder / 'activation.duckdb'}    what marketers query: duckdb -readonly, or any BI tool",
        "    target/lineage/index.html               where each column comes from, and who decided the rows",
        "    target/gate/index.html                  what the gate checked (counts only)",
        "    target/static_index.html                dbt's docs, with labels and lineage",
        "    make leak                               add one bad idea, and see it stopped",
        "",
        "  Persons, consent and messages are synthetic; purchases, products and campaigns are real (Complete Journey).",
        "",
    ]
    return "\n".join(lines)


def main(arguments: list[str] | None = None) -> int:
    """Print the screen; exit code 3 where there is no build to tell of."""
    parser = argparse.ArgumentParser(prog="python -m askfirst.summary", description=__doc__.split("\n")[0])
    parser.add_argument("--target", default="demo", help="the dbt target whose build to show (default: demo)")
    parser.add_argument("--json", action="store_true", help="the same as JSON")
    options = parser.parse_args(arguments)
    folder = Path("warehouse") / options.target
    if not (folder / "askfirst.duckdb").exists():
        print(f"{folder / 'askfirst.duckdb'} is not there: run `dbt build --target {options.target}`", file=sys.stderr)
        return 3
    with duckdb.connect(str(folder / "askfirst.duckdb"), read_only=True) as warehouse:
        private = str(folder / "private.duckdb").replace("'", "''")
        warehouse.execute(f"attach '{private}' as private (read_only)")
        audiences = audience_lines(warehouse, published_people(folder / "activation.duckdb"))
        layers = layer_lines(warehouse)
    if options.json:
        print(
            json.dumps({"audiences": [asdict(a) for a in audiences], "layers": [asdict(x) for x in layers]}, indent=2)
        )
    else:
        print(screen(audiences, layers, folder))
    return 0


if __name__ == "__main__":
    sys.exit(main())
