"""The policy has nothing against a sound project, and names what is wrong with a spoilt one: code, model, column."""

from __future__ import annotations

import shutil
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest
from askfirst.artifacts import parse_manifest, read_reference
from askfirst.findings import RULES
from askfirst.policy import CODES, activation_models, audience_of, check

from tests.unit.test_gate_world import BOUGHT, MODELS, ROOT, TOLD, column, manifest_json, model_json

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from askfirst.findings import Finding

RIBS = "act_email__ribs"
REFERENCE = read_reference(ROOT)


def judged(
    spoil: Callable[[dict[str, Any]], object] = lambda _: None, *, listed: tuple[str, ...] = MODELS
) -> list[Finding]:
    raw = manifest_json()
    spoil(raw)
    return list(check(parse_manifest(raw), REFERENCE, frozenset(listed)))


def ribs(raw: dict[str, Any]) -> dict[str, Any]:
    node: dict[str, Any] = raw["nodes"][f"model.shop.{RIBS}"]
    return node


def says(raw: dict[str, Any]) -> dict[str, Any]:
    """What the activation model says."""
    meta: dict[str, Any] = ribs(raw)["config"]["meta"]["activation"]
    return meta


def means(raw: dict[str, Any]) -> dict[str, Any]:
    """What its segment says."""
    meta: dict[str, Any] = raw["nodes"]["model.shop.seg_ribs"]["config"]["meta"]["segment"]
    return meta


def with_column(raw: dict[str, Any], name: str, **label: object) -> None:
    ribs(raw)["columns"][name] = column(name, dict(label))


def test_nothing_against_a_sound_project() -> None:
    assert judged() == []


@pytest.mark.parametrize(
    ("label", "code"),
    [
        ({"provenance": "inferred", "subject": "self"}, "AF001"),
        ({"provenance": ["third_party"], "subject": "self"}, "AF002"),
        ({"provenance": "consent"}, "AF012"),
        ({"provenance": "operational"}, "AF012"),
        ({"provenance": "reference", "special_category": "health"}, "AF005"),
        ({"provenance": "reference", "subject": "other"}, "AF107"),
        ({**TOLD, "purposes": ["replenishment"]}, "AF012"),
        ({**TOLD, "purposes": []}, "AF012"),
        ({"provenance": "declared", "subject": "self"}, "AF012"),
        ({**BOUGHT, "purposes": ["offers"]}, "AF110"),
        ({"provenance": "infered"}, "AF007"),
        ({}, "AF007"),
    ],
)
def test_a_column_that_may_not_be_there(label: dict[str, object], code: str) -> None:
    findings = judged(lambda raw: ribs(raw)["columns"].update(reason=column("reason", label)))
    assert [(finding.code, finding.model, finding.column) for finding in findings] == [(code, RIBS, "reason")]
    assert findings[0].path == "models/activation/email/_models.yml"


def test_a_column_of_two_origins_is_judged_by_both() -> None:
    label = {**TOLD, "provenance": ["declared", "inferred", "third_party"]}
    findings = judged(lambda raw: with_column(raw, "first_name", **label))
    assert {finding.code for finding in findings} == {"AF001", "AF002"}


def test_a_datum_that_shows_does_not_name() -> None:
    (finding,) = judged(lambda raw: with_column(raw, "birthday_month", **TOLD))
    assert (finding.code, finding.column) == ("AF010", "birthday_month")
    assert "`shows` does not name" in finding.what


def test_a_letter_bears_the_last_name_and_an_email_has_to_name_it() -> None:
    assert judged() == []  # the letter of this world has one
    (finding,) = judged(lambda raw: with_column(raw, "last_name", **TOLD))
    assert (finding.code, finding.model, finding.column) == ("AF010", RIBS, "last_name")


@pytest.mark.parametrize(
    "key", ["purpose", "owner", "subject", "offer_topic", "lifecycle", "channels", "reason", "control", "uses", "shows"]
)
def test_a_segment_must_say(key: str) -> None:
    findings = judged(lambda raw: means(raw).pop(key))
    assert [(finding.code, finding.model, finding.what) for finding in findings] == [
        ("AF010", RIBS, f"`{key}` is missing")
    ]


@pytest.mark.parametrize("key", ["channel", "recipient"])
def test_an_activation_model_must_say(key: str) -> None:
    findings = judged(lambda raw: says(raw).pop(key))
    assert [(finding.code, finding.what) for finding in findings] == [("AF010", f"`{key}` is missing")]


def test_an_activation_model_without_a_segment_says_nothing() -> None:
    findings = judged(lambda raw: says(raw).update(segment="nothing"))
    assert {finding.code for finding in findings} == {"AF010"}
    assert "`purpose` is missing" in {finding.what for finding in findings}


