"""`make bench`: runs every bench_*.py beside this file and prints its figures next to what was promised.

Name some to run only these: `python -m tests.bench search api`.
"""

from __future__ import annotations

import argparse
import importlib
import os
import sys
import time
from pathlib import Path

from rich.console import Console
from rich.table import Table


def main(names: list[str]) -> int:
    """Run the benches (all of them, or those named) and return how many could not be run."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "cms.settings.test")
    folder = Path(__file__).resolve().parent
    wanted = sorted(path.stem for path in folder.glob("bench_*.py"))
    if names:
        wanted = [name for name in wanted if name.removeprefix("bench_") in names]
    table = Table("what", "measured", "promised", title="Figures of this machine")
    broken = 0
    console = Console()
    for name in wanted:
        began = time.monotonic()
        console.print(f"{name} …", style="dim")
        try:
            for row in importlib.import_module(f"tests.bench.{name}").run():
                table.add_row(*row)
        except Exception as error:
            broken += 1
            table.add_row(name, f"[red]{type(error).__name__}: {error}", "")
        console.print(f"{name}: {time.monotonic() - began:.0f} s", style="dim")
    console.print(table)
    return broken


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description="Measure, and print the figures next to what was promised.")
    parser.add_argument("names", nargs="*", help="benches to run; all when none is named")
    parser.add_argument("--operations", type=int, help="how many editorial operations `follow` carries out")
    options = parser.parse_args()
    if options.operations:
        os.environ["BENCH_OPERATIONS"] = str(options.operations)
    sys.exit(main(options.names))
