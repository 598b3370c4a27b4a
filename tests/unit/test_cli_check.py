"""`askfirst check`: what it finds, what it cannot see, and with which exit code it ends."""

from __future__ import annotations

import copy
import json
import re
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Any

import duckdb
import pytest
from askfirst.cli import main
from askfirst.label_file import read_label_file
from askfirst.lineage.labelling import ENTRY_KEYS

from tests.manifests import LEAK, NEWSLETTER, SAYS, TOLD, catalog, model, put, shop, source

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

ROOT = Path(__file__).parents[2]
Capture = pytest.CaptureFixture[str]
FILE = """
purposes: [offers, service]
recipients: {mailer: processor, adnet: third_party}
labels:
  crm.*:
    columns:
      "*": {provenance: technical}
      email: {provenance: declared, subject: self, purposes: [offers]}
      birthday: {provenance: declared, subject: self, purposes: [offers]}
  bureau.scores:
    rows: {provenance: inferred, subject: self}
    columns:
      person_id: {provenance: technical}
      score: {provenance: inferred, subject: self}
activation:
  newsletter: {purpose: offers, subject: self, recipient: mailer, owner: crm-team}
"""


def run(folder: Path, *more: str) -> int:
    return main(["check", "--project-dir", str(folder), *more])


def told(folder: Path, capsys: Capture, *more: str) -> dict[str, Any]:
    code = run(folder, "--format", "json", *more)
    found: dict[str, Any] = json.loads(capsys.readouterr().out)
    assert found["exit_code"] == code
    return found


def codes(found: dict[str, Any]) -> set[tuple[str, str, str]]:
    return {(entry["code"], entry["model"], entry["column"]) for entry in found["findings"]}


def unlabelled() -> dict[str, Any]:
    raw = shop(LEAK, owner="nobody")
    raw["sources"] = {
        node["unique_id"]: node
        for node in (
            source("crm.people", {"id": {}, "email": {}, "birthday": {}}),
            source("bureau.scores", {"person_id": {}, "score": {}}),
        )
    }
    return raw


def with_file(folder: Path, text: str = FILE) -> str:
    (folder / "labels.yml").write_text(text, encoding="utf-8")
    return str(folder / "labels.yml")


def test_a_sound_project_is_clean(tmp_path: Path, capsys: Capture) -> None:
    assert run(put(tmp_path, shop())) == 0
    out = capsys.readouterr().out
    assert "analysed    2 of 2 models; every origin known of 5 of 5 columns (duckdb)" in out
    assert "activation  1: newsletter" in out
    assert out.endswith("verdict     clean\n")


def test_a_guess_that_decides_rows_is_told_with_its_way(tmp_path: Path, capsys: Capture) -> None:
    assert run(put(tmp_path, shop(LEAK))) == 1
    out = capsys.readouterr().out
    assert "AF003  a guess decides who is in the table" in out
    assert "bureau.scores.score" in out
    assert "models/newsletter.sql:4" in out
    assert "               where scores.score > 0.8\n                     ^^^^^^^^^^^^\n" in out
    assert "\x1b[" not in out


def test_json_has_the_same_and_is_stable(tmp_path: Path, capsys: Capture) -> None:
    put(tmp_path, shop(LEAK))
    found = told(tmp_path, capsys)
    assert codes(found) == {("AF003", "newsletter", "")}
    assert found["verdict"] == "leaks"
    assert found["activation"][0]["purpose"] == "offers"
    assert found == told(tmp_path, capsys)


def test_labels_and_activation_from_a_file(tmp_path: Path, capsys: Capture) -> None:
    put(tmp_path, unlabelled())
    found = told(tmp_path, capsys, "--labels", with_file(tmp_path))
    assert codes(found) == {("AF003", "newsletter", "")}


def test_without_labels_nothing_is_clean(tmp_path: Path, capsys: Capture) -> None:
    found = told(put(tmp_path, unlabelled()), capsys, "--activation", "path:models/news*")
    assert {code for code, _, _ in codes(found)} == {"AF007", "AF010"}


