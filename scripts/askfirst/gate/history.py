"""What incremental models and snapshots still hold of earlier runs (AF013).

The stamp of such a relation carries on, since its last full refresh, the SQL of each run that differs, and by which
codes the models under it had been made then (macros/stamps/history.sql). That SQL is judged with the last run's. What
an older code of a model under it had brought in cannot be judged any more, and so is not proved.

What must never be made anew (``full_refresh: false``) would be refused for ever. There somebody reads what has changed,
and says so under ``config.meta.reviewed_rows``: a list of ``{digest, on, by, because}``. A digest is of exactly the old
code that rows are left of; the next change is another one.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import json
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from askfirst.artifacts import Model

LOST = "it holds rows of earlier runs, and nothing tells which SQL brought them in"
CHANGED = "its code has changed since its last full refresh, and it still holds what the old code brought in"
CHANGED_UNDER = "it holds rows from when `{name}` under it was made by another code than now"
REVIEW = ("digest", "on", "by", "because")


def left_over(model: Model, stamps: Mapping[str, Mapping[str, Any]]) -> Iterator[str]:
    """What is not proved of the rows that earlier runs have left, in words; ``stamps`` by unique id."""
    stamp = stamps.get(model.unique_id, {})
    if not model.keeps_rows or stamp.get("node") != model.unique_id:
        return  # that it is not stamped by its own build is told elsewhere
    runs = runs_of(stamp)
    if runs is None:
        yield LOST
        return
    own, under = old_code(model, runs), old_code_under(runs, stamps)
    if is_reviewed(model, digest_of(own, under)):
        return
    if own:
        yield CHANGED
    for unique_id in sorted({unique_id for unique_id, _ in under}):
        yield CHANGED_UNDER.format(name=unique_id.rpartition(".")[2])


def digest_left_over(model: Model, stamps: Mapping[str, Mapping[str, Any]]) -> str:
    """What a review of the rows of earlier runs is about; empty where nothing tells what brought them in."""
    runs = runs_of(stamps.get(model.unique_id, {}))
    return "" if runs is None else digest_of(old_code(model, runs), old_code_under(runs, stamps))


def old_code(model: Model, runs: list[Mapping[str, Any]]) -> frozenset[tuple[str, str]]:
    """Checksum of the file and digest of the hooks of each run that had others than now."""
    return frozenset((str(run.get("checksum")), str(run.get("hooks"))) for run in runs) - {
        (model.checksum, model.hooks)
    }


def old_code_under(
    runs: list[Mapping[str, Any]], stamps: Mapping[str, Mapping[str, Any]]
) -> frozenset[tuple[str, str]]:
    """Unique id and code of what rows were made of under it, and is not there now."""
    fed = {(unique_id, code) for run in runs for unique_id, found in run["under"].items() for code in found}
    return frozenset((unique_id, code) for unique_id, code in fed if code not in codes(stamps, unique_id))


def digest_of(own: frozenset[tuple[str, str]], under: frozenset[tuple[str, str]]) -> str:
    """A digest of old code, whatever its order."""
    return hashlib.sha256(json.dumps([sorted(own), sorted(under)]).encode()).hexdigest()


def is_reviewed(model: Model, digest: str) -> bool:
    """Whether somebody has said, with a date, a name and a reason, that just these rows may stay."""
    said = model.meta.get("reviewed_rows")
    reviews = said if model.refuses_refresh and isinstance(said, list) else []
    return any(is_whole_review(review) and review["digest"] == digest for review in reviews)


def is_whole_review(review: object) -> bool:
    """Whether it says everything that a review has to say, and when. YAML and JSON both tell a date as text here."""
    if not isinstance(review, dict) or set(review) != set(REVIEW):
        return False
    try:
        dt.date.fromisoformat(str(review["on"]))
    except ValueError:
        return False
    return all(isinstance(review[key], str) and review[key].strip() for key in ("digest", "by", "because"))


def runs_of(stamp: Mapping[str, Any]) -> list[Mapping[str, Any]] | None:
    """The last run and the earlier ones that differ from it; None where they are not all known."""
    history = stamp.get("history")
    runs = [stamp, *history] if isinstance(history, list) else []
    return runs if runs and all(map(is_whole, runs)) and stamp.get("unknown_rows") is False else None


def is_whole(run: object) -> bool:
    """Whether a run tells its SQL, and by which codes what it read was made."""
    under = run.get("under") if isinstance(run, dict) and isinstance(run.get("sql"), str) else None
    return isinstance(under, dict) and all(isinstance(found, list) and found for found in under.values())


def codes(stamps: Mapping[str, Mapping[str, Any]], unique_id: str) -> frozenset[str]:
    """The codes that made what a relation holds now."""
    stamp = stamps.get(unique_id, {})
    found = (run.get("code") for run in (stamp, *(runs_of(stamp) or ())))
    return frozenset(code for code in found if isinstance(code, str) and code)


def earlier(stamp: Mapping[str, Any]) -> tuple[str, ...]:
    """The SQL of earlier runs whose rows a relation still holds."""
    return tuple(str(run["sql"]) for run in runs_of(stamp) or () if run is not stamp)
