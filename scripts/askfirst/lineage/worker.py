"""The other end of `parallel`: reads a task from standard input, writes lines for the cache to standard output."""

from __future__ import annotations

import json
import sys
from typing import Any

from askfirst.lineage.cache import FlowsCache
from askfirst.lineage.context import Unreadable
from askfirst.lineage.dialects import binding_of
from askfirst.lineage.guarded import counted
from askfirst.lineage.memory import collecting_rarely
from askfirst.lineage.schema import Schema, Table


def main() -> None:
    """Analyse each query of the task."""
    task: dict[str, Any] = json.load(sys.stdin)
    dialect = task["dialect"]
    binding = binding_of(dialect)
    if binding is None:
        sys.exit(f"dialect {dialect} is not known")
    schema = Schema(binding)
    for parts, name, columns, complete, keys in task["tables"]:
        listed = tuple((column, kind) for column, kind in columns)
        schema.add(parts, Table(name, listed, complete, frozenset(frozenset(key) for key in keys)))
    cache = FlowsCache()
    with collecting_rarely() as tick:
        read = cache.reading(counted(tick))
        for sql in task["sqls"]:
            try:
                read(sql, schema, dialect)
            except Unreadable:
                continue  # it is in the cache, or else it is for whoever asks to find out
    sys.stdout.write("\n".join(map(cache.line, cache.used)))


if __name__ == "__main__":
    main()
