"""Import Great Expectations while the models are built: a dbt-duckdb plugin, in profiles.yml beside the others.

The import takes seconds of one core, and the gate, which needs it, runs last and alone. Without the plugin the gate
imports for itself.
"""

from __future__ import annotations

import os
from importlib import import_module
from threading import Thread

from dbt.adapters.duckdb.plugins import BasePlugin

LIBRARY = "great_expectations"


class Plugin(BasePlugin):
    """Starts the import when dbt opens the warehouse; a run that ends before it does not wait for it."""

    def initialize(self, config: dict[str, object]) -> None:  # noqa: ARG002 - the plugin takes no options
        """Begin the import in the background."""
        os.environ["GX_ANALYTICS_ENABLED"] = "false"  # read when it is imported
        Thread(target=import_module, args=(LIBRARY,), name=f"import {LIBRARY}", daemon=True).start()
