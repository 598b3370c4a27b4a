"""Clean builds, each made once for all of pytest's workers, which a test copies before it does anything to them."""

from __future__ import annotations

import os
import shutil
from pathlib import Path
from typing import TYPE_CHECKING

import bad_idea
import pytest
from filelock import FileLock

if TYPE_CHECKING:
    from collections.abc import Callable


def made_once(factory: pytest.TempPathFactory, name: str, make: Callable[[Path], None]) -> Path:
    """A folder that the first worker to ask for it makes, while the others wait; what fails is made again."""
    alone = "PYTEST_XDIST_WORKER" not in os.environ
    shared = factory.getbasetemp() if alone else factory.getbasetemp().parent
    folder, done = shared / name, shared / f"{name}.done"
    with FileLock(shared / f"{name}.lock"):
        if not done.exists():
            shutil.rmtree(folder, ignore_errors=True)
            make(folder)  # where it stays: views of the raw files hold their whole path
            done.touch()
    return folder


@pytest.fixture(scope="session")
def clean_build(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the project in which `dbt build` has passed on the sample world."""

    def make(folder: Path) -> None:
        build = bad_idea.build(bad_idea.copy_project(folder))
        assert build.exit_code == 0, build.output
        assert build.published, "a clean build publishes"

    return made_once(tmp_path_factory, "clean", make)


@pytest.fixture(scope="session")
def demo_build(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the project in which `dbt build` has passed on the real data and its overlay."""

    def make(folder: Path) -> None:
        run = bad_idea.dbt(
            bad_idea.copy_project(folder), "build", "--quiet", *bad_idea.WITHOUT_UNIT_TESTS, target="demo"
        )
        assert run.exit_code == 0, run.output

    return made_once(tmp_path_factory, "demo", make)


@pytest.fixture
def project(clean_build: Path, tmp_path: Path) -> Path:
    """A copy of the clean build, warehouse and all, for one test to spoil."""
    return Path(shutil.copytree(clean_build, tmp_path / "project"))
