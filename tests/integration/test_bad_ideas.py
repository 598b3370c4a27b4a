"""Every bad idea is stopped with its code, model and column, and publishes nothing; its clean twin passes."""

from __future__ import annotations

from typing import TYPE_CHECKING

import bad_idea
import pytest

if TYPE_CHECKING:
    from pathlib import Path

IDEAS = bad_idea.ideas()


def leaky(idea: bad_idea.Idea) -> object:
    """An idea as a parameter; one that waits for a later wall is expected to get through until then."""
    marks = [pytest.mark.xfail(reason=f"waits for {idea.waits_for}", strict=True)] if idea.waits_for else []
    return pytest.param(idea, id=idea.name, marks=marks)


@pytest.mark.parametrize("idea", map(leaky, IDEAS))
def test_the_leak_is_stopped_and_nothing_is_published(idea: bad_idea.Idea, project: Path) -> None:
    before = bad_idea.checksum(project / bad_idea.PUBLISHED)
    bad_idea.apply(idea.leak, project)
    bad_idea.write_suites(idea.leak, project)

    build = bad_idea.build(project, *bad_idea.touched(idea.leak))

    assert build.exit_code == idea.exit_code, build.output
    assert build.published == before, "a stopped build leaves the published file as it was, to the byte"
    assert set(idea.expect) <= build.findings, sorted(map(str, build.findings))
    for finding in idea.expect:
        assert finding.code in build.output
        assert finding.model in build.output
    assert "Traceback" not in build.output


@pytest.mark.parametrize("idea", IDEAS, ids=lambda idea: idea.name)
def test_its_clean_twin_passes(idea: bad_idea.Idea, project: Path) -> None:
    bad_idea.apply(idea.clean, project)
    bad_idea.write_suites(idea.clean, project)

    build = bad_idea.build(project, *bad_idea.touched(idea.clean))

    assert build.exit_code == 0, build.output
    assert not build.findings
