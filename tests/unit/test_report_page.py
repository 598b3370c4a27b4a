"""The auditors' page: escaped, well formed, stable byte by byte, and nothing in it that a browser would load."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import replace
from html.parser import HTMLParser
from typing import TYPE_CHECKING

import pytest
from askfirst.findings import Finding
from askfirst.lineage.dialects import BINDINGS
from askfirst.lineage.edges import Vertex
from askfirst.lineage.flows import Subtype
from askfirst.lineage.graph import Graph, build_graph
from askfirst.lineage.project import Node
from askfirst.report.assemble import anchor_of, report_of
from askfirst.report.layers import picture_of
from askfirst.report.page import page, policy, render, style
from askfirst.report.read import dossier_of
from askfirst.report.records import NOT_TOLD, Audience, Check, Dossier, Gate, Stream, Verdict, counted
from askfirst.report.ways_back import ways_back
from askfirst.report.write import write

if TYPE_CHECKING:
    from pathlib import Path

EVIL = "<script>alert('x')</script>"
SLY = '" onmouseover="alert(1)" x="'
VOID = frozenset({"meta", "br", "wbr", "link", "img", "input", "hr"})
RAW: dict[str, dict[str, object]] = {
    "person_id": {"provenance": "technical"},
    EVIL: {"provenance": "declared", "subject": "self", "category": "name", "purposes": ["offers"]},
    "score": {"provenance": "inferred", "subject": "self", "purposes": ["offers"]},
}
LEAK = "where score > 0.5"
AS_OF = "2018-01-02T00:00:00Z"


def model(name: str, folder: str, sql: str, *parents: str, meta: dict[str, object] | None = None) -> Node:
    return Node(
        unique_id=f"model.shop.{name}",
        name=name,
        kind="model",
        parts=("db", folder, name),
        path=f"models/{folder}/{name}.sql",
        materialized="table",
        sql=sql,
        raw=sql,
        depends_on=parents,
        meta=meta or {},
    )


def project(where: str = "") -> dict[str, Node]:
    raw = Node(
        unique_id="source.shop.crm.persons",
        name="crm.persons",
        kind="source",
        parts=("db", "raw", "persons"),
        path="models/staging/_sources.yml",
        yaml_path="models/staging/_sources.yml",
        columns=tuple((name, "VARCHAR") for name in RAW),
        complete=True,
        column_meta=RAW,
        meta={"provenance": "technical"},
    )
    named = f'"{EVIL}"'
    nodes = [
        raw,
        model(
            "stg_persons",
            "staging",
            f"select\n    person_id,\n    {named},\n    score\nfrom raw.persons",
            raw.unique_id,
        ),
        model(
            "seg_all",
            "segments",
            f"select person_id\nfrom staging.stg_persons\n{where}",
            "model.shop.stg_persons",
        ),
        model(
            "act_email__all",
            "activation",
            f"select\n    s.person_id,\n    p.{named},\n    'a < b & c' as reason\n"
            "from segments.seg_all as s\njoin staging.stg_persons as p on s.person_id = p.person_id",
            "model.shop.seg_all",
            "model.shop.stg_persons",
        ),
    ]
    return {node.unique_id: node for node in nodes}


def graph_of(nodes: dict[str, Node]) -> Graph:
    return build_graph(nodes, BINDINGS["duckdb"], "duckdb")


def dossier(
    where: str = "", nodes: dict[str, Node] | None = None, *, data: frozenset[str] = frozenset(), segment: str = "all"
) -> Dossier:
    audience = Audience(
        unique_id="model.shop.act_email__all",
        model="act_email__all",
        segment=f"model.shop.seg_{segment}",
        data=data,
        purpose="offers",
        channel="email",
        recipient=f"{SLY}{EVIL}",
        owner=EVIL,
        reason=EVIL,
        description=f"{EVIL}{SLY}",
        descriptions={EVIL: EVIL},
    )
    checks = (Check("act_email__all", "AF101", 1, 0, 0, evaluated=500, unexpected=0),)
    return dossier_of(
        graph_of(nodes or project(where)), (audience,), frozenset({"offers"}), Gate(checks, (), AS_OF), EVIL
    )


class Reader(HTMLParser):
    """Reads a page as a browser does, and complains of what is not closed."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.tags: Counter[str] = Counter()
        self.attributes: list[tuple[str, str, str]] = []
        self.texts: list[str] = []
        self.faults: list[str] = []
        self.feed(text)
        self.close()
        self.faults += self.open

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags[tag] += 1
        self.attributes += [(tag, name, value or "") for name, value in attrs]
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags[tag] += 1
        self.attributes += [(tag, name, value or "") for name, value in attrs]

    def handle_endtag(self, tag: str) -> None:
        if not self.open or self.open.pop() != tag:
            self.faults.append(f"</{tag}> closes what is not open")

    def handle_data(self, data: str) -> None:
        self.texts.append(data)

    def values(self, name: str) -> list[str]:
        return [value for _, attribute, value in self.attributes if attribute == name]


