"""A clean build of the sample world, made once, which each test copies before it does anything to it."""

from __future__ import annotations

import shutil
from pathlib import Path

import bad_idea
import pytest


@pytest.fixture(scope="session")
def clean_build(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the project in which `dbt build` has passed on the sample world."""
    project = bad_idea.copy_project(tmp_path_factory.mktemp("clean") / "project")
    build = bad_idea.build(project)
    assert build.exit_code == 0, build.output
    assert build.published, "a clean build publishes"
    return project


@pytest.fixture
def project(clean_build: Path, tmp_path: Path) -> Path:
    """A copy of the clean build, warehouse and all, for one test to spoil."""
    return Path(shutil.copytree(clean_build, tmp_path / "project"))
