"""Write the auditors' page of a project that has been built: ``python -m askfirst.report``."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from askfirst.errors import AskfirstStop
from askfirst.report.page import render
from askfirst.report.read import read_dossier
from askfirst.report.write import write


def main(arguments: list[str] | None = None) -> int:
    """Read, render, write. Exit codes are those of askfirst: 0, 2 wrong use, 3 missing evidence."""
    parser = argparse.ArgumentParser(prog="python -m askfirst.report", description=__doc__.split("\n")[0])
    parser.add_argument("--project-dir", type=Path, default=Path(), help="the dbt project (default: here)")
    parser.add_argument("--target-dir", type=Path, default=Path("target"), help="dbt's target folder (default: target)")
    parser.add_argument("--warehouse", type=Path, help="the DuckDB file that was built; without it nothing is proved")
    parser.add_argument("--out", type=Path, default=Path("target/lineage/index.html"), help="where the page goes")
    options = parser.parse_args(arguments)
    try:
        dossier = read_dossier(options.project_dir, options.target_dir, options.warehouse)
    except AskfirstStop as stop:
        print(stop, file=sys.stderr)
        return stop.exit_code
    size = write(options.out, render(dossier))
    print(f"{options.out}: {size:,} bytes")
    return 0


if __name__ == "__main__":
    sys.exit(main())
