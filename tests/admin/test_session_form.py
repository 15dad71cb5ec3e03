"""The times of a session in its form: typed on its own clocks, shown on its own clocks, and left alone when nobody edits them."""

from __future__ import annotations

import datetime as dt

import pytest
from wagtail.users.models import UserProfile

from programmes.models import SessionPage
from tests import factories
from tests.api.asking import ask
from tests.editors import edit_url, field_errors, form_fields

# Both sides of clock changes (2026-27), north and south, half hours, and a zone that never changes.
TYPED = [
    ("Europe/London", "2027-02-10 10:00", "2027-02-10T10:00:00"),
    ("Europe/London", "2027-07-10 10:00", "2027-07-10T09:00:00"),
    ("Europe/London", "2027-03-28 00:59", "2027-03-28T00:59:00"),
    ("Europe/London", "2027-03-28 02:00", "2027-03-28T01:00:00"),
    ("America/New_York", "2027-02-10 10:00", "2027-02-10T15:00:00"),
    ("America/New_York", "2027-03-15 10:00", "2027-03-15T14:00:00"),
    ("America/St_Johns", "2027-07-01 10:00", "2027-07-01T12:30:00"),
    ("Australia/Lord_Howe", "2027-01-10 10:00", "2027-01-09T23:00:00"),
    ("Asia/Kolkata", "2027-07-01 10:00", "2027-07-01T04:30:00"),
    ("UTC", "2027-07-01 10:00", "2027-07-01T10:00:00"),
    ("GMT", "2027-07-01 09:00", "2027-07-01T09:00:00"),
]


@pytest.fixture
def session(site):
    return factories.session(site, "Flow")


@pytest.fixture
def paris(admin, django_user_model):
    """The admin as somebody has it whose account says Europe/Paris."""
    UserProfile.objects.create(user=django_user_model.objects.get(username="root"), current_time_zone="Europe/Paris")
    return admin


def publish(client, page, **typed):
    fields = form_fields(client, edit_url(page)) | typed | {"action-publish": "1"}
    return client.post(edit_url(page), fields)


def moments(page):
    page = SessionPage.objects.get(pk=page.pk)
    return page.starts_at, page.ends_at


def test_what_is_typed_is_the_sessions_own_clock_whatever_the_account_says(session, paris):
    for zone, typed, moment in TYPED:
        ends = f"{typed[:-2]}59"
        answer = publish(paris, session, starts_at=typed, ends_at="" if typed == ends else ends, time_zone=zone)
        assert answer.status_code == 302, (zone, typed, field_errors(answer))
        starts_at = SessionPage.objects.get(pk=session.pk).starts_at
        assert starts_at == dt.datetime.fromisoformat(f"{moment}+00:00"), (zone, typed)
        assert form_fields(paris, edit_url(session))["starts_at"] == typed
        # Published again without an edit, nothing moves.
        assert publish(paris, session).status_code == 302
        assert SessionPage.objects.get(pk=session.pk).starts_at == starts_at
        told = ask('{ session(slug: "flow") { startsAt timeZone } }').data["session"]
        assert told == {"startsAt": starts_at.isoformat(), "timeZone": zone}


def test_the_page_says_the_time_that_was_typed(session, paris, client):
    publish(paris, session, starts_at="2027-02-10 10:00", ends_at="2027-02-10 12:00", time_zone="New York")
    text = " ".join(client.get(SessionPage.objects.get(pk=session.pk).url).content.decode().split())
    assert "Wednesday 10 February 2027, 10am to midday (New York time)" in text


def test_another_time_zone_keeps_what_stands_on_the_wall(session, paris):
    publish(paris, session, starts_at="2027-02-10 10:00", ends_at="2027-02-10 12:00", time_zone="Europe/London")
    publish(paris, session, time_zone="America/New_York")
    assert moments(session)[0] == dt.datetime(2027, 2, 10, 15, tzinfo=dt.UTC)
    assert form_fields(paris, edit_url(session))["starts_at"] == "2027-02-10 10:00"


def test_stored_moments_stay_to_the_second_and_on_their_side_of_an_overlap(site, paris):
    for starts_at in (
        dt.datetime(2026, 10, 25, 1, 30, 17, tzinfo=dt.UTC),
        dt.datetime(2026, 10, 25, 0, 30, 17, tzinfo=dt.UTC),
    ):
        session = factories.session(site, starts_at=starts_at, ends_at=starts_at + dt.timedelta(hours=3))
        before = moments(session)
        assert publish(paris, session, summary="Another word.").status_code == 302
        assert moments(session) == before


@pytest.mark.parametrize(
    ("typed", "field", "told"),
    [
        ({"starts_at": "2027-03-28 01:30"}, "starts_at", "does not exist in Europe/London"),
        ({"starts_at": "2027-10-31 01:30"}, "starts_at", "happens twice in Europe/London"),
        ({"ends_at": "2027-03-28 01:30"}, "ends_at", "does not exist in Europe/London"),
        ({"starts_at": "2027-03-14 02:30", "time_zone": "America/New_York"}, "starts_at", "America/New_York"),
        ({"starts_at": "half past ten"}, "starts_at", "valid date"),
        ({"starts_at": "2027-03-28 05:00", "ends_at": "2027-03-28 04:00"}, "ends_at", "before the start"),
        ({"starts_at": "", "ends_at": "2027-03-28 04:00"}, "starts_at", "end without a start"),
        ({"time_zone": "Mars/Olympus"}, "time_zone", "not a time zone"),
    ],
)
def test_a_refusal_stands_at_its_field_and_alone(session, paris, typed, field, told):
    before = moments(session)
    answer = publish(paris, session, **{"ends_at": "2027-03-28 05:00", **typed})
    errors = field_errors(answer)
    assert list(errors) == [field]
    assert told in errors[field]
    assert moments(session) == before


def test_the_form_offers_every_time_zone_and_says_whose_clock_it_means(session, paris):
    text = paris.get(edit_url(session)).content.decode()
    assert '<datalist id="time_zone-choices">' in text
    assert '<option value="Pacific/Auckland">' in text
    assert "In the time zone below" in text


def test_sessions_in_other_time_zones_are_listed_for_a_look(site, paris):
    when = dt.datetime(2027, 7, 1, 14, tzinfo=dt.UTC)
    factories.session(site, "In Leeds", starts_at=when)
    factories.session(site, "In Boston", starts_at=when, time_zone="America/New_York")
    answer = paris.get("/admin/reports/sessions-elsewhere/")
    text = " ".join(answer.content.decode().split())
    assert "In Boston" in text
    assert "In Leeds" not in text
    assert "Thursday 1 July 2027, 10am to midday (New York time)" in text
    assert "3pm to 5pm" in text
    table = paris.get("/admin/reports/sessions-elsewhere/?export=csv")
    assert b"In Boston" in b"".join(table.streaming_content)
