"""Measures a messy shared drive from folder to found: the import, the same again, and how soon a publication is found."""

from __future__ import annotations

import time
from pathlib import Path
from statistics import median

from tests.bench.scratch import scratch_database

SAMPLE = Path(__file__).resolve().parents[3] / "shared" / "drive-sample"
ROUNDS = 10


def run() -> list[tuple[str, str, str]]:
    """Return rows of name, figure and target."""
    with scratch_database():
        rows = import_twice() if SAMPLE.is_dir() else [("import of a shared drive", "skipped: no sample beside", "")]
        return [*rows, publish_to_found()]


def import_twice() -> list[tuple[str, str, str]]:
    """Return the rows for importing the sample drive, published, and for importing it again."""
    from library.ingest.importer import apply_plan, known_now
    from library.ingest.manifest import scan_share
    from library.ingest.plan import make_plan

    taken, reports = [], []
    for _ in range(2):
        started = time.perf_counter()
        plan = make_plan(scan_share(SAMPLE), known_now())
        reports.append(apply_plan(plan, SAMPLE, publish=True).counts)
        taken.append(time.perf_counter() - started)
    created, again = (sum(counts.values()) for counts in reports)
    return [
        (f"import of a shared drive ({created} changes, published and indexed)", f"{taken[0]:.1f} s", "< 60 s"),
        ("the same import again", f"{again} changes in {taken[1]:.1f} s", "0 changes"),
    ]


def publish_to_found() -> tuple[str, str, str]:
    """Return the row for the time from 'publish' to a search that finds the new words."""
    from cms.access.principals import VISITOR
    from search.indexing.index import engine
    from tests import factories

    page = factories.recording(factories.make_site(), captions=factories.cues("words of before"))
    taken = []
    for number in range(ROUNDS):
        page.title = f"Zanzibar{number}x"
        revision = page.save_revision()
        started = time.perf_counter()
        revision.publish()
        while not engine().search(page.title, VISITOR.audience_tokens).total:
            time.sleep(0.005)
        taken.append(time.perf_counter() - started)
    return "from publish to found", f"{median(taken) * 1000:.0f} ms", "< 2,000 ms"
