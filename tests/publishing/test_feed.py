"""The feed of changes: who is told what, in which order, and that nobody is told of what they never could see."""

from __future__ import annotations

import datetime as dt

import pytest
from django.utils import timezone
from wagtail.models import Site

from cms.access.principals import VISITOR, principal_of_organisation
from cms.api.types.pages import audience_page_models
from cms.publishing.feed.expiry import record_expiries
from cms.publishing.feed.models import FeedEntry
from cms.publishing.feed.reading import FeedPosition, rows_after, state_for
from cms.publishing.feed.reconciling import reconcile
from library.models import RecordingPage
from tests import factories

from .test_changes import publish_with


class Follower:
    """Reads the feed for one principal and tells what it was told since it last looked: title or key → is it visible."""

    def __init__(self, principal) -> None:
        self.tokens = principal.audience_tokens
        self.place = FeedPosition(0, 0, state_for(self.tokens, timezone.now()).newest_seen)
        self.told()

    def told(self) -> dict[str, bool]:
        rows = rows_after(self.tokens, self.place, 10_000)
        if rows:
            self.place = rows[-1].place
        assert len({(row.model_label, row.object_pk) for row in rows}) == len(rows)
        return {f"{row.model_label.rpartition('.')[2]} {row.object_pk}": row.is_visible for row in rows}


def name_of(thing) -> str:
    return f"{thing._meta.model_name} {thing.pk}"


@pytest.fixture
def world(site):
    """The public, two organisations and a follower of each."""
    site.a, site.b = factories.organisation("Alder"), factories.organisation("Birch")
    principals = {"public": VISITOR, "a": principal_of_organisation(site.a), "b": principal_of_organisation(site.b)}
    site.followers = {name: Follower(principal) for name, principal in principals.items()}
    site.told = lambda: {name: follower.told() for name, follower in site.followers.items()}
    return site


AUDIENCES = {"public": {"public", "a", "b"}, "members": {"a", "b"}, "chosen": {"a"}}


def share(world, page, audience):
    publish_with(page, audience=audience, audience_organisations=[world.a] if audience == "chosen" else [])


@pytest.mark.parametrize("after", [*AUDIENCES, None])
@pytest.mark.parametrize("before", [*AUDIENCES, None])
def test_who_saw_it_is_told_that_it_went_and_who_sees_it_that_it_changed(world, before, after):
    page = factories.material(world, state="live" if before else "draft", link="https://example.org/", kind="link")
    if before:
        share(world, page, before)
    world.told()
    if after:
        share(world, page, after)
    elif before:
        page.unpublish()
    saw, sees = AUDIENCES.get(before, set()), AUDIENCES.get(after, set())
    told = world.told()
    for name in ("public", "a", "b"):
        expected = {name_of(page): name in sees} if name in saw | sees else {}
        assert told[name] == expected, name
    assert not any(world.told().values())


def test_nobody_is_told_twice_that_a_thing_went(world):
    page = factories.material(world)
    world.told()
    share(world, page, "chosen")
    assert world.told()["b"] == {name_of(page): False}
    share(world, page, "chosen")
    name = name_of(page)
    page.unpublish()
    page.delete()
    assert world.told() == {"public": {}, "a": {name: False}, "b": {}}


def test_what_went_and_came_again_is_one_change(world):
    page = factories.material(world)
    world.told()
    page.unpublish()
    publish_with(page)
    assert world.told()["public"] == {name_of(page): True}


def test_an_expiry_is_recorded_once_and_told_to_whoever_saw_the_thing(world):
    page = factories.material(world, audience="members", expire_at=timezone.now() + dt.timedelta(hours=1))
    world.told()
    later = timezone.now() + dt.timedelta(hours=2)
    assert not state_for(["members"], timezone.now()).has_due_expiry
    assert state_for(["members"], later).has_due_expiry
    # Nothing is recorded that has not happened.
    assert record_expiries(timezone.now()) == 0
    past = timezone.now() - dt.timedelta(seconds=1)
    pass_expiry(page, past)
    assert [record_expiries(timezone.now()), record_expiries(timezone.now())] == [1, 0]
    assert world.told() == {"public": {}, "a": {name_of(page): False}, "b": {name_of(page): False}}
    # When the scheduled job gets round to it, nothing more is told.
    type(page).objects.get(pk=page.pk).unpublish(set_expired=True)
    assert not any(world.told().values())