@pytest.mark.parametrize(
    ("change", "code", "what"),
    [
        ({"recipient": "partner_media"}, "AF011", "recipient `partner_media` is a third_party"),
        ({"recipient": "cousin"}, "AF011", "recipient `cousin` is not in seeds/reference/recipients.csv"),
        ({"purpose": "profit"}, "AF012", "purpose `profit` is unknown"),
        ({"offer_topic": "surprise"}, "AF010", "offer_topic `surprise` is unknown"),
        ({"offer_topic": "kosher"}, "AF005", "offer_topic `kosher` tells of religion"),
        ({"channel": "pigeon"}, "AF010", "channel `pigeon` is unknown"),
        ({"subject": "anyone"}, "AF010", "subject is `anyone`"),
        ({"uses": ["shoe_size"]}, "AF010", "datum `shoe_size` is unknown"),
        ({"uses": "first_name"}, "AF010", "`uses` is missing"),
        ({"uses": ["purchases"]}, "AF110", "it uses purchases, yet says subject: self"),
        ({"recipiant": "sendwell"}, "AF010", "key `recipiant` is unknown: did you mean `recipient`?"),
    ],
)
def test_what_an_audience_says_is_judged(change: dict[str, object], code: str, what: str) -> None:
    assert (code, what) in {(finding.code, finding.what) for finding in judged(lambda raw: says(raw).update(change))}


def test_another_purpose_than_the_data_was_told_for() -> None:
    findings = judged(lambda raw: means(raw).update(purpose="replenishment"))
    assert {(finding.code, finding.what) for finding in findings} == {
        ("AF012", "`birthday_month` is not collected for replenishment"),
        ("AF012", "`favourite_cut` is not collected for replenishment"),
    }


@pytest.mark.parametrize("ways", [(), ("cookie_banner",), ("telepathy",)])
def test_a_purpose_needs_a_way_out_beside_a_cookie_banner(ways: tuple[str, ...]) -> None:
    manifest, listed = parse_manifest(manifest_json()), frozenset(MODELS)
    shut = {**REFERENCE.opt_outs, "offers": frozenset(ways)}
    findings = check(manifest, replace(REFERENCE, opt_outs=shut), listed)
    what = "nobody can opt out of purpose `offers`, but by a cookie banner at the most"
    assert ("AF010", what) in {(finding.code, finding.what) for finding in findings}
    opened = {**shut, "offers": frozenset({*ways, "phone"})}
    assert list(check(manifest, replace(REFERENCE, opt_outs=opened), listed)) == []


def test_a_processor_abroad_needs_a_transfer_record() -> None:
    assert REFERENCE.countries["sendwell"] == "US"
    manifest, listed = parse_manifest(manifest_json()), frozenset(MODELS)
    assert list(check(manifest, REFERENCE, listed)) == []
    unsettled = {**REFERENCE.transfer_records, "sendwell": ""}
    findings = check(manifest, replace(REFERENCE, transfer_records=unsettled), listed)
    assert {(finding.code, finding.what) for finding in findings} == {
        ("AF011", "recipient `sendwell` is outside the EEA, and has no transfer record")
    }


def test_an_ad_platform_needs_a_contract_and_both_signals() -> None:
    manifest, listed = parse_manifest(manifest_json()), frozenset(MODELS)
    platform = replace(REFERENCE, ad_platforms=frozenset({"sendwell"}))
    for granted in (set[str](), {"ad_user_data"}, {"ad_personalization", "ad_storage"}):
        asked = replace(platform, ad_signals={**REFERENCE.ad_signals, "offers": frozenset(granted)})
        (what,) = (finding.what for finding in check(manifest, asked, listed) if finding.model == RIBS)
        assert what.startswith("ad platform `sendwell`: consent to offers does not grant ad_")
    both = {**REFERENCE.ad_signals, "offers": frozenset({"ad_user_data", "ad_personalization"})}
    granted_both = replace(platform, ad_signals=both)
    assert not [finding for finding in check(manifest, granted_both, listed) if finding.model == RIBS]
    ourselves = replace(granted_both, recipients={**REFERENCE.recipients, "sendwell": "self"})
    findings = [finding for finding in check(manifest, ourselves, listed) if finding.model == RIBS]
    assert [(finding.code, finding.what) for finding in findings] == [
        ("AF011", "ad platform `sendwell` is no processor under contract")
    ]


