"""A report names rule, model, column and way out, says the same thing once, and is no wall."""

from __future__ import annotations

from askfirst.findings import Finding, render


def finding(code: str = "AF002", model: str = "act_a", column: str = "income", what: str = "it is bought") -> Finding:
    return Finding(code, model, column, what, "nobody told us", "take it out", f"models/{model}.yml:7")


def test_one_finding() -> None:
    assert render([finding()], "1 finding").splitlines() == [
        "1 finding",
        "",
        "AF002  a bought or received column is shown to marketing  (docs/rules/AF002.md)",
        "  act_a.income  models/act_a.yml:7",
        "    what  it is bought",
        "    why   nobody told us",
        "    fix   take it out",
    ]


def test_the_same_of_several_places_is_said_once() -> None:
    text = render([finding(model=f"act_{number}") for number in range(7)], "7 findings")
    assert text.count("it is bought") == 1
    assert "  and 3 more places" in text


def test_a_way_out_of_several_statements_stands_after_the_last() -> None:
    findings = [finding(what="it is bought"), finding(what="it was appended"), finding("AF101")]
    assert [line.split()[0] for line in render(findings, "3 findings").splitlines() if line] == [
        *("3", "AF002", "act_a.income", "what", "act_a.income", "what", "why", "fix"),
        *("AF101", "act_a.income", "what", "why", "fix"),
    ]


def test_order_and_doubles_do_not_matter() -> None:
    findings = [finding("AF101"), finding("AF002"), finding("AF002", what="another")]
    assert render(findings, "") == render([*reversed(findings), *findings], "")


def test_a_hundred_findings_fit_on_a_screen() -> None:
    findings = [finding(code, what=f"{code} {number:02}") for code in ("AF001", "AF101") for number in range(50)]
    lines = render(findings, "100 findings").splitlines()
    assert len(lines) < 50
    assert lines[-1] == "and 90 more, under AF001, AF101"


def test_what_is_empty_is_not_shown() -> None:
    text = render([Finding("AF101", "act_a", "", "it broke", "", "mend it")], "")
    assert text.splitlines()[3:] == ["  act_a", "    what  it broke", "    fix   mend it"]