def test_a_column_that_no_yaml_lists_has_no_label(tmp_path: Path, capsys: Capture) -> None:
    raw = shop("select people.id, phone from shop.crm.people as people")
    assert ("AF007", "newsletter", "phone") in codes(told(put(tmp_path, raw), capsys))


def test_all_that_has_no_label_is_named(tmp_path: Path, capsys: Capture) -> None:
    raw = unlabelled()
    wide: dict[str, Any] = {f"c{number}": {} for number in range(7)}
    raw["sources"]["source.shop.crm.wide"] = source("crm.wide", wide)
    shown = " || ".join(wide)
    sql = f"select people.email || people.birthday as both, {shown} as all_of_it\nfrom shop.main.stg_people as people"
    raw["nodes"]["model.shop.newsletter"]["compiled_code"] = f"{sql}\ncross join shop.crm.wide"
    found = told(put(tmp_path, raw), capsys, "--activation", "path:models/news*")
    named = {
        entry["column"]: entry["what"].partition(": ")[2] for entry in found["findings"] if entry["code"] == "AF007"
    }
    assert named["both"] == "crm.people.birthday, crm.people.email"
    assert named["all_of_it"] == "crm.wide.c0, crm.wide.c1, crm.wide.c2, crm.wide.c3, crm.wide.c4 and 2 more"


def test_what_has_no_label_is_a_leak_although_something_else_is_unread(tmp_path: Path, capsys: Capture) -> None:
    raw = shop("select email from shop.main.stg_people where id > 1 and exists (select 1 from shop.main.other)")
    raw["sources"]["source.shop.crm.people"] = source("crm.people", {"id": {}, "email": TOLD, "birthday": TOLD})
    raw["sources"]["source.shop.bureau.scores"] = source("bureau.scores", {"person_id": {}, "score": {}})
    raw["nodes"]["model.shop.newsletter"]["depends_on"]["nodes"] += ["model.shop.other"]
    raw["nodes"]["model.shop.other"] = model("other", "select from (", ("source.shop.bureau.scores",))
    found = told(put(tmp_path, raw), capsys)
    (rows,) = (entry for entry in found["findings"] if entry["code"] == "AF007")
    assert rows["what"].endswith(": bureau.scores.person_id, bureau.scores.score, crm.people.id, bureau.scores (rows)")
    assert found["exit_code"] == 1


def test_a_table_without_labels_tells_by_its_rows(tmp_path: Path, capsys: Capture) -> None:
    raw = shop(f"{NEWSLETTER}\nwhere exists (select 1 from shop.bought.list)")
    raw["sources"]["source.shop.bought.list"] = source("bought.list", {})
    assert ("AF007", "newsletter", "") in codes(told(put(tmp_path, raw), capsys))


@pytest.mark.parametrize("which", ["meta", "tag:export", "path:models/news*.sql", "exposure:mail*"])
def test_ways_to_choose_activation_models(which: str, tmp_path: Path, capsys: Capture) -> None:
    raw = shop(LEAK)
    raw["nodes"]["model.shop.newsletter"]["tags"] = ["export"]
    owner = {"email": "crm@example.com"}
    raw["exposures"]["e"] = {"name": "mailing", "owner": owner, "depends_on": {"nodes": ["model.shop.newsletter"]}}
    found = told(put(tmp_path, raw), capsys, "--activation", which)
    assert [one["model"] for one in found["activation"]] == ["newsletter"]
    assert codes(found) == {("AF003", "newsletter", "")}


@pytest.mark.parametrize("which", [(), ("tag:nothing",), ("path:exports/*",), ("exposure:x",), ("meta", "tag:nothing")])
def test_nothing_to_judge_is_not_proved(which: tuple[str, ...], tmp_path: Path, capsys: Capture) -> None:
    put(tmp_path, shop(NEWSLETTER, owner="nobody"))
    assert run(tmp_path, *(("--activation", *which) if which else ())) == 3
    err = capsys.readouterr().err
    assert "nothing to judge, so not proved" in err
    assert "config.meta.activation" in err


