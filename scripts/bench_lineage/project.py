"""A project of any size, drawn from a seed: layers of models as dbt projects have them, as manifest and catalog."""

from __future__ import annotations

import json
import random
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from pathlib import Path

SEED = 3
KINDS = ("VARCHAR", "INTEGER", "BIGINT", "DOUBLE", "DATE", "TIMESTAMP", "BOOLEAN", "DECIMAL(18,2)")
SHARES = {"source": 0.25, "staging": 0.35, "intermediate": 0.35}  # of the number of models; the rest are marts
Columns = dict[str, str]
MADE: Columns = {"seen": "BIGINT", "running": "BIGINT", "band": "VARCHAR"}


@dataclass
class Drawn:
    """What has been drawn so far: each layer's nodes with their columns."""

    rng: random.Random
    layers: dict[str, list[str]] = field(
        default_factory=lambda: {"source": [], "staging": [], "intermediate": [], "mart": []}
    )
    columns: dict[str, Columns] = field(default_factory=dict)
    nodes: dict[str, dict[str, Any]] = field(default_factory=dict)

    def pick(self, *layers: str) -> str:
        """One node of some layers, of late ones rather."""
        among = [name for layer in layers for name in self.layers[layer]]
        return among[int(len(among) * self.rng.random() ** 0.7)]


def write_project(models: int, folder: Path) -> tuple[Path, Path]:
    """Draw a project of so many models into a folder; the paths of its manifest and catalog."""
    drawn = Drawn(random.Random(SEED))
    for number in range(max(3, int(models * SHARES["source"]))):
        add_source(drawn, number)
    staging = int(models * SHARES["staging"])
    intermediate = int(models * SHARES["intermediate"])
    for number in range(models):
        if number < staging:
            add(drawn, "staging", number, *stage(drawn))
        elif number < staging + intermediate:
            add(drawn, "intermediate", number, *enrich(drawn))
        else:
            add(drawn, "mart", number, *(gather(drawn) if drawn.rng.random() < 0.8 else stack(drawn)))
    folder.mkdir(parents=True, exist_ok=True)
    manifest, catalog = folder / "manifest.json", folder / "catalog.json"
    manifest.write_text(json.dumps(manifest_of(drawn)))
    catalog.write_text(json.dumps(catalog_of(drawn)))
    return manifest, catalog


def add_source(drawn: Drawn, number: int) -> None:
    """A raw table: keys, and up to fifty columns more."""
    name = f"raw_{number}"
    columns = {"id": "BIGINT", "account_id": "BIGINT", "loaded_at": "TIMESTAMP"}
    for n in range(drawn.rng.randint(8, 50)):
        columns[f"f{n}"] = drawn.rng.choice(KINDS)
    drawn.layers["source"].append(name)
    drawn.columns[name] = columns


def add(drawn: Drawn, layer: str, number: int, sql: str, columns: Columns, parents: list[str]) -> None:
    """A model."""
    name = f"{layer[:3]}_{number}"
    drawn.layers[layer].append(name)
    drawn.columns[name] = columns
    drawn.nodes[name] = {"sql": sql, "layer": layer, "parents": parents}


def table(name: str) -> str:
    """A relation as compiled SQL names it."""
    return f'"db"."{"raw" if name.startswith("raw_") else "main"}"."{name}"'


def stage(drawn: Drawn) -> tuple[str, Columns, list[str]]:
    """A staging model: a wide SELECT that renames and casts, and keeps the last row of each key."""
    parent = drawn.layers["source"][len(drawn.layers["staging"]) % len(drawn.layers["source"])]
    columns, listed = (
        {"id": "BIGINT", "account_id": "BIGINT", "loaded_at": "TIMESTAMP"},
        ["id", "account_id", "loaded_at"],
    )
    for name, kind in list(drawn.columns[parent].items())[3:]:
        way = drawn.rng.random()
        new = f"{name}_{drawn.rng.choice(('clean', 'value', 'code'))}" if way < 0.5 else name
        columns[new] = kind
        listed.append(
            f"{name} as {new}" if way < 0.4
            else f"cast({name} as {kind}) as {new}" if way < 0.7
            else f"nullif({name}, {name}) as {new}" if way < 0.8
            else f"case when {name} is null then {name} else coalesce({name}, {name}) end as {new}"
        )  # fmt: skip
    body = ",\n        ".join(listed)
    sql = f"""with source as (
    select * from {table(parent)}
),
renamed as (
    select
        {body},
        row_number() over (partition by id order by loaded_at desc) as newest
    from source
    where id is not null
),
final as (
    select {", ".join(columns)}
    from renamed
    where newest = 1
)
select * from final"""
    return sql, columns, [parent]


