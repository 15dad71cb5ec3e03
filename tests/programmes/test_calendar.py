"""Calendars as they are asked for: whose sessions they hold, what changes them, and how they are kept by others."""

from __future__ import annotations

import datetime as dt

import pytest
from django.conf import settings
from icalendar import Calendar

from cms.access.models import CalendarAddress
from cms.access.principals import EDITOR, VISITOR, principal_of_organisation
from programmes.models import SessionPage, SessionStatus
from tests import factories
from tests.api.asking import ask
from tests.calendars import Component, events_of, read_strictly
from tests.editors import edit_url, form_fields, signed_in
from tests.visitors import KINDS, SEES, browsers, soup, words

SOON = dt.datetime(2031, 6, 1, 9, tzinfo=dt.UTC)


def read(response) -> Component:
    """Return the calendar of an answer, after the strict reader and `icalendar` have both taken it."""
    assert response.status_code == 200
    assert response["Content-Type"] == "text/calendar; charset=utf-8"
    assert ".ics" in response["Content-Disposition"]
    Calendar.from_ical(response.content)
    return read_strictly(response.content)


def shown(response) -> set[str]:
    return {event.text("SUMMARY") for event in events_of(read(response))}


def event_at(client, page) -> Component:
    (event,) = events_of(read(client.get(f"{page.url}calendar.ics")))
    return event


@pytest.fixture
def root(site, django_user_model):
    return signed_in(django_user_model.objects.create_superuser("root", password="x"))


def publish(editor, page, **typed) -> None:
    fields = form_fields(editor, edit_url(page)) | typed | {"action-publish": "1"}
    assert editor.post(edit_url(page), fields).status_code == 302


def test_a_session_is_told_whole(site, client):
    page = factories.session(
        site,
        "Flow, and; more",
        starts_at=SOON,
        place="Room 1",
        joining_note="https://meet.example/x",
        summary="What it is.",
    )
    response = client.get(f"{page.url}calendar.ics")
    assert response["Content-Disposition"] == f'attachment; filename="{page.slug}.ics"'
    event = event_at(client, page)
    assert event.value("UID") == str(page.translation_key)
    assert event.text("SUMMARY") == "Flow, and; more"
    assert event.value("DTSTART") == "20310601T100000"
    assert event.value("URL") == settings.BASE_URL + page.url
    assert event.text("LOCATION") == "Room 1"
    assert event.text("DESCRIPTION") == (
        f"What it is.\n\nHow to join:\nhttps://meet.example/x\n\n{settings.BASE_URL}{page.url}"
    )
    assert event.value("SEQUENCE") == "0"


def test_the_sequence_grows_with_what_calendars_show_and_with_nothing_else(site, client, root):
    page = factories.session(site, "Flow", starts_at=SOON)
    before = client.get(f"{page.url}calendar.ics").content

    publish(root, page)
    publish(root, page, search_description="Nothing that a calendar shows.")
    assert client.get(f"{page.url}calendar.ics").content == before

    publish(root, page, starts_at="2031-06-02 10:00", ends_at="2031-06-02 12:00", status="moved")
    moved = event_at(client, page)
    assert (moved.value("SEQUENCE"), moved.value("DTSTART")) == ("1", "20310602T100000")
    assert moved.value("UID").encode() in before

    publish(root, page, status="cancelled", status_note="The hall is closed.")
    cancelled = event_at(client, page)
    assert (cancelled.value("SEQUENCE"), cancelled.value("STATUS")) == ("2", "CANCELLED")
    assert "The hall is closed." in cancelled.text("DESCRIPTION")


