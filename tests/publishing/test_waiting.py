"""Nobody hears of a change before every reader would find it: not its writer, nor those who follow changes."""

from __future__ import annotations

import ast
import re
from datetime import timedelta
from pathlib import Path

import pytest
from django.db import transaction

from cms.access.models import ApiKey
from cms.publishing.versions import advance_version
from cms.publishing.webhooks.queueing import enqueue_deliveries
from cms.replay import waiting
from cms.replay.waiting import AnnouncedVersions
from tests import factories
from tests.api.asking import post

SECONDS = 0.005


@pytest.fixture
def waits(monkeypatch, settings) -> list[float]:
    """The seconds that were waited, instead of waiting."""
    settings.API_REPLAY_SECONDS = SECONDS
    noted: list[float] = []
    monkeypatch.setattr(waiting.time, "sleep", noted.append)
    return noted


@pytest.mark.django_db(transaction=True)
@pytest.mark.slow
def test_a_commit_waits_once_however_much_it_changes(site, waits):
    page = factories.recording(site)
    waits.clear()
    with transaction.atomic():
        for number in range(5):
            page.title = f"Title {number}"
            page.save_revision().publish()
        assert waits == []
    assert waits == [SECONDS]
    advance_version()
    assert waits == [SECONDS] * 2


@pytest.mark.django_db(transaction=True)
def test_what_is_rolled_back_is_not_waited_for_and_hides_no_later_change(site, waits):
    waits.clear()
    with transaction.atomic():
        with pytest.raises(RuntimeError), transaction.atomic():
            advance_version()
            raise RuntimeError
        assert waits == []
    assert waits == []
    with transaction.atomic():
        with pytest.raises(RuntimeError), transaction.atomic():
            advance_version()
            raise RuntimeError
        advance_version()
    assert waits == [SECONDS]


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("end", ["revoke", "replace", "delete"])
def test_the_end_of_a_key_waits_too(waits, end):
    factories.api_key(factories.organisation("Alder Trust"))
    key = ApiKey.objects.get()
    waits.clear()
    endings = {"revoke": key.revoke, "replace": lambda: key.replace(overlap=timedelta(0)), "delete": key.delete}
    endings[end]()
    assert waits == [SECONDS]


def test_a_version_is_announced_when_it_has_been_known_for_long_enough(waits, monkeypatch):
    now = [100.0]
    monkeypatch.setattr(waiting.time, "monotonic", lambda: now[0])
    announced = AnnouncedVersions()
    announced.wait_until_visible(7, 7)
    # Others in this process wait as long, also for what is older.
    now[0] += SECONDS / 2
    announced.wait_until_visible(7, 7)
    announced.wait_until_visible(6, 7)
    assert waits == pytest.approx([SECONDS, SECONDS / 2, SECONDS / 2])
    now[0] += SECONDS
    announced.wait_until_visible(7, 7)
    assert len(waits) == 3
    announced.wait_until_visible(8, 8)
    assert waits[3:] == pytest.approx([SECONDS])
    # Brought back from a backup, the database counts from an earlier number on.
    now[0] += 1
    announced.wait_until_visible(5, 5)
    assert waits[4:] == pytest.approx([SECONDS])


def change() -> int:
    """Make a change and return its version, as another process that does not wait would."""
    with transaction.atomic():
        return advance_version()


def ask_for_changes() -> None:
    post({"query": "{ changes(first: 1) { nodes { id } } }"})


def count_changes() -> None:
    post({"query": "{ changes(first: 0) { totalCount } }"})


# Whatever lets somebody know of changes. A new one is added here, and found by the walk below where it is forgotten.
ANNOUNCERS = {
    "the feed of the API": ask_for_changes,
    "the count of the feed": count_changes,
    "the queue of webhooks": enqueue_deliveries,
}


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("announce", ANNOUNCERS.values(), ids=ANNOUNCERS)
def test_whoever_announces_waits_first(site, announce, waits, monkeypatch):
    factories.recording(site)
    version = change()
    announced = AnnouncedVersions()
    for module in ("cms.publishing.versions", "cms.publishing.feed.reading"):
        monkeypatch.setattr(f"{module}.wait_until_visible", announced.wait_until_visible)
    waits.clear()
    announce()
    assert waits[:1] == pytest.approx([SECONDS], rel=0.5)
    assert announced._version == version


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("announce", ANNOUNCERS.values(), ids=ANNOUNCERS)
def test_nobody_waits_with_the_switch_off(site, announce, waits, settings):
    settings.API_REPLAY_SECONDS = 0
    factories.recording(site).unpublish()
    change()
    announce()
    assert waits == []


SOURCE = Path(__file__).resolve().parents[2]
# Who may read the content version or the feed's rows without waiting, and why: none of them announces anything.
UNWAITED = {
    "cms/api/http/callers.py": "the key of cached answers",
    "cms/publishing/changes.py": "writes the record",
    "cms/publishing/signals.py": "writes the record",
    "cms/publishing/kept.py": "the key of what a process keeps in memory",
    "cms/publishing/models.py": "declares the tables",
    "cms/publishing/versions.py": "declares the version",
    "cms/publishing/feed/models.py": "declares the feed",
    "cms/publishing/feed/reading.py": "waits in each of its functions, see below",
    "cms/publishing/feed/recording.py": "writes the feed",
    "cms/publishing/feed/reconciling.py": "writes the feed",
    "cms/publishing/feed/compaction.py": "writes the feed",
    "cms/publishing/webhooks/models.py": "notes where a new subscription begins",
}
READERS = {"current_version", "ContentVersion", "FeedEntry", "FeedHorizon"}


def test_nobody_else_reads_what_may_be_too_new_to_announce():
    found = []
    for app in ("cms", "programmes", "library", "search", "home"):
        for path in sorted((SOURCE / app).rglob("*.py")):
            name = str(path.relative_to(SOURCE))
            if name in UNWAITED or "migrations" in path.parts:
                continue
            for node in ast.walk(ast.parse(path.read_text())):
                words = {getattr(node, "id", None), getattr(node, "attr", None), getattr(node, "name", None)}
                found.extend(f"{name}:{node.lineno}: {word}" for word in words & READERS)
    assert found == [], (
        "Whoever announces changes takes `version_to_announce`, or the functions of `cms.publishing.feed.reading`, which wait. "
        "What only keys a cache or writes a record is named in UNWAITED, with its reason."
    )


def test_each_way_of_reading_the_feed_waits():
    tree = ast.parse((SOURCE / "cms/publishing/feed/reading.py").read_text())
    functions = [node for node in tree.body if isinstance(node, ast.FunctionDef) and not node.name.startswith("_")]
    waiting_ones = {
        function.name
        for function in functions
        if any(getattr(node, "id", None) == "wait_until_visible" for node in ast.walk(function))
    }
    # Expiries that are due are no changes yet: whoever finds one records it, and that change is waited for.
    assert {function.name for function in functions} - waiting_ones == {"due_expiries"}


def test_the_interface_of_replaying_is_the_package_alone():
    guilty = [
        str(path.relative_to(SOURCE))
        for app in ("cms", "programmes", "library", "search", "home")
        for path in (SOURCE / app).rglob("*.py")
        if path.parent.name != "replay" and re.search(r"cms\.replay\.\w+", path.read_text())
    ]
    assert guilty == []