def test_what_an_activation_model_leaves_unsaid(tmp_path: Path, capsys: Capture) -> None:
    raw = shop(NEWSLETTER, activation={"purpose": "ofers", "recipient": "adnet"})
    found = told(
        put(tmp_path, raw),
        capsys,
        "--labels",
        with_file(tmp_path, "purposes: [offers]\nrecipients: {adnet: third_party}"),
    )
    said = {(entry["code"], entry["what"]) for entry in found["findings"]}
    assert ("AF010", "`owner` is missing") in said
    assert ("AF011", "recipient `adnet` is a third_party") in said
    assert ("AF012", "purpose `ofers` is unknown: did you mean `offers`?") in said


def test_a_purpose_that_a_datum_was_not_collected_for(tmp_path: Path, capsys: Capture) -> None:
    put(tmp_path, unlabelled())
    file = with_file(tmp_path, FILE.replace("newsletter: {purpose: offers", "newsletter: {purpose: service"))
    assert ("AF012", "newsletter", "email") in codes(told(tmp_path, capsys, "--labels", file))


ENTRY = {
    "name": "score-band", "column": "rows", "from": {"provenance": "inferred"}, "purpose": "offers",
    "owner": "dpo", "reason": "agreed", "expires": "2027-06-30", "proof": "select 1",
}  # fmt: skip


@pytest.mark.parametrize(("day", "found"), [("2027-06-30", set()), ("2027-07-01", {"AF003", "AF009"})])
def test_a_reclassification_holds_until_it_expires(day: str, found: set[str], tmp_path: Path, capsys: Capture) -> None:
    put(tmp_path, shop(LEAK, activation=SAYS, reclassify=[ENTRY]))
    assert {code for code, _, _ in codes(told(tmp_path, capsys, "--as-of", day))} == found


def lowered(folder: Path, proof: str) -> tuple[str, ...]:
    """A project with a reclassification, built: `newsletter` has one row, of person 7."""
    (folder / "shop.duckdb").unlink(missing_ok=True)
    with duckdb.connect(str(folder / "shop.duckdb")) as con:
        con.execute("create schema crm; create table crm.people (id int, email varchar, birthday date)")
        con.execute("create schema bureau; create table bureau.scores (person_id int, score double)")
        con.execute("create table newsletter as select 7 as id, 'p' as email")
    put(folder, shop(LEAK, activation=SAYS, reclassify=[{**ENTRY, "proof": proof}]))
    return "--as-of", "2027-01-01"


def test_a_proof_that_was_not_run_proves_nothing(tmp_path: Path, capsys: Capture) -> None:
    day = lowered(tmp_path, "select 1 from {relation} where id = 0")
    assert run(tmp_path, *day) == 3
    out, err = capsys.readouterr()
    assert "reclassification `score-band`: its proof was not run" in out
    assert "lowered by  1 reclassifications; of their proofs, 1 not run" in out
    assert "verdict     not proved" in out
    assert "--warehouse" in err


def test_a_proof_is_run_where_the_data_is_given(tmp_path: Path, capsys: Capture) -> None:
    day = lowered(tmp_path, "select 1 from {relation} where id = 0")
    assert run(tmp_path, *day, "--warehouse", str(tmp_path / "shop.duckdb")) == 0
    assert "of their proofs, 0 not run" in capsys.readouterr().out


def test_a_proof_is_run_in_whichever_file_has_the_relation(tmp_path: Path, capsys: Capture) -> None:
    day = lowered(tmp_path, "select email from {relation} where id = 7")
    files = [tmp_path / name for name in ("other.duckdb", "shop.duckdb")]
    with duckdb.connect(str(files[0])) as con:
        con.execute("create schema crm; create table crm.strangers (id int)")
    named = [word for file in files for word in ("--warehouse", str(file))]
    found = told(tmp_path, capsys, *day, *named)
    assert [entry["what"] for entry in found["findings"]] == ["reclassification `score-band`: 1 rows break its proof"]


def test_a_relation_that_stands_in_two_files_is_the_one_that_dbt_names(tmp_path: Path, capsys: Capture) -> None:
    day = lowered(tmp_path, "select email from {relation} where id = 7")
    named = [word for name in ("dev", "shop") for word in ("--warehouse", str(tmp_path / f"{name}.duckdb"))]
    with duckdb.connect(str(tmp_path / "dev.duckdb")) as con:
        con.execute("create table newsletter as select 8 as id, 'p' as email")
    assert run(tmp_path, *day, *named) == 1
    assert "1 rows break its proof" in capsys.readouterr().out


