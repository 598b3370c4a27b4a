"""What built what: whether each relation under a candidate is the one that its own model built (AF013).

Every relation carries a stamp, as its comment, written in the transaction that built it (macros/stamps). A relation
that was replaced by hand has lost it; one that an earlier build left behind tells of another ``as_of``.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from askfirst.findings import Finding
from askfirst.gate.history import digest_left_over, left_over
from askfirst.policy import activation_models
from askfirst.sql import dotted

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from duckdb import DuckDBPyConnection

    from askfirst.artifacts import Manifest, Model
    from askfirst.gate.context import GateContext

WHY = "what stands there may not be what was judged, so nothing is proved"
VIEW = "it is a view, which may tell the publication something else than the gate"
AGAIN = "build it again: `dbt build`"
ANEW = "build it anew, and what is built from it: `dbt build --full-refresh --select {model}+`"
REVIEW = (
    "read what has changed since, and say under its config.meta.reviewed_rows, with on, by and because, that the rows "
    "may stay (docs/rules/AF013.md); their digest is {digest}"
)
MATERIALISE = "leave it materialized as a table, as models/activation is"
STANDING = """
    select database_name, schema_name, table_name, comment, true from duckdb_tables() where not internal
    union all
    select database_name, schema_name, view_name, comment, false from duckdb_views() where not internal
"""


def unstamped(con: DuckDBPyConnection, manifest: Manifest, context: GateContext) -> tuple[Finding, ...]:
    """A finding for each relation, a candidate or under one, whose stamp is missing, of another model or as_of."""
    standing = con.execute(STANDING).fetchall()
    comments = {dotted(place): comment for *place, comment, _ in standing}
    tables = {dotted(place) for *place, _, is_table in standing if is_table}
    views = (model for model in activation_models(manifest) if model.relation in comments.keys() - tables)
    stamps = {model.unique_id: read_stamp(comments.get(model.relation)) for model in manifest.models}
    return (
        *(Finding("AF013", view.name, "", VIEW, WHY, MATERIALISE, view.path) for view in views),
        *(
            Finding("AF013", model.name, "", problem, WHY, fix, model.path)
            for model in under_candidates(manifest)
            for found, fix in (
                (problems(model, comments, context), AGAIN),
                (left_over(model, stamps), remedy(model, stamps)),
            )
            for problem in found
        ),
    )


def remedy(model: Model, stamps: Mapping[str, Mapping[str, object]]) -> str:
    """What to do about rows of earlier runs: make the relation anew; where it refuses that, review them."""
    digest = digest_left_over(model, stamps) if model.refuses_refresh else ""
    return REVIEW.format(digest=digest) if digest else ANEW.format(model=model.name)


def under_candidates(manifest: Manifest) -> tuple[Model, ...]:
    """The activation models and everything that dbt builds for them, in the manifest's order."""
    known = {model.unique_id: model for model in manifest.models}
    waiting = [model.unique_id for model in activation_models(manifest)]
    reached: set[str] = set()
    while waiting:
        unique_id = waiting.pop()
        if unique_id in known and unique_id not in reached:
            reached.add(unique_id)
            waiting.extend(known[unique_id].depends_on)
    return tuple(model for model in manifest.models if model.unique_id in reached and model.relation)


def problems(model: Model, comments: Mapping[str, str | None], context: GateContext) -> Iterator[str]:
    """What is wrong with one relation's stamp, in words; nothing where it is as it should be."""
    if model.relation not in comments:
        yield "it does not stand in the warehouse"
        return
    stamp = read_stamp(comments[model.relation])
    if stamp.get("node") != model.unique_id:
        yield "it does not carry the stamp of its own build: it was made or replaced by something else"
    elif stamp.get("checksum") != model.checksum:
        yield "its file has changed since it was built"
    elif stamp.get("hooks") != model.hooks:
        yield "a hook around it has changed since it was built"
    elif model.kind != "seed" and stamp.get("as_of") != context.as_of_text:
        yield f"it was built as of another time than this run, which is {context.as_of_text}"
    elif model.kind != "seed" and stamp.get("vars") != context.vars:
        yield "it was built with other vars than this run"


def read_stamp(comment: str | None) -> dict[str, object]:
    """A relation's stamp; empty where its comment is none."""
    try:
        stamp = json.loads(comment or "")
    except json.JSONDecodeError:
        return {}
    return stamp if isinstance(stamp, dict) else {}
