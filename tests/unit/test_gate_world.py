"""A tiny project and its warehouse, as the gate finds them, for the gate's tests; and that it is sound.

Three audiences. `act_email__ribs` is on what people told us, `act_email__replenishment` on what households bought,
`act_direct_mail__greet` is by post. P1 has two records; P2 and P3 share a household with a child, K1; C1 is a canary.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import duckdb
from askfirst.artifacts import Manifest, Reference, hooks_digest, parse_manifest, read_reference
from askfirst.gate.context import own_connection
from askfirst.gate.suites import generate, write
from askfirst.gate.validate import PASSED, Outcome, define, validate
from askfirst.sql import literal

if TYPE_CHECKING:
    from collections.abc import Iterable

ROOT = Path(__file__).parents[2]
RUN = "run-1"
AS_OF = "2018-01-02T00:00:00Z"
PURPOSES = ["personalisation", "offers", "replenishment"]
TOLD = {"provenance": "declared", "subject": "self", "purposes": PURPOSES, "retention": "P5Y"}
BOUGHT = {"provenance": "observed", "subject": "household", "purposes": ["replenishment"]}
LISTED = {"provenance": "reference"}
KEY = {"provenance": "technical"}
FEED = "source.shop.consent.events"
LOADS = {FEED: "select timestamp '2018-01-01 22:00:00'"}
ADDRESSES = {"email": ["email"], "direct_mail": ["last_name", "street", "postcode", "city"]}
SEGMENTS = {
    "ribs": {
        "purpose": "offers",
        "subject": "self",
        "offer_topic": "ribs",
        "uses": ["birthday_month", "favourite_cut"],
    },
    "replenishment": {"purpose": "replenishment", "subject": "household", "offer_topic": "any", "uses": ["purchases"]},
    "greet": {"purpose": "personalisation", "subject": "self", "offer_topic": "greeting", "uses": ["first_name"]},
}
AUDIENCES = (("email", "ribs", TOLD), ("email", "replenishment", BOUGHT), ("direct_mail", "greet", LISTED))
MODELS = tuple(f"act_{channel}__{segment}" for channel, segment, _ in AUDIENCES)
RELATIONS = {model: f"activation.{model}" for model in MODELS}

TABLES = """
    create schema staging; create schema intermediate; create schema activation;
    create schema gate; create schema reference; create schema private.staging;
    create table private.staging.quarantine (raw_table varchar, person_id varchar, reason varchar, raw_row varchar);
    create table staging.stg_consent__event_purposes (
        event_id varchar, person_id varchar, event_state varchar, event_time timestamp, event_earliest timestamp,
        event_latest timestamp, received_at timestamp, purpose varchar, purpose_count bigint, channel varchar,
        privacy_notice varchar, notice_shown_at timestamp,
        collection_method varchar, pre_ticked boolean, separate_choices boolean, required_for_service boolean,
        incentive boolean, evidence varchar, legal_basis varchar, without_refusal boolean, confirmation_of varchar,
        authorised_by varchar
    );
    create table staging.stg_consent__objections (
        person_id varchar, scope varchar, objected_at timestamp, received_at timestamp
    );
    create table staging.stg_consent__unsubscribes (
        person_id varchar, channel varchar, unsubscribed_at timestamp, received_at timestamp
    );
    create table staging.stg_consent__requests (
        person_id varchar, kind varchar, requested_at timestamp, received_at timestamp, closed_at timestamp
    );
    create table staging.stg_crm__bounces (
        person_id varchar, channel varchar, kind varchar, bounced_at timestamp, received_at timestamp
    );
    create table intermediate.int_suppressed_records (record_id varchar, channel varchar, suppressed_at timestamp);
    create table staging.stg_crm__switches (
        person_id varchar, datum varchar, purpose varchar, state varchar, switched_at timestamp
    );
    create table staging.stg_crm__gifts (basket_id bigint);
    create table staging.stg_crm__canaries (person_id varchar);
    create table staging.stg_completejourney__products (product_id bigint, topic varchar);
    create table staging.stg_completejourney__transactions (
        household_id bigint, basket_id bigint, product_id bigint, purchased_at timestamp
    );
    create table intermediate.int_identity (record_id varchar, person_id varchar);
    create table staging.stg_crm__persons (
        person_id varchar, household_id bigint, first_name varchar, is_declared_adult boolean, birth_year integer,
        birthday_month integer, last_name varchar default 'Lovelace', jurisdiction varchar default 'DE',
        created_at timestamp default '2016-01-01'
    );
    create table staging.stg_crm__addresses (
        address_id varchar, person_id varchar, kind varchar, email varchar, street varchar, postcode varchar,
        city varchar, valid_from timestamp
    );
    create table staging.stg_crm__preferences (person_id varchar, datum varchar, topic varchar, stated_at timestamp);
    create table staging.stg_crm__dismissals (
        person_id varchar, kind varchar, target varchar, topic varchar, state varchar, dismissed_at timestamp,
        segment varchar generated always as (case when kind = 'campaign' then target end)
    );
    create table staging.stg_crm__frequencies (
        person_id varchar, channel varchar, maximum integer, period varchar, chosen_at timestamp
    );
    create table staging.stg_crm__messages (person_id varchar, channel varchar, sent_at timestamp);
