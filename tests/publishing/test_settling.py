"""Nobody is told of a change before every reader would find it: not its writer, nor those who follow changes."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import transaction

from cms.access.models import ApiKey
from cms.publishing import settling
from cms.publishing.settling import STATE_TTL_SECONDS, Newest
from cms.publishing.versions import advance_version
from tests import factories


@pytest.fixture
def waits(monkeypatch) -> list[float]:
    """The times that were waited, instead of waiting."""
    noted: list[float] = []
    monkeypatch.setattr(settling.time, "sleep", noted.append)
    return noted


@pytest.mark.slow
@pytest.mark.django_db(transaction=True)
def test_a_commit_waits_once_however_much_it_changes(site, waits):
    page = factories.recording(site)
    waits.clear()
    with transaction.atomic():
        for number in range(5):
            page.title = f"Title {number}"
            page.save_revision().publish()
        assert waits == []
    assert waits == [STATE_TTL_SECONDS]
    advance_version()
    assert waits == [STATE_TTL_SECONDS] * 2


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
    assert waits == [STATE_TTL_SECONDS]


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("end", ["revoke", "replace", "delete"])
def test_the_end_of_a_key_waits_too(waits, end):
    factories.api_key(factories.organisation("Alder Trust"))
    key = ApiKey.objects.get()
    waits.clear()
    endings = {"revoke": key.revoke, "replace": lambda: key.replace(overlap=timedelta(0)), "delete": key.delete}
    endings[end]()
    assert waits == [STATE_TTL_SECONDS]


def test_a_version_is_told_of_when_it_has_been_known_for_a_glance(waits, monkeypatch):
    now = [100.0]
    monkeypatch.setattr(settling.time, "monotonic", lambda: now[0])
    newest = Newest()
    newest.settle(7, 7)
    # Others in this process wait as long, also for what is older.
    now[0] += STATE_TTL_SECONDS / 2
    newest.settle(7, 7)
    newest.settle(6, 7)
    assert waits == pytest.approx([STATE_TTL_SECONDS, STATE_TTL_SECONDS / 2, STATE_TTL_SECONDS / 2])
    now[0] += STATE_TTL_SECONDS
    newest.settle(7, 7)
    assert len(waits) == 3
    newest.settle(8, 8)
    assert waits[3:] == pytest.approx([STATE_TTL_SECONDS])
    # Brought back from a backup, the database counts from an earlier number on.
    now[0] += 1
    newest.settle(5, 5)
    assert waits[4:] == pytest.approx([STATE_TTL_SECONDS])