def enrich(drawn: Drawn) -> tuple[str, Columns, list[str]]:
    """An intermediate model: two to four parents joined, a window, a condition, a chain of CTEs."""
    rng = drawn.rng
    parents = list(dict.fromkeys(drawn.pick("staging", "intermediate") for _ in range(rng.randint(2, 4))))
    columns: Columns = {"id": "BIGINT", "account_id": "BIGINT", "loaded_at": "TIMESTAMP"}
    listed = ["t0.id", "t0.account_id", "t0.loaded_at"]
    for n, parent in enumerate(parents):
        own = list(drawn.columns[parent].items())[3:]
        for name, kind in rng.sample(own, min(len(own), rng.randint(3, 14))):
            new = name if name not in columns else f"{name}_{n}"
            if new not in columns and new not in MADE:
                columns[new] = kind
                listed.append(
                    f"t{n}.{name} as {new}" if rng.random() < 0.7 else f"coalesce(t{n}.{name}, t{n}.{name}) as {new}"
                )
    imports = ",\n".join(f"import_{n} as (\n    select * from {table(parent)}\n)" for n, parent in enumerate(parents))
    joined = "\n    ".join(
        f"{rng.choice(('left join', 'left join', 'inner join'))} import_{n} as t{n} on t0.account_id = t{n}.account_id"
        for n in range(1, len(parents))
    )
    names = list(columns)
    asked = rng.choice(names[3:] or names)
    sql = f"""with {imports},
joined as (
    select
        {("," + chr(10) + "        ").join(listed)}
    from import_0 as t0
    {joined}
    where t0.id > 0
),
ranked as (
    select
        *,
        count(*) over (partition by account_id) as seen,
        sum(id) over (partition by account_id
            order by loaded_at rows between unbounded preceding and current row) as running
    from joined
),
banded as (
    select
        {", ".join(names)}, seen, running,
        case when seen > 10 then 'many' when {asked} is null then 'unknown' else 'few' end as band
    from ranked
    where exists (select 1 from import_0 as other where other.id = ranked.id)
)
select * from banded"""
    return sql, columns | MADE, parents


def gather(drawn: Drawn) -> tuple[str, Columns, list[str]]:
    """A mart: a parent grouped, beside a dimension."""
    rng = drawn.rng
    parents = list(dict.fromkeys([drawn.pick("intermediate"), drawn.pick("staging", "intermediate")]))
    fact, dimension = parents[0], parents[-1]
    facts, own = list(drawn.columns[fact])[3:], list(drawn.columns[dimension].items())[3:]
    columns: Columns = {"account_id": "BIGINT", "rows_seen": "BIGINT"}
    folded = ["account_id", "count(*) as rows_seen"]
    for name in rng.sample(facts, min(len(facts), rng.randint(3, 12))):
        columns[f"{name}_max"] = "VARCHAR"
        how = rng.choice(("max({0})", "min({0})", "count(distinct {0})", "max(case when id > 5 then {0} end)"))
        folded.append(f"{how.format(name)} as {name}_max")
    shown = [f"facts.{name}" for name in columns]
    for name, kind in rng.sample(own, min(len(own), rng.randint(2, 8))):
        if name not in columns:
            columns[name] = kind
            shown.append(f"dimension.{name}")
    sql = f"""with facts as (
    select
        {("," + chr(10) + "        ").join(folded)}
    from {table(fact)}
    group by 1
),
dimension as (
    select *
    from {table(dimension)}
    qualify row_number() over (partition by account_id order by loaded_at desc) = 1
)
select
    {("," + chr(10) + "    ").join(shown)}
from facts
left join dimension on facts.account_id = dimension.account_id"""
    return sql, columns, parents


