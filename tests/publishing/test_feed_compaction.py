"""What is forgotten of the feed, when, and that every cursor that outlives it either goes on rightly or is told to start anew."""

from __future__ import annotations

import datetime as dt
from io import StringIO

import pytest
from django.core.management import call_command
from django.utils import timezone

from cms.publishing.feed.compaction import CHANGES_KEPT, TOMBSTONES_KEPT, compact
from cms.publishing.models import ContentChange, FeedEntry, FeedHorizon, FeedThing, Reaction
from cms.publishing.versions import current_version
from tests import factories
from tests.api.test_changes import code_of, follow

LATER = dt.timedelta(days=1)


@pytest.fixture
def gone(site):
    """A public page that went, and one for members that went after it, with the cursors of followers from before."""
    site.key = factories.api_key(factories.organisation("Alder"))
    pages = [factories.material(site), factories.material(site, audience="members")]
    site.before = {None: follow()[1], site.key: follow(key=site.key)[1]}
    site.page = pages[0]
    for page in pages:
        page.delete()
    return site


def test_tombstones_stay_for_as_long_as_promised(gone):
    assert compact(timezone.now() + TOMBSTONES_KEPT - LATER).tombstones == 0
    nodes, _ = follow(gone.before[None])
    assert [(node["kind"], node["id"]) for node in nodes] == [("DELETE", str(gone.page.translation_key))]


def test_a_cursor_from_before_what_is_forgotten_must_start_anew_and_no_other(gone):
    after = {key: follow(cursor, key=key)[1] for key, cursor in gone.before.items()}
    done = compact(timezone.now() + TOMBSTONES_KEPT + LATER)
    assert (done.tombstones, done.things) == (4, 2)
    assert not FeedThing.objects.filter(object_uuid=gone.page.translation_key).exists()
    for key in (None, gone.key):
        assert code_of(gone.before[key], key) == "CURSOR_EXPIRED"
        assert code_of(after[key], key) is None
        nodes, _ = follow(key=key)
        assert {node["kind"] for node in nodes} == {"UPSERT"}
    assert compact(timezone.now() + TOMBSTONES_KEPT + LATER).tombstones == 0


def test_what_is_forgotten_of_others_ends_nobodys_cursor(site):
    """The public sees nothing new for years, while things of members come and go and are forgotten."""
    page = factories.material(site, audience="members")
    _, cursor = follow()
    page.delete()
    compact(timezone.now() + TOMBSTONES_KEPT + LATER)
    assert set(FeedHorizon.objects.values_list("token", flat=True)) == {"members", "editors"}
    assert follow(cursor) == ([], cursor)


def test_the_record_of_changes_is_kept_until_its_reactions_are_done(site):
    factories.topic()
    later = timezone.now() + CHANGES_KEPT + LATER
    assert compact(later).changes == 0
    factories.settle()
    assert not Reaction.objects.exclude(status="done").exists()
    assert compact(timezone.now() + CHANGES_KEPT - LATER).changes == 0
    assert compact(later).changes > 0
    assert not ContentChange.objects.exists()


def test_who_saw_a_thing_is_still_known_when_the_record_is_forgotten(site):
    page = factories.material(site)
    _, cursor = follow()
    factories.settle()
    compact(timezone.now() + CHANGES_KEPT + LATER)
    page.unpublish()
    assert ContentChange.objects.get().audiences_before == ["public", "editors"]
    assert [node["kind"] for node in follow(cursor)[0]] == ["DELETE"]


def test_after_a_backup_was_brought_back_every_cursor_starts_anew(gone):
    _, cursor = follow()
    lost = current_version() + 500
    call_command("reconcile_feed", "--restored", stdout=StringIO())
    assert code_of(cursor) == "CURSOR_EXPIRED"
    assert current_version() > lost
    nodes, cursor = follow(first=3)
    assert {node["kind"] for node in nodes} == {"UPSERT"}
    page = factories.material(gone)
    assert [node["id"] for node in follow(cursor)[0]] == [str(page.translation_key)]


def test_the_tokens_of_an_organisation_go_with_it(site):
    one, other = factories.organisation("Alder"), factories.organisation("Birch")
    page = factories.material(site, audience="chosen", organisations=[one, other])
    token = f"org:{one.uuid}"
    assert FeedEntry.objects.filter(token=token).exists()
    one.delete()
    assert not FeedEntry.objects.filter(token=token).exists()
    assert FeedThing.objects.get(object_uuid=page.translation_key).audiences == [f"org:{other.uuid}", "editors"]


def test_the_commands_tell_what_they_did(gone):
    out = StringIO()
    call_command("compact_feed", stdout=out)
    call_command("reconcile_feed", stdout=out)
    assert "Deleted: 0 tombstones" in out.getvalue()
    assert "as the database has it" in out.getvalue()
