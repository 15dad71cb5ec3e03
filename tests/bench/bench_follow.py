"""Random editorial operations by four writers at once, and followers that stop and resume: in the end they must have everything.

PostgreSQL only (TEST_DATABASE_URL). `python -m tests.bench follow --operations 10000` takes as long as a coffee.
"""

from __future__ import annotations

import os
import time

from django.conf import settings

from tests.bench.scratch import scratch_database

OPERATIONS = int(os.environ.get("BENCH_OPERATIONS", "1000"))
WRITERS = 4


def run() -> list[tuple[str, str, str]]:
    """Return rows of name, figure and target."""
    if "postgres" not in settings.DATABASES["default"]["ENGINE"]:
        return [("following, four writers at once", "not run", "needs TEST_DATABASE_URL=postgres://…")]
    with scratch_database():
        return measure()


def measure() -> list[tuple[str, str, str]]:
    """Carry out the operations and let the judge compare."""
    from tests.following.proof import prove

    began = time.monotonic()
    verdict = prove(OPERATIONS, writers=WRITERS)
    taken = time.monotonic() - began
    for wrong in (*verdict.ghosts, *verdict.misses, *verdict.stale):
        print(wrong)
    name = f"following {verdict.operations:,} operations by {WRITERS} writers"
    prevented = sum(verdict.prevented.values())
    return [
        (
            f"{name}: ghosts, misses, stale",
            f"{len(verdict.ghosts)}, {len(verdict.misses)}, {len(verdict.stale)}",
            "0, 0, 0",
        ),
        (f"{name}: pages read, stops", f"{verdict.pages:,}, {verdict.stops:,}", ""),
        (f"{name}: things in the end", ", ".join(f"{who} {n}" for who, n in verdict.things.items()), ""),
        (f"{name}: done, of these prevented by another writer", f"{sum(verdict.done.values()):,}, {prevented}", ""),
        (f"{name}: time", f"{taken:.0f} s", ""),
    ]