def stack(drawn: Drawn) -> tuple[str, Columns, list[str]]:
    """A mart: a few parents one under another."""
    parents = list(dict.fromkeys(drawn.pick("intermediate") for _ in range(4)))
    columns = {"id": "BIGINT", "account_id": "BIGINT", "origin": "VARCHAR", "seen": "BIGINT", "band": "VARCHAR"}
    parts = [
        f"select id, account_id, '{parent}' as origin, seen, upper(band) as band from {table(parent)}"
        for parent in parents
    ]
    return "\nunion all\n".join(parts), columns, parents


def unique(name: str) -> str:
    """A node's id in the manifest."""
    return f"source.bench.raw.{name}" if name.startswith("raw_") else f"model.bench.{name}"


def manifest_of(drawn: Drawn) -> dict[str, Any]:
    """The manifest, of it what readers look at."""
    listed = {
        name: {
            column: {"name": column, "data_type": kind, "config": {}, "meta": {}} for column, kind in columns.items()
        }
        for name, columns in drawn.columns.items()
    }
    sources = {
        unique(name): {
            "unique_id": unique(name), "resource_type": "source", "name": name,
            "source_name": "raw", "identifier": name,
            "database": "db", "schema": "raw", "original_file_path": "models/sources.yml", "path": "models/sources.yml",
            "columns": listed[name], "config": {}, "meta": {}, "fqn": ["bench", "raw", name], "package_name": "bench",
            "relation_name": table(name), "tags": [],
        }
        for name in drawn.layers["source"]
    }  # fmt: skip
    nodes = {
        unique(name): {
            "unique_id": unique(name), "resource_type": "model", "name": name, "alias": name, "database": "db",
            "schema": "main", "language": "sql", "original_file_path": f"models/{node['layer']}/{name}.sql",
            "path": f"{node['layer']}/{name}.sql", "columns": listed[name], "fqn": ["bench", node["layer"], name],
            "config": {"materialized": "table"}, "meta": {}, "compiled_code": node["sql"], "raw_code": node["sql"],
            "compiled": True, "depends_on": {"nodes": [unique(parent) for parent in node["parents"]], "macros": []},
            "package_name": "bench", "relation_name": table(name), "tags": [], "refs": [], "description": "",
        }
        for name, node in drawn.nodes.items()
    }  # fmt: skip
    return {
        "metadata": {
            "dbt_schema_version": "https://schemas.getdbt.com/dbt/manifest/v12.json", "dbt_version": "1.11.16",
            "adapter_type": "duckdb", "project_name": "bench", "generated_at": "2018-01-02T00:00:00Z",
        },
        "nodes": nodes, "sources": sources, "macros": {}, "exposures": {}, "disabled": {}, "metrics": {}, "groups": {},
        "parent_map": {unique_id: node["depends_on"]["nodes"] for unique_id, node in nodes.items()},
        "child_map": {},
    }  # fmt: skip


def catalog_of(drawn: Drawn) -> dict[str, Any]:
    """The catalog of the same project."""
    entries = {
        name: {
            "unique_id": unique(name),
            "metadata": {
                "database": "db",
                "schema": "raw" if name.startswith("raw_") else "main",
                "name": name,
                "type": "BASE TABLE",
            },
            "columns": {
                column: {"name": column, "type": kind, "index": number}
                for number, (column, kind) in enumerate(columns.items(), 1)
            },
            "stats": {},
        }
        for name, columns in drawn.columns.items()
    }  # fmt: skip
    return {
        "metadata": {"dbt_schema_version": "https://schemas.getdbt.com/dbt/catalog/v1.json", "dbt_version": "1.11.16"},
        "nodes": {unique(name): entries[name] for name in drawn.nodes},
        "sources": {unique(name): entries[name] for name in drawn.layers["source"]},
    }