def pass_expiry(page, moment):
    """Let the time of a thing be over, as if it had been published with that time."""
    from cms.publishing.models import FeedThing

    type(page).objects.filter(pk=page.pk).update(expire_at=moment)
    FeedThing.objects.filter(object_uuid=page.translation_key).update(visible_until=moment)


def test_what_shows_a_thing_comes_again_when_the_thing_changes(world):
    person, topic = factories.person("Ada"), factories.topic("Flow")
    programme = factories.programme(world)
    session = factories.session(world, people=[person], programme=programme)
    recording = factories.recording(world, session=session, speakers=[person], topics=[topic])
    world.told()

    topic.name = "Flows"
    topic.save()
    assert world.told()["public"] == {name_of(topic): True, name_of(recording): True}
    person.job_title = "Nurse"
    person.save_revision().publish()
    assert world.told()["public"] == {name_of(person): True, name_of(recording): True, name_of(session): True}
    recording.media.save()
    whole = {name_of(one): True for one in (recording, session, programme, person)}
    assert world.told()["public"] == whole
    # What it named before and names now both list it differently.
    other = factories.session(world)
    world.told()
    publish_with(recording, session=other)
    assert world.told()["public"] == {**whole, name_of(other): True}
    topic.delete()
    assert world.told()["public"][name_of(recording)] is True
    world.told()
    name = name_of(person)
    person.delete()
    assert world.told()["public"] == {name: False, name_of(recording): True, name_of(session): True}


def test_the_organisation_of_a_person_comes_with_whatever_names_the_person(world):
    person = factories.person(organisation=world.b)
    recording = factories.recording(world, speakers=[person])
    world.told()
    world.b.name = "Birch and Beech"
    world.b.save()
    expected = {name_of(world.b): True, name_of(person): True, name_of(recording): True}
    assert world.told()["public"] == expected


def test_a_change_of_something_hidden_is_told_with_what_shows_it_only_to_those_who_see_both(world):
    session = factories.session(world)
    other = factories.session(world, audience="members")
    world.told()
    recording = factories.recording(world, session=session, audience="chosen", organisations=[world.a])
    assert world.told() == {"public": {}, "a": {name_of(recording): True, name_of(session): True}, "b": {}}
    publish_with(recording, audience="members", session=other)
    told = world.told()
    assert told["public"] == {}
    assert told["a"] == {name_of(recording): True, name_of(session): True, name_of(other): True}
    # Its way from one organisation to all members tells Birch of it, and of the session that lists it now.
    assert told["b"] == {name_of(recording): True, name_of(session): True, name_of(other): True}


def test_a_renamed_folder_takes_along_what_lies_in_it(world):
    recording = factories.recording(world)
    world.told()
    publish_with(world.resources, slug="resources")
    told = world.told()["public"]
    assert told[name_of(recording)] and told[name_of(world.resources)]


def test_a_site_under_another_name_tells_of_every_page_and_of_nothing_else(world):
    page, hidden = factories.material(world), factories.material(world, audience="members")
    world.told()
    Site.objects.get().save()
    told = world.told()
    assert {name_of(page), name_of(world.home)} <= set(told["public"])
    assert name_of(hidden) in told["a"] and name_of(hidden) not in told["public"]
    assert {name.split()[0] for name in told["a"]} <= {model._meta.model_name for model in audience_page_models()}


def test_what_was_written_behind_the_models_back_is_found_and_told(world):
    shown, hidden = factories.recording(world), factories.recording(world, state="draft")
    RecordingPage.objects.filter(pk=shown.pk).update(live=False)
    RecordingPage.objects.filter(pk=hidden.pk).update(live=True)
    world.told()
    assert reconcile() == 2
    assert world.told()["public"] == {name_of(shown): False, name_of(hidden): True}
    assert reconcile() == 0


def test_the_feed_holds_each_thing_once_for_each_audience_however_often_it_changes(world):
    page = factories.material(world)
    before = FeedEntry.objects.count()
    for number in range(5):
        publish_with(page, title=f"Edition {number}")
    assert FeedEntry.objects.count() == before