@pytest.fixture(scope="module", params=["", LEAK], ids=["clean", "leaking"])
def read(request: pytest.FixtureRequest) -> Reader:
    return Reader(render(dossier(request.param)))


def test_every_tag_is_closed(read: Reader) -> None:
    assert read.faults == []


def test_a_column_called_script_is_text(read: Reader) -> None:
    assert read.tags["script"] == 0
    assert EVIL in read.texts  # as the name of a column, and as the audience's description
    assert any(EVIL in text and "as reason" not in text for text in read.texts)


def test_no_text_becomes_an_attribute(read: Reader) -> None:
    known = {"class", "id", "href", "lang", "charset", "content", "name", "http-equiv", "scope", "title", "data-name"}
    drawn = {"viewbox", "role", "x", "y", "d", "rx", "width", "height", "text-anchor", "marker-end", "orient"}
    drawn |= {"refx", "refy", "markerunits", "markerwidth", "markerheight", "tabindex"}
    names = {name for _, name, _ in read.attributes if not name.startswith("aria-")}
    assert names <= known | drawn


def test_nothing_is_loaded(read: Reader) -> None:
    assert all(value.startswith("#") for value in read.values("href"))
    assert not read.tags.keys() & {"img", "link", "iframe", "object", "embed", "audio", "video", "use", "image", "base"}
    assert "url(" not in style().replace("url(#", "")
    assert "@import" not in style()
    assert all(value.startswith("url(#") for value in read.values("marker-end"))


def test_the_policy_allows_this_style_and_nothing_else() -> None:
    text = render(dossier())
    assert f'http-equiv="Content-Security-Policy" content="{policy()}"' in text
    assert policy().startswith("default-src 'none'; style-src 'sha256-")
    assert "unsafe" not in policy()
    (written,) = re.findall(r"<style>(.*?)</style>", text, flags=re.DOTALL)
    assert written == style()


def test_anchors_are_there_and_only_once(read: Reader) -> None:
    ids = Counter(read.values("id"))
    assert [name for name, count in ids.items() if count > 1] == []
    assert {value[1:] for value in read.values("href")} <= ids.keys()
    assert {name for value in read.values("aria-labelledby") for name in value.split()} <= ids.keys()


def test_two_names_never_share_an_anchor() -> None:
    names = [("a-b", "c"), ("a", "b-c"), ("a b", "c"), ("a~20~b", "c"), ("a", "b", "c"), ("<", ""), ("&lt;", "")]
    assert len({anchor_of(*parts) for parts in names}) == len(names)
    assert all(re.fullmatch(r"[\w.~-]*", anchor_of(*parts)) for parts in names)


def test_equal_evidence_gives_equal_bytes() -> None:
    nodes = project(LEAK)
    backwards = dict(reversed(nodes.items()))
    assert render(dossier(nodes=nodes)) == render(dossier(nodes=backwards))


def test_an_absolute_folder_does_not_show() -> None:
    nodes = project(LEAK)
    elsewhere = {
        name: replace(
            node, raw="", compiled_path=f"/home/somebody/target/compiled/shop/{node.path}" if node.sql else ""
        )
        for name, node in nodes.items()
    }
    text = render(dossier(nodes=elsewhere))
    assert "/home/somebody" not in text
    assert "compiled/shop/models/" in text