def test_two_files_of_one_name(tmp_path: Path, capsys: Capture) -> None:
    day = lowered(tmp_path, "select email from {relation} where id = 7")
    assert run(tmp_path, *day, "--warehouse", "a/shop.duckdb", "--warehouse", "b/shop.duckdb") == 2
    assert "Two files have one name" in capsys.readouterr().err


def test_a_proof_that_a_row_breaks(tmp_path: Path, capsys: Capture) -> None:
    day = lowered(tmp_path, "select email from {relation} where id = 7")
    found = told(tmp_path, capsys, *day, "--warehouse", str(tmp_path / "shop.duckdb"))
    assert [(entry["code"], entry["what"]) for entry in found["findings"]] == [
        ("AF009", "reclassification `score-band`: 1 rows break its proof")
    ]
    assert found["exit_code"] == 1


@pytest.mark.parametrize(
    "proof",
    [
        "select nothing from {relation}",
        "select from",
        "select * from read_text('{folder}/target/manifest.json')",
        "select 1 where false) union all (select email from {relation}",
        "select 1 where false); select email from {relation} where (true",
        "select 1 where false; drop table {relation}",
        "drop table {relation}",
        "select id from {relation} where error(email) is null",
    ],
)
def test_a_proof_that_cannot_be_run(proof: str, tmp_path: Path, capsys: Capture) -> None:
    day = lowered(tmp_path, proof.replace("{folder}", str(tmp_path)))
    before = (tmp_path / "shop.duckdb").read_bytes()
    assert run(tmp_path, *day, "--warehouse", str(tmp_path / "shop.duckdb")) == 3
    out, err = capsys.readouterr()
    assert "reclassification `score-band`: its proof cannot be run (" in out
    assert "itself failed" not in err
    assert (tmp_path / "shop.duckdb").read_bytes() == before


def test_two_reclassifications_of_one_name(tmp_path: Path, capsys: Capture) -> None:
    raw = shop(LEAK, activation=SAYS, reclassify=[ENTRY])
    raw["nodes"]["model.shop.stg_people"]["config"]["meta"] = {"reclassify": [ENTRY]}
    found = told(put(tmp_path, raw), capsys, "--as-of", "2027-01-01")
    assert codes(found) == {("AF003", "newsletter", ""), ("AF009", "newsletter", "")}


def test_a_mart_that_claims_less(tmp_path: Path, capsys: Capture) -> None:
    raw = shop()
    node = model("scored", "select person_id, score from shop.bureau.scores", ("source.shop.bureau.scores",))
    node["columns"] = {"score": {"name": "score", "config": {"meta": TOLD}}}
    raw["nodes"]["model.shop.scored"] = node
    assert codes(told(put(tmp_path, raw), capsys)) == {("AF008", "scored", "score")}


def test_a_python_model_counts_as_all_its_inputs(tmp_path: Path, capsys: Capture) -> None:
    raw = shop("select id from shop.main.segment")
    raw["nodes"]["model.shop.newsletter"]["depends_on"]["nodes"] = ["model.shop.segment"]
    raw["nodes"]["model.shop.segment"] = model(
        "segment", "def model(dbt, session): ...", ("source.shop.bureau.scores",), language="python"
    )
    found = told(put(tmp_path, raw), capsys)
    assert found["exit_code"] == 1
    assert {"AF001", "AF006"} <= {code for code, _, _ in codes(found)}
    assert found["not_analysed"][0]["kind"] == "opaque"


def test_columns_from_a_catalog(tmp_path: Path, capsys: Capture) -> None:
    raw = shop("select * from shop.crm.people")
    people = {"id": "INTEGER", "email": "VARCHAR", "note": "VARCHAR"}
    raw["nodes"]["model.shop.stg_people"]["compiled_code"] = "select id, email from shop.crm.people"
    put(tmp_path, raw, catalog=catalog(source__shop__crm__people=people))
    assert codes(told(tmp_path, capsys)) == {("AF007", "newsletter", "note")}


