"""Work heals itself: leases that run out, tries that are repeated, withdrawals first, and the words that tell of trouble."""

from __future__ import annotations

import datetime as dt
import shutil
from collections import namedtuple

import pytest
from django.core.management import call_command
from django.utils import timezone
from django_tasks import TaskResultStatus
from django_tasks_db.models import DBTaskResult

from cms.publishing import clock, database_clock, healing, leases, registry, troubles
from cms.publishing.models import ContentChange, PeriodicJob, Reaction, ReactionStatus
from tests import factories

MINUTE = dt.timedelta(minutes=1)


@pytest.fixture
def seen(db, monkeypatch):
    """The keys of what one registered reaction was run for; `seen.fail` makes it fail."""

    class Seen(list):
        fail = False

        def run(self, change):
            if self.fail:
                raise OSError("the disk is full")
            self.append(change.object_pk)

    Reaction.objects.all().delete()  # of the site's fixed pages
    seen = Seen()
    monkeypatch.setattr(registry, "_reactions", {"only": registry.RegisteredReaction("only", 1, seen.run, "")})
    return seen


def test_changes_of_one_thing_are_one_run(db, seen):
    topics = [factories.topic() for _ in range(10)]
    for _ in range(5):
        for topic in topics:
            topic.save()
    assert Reaction.objects.filter(status=ReactionStatus.WAITING).count() == 60
    assert factories.settle() == 60
    assert sorted(seen) == sorted(str(topic.pk) for topic in topics)
    assert not Reaction.objects.exclude(status=ReactionStatus.DONE).exists()


def test_six_changes_of_each_of_some_pages_index_each_once(site, monkeypatch):
    pages = [factories.standard_page(site) for _ in range(4)]
    factories.settle()
    asked = []
    monkeypatch.setattr("search.reactions.bring_up_to_date", lambda keys: asked.append(list(keys)))
    for _ in range(6):
        for page in pages:
            page.save_revision().publish()
    factories.settle()
    assert len(asked) == 1, "the reaction takes several things at once"
    assert len(asked[0]) == len(set(asked[0])) == 4


def test_a_withdrawal_overtakes_what_waits(db, seen):
    for _ in range(5):
        factories.topic()
    gone = factories.topic()
    pk = str(gone.pk)
    gone.delete()
    factories.settle()
    assert seen[0] == pk


def test_who_narrows_an_audience_overtakes_too(site, seen):
    page = factories.standard_page(site)
    factories.settle()
    seen.clear()
    factories.topic()
    page.audience = "members"
    page.save_revision().publish()
    factories.settle()
    assert seen[0] == str(page.pk)


def test_what_a_killed_process_held_is_taken_up_when_its_lease_is_over(db, seen):
    factories.topic()
    assert len(leases.claim()) == 1  # and its process is killed here
    healing.heal_work()
    assert seen == []
    Reaction.objects.update(due_at=timezone.now() - MINUTE)
    healing.heal_work()
    assert len(seen) == 1
    assert Reaction.objects.get().status == ReactionStatus.DONE


def test_who_has_lost_a_claim_changes_nothing(db, seen):
    factories.topic()
    lost = leases.claim()
    Reaction.objects.update(due_at=timezone.now() - MINUTE)
    assert leases.claim()
    leases.finish(lost)
    assert Reaction.objects.get().status == ReactionStatus.RUNNING


def test_what_failed_is_tried_again_by_itself_and_rests_after_many_tries(db, seen):
    seen.fail = True
    factories.topic()
    factories.settle()
    failed = Reaction.objects.get()
    assert failed.status == ReactionStatus.FAILED and timezone.now() < failed.due_at < timezone.now() + MINUTE
    healing.heal_work()
    assert Reaction.objects.get().tries == 1  # not before its time
    Reaction.objects.update(due_at=timezone.now() - MINUTE, tries=leases.MAX_TRIES - 1)
    healing.heal_work()
    assert Reaction.objects.get().due_at is None
    assert any("1 will not be tried again by itself" in trouble.sentence for trouble in troubles.find_troubles())
    seen.fail = False
    call_command("retry_reactions")
    factories.settle()
    assert len(seen) == 1 and Reaction.objects.get().status == ReactionStatus.DONE


def test_when_several_at_once_fail_each_is_tried_by_itself(db, monkeypatch):
    ran = []

    def together(changes):
        raise OSError("one of them is bad")

    reaction = registry.RegisteredReaction("only", 1, lambda change: ran.append(change.object_pk), "", together)
    monkeypatch.setattr(registry, "_reactions", {"only": reaction})
    topics = [factories.topic() for _ in range(3)]
    factories.settle()
    assert sorted(ran) == sorted(str(topic.pk) for topic in topics)