"""
ROWS = """
    insert into staging.stg_crm__persons
        (person_id, household_id, first_name, is_declared_adult, birth_year, birthday_month)
    values
        ('P1', 1, 'Ada', true, 1980, 1), ('P1b', 1, 'Ada', null, null, null), ('P2', 2, 'Bob', true, null, 2),
        ('P3', 2, 'Eve', null, 1970, null), ('K1', 2, 'Kim', null, 2010, null), ('C1', 9000001, 'Ada', true, null, 1);
    insert into intermediate.int_identity values
        ('P1', 'P1'), ('P1b', 'P1'), ('P2', 'P2'), ('P3', 'P3'), ('K1', 'K1'), ('C1', 'C1');
    insert into staging.stg_crm__canaries values ('C1');
    insert into staging.stg_consent__event_purposes
    select
        'E' || row_number() over (), record_id, 'ConsentGiven', '2017-03-01', '2017-03-01', '2017-03-01', '2017-03-02',
        purpose, 1, channel,
        'N-2017-01', '2017-03-01', 'web_form', false, true, false, false, 'form 1', 'consent', false, null, null
    from intermediate.int_identity, reference.purposes, reference.channels
    where record_id <> 'K1';
    insert into staging.stg_crm__addresses values
        ('A1', 'P1', 'email', 'ada@example.com', null, null, null, '2016-06-01'),
        ('A2', 'P2', 'email', 'bob@example.com', null, null, null, '2016-06-01'),
        ('A3', 'C1', 'email', 'canary@example.com', null, null, null, '2016-06-01'),
        ('A4', 'P1', 'postal', null, 'Main Street 1', '12345', 'Town', '2016-06-01'),
        ('A5', 'C1', 'postal', null, 'Main Street 1', '12345', 'Town', '2016-06-01'),
        ('A0', 'P1', 'email', 'before@example.com', null, null, null, '2016-01-01');
    insert into staging.stg_crm__preferences values
        ('P1', 'favourite_cut', 'ribs', '2017-03-01'), ('C1', 'favourite_cut', 'ribs', '2017-03-01');
    insert into staging.stg_completejourney__products values (1, 'milk'), (2, 'pregnancy_tests'), (3, null);
    insert into staging.stg_completejourney__transactions values
        (2, 20, 1, '2017-11-01'), (2, 21, 3, '2017-11-02'), (9000001, 90, 1, '2017-11-01');
    create table activation.act_email__ribs as
    select
        unnest(['P1', 'C1']) as person_id, unnest(['ada@example.com', 'canary@example.com']) as email,
        'Ada' as first_name, 'ribs' as offer_topic,
        'ribs' as based_on, 'You told us of ribs and ribs.' as reason, 'Switch it off.' as control;
    create table activation.act_email__replenishment as
    select
        unnest(['P2', 'C1']) as person_id, unnest(['bob@example.com', 'canary@example.com']) as email,
        unnest(['Bob', 'Ada']) as first_name, 'milk' as offer_topic, 'milk' as based_on,
        'You told us of milk and milk.' as reason, 'Switch it off.' as control;
    create table activation.act_direct_mail__greet as
    select
        unnest(['P1', 'C1']) as person_id, 'Ada' as first_name, 'Lovelace' as last_name, 'Main Street 1' as street,
        '12345' as postcode, 'Town' as city, 'greeting' as offer_topic, 'greeting' as based_on,
        'You told us of a greeting and a greeting.' as reason, 'Switch it off.' as control;