def test_a_clean_project_has_a_wall() -> None:
    text = render(dossier())
    assert "No flow passes from here" in text
    assert "There is none." in text
    assert report_of(dossier()).verdict is Verdict.CLEAN


def test_a_leak_is_a_line_into_the_segments() -> None:
    judged = dossier(LEAK)
    picture = picture_of(judged.labelled, judged.audiences)
    assert Stream(("staging", True), ("segments", True), 1) in picture.streams
    assert "No flow passes from here" not in render(judged)
    report = report_of(judged)
    assert report.verdict is Verdict.FOUND
    assert {finding.code for finding in report.audiences[0].rows.findings} == {"AF003"}


def reclassified(expires: str, purpose: str = "offers") -> dict[str, Node]:
    nodes = project(LEAK)
    entry = {
        "name": "score_over_half",
        "column": "rows",
        "from": {"provenance": ["inferred"]},
        "purpose": purpose,
        "owner": f"privacy {EVIL}",
        "reason": "agreed in writing",
        "expires": expires,
        "proof": "expect_scores_asked",
    }
    segment = replace(nodes["model.shop.seg_all"], meta={"reclassify": [entry]})
    return {**nodes, segment.unique_id: segment}


def test_a_reclassification_is_told_where_it_applies() -> None:
    report = report_of(dossier(nodes=reclassified("2019-01-01")))
    (entry,) = report.reclassifications
    assert (entry.model, entry.columns, entry.problems, entry.arrives) == ("seg_all", ("rows",), (), ("email__all",))
    assert report.verdict is Verdict.CLEAN
    text = page(report)
    assert "agreed in writing" in text
    assert 'taken off by <a href="#reclassifications">score_over_half</a>' in text
    assert "No flow passes from here" not in text
    assert "1 flow up from this lane," in text
    assert "under a reclassification" in text
    assert Reader(text).faults == []


def test_a_reclassification_for_another_purpose_is_a_leak() -> None:
    judged = dossier(nodes=reclassified("2019-01-01", purpose="service"))
    picture = picture_of(judged.labelled, judged.audiences)
    assert any(stream.target == ("activation", True) for stream in picture.streams)
    assert report_of(judged).verdict is Verdict.FOUND


def test_an_expired_reclassification_lowers_nothing() -> None:
    report = report_of(dossier(nodes=reclassified("2017-12-31")))
    (entry,) = report.reclassifications
    assert entry.problems == ("it expired on 2017-12-31",)
    assert entry.arrives == ()
    assert {finding.code for finding in report.findings} == {"AF003", "AF009"}


def test_a_gap_is_told() -> None:
    nodes = project()
    python = replace(
        nodes["model.shop.seg_all"], language="python", sql="def model(): pass", columns=(("person_id", ""),)
    )
    report = report_of(dossier(nodes={**nodes, python.unique_id: python}))
    (gap,) = report.gaps
    assert gap.model == "seg_all"
    assert gap.reaches == ("email__all",)
    assert "a python model" in page(report)


def test_without_the_gate_nothing_is_proved() -> None:
    report = report_of(replace(dossier(), checks=()))
    assert [one.verdict for one in report.audiences] == [Verdict.UNPROVED]
    assert report.verdict is Verdict.UNPROVED
    assert "no evidence from the gate" in page(report)


@pytest.mark.parametrize(
    ("data", "what"),
    [
        (frozenset[str](), "`name` decides who is a member"),
        (frozenset({"name"}), ""),
        (frozenset({"name", "birthday"}), "names a datum of category `birthday`"),
    ],
)
def test_a_reason_that_is_not_the_reason(data: frozenset[str], what: str) -> None:
    (audience,) = report_of(dossier(f'where "{EVIL}" is not null', data=data)).audiences
    assert [what in one.what for one in audience.findings if one.code == "AF014"] == ([True] if what else [])
    (rule,) = (one for one in audience.rules if one.code == "AF014")
    assert (rule.places, rule.found) == (1, int(bool(what)))


