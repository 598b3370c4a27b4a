"""The project's compiled SQL, build after build: what incremental runs come to, beside what a full refresh makes.

A run follows the project's own materialization: the hooks before it, the rows of the incremental SQL taken in by the
model's strategy, the hooks after it. It may stop anywhere, as a killed build does.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import jinja2

from tests.proofs.judged import KEPT, at, chain
from tests.proofs.world import dotted, load

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime
    from pathlib import Path

    from tests.proofs.world import World

RESULTS = ("int_consent_history", "int_suppression_history", "int_permissions", "int_suppression_list")
ANEW = "anew"  # the schema of what a full refresh makes
TEMPLATES = jinja2.Environment(autoescape=False)  # noqa: S701 - SQL, and none of anybody else's
SILENT = {"stamp": lambda: "", "mark_unknown_rows": lambda: ""}


@dataclass(frozen=True)
class Incremental:
    """A model that keeps its rows: its SQL in both ways, its strategy, and the hooks around it as they are typed."""

    full: str
    delta: str
    unique_key: str | None
    before: tuple[str, ...]
    after: tuple[str, ...]


@dataclass
class Builds:
    """A warehouse in which build follows build. ``built`` says in which one each model was last built."""

    world: World
    steps: tuple[tuple[str, str], ...]
    incremental: Mapping[str, Incremental]
    built: dict[str, int] = field(default_factory=dict)
    number: int = 0

    def names(self) -> Sequence[str]:
        """The models that keep their rows, each after what it reads."""
        return [unique_id for unique_id, _ in self.steps if unique_id in self.incremental]

    def is_worked_off(self, unique_id: str) -> bool:
        """Whether everything that follows a model was built when it was, as the macro of the name asks."""
        followers = [one for one in self.incremental if unique_id in self.world.nodes[one].depends_on]
        return all(self.built.get(one) == self.built.get(unique_id) for one in followers)


def read_builds(project: Path, recompiled: Path) -> Builds:
    """A built project, and its manifest compiled once more: there, the incremental SQL."""
    world = load(project)
    again = json.loads(recompiled.read_text(encoding="utf-8"))["nodes"]
    steps = chain(world, RESULTS).steps
    kept = {}
    for unique_id, sql in steps:
        config = world.raw["nodes"][unique_id]["config"]
        if config["meta"].get("refreshes_itself"):
            hooks = {kind: tuple(hook["sql"] for hook in config[f"{kind}-hook"]) for kind in ("pre", "post")}
            delta = again[unique_id]["compiled_code"]
            kept[unique_id] = Incremental(sql, delta, config["unique_key"], hooks["pre"], hooks["post"])
    world.con.execute(f"create schema askfirst.{ANEW}")
    return Builds(world, steps, kept)


def build(builds: Builds, as_of: datetime, stop_before: str = "") -> None:
    """One build, incremental where something stands; it is killed before it commits ``stop_before``."""
    builds.number += 1
    for unique_id, sql in builds.steps:
        if unique_id == stop_before:
            return
        relation, con = builds.world.relation(unique_id), builds.world.con
        if unique_id not in builds.incremental:
            make(builds, unique_id, relation, at(sql, as_of))
        elif unique_id not in builds.built:
            con.execute(f"create or replace table {relation} as {at(sql, as_of)}")
        else:
            take_in(builds, unique_id, as_of)
        builds.built[unique_id] = builds.number


def make(builds: Builds, unique_id: str, relation: str, sql: str) -> None:
    """Make a table or view anew; what outlives its raw rows only takes in more."""
    con, key = builds.world.con, KEPT.get(builds.world.nodes[unique_id].name)
    if key is None or unique_id not in builds.built:
        con.execute(f"create or replace table {relation} as {sql}")
        return
    con.execute(f"create or replace temp table changes as {sql}")
    con.execute(f"delete from {relation} where ({', '.join(key)}) in (select ({', '.join(key)}) from changes)")
    con.execute(f"insert into {relation} from changes")


def take_in(builds: Builds, unique_id: str, as_of: datetime) -> None:
    """An incremental run of one model, in a transaction."""
    con, model, relation = builds.world.con, builds.incremental[unique_id], builds.world.relation(unique_id)
    con.execute("begin")
    hooks(builds, unique_id, model.before)
    con.execute(f"create or replace temp table changes as {at(model.delta, as_of)}")
    if model.unique_key:
        con.execute(f"delete from {relation} where {model.unique_key} in (select {model.unique_key} from changes)")
    con.execute(f"insert into {relation} from changes")
    hooks(builds, unique_id, model.after)
    con.execute("commit")


def hooks(builds: Builds, unique_id: str, typed: Sequence[str]) -> None:
    """Run a model's hooks."""
    by_name = {node.name: one for one, node in builds.world.nodes.items()}
    known: dict[str, Any] = {
        **SILENT,
        "this": builds.world.relation(unique_id),
        "ref": lambda name: builds.world.relation(by_name[name]),
        "is_incremental": lambda: True,
        "is_worked_off": lambda: builds.is_worked_off(unique_id),
    }
    for text in typed:
        if sql := TEMPLATES.from_string(text).render(known).strip():
            builds.world.con.execute(sql)


def differences(builds: Builds, as_of: datetime) -> dict[str, int]:
    """How many rows of each model differ from those of a full refresh over the same raw tables."""
    world, renamed, found = builds.world, dict[str, str](), dict[str, int]()
    for unique_id, compiled in builds.steps:
        node = world.nodes[unique_id]
        if unique_id not in builds.incremental and not renamed.keys() & set(node.depends_on):
            continue
        sql = at(compiled, as_of)
        for other, place in renamed.items():
            sql = world.renamed(other, place, sql)
        renamed[unique_id] = dotted(("askfirst", ANEW, node.name))
        world.con.execute(f"create or replace table {renamed[unique_id]} as {sql}")
        shown = "* exclude (is_pending)" if node.name.endswith("_inputs") else "*"
        one, other = (f"select {shown} from {place}" for place in (world.relation(unique_id), renamed[unique_id]))
        query = f"select count(*) from (({one} except all {other}) union all ({other} except all {one}))"
        found[node.name] = world.rows(query)[0][0]
    return {name: count for name, count in found.items() if count}


def pending(builds: Builds, name: str) -> int:
    """How many keys of an inputs table the last build has worked on."""
    relation = builds.world.relation(f"model.askfirst.{name}")
    return int(builds.world.rows(f"select count(*) from {relation} where is_pending")[0][0])