"""


def column(name: str, meta: dict[str, Any]) -> dict[str, Any]:
    """A column as a manifest has it."""
    return {"name": name, "data_type": "varchar", "config": {"meta": meta}, "meta": meta}


def model_json(name: str, folder: str, meta: dict[str, Any], columns: Iterable[dict[str, Any]] = ()) -> dict[str, Any]:
    """A model as a manifest has it."""
    return {
        "unique_id": f"model.shop.{name}",
        "name": name,
        "resource_type": "model",
        "database": "memory",
        "schema": folder.split("/", maxsplit=1)[0],
        "relation_name": f'"memory"."{folder.split("/", maxsplit=1)[0]}"."{name}"',
        "original_file_path": f"models/{folder}/{name}.sql",
        "patch_path": f"shop://models/{folder}/_models.yml",
        "config": {"meta": meta, "contract": {"enforced": True}},
        "columns": {item["name"]: item for item in columns},
        "depends_on": {"nodes": []},
    }


def manifest_json() -> dict[str, Any]:
    """A manifest against which the policy has nothing; to be spoilt by tests."""
    nodes = []
    for segment, said in SEGMENTS.items():
        words = {
            "channels": ["email", "direct_mail"],
            "lifecycle": "active",
            "owner": "crm-team",
            "shows": ["first_name"],
            "reason": "You told us of {based_on} and {offer}.",
            "control": "Switch it off.",
        }
        nodes.append(model_json(f"seg_{segment}", "segments", {"segment": {**said, **words}}))
    for channel, segment, label in AUDIENCES:
        recipient = "sendwell" if channel == "email" else "mailhouse"
        meta = {"activation": {"segment": segment, "channel": channel, "recipient": recipient}}
        names = [*ADDRESSES[channel], "first_name"] if channel == "email" else ["first_name", *ADDRESSES[channel]]
        columns = [
            column("person_id", KEY),
            *(column(name, TOLD) for name in names),
            *(column(name, label) for name in ("offer_topic", "based_on", "reason")),
            column("control", LISTED),
        ]
        nodes.append(model_json(f"act_{channel}__{segment}", f"activation/{channel}", meta, columns))
    gate = model_json("gate_candidates", "gate", {})
    gate["depends_on"]["nodes"] = [f"model.shop.{name}" for name in MODELS]
    owner = {"name": "CRM team", "email": "crm@example.com"}
    return {
        "metadata": {
            "dbt_schema_version": "https://schemas.getdbt.com/dbt/manifest/v12.json",
            "invocation_id": RUN,
        },
        "nodes": {node["unique_id"]: node for node in [*nodes, gate]},
        "sources": {
            "source.shop.crm.persons": {
                "unique_id": "source.shop.crm.persons",
                "resource_type": "source",
                "source_name": "crm",
                "name": "persons",
                "original_file_path": "models/staging/crm/_sources.yml",
                "columns": {"person_id": column("person_id", KEY), "first_name": column("first_name", TOLD)},
            },
            FEED: {
                "unique_id": FEED,
                "resource_type": "source",
                "source_name": "consent",
                "name": "events",
                "original_file_path": "models/staging/consent/_sources.yml",
                "columns": {"event_state": column("event_state", {"provenance": "consent"})},
                "freshness": {"error_after": {"count": 24, "period": "hour"}},
            },
        },
        "exposures": {
            f"exposure.shop.{name}": {
                "name": name,
                "owner": owner,
                "depends_on": {"nodes": [f"model.shop.{name}"]},
            }
            for name in MODELS
        },
    }


@dataclass(frozen=True)
class World:
    """A warehouse in memory, and the project's folder beside it."""

    con: duckdb.DuckDBPyConnection
    root: Path
    manifest: Manifest
    reference: Reference

    def outcomes(self, model: str) -> dict[str, Outcome]:
        """Evaluate one model's suite, as the gate does."""
        with own_connection(self.con) as con:
            define(con, AS_OF, RELATIONS)
            suite = generate(self.manifest, self.reference)[model]
            return validate(con, {model: suite}, RELATIONS)[model]

    def broken(self, model: str) -> dict[str, int]:
        """The checks of one model's suite that do not pass, with their counts."""
        found = self.outcomes(model).items()
        return {check: outcome.unexpected for check, outcome in found if outcome.outcome != PASSED}