def test_without_a_segment_no_reason_was_judged() -> None:
    (audience,) = report_of(dossier(segment="none")).audiences
    (rule,) = (one for one in audience.rules if one.code == "AF014")
    assert rule.places == 0


def test_no_audience_proves_nothing() -> None:
    report = report_of(replace(dossier(), audiences=(), checks=()))
    assert report.verdict is Verdict.UNPROVED
    assert Reader(page(report)).faults == []


def test_a_refusal_of_the_gate_counts() -> None:
    refused = Finding("AF101", "act_email__all", "person_id", "This does not hold", "", "ask again")
    judged = replace(dossier(), findings=(refused,))
    assert report_of(judged).audiences[0].verdict is Verdict.FOUND


@pytest.mark.parametrize(("count", "told"), [(0, 0), (1, NOT_TOLD), (19, NOT_TOLD), (20, 20), (500, 500)])
def test_a_count_below_k_is_not_told(count: int, told: int) -> None:
    assert counted(count, 20) == told


def test_small_counts_do_not_reach_the_page() -> None:
    checks = (Check("act_email__all", "AF101", 0, 1, 0, evaluated=17, unexpected=13),)
    text = page(report_of(replace(dossier(), checks=checks)))
    assert '<td class=n data-name="rows against">&lt;\u200920</td>' in text
    assert '<td class=n data-name="rows looked at">&lt;\u200920</td>' in text
    assert not re.search(r'data-name="rows[^"]*">1[37]<', text)


def test_a_way_by_which_a_value_passes_comes_before_a_shorter_one() -> None:
    graph = graph_of(project())
    target = Vertex("model.shop.act_email__all", "person_id")
    found = {origin: (shown, edges) for origin, shown, edges in ways_back(graph, target)}
    shown, edges = found[Vertex("source.shop.crm.persons", "person_id")]
    assert shown
    assert [edge.target.node for edge in edges] == ["model.shop.stg_persons", "model.shop.seg_all", target.node]
    assert all(edge.subtype is Subtype.IDENTITY for edge in edges)


def test_a_hop_leads_to_its_line() -> None:
    text = render(dossier(LEAK))
    assert '<li id="sql-seg_all-3" class="hit">where score &gt; 0.5</li>' in text
    assert '<a href="#sql-seg_all-3">models/segments/seg_all.sql:3</a>' in text
    assert "<pre>where <mark>score</mark> &gt; 0.5</pre>" in text


def test_the_file_is_written_once(tmp_path: Path) -> None:
    path = tmp_path / "lineage" / "index.html"
    assert write(path, "a") == 1
    before = path.stat()
    write(path, "a")
    assert path.stat().st_mtime_ns == before.st_mtime_ns
    write(path, "ä")
    assert path.read_text(encoding="utf-8") == "ä"
    assert [file.name for file in path.parent.iterdir()] == ["index.html"]


def luminance(colour: str) -> float:
    """As WCAG 2 has it."""
    parts = [int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5)]
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


@pytest.mark.parametrize("mode", [0, 1], ids=["light", "dark"])
def test_text_is_dark_enough_to_read(mode: int) -> None:
    blocks = re.findall(r":root \{(.*?)\}", style(), flags=re.DOTALL)
    colours = dict(re.findall(r"--([\w-]+): (#[0-9a-f]{6})", blocks[mode]))
    pairs = [(text, ground) for text in ("ink", "quiet", "link") for ground in ("paper", "raised", "sunk")]
    pairs += [(kind, f"{kind}-tint") for kind in ("good", "bad", "open")] + [("ink", "mark"), ("ink", "open-tint")]
    pairs += [(text, "paper") for text in ("blue", "teal", "violet", "grey", "bad", "good", "open")]
    for text, ground in pairs:
        light, dark = sorted((luminance(colours[text]), luminance(colours[ground])), reverse=True)
        assert (light + 0.05) / (dark + 0.05) >= 4.5, f"{text} on {ground}"
