"""The docs hold what they promise: a page for each code, the same headings, links that lead somewhere."""

import csv
import re
from pathlib import Path

import bad_idea
import pytest
from askfirst.findings import RULES as TITLES

ROOT = Path(__file__).parents[2]
RULES = ROOT / "docs" / "rules"
HEADINGS = ["What", "Example", "Why", "Fix"]
OUT_OF_SCOPE = {"R28", "R29"}  # decision 0007 says that they stay free
STATUS = re.compile(r"enforced since \d+\.\d+\.\d+(, in part: .+)?|planned: flow analysis")

PAGES = sorted(RULES.glob("AF*.md"))
MARKDOWN = sorted([*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")])


def relative(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def status(page: Path) -> str:
    (text,) = re.findall(r"^\*\*Status:\*\* (.+)$", page.read_text(encoding="utf-8"), flags=re.MULTILINE)
    return str(text)


def codes_in_scripts() -> set[str]:
    texts = (file.read_text(encoding="utf-8") for file in (ROOT / "scripts").rglob("*.py"))
    return {code for text in texts for code in re.findall(r"\bAF\d{3}\b", text)}


def prose(page: Path) -> str:
    """A page without its code blocks."""
    return re.sub(r"^ *```.*?^ *```$", "", page.read_text(encoding="utf-8"), flags=re.MULTILINE | re.DOTALL)


def anchors(page: Path) -> set[str]:
    """The anchors of a page's headings, as the usual viewers of Markdown make them."""
    headings = re.findall(r"^#+ (.+)$", prose(page), flags=re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}


def broken_links(page: Path) -> list[str]:
    """The links of a page that lead to no file, or to no heading, of this project."""
    broken = []
    for target in re.findall(r"\]\(([^)\s]+)\)", prose(page)):
        if re.match(r"[a-z]+:", target):
            continue
        name, _, anchor = target.partition("#")
        file = (page.parent / name).resolve() if name else page
        if not file.exists() or (anchor and anchor not in anchors(file)):
            broken.append(target)
    return broken


def test_every_code_has_a_leak_that_shows_it_and_a_clean_twin() -> None:
    ideas = bad_idea.ideas()
    assert {finding.code for idea in ideas for finding in idea.expect} == set(TITLES) == {page.stem for page in PAGES}
    assert all(idea.leak and idea.clean for idea in ideas)


def test_every_code_in_the_scripts_has_a_page() -> None:
    assert codes_in_scripts() <= {page.stem for page in PAGES}


def test_every_code_that_is_called_enforced_is_in_the_scripts() -> None:
    enforced = {page.stem for page in PAGES if status(page).startswith("enforced")}
    assert enforced <= codes_in_scripts()


def test_findings_and_pages_have_the_same_titles() -> None:
    titles = {page.stem: page.read_text(encoding="utf-8").splitlines()[0].partition(": ")[2] for page in PAGES}
    assert {code: titles[code] for code in TITLES} == TITLES


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.stem)
def test_a_page_has_its_title_its_status_and_the_four_headings(page: Path) -> None:
    text = page.read_text(encoding="utf-8")
    assert re.match(rf"# {page.stem}: \S", text)
    assert STATUS.fullmatch(status(page))
    assert re.findall(r"^## (.+)$", text, flags=re.MULTILINE) == HEADINGS


def test_the_index_lists_each_page_with_its_title_and_status() -> None:
    listed = re.findall(
        r"^\| \[(AF\d{3})\]\(\1\.md\) \| (.+) \| (.+) \|$",
        (RULES / "README.md").read_text(encoding="utf-8"),
        flags=re.MULTILINE,
    )
    expected = [
        (page.stem, page.read_text(encoding="utf-8").splitlines()[0].partition(": ")[2], status(page).split(":")[0])
        for page in PAGES
    ]
    assert [(code, title, state.split(":")[0]) for code, title, state in listed] == expected


@pytest.mark.parametrize("page", MARKDOWN, ids=relative)
def test_links_lead_somewhere(page: Path) -> None:
    assert broken_links(page) == []


@pytest.mark.parametrize("page", MARKDOWN, ids=relative)
def test_consent_rules_that_the_docs_name_are_in_the_seed(page: Path) -> None:
    with (ROOT / "seeds" / "reference" / "consent_rules.csv").open(encoding="utf-8", newline="") as file:
        known = {row["rule_id"] for row in csv.DictReader(file)}
    assert set(re.findall(r"\bR\d{2}\b", page.read_text(encoding="utf-8"))) <= known | OUT_OF_SCOPE


def test_pages_load_nothing_from_elsewhere() -> None:
    tags = "script|link|img|iframe|source|video|audio|object|embed"
    loads = re.compile(rf"""<(?:{tags})\b[^>]*\b(?:src|href|data)\s*=\s*["']?(?:https?:)?//""", re.IGNORECASE)
    imports = re.compile(r"""@import\s+|url\(\s*["']?(?:https?:)?//""", re.IGNORECASE)
    for page in sorted((ROOT / "docs").rglob("*.html")):
        text = page.read_text(encoding="utf-8")
        assert not loads.search(text), relative(page)
        assert not imports.search(text), relative(page)