def test_a_draft_changes_no_calendar_and_an_older_version_is_a_further_change(site, client, root):
    page = factories.session(site, "Flow", starts_at=SOON)
    first = page.latest_revision
    fields = form_fields(root, edit_url(page)) | {"title": "Draft"}
    assert root.post(edit_url(page), fields).status_code == 302
    assert event_at(client, page).value("SEQUENCE") == "0"
    SessionPage.objects.get(pk=page.pk).latest_revision.publish()
    assert event_at(client, page).value("SEQUENCE") == "1"
    first.publish()
    event = event_at(client, page)
    assert (event.text("SUMMARY"), event.value("SEQUENCE")) == ("Flow", "2")


def test_a_session_that_was_withdrawn_comes_back_with_its_number(site, client):
    page = factories.session(site, "Flow", starts_at=SOON)
    page.unpublish()
    assert client.get(f"{page.url}calendar.ics").status_code == 404
    page.title = "Flow again"
    page.save_revision().publish()
    assert event_at(client, page).value("SEQUENCE") == "1"


@pytest.fixture
def world(site):
    """Sessions of each audience and state, all of one programme, topic and person; what each asker may see is in SEES."""
    a, b = factories.organisation("A"), factories.organisation("B")
    programme, topic, ada = factories.programme(site, "Whole"), factories.topic("Flow"), factories.person("Ada")
    sessions = {}
    for audience in SEES:
        for state in factories.STATES:
            chosen = [a] if audience == "chosen" else []
            sessions[audience, state] = factories.session(
                site, f"{audience} {state}", state=state, organisations=chosen, audience=audience, starts_at=SOON,
                programme=programme, topics=[topic], people=[(ada, "speaker"), (ada, "host")],
            )  # fmt: skip
    factories.session(site, "Some day", starts_at=None, programme=programme, topics=[topic], people=[ada])
    return a, b, programme, sessions


def addresses(programme) -> list[str]:
    return ["/calendar.ics", f"{programme.url}calendar.ics", "/topics/flow/calendar.ics", "/people/ada/calendar.ics"]


@pytest.mark.parametrize("kind", KINDS)
def test_a_feed_holds_what_the_caller_may_see(world, kind):
    a, b, programme, _ = world
    asker = browsers(a, b)[kind]
    expected = {f"{audience} live" for audience, who in SEES.items() if kind in who}
    for address in addresses(programme):
        response = asker.get(address)
        assert shown(response) == expected, address
        assert response["Cache-Control"] == ("public, max-age=300" if kind == "visitor" else "private, no-store")
        assert {"Cookie", "Authorization"} <= set(response["Vary"].split(", "))


@pytest.mark.parametrize("kind", KINDS)
def test_the_file_of_a_session_is_for_those_who_may_see_it(world, kind):
    a, b, _, sessions = world
    asker = browsers(a, b)[kind]
    for (audience, state), page in sessions.items():
        response = asker.get(f"{page.url}calendar.ics")
        assert response.status_code == (200 if state == "live" and kind in SEES[audience] else 404), (audience, state)


def test_an_organisations_address_shows_what_it_may_see_and_is_no_key(world, client):
    a, b, *_ = world
    for organisation, audiences in ((a, {"public", "members", "chosen"}), (b, {"public", "members"})):
        token = CalendarAddress.objects.issue(organisation)
        response = client.get(f"/calendar/{token}.ics")
        assert shown(response) == {f"{audience} live" for audience in audiences}
        assert response["Cache-Control"] == "private, no-cache"
        assert client.get("/calendar.ics", headers={"Authorization": f"Bearer {token}"}).status_code == 401
        assert token.encode() not in response.content
    key = factories.api_key(a)
    assert client.get(f"/calendar/{key}.ics").status_code == 404


def test_what_is_narrowed_leaves_the_feeds_it_was_in(world, client):
    a, b, programme, sessions = world
    token = CalendarAddress.objects.issue(b)
    page = sessions["public", "live"]
    page.audience, page.audience_organisations = "chosen", [a]
    page.save_revision().publish()
    for address in [*addresses(programme), f"/calendar/{token}.ics"]:
        assert str(page.translation_key).encode() not in client.get(address).content