def test_columns_from_a_warehouse(tmp_path: Path, capsys: Capture) -> None:
    with duckdb.connect(str(tmp_path / "shop.duckdb")) as con:
        con.execute("create schema crm; create table crm.people (id int, email varchar, birthday date)")
        con.execute("create schema bureau; create table bureau.scores (person_id int, score double)")
    put(tmp_path, shop("select * from shop.crm.people"))
    found = told(tmp_path, capsys, "--warehouse", str(tmp_path / "shop.duckdb"))
    assert found["verdict"] == "clean"
    assert found["columns_from"].endswith("shop.duckdb")


def drop(*keys: str) -> Callable[[dict[str, Any]], object]:
    def spoil(raw: dict[str, Any]) -> None:
        for key in keys[:-1]:
            raw = raw[key]
        del raw[keys[-1]]

    return spoil


def setting(value: object, *keys: str) -> Callable[[dict[str, Any]], object]:
    def spoil(raw: dict[str, Any]) -> None:
        for key in keys[:-1]:
            raw = raw[key]
        raw[keys[-1]] = value

    return spoil


NEWS = ("nodes", "model.shop.newsletter")
EMAIL = ("sources", "source.shop.crm.people", "columns", "email", "config", "meta")
STAGED = ("nodes", "model.shop.stg_people", "depends_on", "nodes")
NONSENSE = "select id,\n  nonsense from shop.main.stg_people"
SPOILT = {
    "another version": (setting("x/v11.json", "metadata", "dbt_schema_version"), 3, "of version v12 (it is v11)"),
    "no version": (drop("metadata"), 3, "manifest.json is not a manifest of version v12"),
    "no nodes": (drop("nodes"), 3, "manifest.json lacks what a manifest has (KeyError"),
    "a node without a name": (drop(*NEWS, "name"), 3, "lacks what a manifest has"),
    "nodes are a list": (setting([], "nodes"), 3, "lacks what a manifest has"),
    "an unknown adapter": (setting("teradata", "metadata", "adapter_type"), 2, "Dialect `teradata` is not known"),
    "a missing ref": (
        setting(["model.shop.gone"], *NEWS, "depends_on", "nodes"),
        3,
        "models/newsletter.sql: `newsletter` reads `model.shop.gone`, which the manifest does not have",
    ),
    "a circle": (setting(["model.shop.newsletter"], *STAGED), 3, "in a circle"),
    "SQL that is none": (setting("select from where (", *NEWS, "compiled_code"), 3, "shop/models/newsletter.sql"),
    "an unknown column": (setting(NONSENSE, *NEWS, "compiled_code"), 3, "newsletter.sql:2: `newsletter` is not proved"),
    "one model not compiled": (setting("", *NEWS, "compiled_code"), 3, "its compiled SQL is missing"),
    "a typo in a label": (
        setting({**TOLD, "provenance": "declard"}, *EMAIL),
        2,
        "models/crm.yml: crm.people.email: provenance `declard` is unknown: did you mean `declared`?",
    ),
    "a typo in a key": (setting({"provenence": "declared"}, *EMAIL), 2, "did you mean `provenance`?"),
}


@pytest.mark.parametrize("name", SPOILT)
def test_bad_artifacts_are_named_and_never_clean(name: str, tmp_path: Path, capsys: Capture) -> None:
    spoil, code, text = SPOILT[name]
    raw = shop()
    spoil(raw)
    assert run(put(tmp_path, raw)) == code
    out, err = capsys.readouterr()
    assert text in err
    assert "Fix: " in err
    assert "Traceback" not in err
    assert "verdict     clean" not in out


@pytest.mark.parametrize("text", ["", '{"metadata": {"dbt', "[]", "null", "\x00", "[" * 100_000])
def test_a_manifest_that_is_half_written(text: str, tmp_path: Path, capsys: Capture) -> None:
    assert run(put(tmp_path, text)) == 3
    assert "manifest.json is" in capsys.readouterr().err


