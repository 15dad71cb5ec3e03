"""Measures the partner API on a database of its own: statements and time of lists of 100 things, and of a remembered document."""

from __future__ import annotations

import time
from collections.abc import Callable
from statistics import median

import orjson

from tests.bench.scratch import scratch_database

RECORDINGS = 100
ROUNDS = 12


def run() -> list[tuple[str, str, str]]:
    """Return rows of name, figure and target."""
    with scratch_database():
        return measure()


def measure() -> list[tuple[str, str, str]]:
    """Make the content and measure."""
    from tests.api.asking import ask
    from tests.api.many import make_library
    from tests.api.test_statements import A_HUNDRED_RECORDINGS, MOST_STATEMENTS, SHAPES

    make_library(RECORDINGS)
    rows = []
    for name, query in {f"{RECORDINGS} recordings with all": A_HUNDRED_RECORDINGS, **SHAPES}.items():
        # The first time draws pictures; from then on they are there.
        ask(query, first=RECORDINGS)
        few, many = (len(ask(query, first=first).statements) for first in (1, RECORDINGS))
        target = f"≤ {MOST_STATEMENTS}, as for 1" if query is A_HUNDRED_RECORDINGS else "as for 1"
        rows.append((f"API, {name}: statements for 100 and for 1", f"{many} and {few}", target))
        rows.append((f"API, {name}: CPU", milliseconds(poster(query)), ""))
    rows.append(("API, the smallest query: CPU", milliseconds(poster("{ viewer { kind } }")), ""))
    return [*rows, slowest_attack()]


def slowest_attack() -> tuple[str, str, str]:
    """Return the row for the hostile query that takes longest to be refused (each is sent once: none is remembered)."""
    from tests.api.test_limits import ATTACKS

    taken = {}
    for name, query in ATTACKS.items():
        post = poster(query)
        started = time.process_time()
        post()
        taken[name] = time.process_time() - started
    name = max(taken, key=lambda one: taken[one])
    return f"API, slowest of {len(ATTACKS)} attacks ({name}): CPU", f"{taken[name] * 1000:.0f} ms", "< 100 ms"


def poster(query: str) -> Callable[[], object]:
    """Return a function that sends the query through the whole of Django, without counting statements."""
    from django.test import Client

    client, body = Client(), orjson.dumps({"query": query, "variables": {"first": RECORDINGS}})
    return lambda: client.post("/graphql/", body, content_type="application/json")


def milliseconds(act: Callable[[], object]) -> str:
    """Return the median CPU time, of this process alone."""
    taken = []
    for _ in range(ROUNDS):
        started = time.process_time()
        act()
        taken.append(time.process_time() - started)
    return f"{median(taken) * 1000:.1f} ms"
