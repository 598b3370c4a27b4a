"""Every bad idea is stopped with its code, model and column, and publishes nothing; its clean twin passes."""

from __future__ import annotations

from typing import TYPE_CHECKING

import bad_idea
import pytest

if TYPE_CHECKING:
    from pathlib import Path

IDEAS = bad_idea.ideas()


@pytest.mark.parametrize("idea", IDEAS, ids=lambda idea: idea.name)
def test_the_leak_is_stopped_and_nothing_is_published(idea: bad_idea.Idea, project: Path) -> None:
    before = bad_idea.checksum(project / bad_idea.PUBLISHED)
    bad_idea.apply(idea.leak, project)
    bad_idea.write_suites(idea.leak, project)

    # without unit tests, some of which would stop it too: the gate has to, by itself
    build = bad_idea.build(project, *bad_idea.touched(idea.leak), *bad_idea.WITHOUT_UNIT_TESTS)

    assert build.exit_code == idea.exit_code, build.output
    assert build.published == before, "a stopped build leaves the published file as it was, to the byte"
    assert set(idea.expect) <= build.findings, sorted(map(str, build.findings))
    for finding in idea.expect:
        assert finding.code in build.output
        assert finding.model in build.output
    assert "Traceback" not in build.output


def together(ideas: list[bad_idea.Idea]) -> list[list[bad_idea.Idea]]:
    """Ideas whose clean twins edit different files, in as few groups as a first fit finds."""
    groups: list[tuple[set[str], list[bad_idea.Idea]]] = []
    for idea in ideas:
        files = {edit.file for edit in idea.clean}
        for taken, group in groups:
            if not files & taken:
                taken.update(files)
                group.append(idea)
                break
        else:
            groups.append((files, [idea]))
    return [group for _, group in groups]


def assert_clean(project: Path, edits: tuple[bad_idea.Edit, ...]) -> None:
    """A build with these edits passes, and nothing is found."""
    bad_idea.apply(edits, project)
    bad_idea.write_suites(edits, project)

    build = bad_idea.build(project, *bad_idea.touched(edits))

    assert build.exit_code == 0, build.output
    assert not build.findings


@pytest.mark.parametrize("ideas", together(IDEAS), ids=lambda ideas: "+".join(idea.name for idea in ideas))
def test_clean_twins_pass_together(ideas: list[bad_idea.Idea], project: Path) -> None:
    assert_clean(project, tuple(edit for idea in ideas for edit in idea.clean))


@pytest.mark.proof
@pytest.mark.parametrize("idea", IDEAS, ids=lambda idea: idea.name)
def test_its_clean_twin_passes(idea: bad_idea.Idea, project: Path) -> None:
    assert_clean(project, idea.clean)
