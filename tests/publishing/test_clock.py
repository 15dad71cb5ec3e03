"""The clock: what is due is run, by one machine only, and neither a failure nor a killed process stops the rest."""

from __future__ import annotations

import datetime as dt
import os
import signal
import subprocess
import sys
import threading
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.utils import timezone

from cms.publishing import clock
from cms.publishing.models import PeriodicJob
from home.roles import ensure_roles
from tests import factories

REPOSITORY = Path(__file__).resolve().parents[2]
HOUR = dt.timedelta(hours=1)


@pytest.fixture
def registered(monkeypatch):
    """Only the jobs of the test: `registered("name", run)` registers one that is due every hour."""
    monkeypatch.setattr(clock, "_jobs", {})
    monkeypatch.setattr(clock, "stopping", threading.Event())

    def register(name, run, every=HOUR, **options):
        clock.register_periodic(name, every, f"What {name} does.", **options)(run)

    return register


def make_due(name: str, ago: dt.timedelta = dt.timedelta(seconds=1)) -> None:
    PeriodicJob.objects.filter(name=name).update(next_due_at=timezone.now() - ago)


def test_a_new_job_is_due_at_once_and_again_after_its_interval(db, registered):
    ran = []
    registered("count", lambda: ran.append(1))
    assert clock.run_due() == ["count"]
    assert clock.run_due() == []
    row = PeriodicJob.objects.get()
    assert row.next_due_at == row.started_at + HOUR
    make_due("count")
    assert clock.run_due() == ["count"]
    assert (len(ran), PeriodicJob.objects.get().runs) == (2, 2)


def test_looking_when_nothing_is_due_is_one_read(db, registered, django_assert_num_queries):
    registered("count", lambda: None)
    clock.run_due()
    with django_assert_num_queries(1):
        assert list(clock.claim_due()) == []


def test_a_failing_job_stops_no_other_and_is_written_down_until_it_works(db, registered, caplog):
    state = {"is_broken": True}

    def flaky():
        if state["is_broken"]:
            raise OSError("the disk is full")

    registered("flaky", flaky)
    registered("steady", lambda: None)
    assert sorted(clock.run_due()) == ["flaky", "steady"]
    row = PeriodicJob.objects.get(name="flaky")
    assert row.error.startswith("OSError: the disk is full\n") and "Traceback" in row.error
    assert row.failures_in_row == 1
    assert row.next_due_at == row.started_at + HOUR
    assert "flaky failed" in caplog.text
    assert PeriodicJob.objects.get(name="steady").error == ""
    state["is_broken"] = False
    make_due("flaky")
    clock.run_due()
    row.refresh_from_db()
    assert (row.error, row.failures_in_row) == ("", 0)


def test_a_job_that_is_running_is_left_alone_until_it_counts_as_abandoned(db, registered):
    ran = []
    registered("long", lambda: ran.append(1), every=dt.timedelta(minutes=1), abandoned_after=HOUR)
    clock.ensure_rows()
    (claimed,) = clock.claim_due()  # and its process is killed here
    assert claimed.next_due_at == claimed.started_at + HOUR
    assert clock.run_due() == []
    make_due("long")  # the hour is over
    assert clock.run_due() == ["long"]
    taken_up = PeriodicJob.objects.get()
    clock.run_claimed(claimed)  # the first was not dead but slow: it must not change when the next is due
    assert PeriodicJob.objects.get().next_due_at == taken_up.next_due_at


def test_names_are_unique(registered):
    registered("one", lambda: None)
    with pytest.raises(ValueError, match="'one' is registered already"):
        registered("one", lambda: None)


@pytest.mark.django_db(transaction=True)
def test_of_many_clocks_one_runs_a_job(registered):
    ran = []
    for name in ("a", "b", "c"):
        registered(name, lambda name=name: ran.append(name))
    clock.ensure_rows()
    together = threading.Barrier(6)

    def one_clock():
        together.wait()
        clock.run_due()
        connection.close()

    clocks = [threading.Thread(target=one_clock) for _ in range(6)]
    for one in clocks:
        one.start()
    for one in clocks:
        one.join()
    assert sorted(ran) == ["a", "b", "c"]


