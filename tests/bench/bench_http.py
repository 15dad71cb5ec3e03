"""Measures what HTTP adds and saves: kept answers and 304s against a constant answer on the same server, and memory under load.

The two constants are 90 kB each: one bare, at the web server's own interface, and one that a Django view gives. All run in
one granian with two workers on the same database, by turns, so that what the machine does meanwhile meets all alike.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from statistics import median
from urllib.parse import urlencode

import orjson

from .load import Figures, Request, Server, answer_of, load, serving
from .partner_queries import Q1, Q2, Q3, Q4, PartnerQuery
from .scratch import scratch_database

# As tests.bench.served names them (importing it would start the site here).
BARE, THROUGH_DJANGO = "/constant/", "/constant/django/"
SECONDS, ROUNDS = 3, 3
MANY_REQUESTS = 100_000
Row = tuple[str, str, str]


def run() -> list[Row]:
    """Return rows of name, figure and target."""
    with scratch_database():
        from .partner_library import Maker

        Maker().make()
        return measure()


def measure() -> list[Row]:
    """Serve the scratch database and measure."""
    from django.conf import settings
    from django.db import connection

    from cms.access.models import TrustedDocument
    from tests import factories

    key = factories.api_key(factories.organisation("Organisation 0"))
    document = TrustedDocument.objects.register(Q3.query, name="Q3").document_id
    connection.close()
    unlimited = str(10**9)
    environment = {
        "DJANGO_SETTINGS_MODULE": "cms.settings.dev", "DATABASE_URL": database_url(connection.settings_dict),
        "VAR_DIR": str(settings.VAR_DIR), "SEARCH_INDEX_DIR": str(settings.SEARCH_INDEX_DIR), "LOG_LEVEL": "WARNING",
    }  # fmt: skip
    for kind in ("CLIENT", "PUBLIC"):
        environment |= {f"API_{kind}_COST_PER_MINUTE": unlimited, f"API_{kind}_COST_BURST": unlimited}
    with serving("tests.bench.served:application", **environment) as server:
        rows = [*rates(server, document, key), *memory(server)]
    # What replaying brings: the same with its switch off. Where a kept GET stayed above 60 % of the bare constant, it would go.
    with serving("tests.bench.served:application", **environment, API_REPLAY_SECONDS="0") as server:
        return [*rows, *rates(server, document, key, is_replayed=False)]


def database_url(described: dict) -> str:
    if described["ENGINE"].endswith("sqlite3"):
        return f"sqlite:///{described['NAME']}"
    host, port = described["HOST"] or "127.0.0.1", described["PORT"] or 5432
    user = described["USER"] + (f":{described['PASSWORD']}" if described["PASSWORD"] else "")
    return f"postgres://{user}@{host}:{port}/{described['NAME']}"


@dataclass
class Case:
    """A request, the share of the constant's requests a second that is promised for it, and what was measured."""

    name: str
    request: Request
    share: float = 0.0
    figures: list[Figures] = field(default_factory=list)

    @property
    def per_second(self) -> float:
        return median(figure.per_second for figure in self.figures)

    @property
    def microseconds(self) -> float:
        return median(figure.server_microseconds for figure in self.figures)


def post(query: PartnerQuery, **headers: str) -> Request:
    return Request("/graphql/", "POST", {"Content-Type": "application/json", **headers}, query.body)


def rates(server: Server, document: str, key: str, *, is_replayed: bool = True) -> list[Row]:
    """Return the figures of cached answers against the two constants; the targets hold for replayed ones."""
    address = "/graphql/?" + urlencode({"documentId": document, "variables": orjson.dumps(Q3.variables).decode()})
    with_key = {"Authorization": f"Bearer {key}"}
    etag = answer_of(server, Request(address))[1]["etag"]
    cases = [
        Case("a constant of 90 kB, bare", Request(BARE)),
        Case("a constant of 90 kB, through Django", Request(THROUGH_DJANGO)),
        Case("Q3 kept, POST", post(Q3), 0.7),
        Case("Q3 kept, GET", Request(address), 0.7),
        Case("Q3 kept, GET with a key", Request(address, headers=with_key), 0.7),
        Case("Q3 kept, GET, brotli", Request(address, headers={"Accept-Encoding": "br"})),
        Case("Q3 by ETag, 304", Request(address, headers={"If-None-Match": etag}), 0.9),
    ]
    for _ in range(ROUNDS):
        for case in cases:
            case.figures.append(load(server, case.request, seconds=SECONDS))
    bare, django = cases[0], cases[1]
    rows = []
    for case in cases:
        figure = f"{case.per_second:,.0f}/s, {case.microseconds:.0f} µs CPU of the server"
        if case.share:
            shares = case.per_second / django.per_second, case.per_second / bare.per_second
            figure += f"; {shares[0]:.0%} of the constant through Django, {shares[1]:.0%} of the bare one"
        target = f"≥ {case.share:.0%} of the constant" if case.share and is_replayed else ""
        rows.append((f"HTTP, {case.name}{'' if is_replayed else ', never replayed'}", figure, target))
    assert {status for case in cases[:-1] for figures in case.figures for status in figures.statuses} == {200}
    assert {status for figures in cases[-1].figures for status in figures.statuses} == {304}
    return rows


def memory(server: Server) -> list[Row]:
    """Send many requests of many kinds, and look at the server's memory on the way."""
    done, seen = 0, []
    number = 0
    while done < MANY_REQUESTS:
        queries = [PartnerQuery("", Q2.query, {"first": 1 + number % 100}), Q1, Q4, Q3]
        for query in queries:
            figures = load(server, post(query, **{"Accept-Encoding": "gzip"}), seconds=1)
            done += round(figures.per_second)
        number += 1
        seen.append((done, server.megabytes()))
    early = next(megabytes for count, megabytes in seen if count >= MANY_REQUESTS // 5)
    late = seen[-1][1]
    return [
        (
            f"HTTP, memory of 2 workers after {done:,} requests",
            f"{late:.0f} MB (after a fifth: {early:.0f})",
            "< 300 MB, flat",
        )
    ]
