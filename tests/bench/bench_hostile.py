"""Measures how long hostile requests keep the server busy: each of them is answered in well under a tenth of a second."""

from __future__ import annotations

import time

from .scratch import scratch_database

Row = tuple[str, str, str]
TRIES = 3


def run() -> list[Row]:
    """Return the slowest hostile requests, each by the best of a few tries, since the machine does other things too."""
    with scratch_database():
        from django.conf import settings
        from django.test import Client, override_settings

        from tests import factories
        from tests.api.hostile import every

        site = factories.make_site()
        for n in range(20):
            factories.recording(site, f"Recording {n}")
        client = Client()
        figures = []
        endless = {"cost_per_minute": 10**12, "cost_burst": 10**12}
        with override_settings(API_RATES=dict.fromkeys(settings.API_RATES, endless)):
            for one in every():
                best = float("inf")
                for _ in range(TRIES):
                    began = time.perf_counter()
                    response = client.generic(
                        one.method, one.path, one.body, content_type=one.content_type, **one.headers
                    )
                    best = min(best, time.perf_counter() - began)
                    assert response.status_code < 500, one.name
                figures.append((best, one.name))
    figures.sort(reverse=True)
    over = sum(seconds > 0.1 for seconds, _ in figures)
    rows = [(f"Hostile: {name[:50]}", f"{seconds * 1000:.0f} ms", "< 100 ms") for seconds, name in figures[:5]]
    return [*rows, (f"Hostile: of {len(figures)} over 100 ms", str(over), "0")]