@pytest.mark.django_db(transaction=True)
def test_in_the_loop_a_long_job_holds_up_no_other(registered):
    is_quick_done = threading.Event()
    waited = []
    registered("long", lambda: waited.append(is_quick_done.wait(30)))
    registered("quick", is_quick_done.set)
    clock.ensure_rows()
    # The long one is due first.
    make_due("long", ago=HOUR)
    loop = threading.Thread(target=clock.run_loop, args=(0.01, clock.stopping))
    loop.start()
    assert is_quick_done.wait(30)
    clock.stopping.set()
    loop.join(30)
    assert not loop.is_alive()
    assert waited == [True]
    assert all(PeriodicJob.objects.values_list("finished_at", flat=True))


def test_pages_go_live_and_expire_by_the_clock(site):
    late = factories.recording(site, state="scheduled")
    revision = late.get_latest_revision()  # its day comes
    revision.approved_go_live_at = timezone.now() - dt.timedelta(seconds=1)
    revision.content["go_live_at"] = revision.approved_go_live_at.isoformat()
    revision.save()
    expired = factories.recording(site, state="expired")
    call_command("run_due")
    late.refresh_from_db()
    expired.refresh_from_db()
    assert (late.live, expired.live, expired.expired) == (True, False, True)


def test_the_command_says_what_it_ran(site, registered, capsys):
    registered("sweep", lambda: None)
    call_command("run_due")
    call_command("run_due")
    assert capsys.readouterr().out == "Run: sweep.\nNothing was due.\n"
    with pytest.raises(CommandError, match="above 0"):
        call_command("run_due", loop=0)


@pytest.mark.slow
@pytest.mark.parametrize("death", [signal.SIGTERM, signal.SIGKILL])
def test_the_loop_ends_with_the_process_that_started_it(tmp_path, death):
    """As `make run` starts it: the shell puts the clock beside itself and then becomes the server."""
    command = f"{sys.executable} manage.py run_due --loop 0.2 --while-parent $$ 2>&1 & exec sleep 300 >/dev/null 2>&1"
    environment = {
        **os.environ,
        "DJANGO_SETTINGS_MODULE": "cms.settings.dev",
        "VAR_DIR": str(tmp_path),
        "DATABASE_URL": f"sqlite:///{tmp_path / 'none.sqlite3'}",
    }
    # Only the clock holds the pipe's other end, so reading it to its end waits for the clock.
    server = subprocess.Popen(
        ["sh", "-c", command], cwd=REPOSITORY, env=environment, stdout=subprocess.PIPE, start_new_session=True
    )
    try:
        # There are no tables: the clock says so, and does not give up.
        assert b"The clock cannot read its jobs" in server.stdout.readline()
        server.send_signal(death)
        server.wait(30)
        server.stdout.read()
    finally:
        if server.poll() is None:
            os.killpg(server.pid, signal.SIGKILL)


@pytest.fixture
def desk(site, client, django_user_model):
    """The client of an editor."""
    user = django_user_model.objects.create_user("desk", password="a password of this test")
    user.groups.add(ensure_roles()[0])
    client.force_login(user)
    return client


def test_editors_see_jobs_and_what_failed(desk, registered):
    def broken():
        raise OSError("the disk is full")

    registered("broken", broken)
    clock.run_due()
    listing = desk.get("/admin/periodic-jobs/").content.decode()
    assert "What broken does." in listing and "1 h" in listing and "Failed 1 time in a row" in listing
    assert "broken: OSError: the disk is full" in desk.get("/admin/").content.decode()
    assert desk.get(f"/admin/periodic-jobs/inspect/{PeriodicJob.objects.get().pk}/").status_code == 200


def test_editors_are_told_when_no_clock_runs(desk, registered):
    registered("quiet", lambda: None)
    clock.run_due()
    assert "Scheduled jobs are not running" not in desk.get("/admin/").content.decode()
    make_due("quiet", ago=HOUR)
    assert "Scheduled jobs are not running" in desk.get("/admin/").content.decode()


@pytest.mark.parametrize("path", ["new/", "edit/{}/", "delete/{}/"])
def test_jobs_are_looked_at_and_never_typed_in(db, registered, admin_client, path):
    registered("quiet", lambda: None)
    clock.run_due()
    before = list(PeriodicJob.objects.values())
    address = "/admin/periodic-jobs/" + path.format(before[0]["id"])
    assert admin_client.post(address, {"name": "other"}).status_code in (302, 403, 404)
    assert list(PeriodicJob.objects.values()) == before
