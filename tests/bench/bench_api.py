"""Measures the partner API: statements and CPU of what partners ask, next to the same list written by hand, and hostile queries.

On PostgreSQL (`TEST_DATABASE_URL`) the CPU of the database counts too; what a machine makes of it shows in the ratio to the floor.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import replace
from itertools import count as numbers

import orjson

from .partner_queries import PARTNER_QUERIES, Q3, PartnerQuery, sender
from .processor import Act, side_by_side
from .scratch import scratch_database

MOST_STATEMENTS = 8
_numbers = numbers()
ANY_RATE = {kind: {"cost_per_minute": 10**12, "cost_burst": 10**12} for kind in ("client", "public")}
Row = tuple[str, str, str]


def run() -> list[Row]:
    """Return rows of name, figure and target."""
    with scratch_database():
        from django.db import connection
        from django.test import override_settings

        from .partner_library import Maker

        Maker().make()
        connection.settings_dict.update(CONN_MAX_AGE=None, CONN_HEALTH_CHECKS=False)
        with connection.cursor() as cursor:
            cursor.execute("ANALYZE")
        with override_settings(ROOT_URLCONF="tests.bench.floor", API_USAGE_SECONDS=0, API_RATES=ANY_RATE):
            return [*statements(), *processor(), slowest_attack()]


def statements() -> list[Row]:
    """Count the statements of each query, without a key and with one."""
    from tests import factories

    key = factories.api_key(factories.organisation("Organisation 0"))
    rows = []
    for query in PARTNER_QUERIES:
        own = count(query)
        figure = f"{own}, with a key {count(query, key)}"
        target = f"≤ {MOST_STATEMENTS}"
        if query.fewer is not None:
            fewer = PartnerQuery(query.name, query.query, query.fewer)
            figure += f"; {count(fewer)} for {query.fewer['first']}"
            target += ", the same for fewer"
        rows.append((f"API, {query.name}: statements", figure, target))
    return rows


def count(query: PartnerQuery, key: str | None = None) -> int:
    """Return the number of statements of a request, the finding of the key included."""
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    headers = {} if key is None else {"HTTP_AUTHORIZATION": f"Bearer {key}"}
    # The first time draws pictures and learns the site's address; from then on they are there.
    checked(sender("/graphql/", query.body, **headers))
    # Another text with the same meaning: no answer to it is kept yet.
    unknown = replace(query, query=f"{query.query} # {next(_numbers)}")
    send = sender("/graphql/", unknown.body, **headers)
    with CaptureQueriesContext(connection) as captured:
        send()
    return len(captured)


def checked(send: Callable[[], tuple[str, bytes]]) -> Act:
    """Return a function that sends, and makes sure that there is an answer without errors."""
    status, body = send()
    answer = orjson.loads(body)
    assert status.startswith("200"), body[:500]
    assert "errors" not in answer, answer["errors"]
    return send


def processor() -> list[Row]:
    """Take the CPU of each query with nothing kept, and of the floor in the same turns."""
    from django.test import override_settings

    with override_settings(API_CACHE_BYTES=0):
        return uncached()


def uncached() -> list[Row]:
    floor = checked(sender("/floor/"))
    sent = [checked(sender("/graphql/", query.body)) for query in PARTNER_QUERIES]
    assert orjson.loads(sender("/floor/")()[1])["data"] == orjson.loads(sender("/graphql/", Q3.body)()[1])["data"]
    *taken, of_floor = side_by_side([*sent, floor])
    rows = []
    for query, seconds in zip(PARTNER_QUERIES, taken, strict=True):
        figure, target = f"{seconds * 1000:.1f} ms", ""
        if query is Q3:
            figure += f", {seconds / of_floor:.2f} × the floor"
            target = "≤ 20 ms, goal ≤ 1.5 × the floor"
        rows.append((f"API, {query.name}: CPU with database, uncached", figure, target))
    return [*rows, ("API, floor of Q3, by hand in five statements: CPU with database", f"{of_floor * 1000:.1f} ms", "")]


def slowest_attack() -> Row:
    """Return the row for the hostile query that takes longest to be refused (each is sent once: none is remembered)."""
    from tests.api.test_limits import ATTACKS

    taken = {}
    for name, query in ATTACKS.items():
        send = sender("/graphql/", orjson.dumps({"query": query, "variables": {"first": 100}}))
        started = time.process_time()
        send()
        taken[name] = time.process_time() - started
    name = max(taken, key=lambda one: taken[one])
    return f"API, slowest of {len(ATTACKS)} attacks ({name}): CPU", f"{taken[name] * 1000:.0f} ms", "< 100 ms"
