"""Artifacts are read as they are, and whatever is not whole is an error that says what to do."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest
from askfirst.artifacts import Column, read_manifest, read_reference
from askfirst.errors import AskfirstStop, EvidenceMissing, GateClosed, WrongConfiguration

from tests.unit.test_gate_world import KEY, ROOT, RUN, TOLD, manifest_json

if TYPE_CHECKING:
    from pathlib import Path


def put(folder: Path, raw: Any) -> None:  # noqa: ANN401 - JSON
    (folder / "manifest.json").write_text(raw if isinstance(raw, str) else json.dumps(raw), encoding="utf-8")


def test_reads_a_manifest(tmp_path: Path) -> None:
    put(tmp_path, manifest_json())
    manifest = read_manifest(tmp_path, RUN)
    model = manifest.model("act_email__ribs")
    assert model is not None
    assert (model.relation, model.schema, model.contract_enforced) == (
        '"memory"."activation"."act_email__ribs"',
        "activation",
        True,
    )
    assert (model.path, model.yaml_path) == (
        "models/activation/email/act_email__ribs.sql",
        "models/activation/email/_models.yml",
    )
    assert model.columns[:2] == (Column("person_id", "varchar", KEY), Column("email", "varchar", TOLD))
    limits = [(source.name, source.limit) for source in manifest.sources]
    assert limits == [("consent.events", timedelta(hours=24)), ("crm.persons", None)]
    assert [exposure.owner for exposure in manifest.exposures] == ["crm@example.com"] * 3
    assert manifest.model("nothing") is None


def test_reads_meta_where_older_versions_of_dbt_put_it(tmp_path: Path) -> None:
    raw = manifest_json()
    raw["nodes"]["model.shop.act_email__ribs"]["columns"]["email"] = {
        "name": "email",
        "meta": {"provenance": "declared"},
    }
    put(tmp_path, raw)
    model = read_manifest(tmp_path).model("act_email__ribs")
    assert model is not None
    assert model.columns[1] == Column("email", "", {"provenance": "declared"})


@pytest.mark.parametrize(
    ("raw", "told"),
    [
        ('{"metadata": {"dbt', "is half written or no JSON"),
        ("[]", "is not a manifest of version v12"),
        ({"metadata": {"dbt_schema_version": "https://schemas.getdbt.com/dbt/manifest/v11.json"}}, "of version v12"),
        ({**manifest_json(), "nodes": {"a": {"resource_type": "model"}}}, "lacks what a manifest has (KeyError"),
        ({**manifest_json(), "sources": []}, "lacks what a manifest has (AttributeError"),
    ],
)
def test_a_manifest_that_is_not_whole(raw: object, told: str, tmp_path: Path) -> None:
    put(tmp_path, raw)
    with pytest.raises(EvidenceMissing) as stop:
        read_manifest(tmp_path)
    assert str(tmp_path / "manifest.json") in str(stop.value)
    assert told in str(stop.value)
    assert "Fix: " in str(stop.value)


def test_no_manifest(tmp_path: Path) -> None:
    with pytest.raises(EvidenceMissing, match=r"manifest\.json is missing(.|\n)*Fix: "):
        read_manifest(tmp_path)


def test_a_manifest_of_another_run(tmp_path: Path) -> None:
    put(tmp_path, manifest_json())
    assert read_manifest(tmp_path).invocation_id == RUN
    with pytest.raises(EvidenceMissing, match=r"another run of dbt(.|\n)*run-2(.|\n)*run-1(.|\n)*Fix: "):
        read_manifest(tmp_path, "run-2")


def test_reads_the_reference_seeds() -> None:
    reference = read_reference(ROOT)
    assert reference.purposes["partner_sharing"] == "third_party"
    assert reference.recipients["sendwell"] == "processor"
    assert reference.topics["ribs"] == ""
    assert reference.topics["pregnancy_tests"] == "health"
    assert reference.data["birthday_month"] == {"offers"}
    assert reference.channels == {"email", "direct_mail"}


def test_seeds_that_cannot_be_followed(tmp_path: Path) -> None:
    folder = tmp_path / "seeds" / "reference"
    folder.mkdir(parents=True)
    with pytest.raises(EvidenceMissing, match=r"purposes\.csv is missing"):
        read_reference(tmp_path)
    (folder / "purposes.csv").write_text("purpose,title\noffers,Offers\n", encoding="utf-8")
    with pytest.raises(WrongConfiguration, match="no column 'recipient_kind'"):
        read_reference(tmp_path)
    (folder / "purposes.csv").write_text("purpose,recipient_kind\noffers,self\noffers,third_party\n", encoding="utf-8")
    with pytest.raises(WrongConfiguration, match="names a purpose twice"):
        read_reference(tmp_path)


@pytest.mark.parametrize(("kind", "code"), [(GateClosed, 1), (WrongConfiguration, 2), (EvidenceMissing, 3)])
def test_errors_say_how_a_command_ends(kind: type[AskfirstStop], code: int) -> None:
    assert kind.exit_code == code
    assert kind.__module__ == "builtins"
