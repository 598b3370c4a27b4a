"""Room for deep queries: sqlglot's compiled parser reads what Python's recursion limit would not let us follow."""

from __future__ import annotations

import re
import sys
import threading
from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable

STACK = 512 * 1024 * 1024  # address space; of memory only what is used
LEVELS = 150_000
DEEP = 1_000  # brackets in one another, from where the compiled parser may run over the end of a usual stack
DEEPEST = 20_000  # and from where it may run over the end of the large one
_one_at_a_time = threading.Lock()
Found = TypeVar("Found")


def with_room(work: Callable[[], Found], text: str) -> Found:
    """What some work on a text yields; where it does not fit on the stack, it is done again on a larger one.

    Raises RecursionError where it does not fit there either. The compiled parser does not look how much stack is left,
    so the text is looked at beforehand.
    """
    levels = nesting(text)
    if levels > DEEPEST:
        raise RecursionError(f"{levels} brackets in one another")
    if levels <= DEEP:
        try:
            return work()
        except RecursionError:
            pass
    return on_large_stack(work)


def nesting(text: str) -> int:
    """How deep brackets stand in one another at most; of CASE, how many there are, if that is more."""
    most = min(len(re.findall("case", text, re.IGNORECASE)), DEEPEST)
    level = 0
    for bracket in re.findall(r"[][(){}]", text) if sum(map(text.count, "([{")) > DEEP else ():
        level += 1 if bracket in "([{" else -1
        most = max(most, level)
    return most


def on_large_stack(work: Callable[[], Found]) -> Found:
    """Do some work in a thread with a large stack. Raises what the work raises, RecursionError among it."""
    found: list[Found] = []
    raised: list[BaseException] = []

    def run() -> None:
        try:
            found.append(work())
        except BaseException as error:  # noqa: BLE001 - it is raised again where the work was asked for
            raised.append(error)

    with _one_at_a_time:
        limit, size = sys.getrecursionlimit(), threading.stack_size(STACK)
        sys.setrecursionlimit(max(limit, LEVELS))
        try:
            thread = threading.Thread(target=run, name="askfirst-deep")
            thread.start()
            thread.join()
        finally:
            threading.stack_size(size)
            sys.setrecursionlimit(limit)
    if raised:
        raise raised[0]
    return found[0]