def task_row(**fields):
    now = timezone.now()
    return DBTaskResult.objects.create(
        args_kwargs={"args": [], "kwargs": {}}, task_path="cms.publishing.tasks.run_waiting_reactions",
        backend_name="default", run_after=now, exception_class_path="", traceback="", **fields,
    )  # fmt: skip


def test_tasks_of_a_killed_worker_and_failed_ones_are_tried_again(db):
    now = timezone.now()
    running, failed = TaskResultStatus.RUNNING, TaskResultStatus.FAILED
    abandoned = task_row(status=running, started_at=now - 2 * MINUTE, worker_ids=["a"])
    working = task_row(status=running, started_at=now, worker_ids=["a"])
    broken = task_row(status=failed, started_at=now - MINUTE, finished_at=now, worker_ids=["a"])
    resting = task_row(status=failed, started_at=now, finished_at=now, worker_ids=["a"] * healing.MAX_TASK_TRIES)
    assert healing.heal_tasks(now) == 2
    states = {row.pk: row for row in DBTaskResult.objects.all()}
    assert states[abandoned.pk].status == TaskResultStatus.READY and states[abandoned.pk].run_after == now
    assert states[broken.pk].status == TaskResultStatus.READY and states[broken.pk].run_after > now
    assert (states[working.pk].status, states[resting.pk].status) == (running, failed)


def test_a_due_time_that_a_wrong_clock_wrote_counts_as_due(db, monkeypatch):
    ran = []
    monkeypatch.setattr(clock, "_jobs", {})
    clock.register_periodic("job", MINUTE, "For this test.")(lambda: ran.append(1))
    clock.run_due()
    PeriodicJob.objects.update(next_due_at=timezone.now() + dt.timedelta(hours=3))
    assert clock.run_due() == ["job"]
    assert len(ran) == 2


def test_a_machine_with_a_wrong_clock_leaves_dates_to_others_and_is_named(db, monkeypatch):
    monkeypatch.setattr(clock, "_jobs", {})
    clock.register_periodic("dates", MINUTE, "", goes_by_date=True)(lambda: None)
    clock.register_periodic("sweep", MINUTE, "")(lambda: None)
    monkeypatch.setattr(clock, "skew_from", lambda now: dt.timedelta(hours=3))
    assert clock.run_due() == ["sweep"]
    (trouble,) = [one for one in troubles.find_troubles() if one.part == "time"]
    assert "3 hours ahead of the database's" in trouble.sentence
    assert database_clock.skew_in_words(dt.timedelta(minutes=-2)) == "2 minutes behind"


def test_what_is_wrong_is_named_to_machines_and_people(site, client, admin_client, settings, monkeypatch):
    def parts():
        answer = client.get("/readyz?deep=1")
        return answer.status_code, {part for part in troubles.PARTS if answer.json()[part] != "ok"}

    usage = namedtuple("usage", "total used free")
    monkeypatch.setattr(shutil, "disk_usage", lambda path: usage(100, 50, 50))
    clock.run_due()
    factories.settle()
    assert parts() == (200, set())
    settings.TASKS = {"default": {"BACKEND": "django_tasks_db.DatabaseBackend"}}
    row = task_row(worker_ids=[])
    DBTaskResult.objects.filter(pk=row.pk).update(
        enqueued_at=timezone.now() - 3 * MINUTE, run_after=healing.database_now() - 3 * MINUTE
    )
    PeriodicJob.objects.update(next_due_at=timezone.now() - 5 * MINUTE)
    factories.topic()
    ContentChange.objects.update(changed_at=timezone.now() - 2 * MINUTE)
    monkeypatch.setattr(shutil, "disk_usage", lambda path: usage(100, 95, 5))
    assert parts() == (503, {"worker", "clock", "backlog", "disk"})
    page = admin_client.get("/admin/").content.decode()
    for words in (
        "No worker is running tasks",
        "Scheduled jobs are not running",
        "waited for longer than a minute",
        "nearly full",
    ):
        assert words in page, words


def test_what_was_written_behind_the_models_back_is_recorded_by_the_clock(site, seen):
    from cms.publishing.feed.unrecorded import record_unrecorded
    from programmes.models import Topic

    page, topic = factories.recording(site), factories.topic()
    factories.settle()
    assert record_unrecorded() == 0
    type(page).objects.filter(pk=page.pk).update(live=False)
    Topic.objects.filter(pk=topic.pk)._raw_delete("default")
    seen.clear()
    assert record_unrecorded() == 2
    factories.settle()
    assert {str(page.pk), str(topic.pk)} <= set(seen)
    assert record_unrecorded() == 0