def test_whoever_does_not_say_that_it_is_no_ad_platform_is_one(tmp_path: Path) -> None:
    assert not REFERENCE.ad_platforms
    shutil.copytree(ROOT / "seeds" / "reference", tmp_path / "seeds" / "reference")
    seed = tmp_path / "seeds" / "reference" / "recipients.csv"
    seed.write_text(seed.read_text(encoding="utf-8").replace("IE,,false", "IE,,"), encoding="utf-8")
    assert read_reference(tmp_path).ad_platforms == {"mailhouse"}


def test_sharing_is_off_whatever_the_recipient() -> None:
    findings = judged(lambda raw: means(raw).update(purpose="partner_sharing"))
    assert ("AF011", "purpose `partner_sharing` gives data to a third party") in {(f.code, f.what) for f in findings}


def no_contract(raw: dict[str, Any]) -> None:
    ribs(raw)["config"]["contract"] = {"enforced": False}


def no_data_type(raw: dict[str, Any]) -> None:
    ribs(raw)["columns"]["reason"]["data_type"] = None


def no_exposure(raw: dict[str, Any]) -> None:
    raw["exposures"].pop(f"exposure.shop.{RIBS}")


def no_owner(raw: dict[str, Any]) -> None:
    raw["exposures"][f"exposure.shop.{RIBS}"]["owner"] = {"name": None, "email": ""}


def no_ref(raw: dict[str, Any]) -> None:
    raw["nodes"]["model.shop.gate_candidates"]["depends_on"]["nodes"].remove(f"model.shop.{RIBS}")


def no_gate(raw: dict[str, Any]) -> None:
    raw["nodes"].pop("model.shop.gate_candidates")


@pytest.mark.parametrize(
    ("spoil", "what"),
    [
        (no_contract, "its contract is not enforced"),
        (no_data_type, "its contract is not enforced"),
        (no_exposure, "no exposure with an owner names it"),
        (no_owner, "no exposure with an owner names it"),
        (no_ref, "the gate does not cover it"),
        (no_gate, "the gate does not cover it"),
    ],
)
def test_contract_exposure_and_gate(spoil: Callable[[dict[str, Any]], None], what: str) -> None:
    findings = judged(spoil)
    assert {(finding.code, finding.what) for finding in findings} == {("AF010", what)}
    assert RIBS in {finding.model for finding in findings}


def test_a_candidate_that_is_not_in_the_list_of_the_warehouse() -> None:
    (finding,) = judged(listed=MODELS[1:])
    assert (finding.code, finding.model, finding.what) == ("AF010", RIBS, "the gate does not cover it")


@pytest.mark.parametrize("folder", ["activation/email", "elsewhere"])
def test_forgetting_the_meta_opens_no_way_round(folder: str) -> None:
    def spoil(raw: dict[str, Any]) -> None:
        node = model_json("everyone", folder, {}, [column("person_id", {"provenance": "technical"})])
        raw["nodes"]["model.shop.everyone"] = {**node, "schema": "activation"}

    assert {finding.code for finding in judged(spoil) if finding.model == "everyone"} == {"AF010"}


def test_raw_columns_need_a_label_and_others_a_readable_one() -> None:
    def spoil(raw: dict[str, Any]) -> None:
        raw["sources"]["source.shop.crm.persons"]["columns"]["home"] = column("home", {})
        raw["nodes"]["model.shop.seg_greet"]["columns"] = {
            "plain": column("plain", {}),
            "typo": column("typo", {"provenance": "declred", "subject": "self"}),
        }

    assert [(finding.code, finding.model, finding.column) for finding in judged(spoil)] == [
        ("AF007", "crm.persons", "home"),
        ("AF007", "seg_greet", "typo"),
    ]


def test_an_audience_that_is_not_judged_is_always_told() -> None:
    for key in ("segment", "channel", "recipient", "purpose", "owner", "subject", "uses", "shows"):
        raw = manifest_json()
        says(raw)[key] = None
        manifest = parse_manifest(raw)
        (model,) = (model for model in activation_models(manifest) if model.name == RIBS)
        assert audience_of(manifest, model) is None
        found = {(finding.code, finding.model) for finding in check(manifest, REFERENCE, frozenset(MODELS))}
        assert ("AF010", RIBS) in found


def test_every_code_has_a_title() -> None:
    assert set(CODES) <= set(RULES)


def test_a_channel_that_the_segment_does_not_name_is_found() -> None:
    (finding,) = judged(lambda raw: means(raw).update(channels=["direct_mail"]))
    assert (finding.code, finding.model) == ("AF010", RIBS)
    assert "channel `email`" in finding.what


def test_a_retired_segment_is_not_published() -> None:
    (finding,) = judged(lambda raw: means(raw).update(lifecycle="retired"))
    assert (finding.code, finding.model, finding.what) == ("AF010", RIBS, "lifecycle is `retired`")