def places(data: object, keys: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    for key, value in data.items() if isinstance(data, dict) else enumerate(data) if isinstance(data, list) else ():
        yield (*keys, key)
        yield from places(value, (*keys, key))


@pytest.mark.parametrize("junk", [None, 7, ["x"]], ids=str)
def test_junk_anywhere_in_a_manifest_is_an_exit_code(junk: object, tmp_path: Path, capsys: Capture) -> None:
    raw = shop(LEAK, activation=SAYS, reclassify=[ENTRY])
    for keys in places(raw):
        spoilt = copy.deepcopy(raw)
        setting(junk, *keys)(spoilt)
        assert run(put(tmp_path, spoilt)) in (0, 1, 2, 3)
        err = capsys.readouterr().err
        assert "Traceback" not in err
        assert "itself failed" not in err, keys


def test_no_manifest(tmp_path: Path, capsys: Capture) -> None:
    assert run(tmp_path) == 3
    assert "manifest.json is missing" in capsys.readouterr().err


def test_no_compiled_code_at_all(tmp_path: Path, capsys: Capture) -> None:
    raw = shop()
    for node in raw["nodes"].values():
        del node["compiled_code"]
    assert run(put(tmp_path, raw)) == 3
    err = capsys.readouterr().err
    assert "has compiled SQL for none of its 2 models" in err
    assert "dbt compile" in err


@pytest.mark.parametrize("text", ["", "{", "[]", "{}", '{"nodes": {"a": {}}}', '{"nodes": [], "sources": {}}'])
def test_a_catalog_that_is_half_written(text: str, tmp_path: Path, capsys: Capture) -> None:
    assert run(put(tmp_path, shop(), catalog=text)) == 3
    err = capsys.readouterr().err
    assert "catalog.json" in err
    assert "Fix: run `dbt docs generate`" in err


def test_a_catalog_that_contradicts_the_sql(tmp_path: Path, capsys: Capture) -> None:
    standing = catalog(
        model__shop__stg_people={"id": "INTEGER", "email": "VARCHAR", "birthday": "DATE", "age": "INTEGER"}
    )
    assert run(put(tmp_path, shop(), catalog=standing)) == 3
    out, err = capsys.readouterr()
    assert "models/stg_people.sql: `stg_people` is not proved: the catalog has age, which the SQL does not make" in err
    assert "verdict     not proved" in out


def test_a_source_whose_catalog_lacks_a_column(tmp_path: Path, capsys: Capture) -> None:
    assert run(put(tmp_path, shop(), catalog=catalog(source__shop__crm__people={"id": "INTEGER"}))) == 3
    assert "stg_people.sql:1: `stg_people` is not proved" in capsys.readouterr().err


def test_what_is_unread_elsewhere_can_be_left_out(tmp_path: Path, capsys: Capture) -> None:
    raw = shop()
    raw["nodes"]["model.shop.other"] = model("other", "select from (", ())
    put(tmp_path, raw)
    assert run(tmp_path) == 3
    assert "not on the way to activation" in capsys.readouterr().out
    assert run(tmp_path, "--reach-only") == 0


def test_a_leak_is_a_leak_although_something_else_is_unread(tmp_path: Path) -> None:
    raw = shop(LEAK)
    raw["nodes"]["model.shop.other"] = model("other", "select from (", ())
    assert run(put(tmp_path, raw)) == 1


UNKNOWN_PURPOSE = """purposes: [offers]
labels:
  crm.people:
    rows: {provenance: declared, subject: self, purposes: [offer]}
"""


@pytest.mark.parametrize(
    ("text", "line", "what"),
    [
        ("labels:\n  crm.people: [", 2, "no YAML that can be read"),
        ("a: 1\n\tb: 2", 2, "no YAML that can be read"),
        ("label: {}", 1, "`label` is unknown in the file"),
        ("purposes: offers", 1, "`purposes` must be a list of words"),
        ("recipients:\n  adnet: partner", 2, "recipient `adnet` is `partner`"),
        ("labels:\n  crm.peple: {columns: {}}", 2, "`crm.peple` is no relation"),
        ("labels:\n  crm.people:\n    colums: {}", 3, "`colums` is unknown in `crm.people`"),
        ("labels:\n  stg_people:\n    columns:\n      emial: {provenance: technical}", 4, "has no column `emial`"),
        ("labels:\n  crm.people:\n    columns:\n      email: {provenance: guess}", 4, "provenance `guess` is unknown"),
        ("labels:\n  crm.people:\n    columns:\n      email: {}", 4, "`provenance` is missing"),
        ("labels:\n  crm.people: {}\n  crm.people: {}", 3, "`crm.people` stands there twice"),
        ("activation:\n  newslettr: {purpose: offers}", 2, "`newslettr` is no relation"),
        ("activation:\n  newsletter: offers", 2, "`newsletter` must be a mapping"),
        (UNKNOWN_PURPOSE, 4, "purposes `offer` is unknown"),
        ("- a", 1, "the file must be a mapping"),
    ],
)  # fmt: skip
def test_a_label_file_that_is_wrong(text: str, line: int, what: str, tmp_path: Path, capsys: Capture) -> None:
    file = with_file(put(tmp_path, shop()), text)
    assert run(tmp_path, "--labels", file) == 2
    err = capsys.readouterr().err
    assert f"labels.yml:{line}: " in err
    assert what in err
    assert "Fix: " in err


def test_the_label_file_of_the_docs_reads() -> None:
    page = (ROOT / "docs" / "cli.md").read_text(encoding="utf-8")
    (example,) = re.findall(r"^```yaml\n(purposes:.*?)^```$", page, flags=re.MULTILINE | re.DOTALL)
    with tempfile.TemporaryDirectory() as folder:
        read = read_label_file(Path(with_file(Path(folder), example)))
    assert read.purposes == {"service", "offers"}
    assert [labels.pattern for labels in read.labels] == ["ecom.raw_customers", "ecom.*", "ecom.raw_products"]
    (entry,) = read.reclassify["customers"]
    assert isinstance(entry, dict)
    assert set(entry) == set(ENTRY_KEYS)


def test_the_check_of_the_docs_is_what_is_printed(tmp_path: Path, capsys: Capture) -> None:
    page = (ROOT / "docs" / "cli.md").read_text(encoding="utf-8")
    assert run(put(tmp_path, shop(LEAK))) == 1
    assert capsys.readouterr().out.partition("\nraw  ")[0] in page
    assert main(["explain", "newsletter", "--project-dir", str(tmp_path)]) == 0
    assert capsys.readouterr().out in page


def test_files_that_are_not_there(tmp_path: Path, capsys: Capture) -> None:
    put(tmp_path, shop())
    assert run(tmp_path, "--labels", str(tmp_path / "no.yml")) == 2
    assert run(tmp_path, "--catalog", str(tmp_path / "no.json")) == 3
    assert run(tmp_path, "--warehouse", str(tmp_path / "no.duckdb")) == 3
    assert run(tmp_path, "--warehouse", "a", "--catalog", "b") == 2
    assert capsys.readouterr().err.count("Fix: ") == 4


def test_a_warehouse_that_is_none(tmp_path: Path, capsys: Capture) -> None:
    (tmp_path / "a.duckdb").write_text("nothing", encoding="utf-8")
    assert run(put(tmp_path, shop()), "--warehouse", str(tmp_path / "a.duckdb")) == 3
    assert "cannot be opened as a DuckDB file" in capsys.readouterr().err


def test_wrong_words_on_the_command_line(tmp_path: Path, capsys: Capture) -> None:
    put(tmp_path, shop())
    assert run(tmp_path, "--activation", "tags:x") == 2
    assert run(tmp_path, "--dialect", "cobol") == 2
    for words in (["--as-of", "tomorrow"], ["--format", "xml"], ["--nonsense"]):
        with pytest.raises(SystemExit, match="2"):
            run(tmp_path, *words)
    assert "Traceback" not in capsys.readouterr().err


def test_other_tools_words_are_no_labels(tmp_path: Path, capsys: Capture) -> None:
    raw = shop()
    raw["sources"]["source.shop.crm.people"]["columns"]["note"] = {
        "name": "note",
        "meta": {"category": "finance", "retention_days": 9},
    }
    raw["nodes"]["model.shop.stg_people"]["columns"] = {"id": {"name": "id", "meta": {"tier": 1}}}
    assert told(put(tmp_path, raw), capsys)["verdict"] == "clean"
