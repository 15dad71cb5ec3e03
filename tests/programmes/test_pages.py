"""The pages of programmes and sessions: what they tell, when, in whose time, and to whom."""

from __future__ import annotations

import datetime as dt

import pytest
from django.utils import timezone

from programmes.models import ProgrammeOutcome
from tests import factories
from tests.visitors import browsers, soup, titles, words

NOW = timezone.now()
TOMORROW, YESTERDAY = NOW + dt.timedelta(days=1), NOW - dt.timedelta(days=1)


def test_a_session_tells_when_where_who_and_how_to_join(client, site):
    programme = factories.programme(site, "Leading together")
    session = factories.session(
        site, "Spring meeting", programme=programme, place="Town hall", joining_note="Ring the bell.", format="hybrid",
        starts_at=dt.datetime(2051, 5, 4, 13, 30, tzinfo=dt.UTC), ends_at=dt.datetime(2051, 5, 4, 15, tzinfo=dt.UTC),
        people=[(factories.person("Ada Byron", job_title="Mathematician"), "host")], topics=[factories.topic("Joy")],
    )  # fmt: skip
    page = soup(client.get(session.url))
    assert words(page.select_one(".when")) == "Thursday 4 May 2051, 2:30pm to 4pm"
    assert page.select_one(".when time")["datetime"].startswith("2051-05-04T")
    assert words(page.select_one(".glance dl")) == "How Hybrid Where Town hall Part of Leading together"
    assert words(page.select_one(".people")) == "Ada Byron Host Mathematician"
    assert "Ring the bell." in words(page.main)
    assert page.select_one(".tags a")["href"] == "/topics/joy/"
    assert [words(crumb) for crumb in page.select(".breadcrumbs a")] == ["Home", "Programmes"]


def test_a_session_elsewhere_names_its_time_zone(client, site):
    session = factories.session(
        site, time_zone="Europe/Warsaw", starts_at=dt.datetime(2051, 5, 4, 7, tzinfo=dt.UTC), ends_at=None
    )
    assert words(soup(client.get(session.url)).select_one(".when")) == "Thursday 4 May 2051, 9am (Warsaw time)"


def test_a_past_session_offers_what_is_left_of_it_and_no_way_to_join(client, site):
    session = factories.session(site, "Old meeting", joining_note="Ring the bell.")
    assert "No recordings or materials have been added yet" in words(soup(client.get(session.url)).main)
    factories.recording(site, "Old talk", session=session)
    factories.material(site, "Old slides", session=session)
    factories.recording(site, "Draft talk", session=session, state="draft")
    page = words(soup(client.get(session.url)).main)
    assert "Old talk" in page and "Old slides" in page
    assert "Ring the bell." not in page and "Draft talk" not in page and "No recordings or materials" not in page


def test_a_session_without_a_date_says_nothing_of_one(client, site):
    session = factories.session(site, starts_at=None, ends_at=None)
    assert not soup(client.get(session.url)).select(".when")


def test_a_programme_tells_itself_at_a_glance(client, site):
    programme = factories.programme(
        site, "Leading together", duration="two days", who_it_is_for="Everybody.", status="under_review",
        core_areas=[factories.core_area("Community")], priority_groups=[factories.priority_group("New leaders")],
    )  # fmt: skip
    programme.outcomes.add(ProgrammeOutcome(text="Courage"))
    programme.save()
    factories.session(site, "Next one", programme=programme, starts_at=TOMORROW)
    factories.session(site, "Last one", programme=programme, starts_at=YESTERDAY)
    factories.recording(site, "A talk", programme=programme)
    factories.material(site, "A handout", programme=programme)
    page = soup(client.get(programme.url))
    assert words(page.select_one(".glance dl")) == (
        "How Face to face How long two days Status Under review Who it is for Everybody. "
        "Core area Community Priority group New leaders"
    )
    assert words(page.select_one(".outcomes")) == "Courage"
    assert titles(client.get(programme.url)) == ["Next one", "A talk", "A handout", "Last one"]


def test_what_is_running_comes_next_until_it_has_ended(client, site):
    """A session counts as coming until its end, or, without an end, until its start."""
    hour = dt.timedelta(hours=1)
    factories.session(site, "Going on", starts_at=NOW - hour, ends_at=NOW + hour)
    factories.session(site, "Far", starts_at=TOMORROW + hour, ends_at=None)
    factories.session(site, "Near", starts_at=TOMORROW, ends_at=None)
    factories.session(site, "Begun", starts_at=NOW - hour, ends_at=None)
    factories.session(site, "Undated", starts_at=None, ends_at=None)
    page = soup(client.get(site.programmes.url))
    coming = [words(one) for one in page.select("[aria-labelledby=next] .card__title")]
    past = [words(one) for one in page.select("[aria-labelledby=past] .card__title")]
    assert (coming, past) == (["Going on", "Near", "Far"], ["Begun", "Undated"])


def test_the_list_of_programmes_keeps_closed_ones_apart(client, site):
    factories.programme(site, "Open one")
    factories.programme(site, "Closed one", status="closed")
    page = soup(client.get(site.programmes.url))
    assert "Open one" in words(page.select_one("[aria-labelledby=running]"))
    assert "Closed one" in words(page.select_one("[aria-labelledby=closed]"))


@pytest.mark.parametrize("where", ["list", "programme", "session"])
def test_nothing_hidden_stands_on_a_visible_page(client, site, where):
    secret = {"audience": "members"}
    person = factories.person("Secretperson", **secret)
    hidden_programme = factories.programme(site, "Secretprogramme", **secret)
    programme = factories.programme(site, "Open programme")
    session = factories.session(site, "Open session", programme=hidden_programme, people=[person])
    factories.session(site, "Secretsession", programme=programme, starts_at=TOMORROW, **secret)
    for belongs in ({"programme": programme}, {"session": session}):
        factories.recording(
            site, "Secretrecording", slug=f"secretrecording-{len(belongs)}-{next(iter(belongs))}", **belongs, **secret
        )
        factories.material(site, "Secretmaterial", slug=f"secretmaterial-{next(iter(belongs))}", **belongs, **secret)
    url = {"list": site.programmes.url, "programme": programme.url, "session": session.url}[where]
    member = browsers(factories.organisation("A"), factories.organisation("B"))["member of A"]
    assert "Secret" not in client.get(url).content.decode()
    assert "Secret" in member.get(url).content.decode()


def test_a_hidden_page_above_is_not_named_in_the_breadcrumb(client, site):
    programme = factories.programme(site, "Secretprogramme", audience="members")
    session = factories.session(site, "Open session")
    session.move(programme, pos="last-child")
    session = type(session).objects.get(pk=session.pk)
    page = soup(client.get(session.url))
    assert [words(crumb) for crumb in page.select(".breadcrumbs a")] == ["Home", "Programmes"]
    assert "Secretprogramme" not in words(page.body)
