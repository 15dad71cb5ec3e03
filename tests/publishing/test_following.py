"""Who follows the changes has in the end what a full read gives, whatever editors did meanwhile and however often it stopped."""

from __future__ import annotations

import os
import threading
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection, transaction
from django.utils import timezone

from cms.publishing.feed.expiry import record_expiries
from cms.publishing.feed.reading import FeedPosition, rows_after
from cms.publishing.models import ContentChange, FeedThing
from cms.publishing.versions import current_version
from programmes.models import Topic
from tests import factories
from tests.following.proof import prove

pytestmark = [pytest.mark.usefixtures("replayed_or_not"), pytest.mark.slow, pytest.mark.walk]

IS_POSTGRESQL = "postgres" in os.environ.get("TEST_DATABASE_URL", "")


def assert_right(verdict) -> None:
    """Say what is wrong and where before anything else."""
    assert (verdict.ghosts, verdict.misses, verdict.stale) == ([], [], [])
    assert sum(verdict.done.values()) == verdict.operations
    # A proof in which next to nothing could be done, or nobody ever stopped, would prove nothing.
    assert sum(verdict.prevented.values()) < verdict.operations / 4, verdict.prevented
    assert verdict.stops and min(verdict.things.values()) > 5


@pytest.mark.django_db
@pytest.mark.parametrize("seed", [1, 2])
def test_followers_of_editors_who_take_turns_miss_nothing(own_folders, seed):
    assert_right(prove(80, seed=seed, writers=2, has_processes=False))


@pytest.mark.skipif(not IS_POSTGRESQL, reason="several writers at the same time need PostgreSQL")
@pytest.mark.django_db(transaction=True)
def test_followers_of_four_editors_at_once_miss_nothing(own_folders):
    assert connection.vendor == "postgresql"
    assert_right(prove(240, seed=3, writers=4))


@pytest.mark.skipif(not IS_POSTGRESQL, reason="several writers at the same time need PostgreSQL")
@pytest.mark.django_db(transaction=True)
def test_an_expiry_that_several_notice_at_once_is_recorded_once(own_folders):
    site = factories.make_site()
    page = factories.material(site)
    moment = timezone.now()
    type(page).objects.filter(pk=page.pk).update(expire_at=moment)
    FeedThing.objects.filter(object_uuid=page.translation_key).update(visible_until=moment)
    before = current_version()
    barrier = threading.Barrier(4)

    def notice() -> int:
        try:
            barrier.wait()
            return record_expiries(timezone.now())
        finally:
            connection.close()

    with ThreadPoolExecutor(4) as pool:
        counts = [one.result() for one in [pool.submit(notice) for _ in range(4)]]
    assert sorted(counts) == [0, 0, 0, 1]
    assert current_version() == before + 1
    assert ContentChange.objects.filter(action="expired").count() == 1


@pytest.mark.skipif(not IS_POSTGRESQL, reason="several writers at the same time need PostgreSQL")
@pytest.mark.django_db(transaction=True)
def test_a_change_that_commits_late_is_never_passed_by(own_folders):
    """A second writer waits for the first: no reader finds its version before the one that came earlier."""
    factories.make_site()
    place = FeedPosition(0, 0, 0)
    place = rows_after(["public"], place, 1_000)[-1].place
    has_written, may_commit = threading.Event(), threading.Event()

    def write_slowly() -> None:
        try:
            with transaction.atomic():
                factories.topic("Early")
                has_written.set()
                may_commit.wait(30)
        finally:
            connection.close()

    def write() -> None:
        try:
            factories.topic("Late")
        finally:
            connection.close()

    with ThreadPoolExecutor(2) as pool:
        slow = pool.submit(write_slowly)
        has_written.wait(30)
        quick = pool.submit(write)
        assert rows_after(["public"], place, 10) == []
        may_commit.set()
        slow.result()
        quick.result()
    rows = rows_after(["public"], place, 10)
    assert [Topic.objects.get(pk=row.object_pk).name for row in rows] == ["Early", "Late"]
    assert rows[0].place.version < rows[1].place.version
