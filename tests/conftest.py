"""What a test's counts came to, told at the end of a run: nobody sees what pytest's workers print."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable

FIGURES = "figures"


@pytest.fixture
def tell(record_property: Callable[[str, object], None]) -> Callable[[str], None]:
    """Leave some text for the end of the run."""
    return lambda text: record_property(FIGURES, text)


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Print what tests have left, each under its name."""
    reports = [*terminalreporter.getreports("passed"), *terminalreporter.getreports("failed")]
    for report in reports:
        texts = [text for name, text in report.user_properties if name == FIGURES]
        if report.when == "call" and texts:
            terminalreporter.section(report.nodeid, sep="-")
            terminalreporter.line("\n".join(texts))