def test_a_new_address_ends_the_one_before_and_an_ended_membership_ends_them_all(world, client):
    a, *_ = world
    first = CalendarAddress.objects.issue(a)
    second = CalendarAddress.objects.issue(a)
    assert client.get(f"/calendar/{first}.ics").status_code == 404
    assert client.get(f"/calendar/{second}.ics").status_code == 200
    a.end()
    assert client.get(f"/calendar/{second}.ics").status_code == 404
    a.resume()
    assert client.get(f"/calendar/{second}.ics").status_code == 404
    assert not CalendarAddress.objects.filter(token_hash__in=[first, second]).exists()


def test_hidden_and_missing_look_alike(world, client):
    a, _, _, sessions = world
    factories.person("Hidden", organisations=[a], audience="chosen")
    hidden_and_missing = [
        (f"{sessions['chosen', 'live'].url}calendar.ics", "/programmes/missing/calendar.ics"),
        ("/people/hidden/calendar.ics", "/people/missing/calendar.ics"),
        (f"/calendar/{'x' * 43}.ics", "/calendar/odd.ics"),
        ("/programmes/calendar.ics", "/programmes/missing/calendar.ics"),
    ]
    for pair in hidden_and_missing:
        hidden, missing = (client.get(address) for address in pair)
        assert (hidden.status_code, missing.status_code) == (404, 404), pair
        told = hidden.content.replace(pair[0].encode(), b""), missing.content.replace(pair[1].encode(), b"")
        assert told[0] == told[1], pair


def test_a_session_without_a_date_has_no_file(site, client):
    page = factories.session(site, "Some day", starts_at=None)
    assert client.get(f"{page.url}calendar.ics").status_code == 404
    assert "Add to calendar" not in client.get(page.url).content.decode()


def test_a_calendar_that_is_known_is_not_sent_again(world, client):
    a, _, programme, sessions = world
    for address in [*addresses(programme), f"/calendar/{CalendarAddress.objects.issue(a)}.ics"]:
        response = client.get(address)
        again = client.get(address, headers={"If-None-Match": response["ETag"]})
        assert (again.status_code, again.content) == (304, b"")
        assert again["Cache-Control"] == response["Cache-Control"]
    sessions["public", "live"].status = SessionStatus.CANCELLED
    sessions["public", "live"].save_revision().publish()
    assert client.get(address, headers={"If-None-Match": response["ETag"]}).status_code == 200


@pytest.mark.parametrize("count", [3, 30])
def test_statements_do_not_grow_with_the_feed(site, client, django_assert_max_num_queries, count):
    for _ in range(count):
        factories.session(site, starts_at=SOON)
    client.get("/calendar.ics")
    with django_assert_max_num_queries(6):
        assert len(events_of(read(client.get("/calendar.ics")))) == count


def test_the_page_says_that_it_is_cancelled_and_offers_no_way_in(site, client):
    programme = factories.programme(site, "Whole")
    page = factories.session(
        site, "Flow", starts_at=SOON, programme=programme, status="cancelled", status_note="The hall is closed.",
        joining_note="https://meet.example/x",
    )  # fmt: skip
    told = soup(client.get(page.url))
    assert words(told.select_one(".status")) == "Cancelled. The hall is closed."
    assert "meet.example" not in told.decode() and "Add to calendar" not in words(told)
    assert words(soup(client.get(programme.url)).select_one(".card .status")) == "Cancelled. The hall is closed."