def stamp_of(manifest: dict[str, Any], name: str) -> dict[str, Any]:
    """The stamp of a model's own build, by SQL that reads nothing: flows are not what is tried here."""
    columns = manifest["nodes"][f"model.shop.{name}"]["columns"]
    return {
        "node": f"model.shop.{name}",
        "as_of": AS_OF,
        "vars": "{}",
        "checksum": "",
        "hooks": hooks_digest({}),
        "sql": "select " + ", ".join(f"'' as {column}" for column in columns),
    }


def new_world(root: Path, manifest: dict[str, Any] | None = None) -> World:
    """A project's folder (manifest, seeds, suites) under `root`, and a warehouse with nothing wrong in it."""
    raw = manifest or manifest_json()
    (root / "target").mkdir()
    (root / "target" / "manifest.json").write_text(json.dumps(raw), encoding="utf-8")
    (root / "seeds").mkdir()
    (root / "seeds" / "reference").symlink_to(ROOT / "seeds" / "reference")
    con = duckdb.connect(":memory:")
    con.execute("attach ':memory:' as private")
    con.execute(TABLES)
    for seed in ("purposes", "channels", "notices", "topics", "companions", "data", "consent_parameters"):
        con.execute(
            f"create table reference.{seed} as from read_csv('{root}/seeds/reference/{seed}.csv', header = true)"
        )
    con.execute(ROWS)
    con.execute("create table gate.gate_candidates (audience varchar, model varchar, relation varchar)")
    for name in MODELS:
        relation = raw["nodes"][f"model.shop.{name}"]["relation_name"]
        con.execute("insert into gate.gate_candidates values (?, ?, ?)", [name.removeprefix("act_"), name, relation])
        con.execute(f"comment on table {relation} is {literal(json.dumps(stamp_of(raw, name)))}")
    here = {"project_root": str(root), "artifacts": "target", "vars": "{}", "minimum_audience": "20"}
    for key, value in {"invocation_id": RUN, "as_of": AS_OF, "feed_loads": json.dumps(LOADS), **here}.items():
        con.execute(f"set variable askfirst_{key} = {literal(value)}")
    parsed, reference = parse_manifest(raw), read_reference(root)
    write(root, generate(parsed, reference))
    return World(con, root, parsed, reference)


def test_everything_passes_in_the_world_as_it_is(tmp_path: Path) -> None:
    world = new_world(tmp_path)
    assert {model: world.broken(model) for model in MODELS} == {model: {} for model in MODELS}
