"""The errors that stop a run on purpose. Their text is the interface: what, where, why, what to do; never a value.

dbt-duckdb prints an exception of a Python model as a whole traceback, in which the message drowns. It shows the bare
name and the message, lines kept, for a class that claims to be a builtin and shows neither traceback nor cause. The
cause is hidden for a second reason: the text of a database's error may quote data.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

if TYPE_CHECKING:
    from types import TracebackType


class AskfirstStop(Exception):  # noqa: N818 - the name is what a person reads first in dbt's output
    """A run ends here, and nothing is published. ``exit_code`` is what the command line ends with."""

    exit_code: ClassVar[int] = 1

    def __init_subclass__(cls) -> None:
        cls.__module__ = "builtins"

    @property
    def __traceback__(self) -> TracebackType | None:
        return None

    @__traceback__.setter
    def __traceback__(self, value: TracebackType | None) -> None:
        """Nothing keeps it."""

    @property
    def __cause__(self) -> BaseException | None:
        return None

    @__cause__.setter
    def __cause__(self, value: BaseException | None) -> None:
        """Nothing shows it."""

    @property
    def __suppress_context__(self) -> bool:
        return True

    @__suppress_context__.setter
    def __suppress_context__(self, value: bool) -> None:
        """Nothing changes it."""


class GateClosed(AskfirstStop):
    """The gate found a leak, or an expectation failed."""


class InvalidDocument(AskfirstStop):
    """What was put together breaks its own schema, and is not shown."""


class WrongConfiguration(AskfirstStop):
    """A file of the project says something that cannot be followed."""

    exit_code = 2


class EvidenceMissing(AskfirstStop):
    """What would prove it is missing, stale or unreadable: not proved is not clean."""

    exit_code = 3
