"""What follows a change: its audiences are recorded, reactions run after the commit, failures are seen and mended."""

from __future__ import annotations

import pytest
from django.core.management import call_command
from django.db import transaction

from cms.publishing import registry
from cms.publishing.models import ContentChange, Reaction, ReactionStatus
from cms.publishing.versions import current_version
from tests import factories


def last_change() -> ContentChange:
    return ContentChange.objects.order_by("-pk").first()


def publish_with(page, **fields):
    for name, value in fields.items():
        setattr(page, name, value)
    page.save_revision().publish()
    page.refresh_from_db()
    return page


def test_a_change_tells_the_audiences_before_and_after(site):
    a = factories.organisation("A")
    page = factories.recording(site)
    assert (last_change().audiences_before, last_change().audiences_after) == ([], ["public", "editors"])
    publish_with(page, audience="chosen", audience_organisations=[a])
    change = last_change()
    assert change.audiences_before == ["public", "editors"]
    assert change.audiences_after == [f"org:{a.uuid}", "editors"]
    assert change.object_uuid == page.translation_key
    page.unpublish()
    assert (last_change().action, last_change().audiences_after) == ("withdrawn", [])


@pytest.mark.parametrize(
    "act",
    [
        lambda site, page: publish_with(page, title="Another"),
        lambda site, page: page.unpublish(),
        lambda site, page: page.delete(),
        lambda site, page: factories.topic("New topic"),
        lambda site, page: page.speakers.first().save_revision().publish(),
        lambda site, page: page.speakers.first().unpublish(),
        lambda site, page: page.media.save(),
        lambda site, page: factories.organisation("New").delete(),
        lambda site, page: publish_with(site.resources, slug="resources"),
    ],
    ids=["publish", "unpublish", "delete", "topic", "person", "person withdrawn", "media", "organisation", "moved"],
)
def test_the_content_version_advances_with_whatever_can_change_an_answer(site, act):
    page = factories.recording(site, speakers=[factories.person()])
    before = current_version()
    act(site, page)
    assert current_version() > before


def test_a_draft_changes_no_answer(site):
    page = factories.recording(site)
    before = current_version()
    page.title = "Draft title"
    page.save_revision()
    assert current_version() == before


def test_a_moved_page_takes_the_pages_below_it_along(site):
    factories.recording(site, slug="below")
    publish_with(site.resources, slug="resources")
    # Once when it was published, once when its address changed.
    assert ContentChange.objects.filter(model_label="library.recordingpage", action="saved").count() == 2


def test_nothing_is_recorded_of_a_change_that_was_rolled_back(site):
    page = factories.recording(site)
    before = (current_version(), ContentChange.objects.count())
    with pytest.raises(RuntimeError), transaction.atomic():
        publish_with(page, title="Never")
        raise RuntimeError
    assert (current_version(), ContentChange.objects.count()) == before


@pytest.fixture
def flaky(monkeypatch):
    """A reaction that fails until told otherwise; gives the list of changes it was run for."""
    state = {"is_broken": True, "seen": []}

    def run(change):
        if state["is_broken"]:
            raise OSError("the disk is full")
        state["seen"].append(change.pk)

    extra = registry.RegisteredReaction("flaky", 5, run, "For this test.")
    monkeypatch.setitem(registry._reactions, "flaky", extra)
    return state


def test_a_failing_reaction_stops_no_other_and_is_retried(site, flaky, capsys):
    factories.recording(site, title="Flaky day")
    factories.settle()
    failed = Reaction.objects.filter(name="flaky", status=ReactionStatus.FAILED)
    assert failed.count() >= 1
    assert "the disk is full" in failed.first().error
    assert not Reaction.objects.exclude(name="flaky").exclude(status=ReactionStatus.DONE).exists()

    flaky["is_broken"] = False
    call_command("retry_reactions")
    assert not Reaction.objects.exclude(status=ReactionStatus.DONE).exists()
    assert flaky["seen"] == sorted(flaky["seen"])


def test_reactions_run_in_their_declared_order(site, monkeypatch):
    ran = []
    for name, order in (("late", 90), ("early", 1)):
        extra = registry.RegisteredReaction(name, order, lambda change, name=name: ran.append((change.pk, name)), "")
        monkeypatch.setitem(registry._reactions, name, extra)
    factories.topic()
    factories.settle()
    assert [name for _, name in ran] == ["early", "late"] * (len(ran) // 2)


def test_failures_are_shown_to_editors_with_a_button(site, flaky, admin_client):
    factories.recording(site)
    factories.settle()
    page = admin_client.get("/admin/").content.decode()
    assert "follow-up" in page and "Run again" in page
    flaky["is_broken"] = False
    answer = admin_client.post("/admin/reactions-retry/", follow=True).content.decode()
    assert "none failed" in answer


@pytest.mark.django_db(transaction=True)
def test_reactions_wait_for_the_commit(own_folders):
    """With real commits: nothing runs inside the transaction, everything after it, without anybody calling a task."""
    site = factories.make_site()
    with transaction.atomic():
        factories.recording(site, title="Committed")
        assert Reaction.objects.filter(status=ReactionStatus.WAITING).exists()
    assert not Reaction.objects.exclude(status=ReactionStatus.DONE).exists()
    from cms.access.principals import VISITOR
    from search.indexing.index import engine

    assert engine().search("Committed", VISITOR.audience_tokens).total == 1


@pytest.mark.parametrize("path", ["new/", "edit/{}/", "delete/{}/"])
def test_reactions_are_looked_at_and_never_typed_in(site, admin_client, path):
    factories.topic()
    factories.settle()
    before = list(Reaction.objects.values_list("pk", "status"))
    address = "/admin/reactions/" + path.format(before[0][0])
    assert admin_client.post(address, {"status": "waiting"}).status_code in (302, 403, 404)
    assert list(Reaction.objects.values_list("pk", "status")) == before
    assert admin_client.get("/admin/reactions/").status_code == 200
    assert admin_client.get(f"/admin/reactions/inspect/{before[0][0]}/").status_code == 200
