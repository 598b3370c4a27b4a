"""Python's collector of cycles, held back while thousands of syntax trees come and go."""

from __future__ import annotations

import gc
from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

OFTEN = 150_000  # characters of SQL whose trees may wait to be thrown away: some 10 MB


@contextmanager
def collecting_rarely() -> Iterator[Callable[[int], None]]:
    """Collect only when told, and then only what is young.

    A syntax tree is a cycle (each node knows its parent), so the collector has to look for it; left to itself it looks
    through all that is kept, again and again: a third of the time. The function given counts characters of SQL.
    """
    waiting = 0

    def tick(amount: int) -> None:
        nonlocal waiting
        waiting += amount
        if waiting >= OFTEN:
            waiting = 0
            gc.collect(0)

    was_enabled = gc.isenabled()
    gc.disable()
    try:
        yield tick
    finally:
        if was_enabled:
            # What was kept is old from here on. Otherwise the collector would look through all of it at once.
            gc.freeze()
            gc.unfreeze()
            gc.enable()