def test_pages_lead_to_their_calendars(site, client):
    programme, topic, ada = factories.programme(site, "Whole"), factories.topic("Flow"), factories.person("Ada")
    page = factories.session(site, "Flow", starts_at=SOON, programme=programme, topics=[topic], people=[ada])
    factories.settle()
    assert soup(client.get(page.url)).select_one(f'a[href="{page.url}calendar.ics"]').text == "Add to calendar"
    card = soup(client.get(programme.url)).select_one(f'.card a[href="{page.url}calendar.ics"]')
    assert words(card) == "Add to calendar : Flow"
    host = settings.BASE_URL.partition("://")[2]
    for here, there in (
        (programme.url, f"{programme.url}calendar.ics"), (site.programmes.url, "/calendar.ics"),
        ("/topics/flow/", "/topics/flow/calendar.ics"), ("/people/ada/", "/people/ada/calendar.ics"),
    ):  # fmt: skip
        links = {link["href"] for link in soup(client.get(here)).select("a[href]")}
        assert {f"webcal://{host}{there}", settings.BASE_URL + there} <= links, here


def test_how_to_join_is_a_link(site, client):
    page = factories.session(
        site, "Flow", starts_at=SOON, joining_note='Open https://meet.example/x?a=1&b=2.\n<b>"Hi"</b>'
    )
    note = soup(client.get(page.url)).select_one(".note")
    assert note.a["href"] == "https://meet.example/x?a=1&b=2"
    assert '<b>"Hi"</b>' in note.text


def test_the_api_tells_status_and_calendars(site):
    programme = factories.programme(site, "Whole")
    people, topics = [factories.person("Ada")], [factories.topic("Flow")]
    page = factories.session(
        site,
        "Flow",
        starts_at=SOON,
        programme=programme,
        people=people,
        topics=topics,
        status="moved",
        status_note="It was on 1 May.",
    )
    factories.session(site, "Some day", starts_at=None)
    told = ask(
        "{ sessions(status: MOVED) { nodes { status statusNote calendarUrl programme { calendarUrl } topics { calendarUrl }"
        ' people { person { calendarUrl } } } } undated: session(slug: "some-day") { status calendarUrl } }'
    ).data
    base = settings.BASE_URL
    assert told["sessions"]["nodes"] == [
        {
            "status": "MOVED",
            "statusNote": "It was on 1 May.",
            "calendarUrl": f"{base}{page.url}calendar.ics",
            "programme": {"calendarUrl": f"{base}{programme.url}calendar.ics"},
            "topics": [{"calendarUrl": f"{base}/topics/flow/calendar.ics"}],
            "people": [{"person": {"calendarUrl": f"{base}/people/ada/calendar.ics"}}],
        }
    ]
    assert told["undated"] == {"status": "PLANNED", "calendarUrl": None}


def test_what_is_typed_in_the_form_stands_on_the_page_in_the_api_and_in_the_file(site, client, root):
    page = factories.session(site, "Flow", starts_at=SOON)
    for zone, typed in (
        ("Europe/London", "2031-03-30 00:30"), ("Europe/London", "2031-03-30 02:30"), ("America/New_York", "2031-11-02 00:30"),
        ("Australia/Lord_Howe", "2031-04-06 02:30"), ("Pacific/Chatham", "2031-09-28 03:46"), ("Asia/Kolkata", "2031-01-01 00:00"),
    ):  # fmt: skip
        publish(root, page, starts_at=typed, ends_at="", time_zone=zone)
        event = event_at(client, page)
        assert event.value("DTSTART") == typed.replace("-", "").replace(" ", "T").replace(":", "") + "00", (zone, typed)
        told = ask('{ session(slug: "flow") { startsAt timeZone } }').data["session"]
        (parsed,) = Calendar.from_ical(client.get(f"{page.url}calendar.ics").content).walk("VEVENT")
        assert parsed.start == dt.datetime.fromisoformat(told["startsAt"]) and told["timeZone"] == zone


def test_principals_of_tests_are_those_of_the_product(world):
    """The matrix above is no stricter and no wider than the one rule."""
    a, *_ = world
    for principal, kind in ((VISITOR, "visitor"), (EDITOR, "editor"), (principal_of_organisation(a), "member of A")):
        seen = SessionPage.objects.visible_to(principal).filter(starts_at=SOON).values_list("title", flat=True)
        assert set(seen) == {f"{audience} live" for audience, who in SEES.items() if kind in who}
