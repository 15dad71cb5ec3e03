"""The pages of names: everything under a topic, person, area, group or organisation, and nothing that is hidden."""

from __future__ import annotations

import datetime as dt
from xml.etree import ElementTree

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from programmes.models import Topic
from search.models import GlossaryTerm
from tests import factories
from tests.visitors import browsers, soup, titles, words

ATOM = "{http://www.w3.org/2005/Atom}"


@pytest.fixture
def shelf(site):
    """A programme with a session and its recording: what one of them is sorted by leads to the others as well."""
    employer = factories.organisation("North Trust")
    programme = factories.programme(
        site, "Leading together", core_areas=[factories.core_area("Community")],
        priority_groups=[factories.priority_group("New leaders")], topics=[factories.topic("Joy")],
    )  # fmt: skip
    speaker = factories.person("Ada Byron", job_title="Mathematician", organisation=employer)
    session = factories.session(
        site, "First meeting", programme=programme, people=[speaker], topics=[factories.topic("Joy")]
    )
    factories.recording(
        site, "First talk", session=session, programme=programme, captions=factories.cues("Words."),
        recorded_on=dt.date(2021, 5, 4), topics=[factories.topic("Joy")],
    )  # fmt: skip
    factories.material(site, "First handout", session=session, programme=programme, topics=[factories.topic("Joy")])
    factories.recording(site, "Another talk", recorded_on=dt.date(2020, 5, 4))
    return site


@pytest.mark.parametrize(
    ("url", "shown"),
    [
        ("/topics/joy/", {"Leading together", "First meeting", "First talk", "First handout"}),
        ("/areas/community/", {"Leading together", "First meeting", "First talk", "First handout"}),
        ("/groups/new-leaders/", {"Leading together", "First meeting", "First talk", "First handout"}),
        ("/people/ada-byron/", {"First meeting", "First talk"}),
        ("/organisations/north-trust/", {"First meeting", "First talk"}),
        ("/topics/joy/?kind=session", {"First meeting"}),
        ("/topics/joy/?person=ada-byron", {"First meeting", "First talk"}),
        ("/library/?captioned=yes", {"First talk"}),
        ("/library/?year=2020", {"Another talk"}),
        ("/library/?length=short", {"First talk", "Another talk"}),
        ("/library/?language=en", {"First talk"}),
        ("/library/?topic=joy", {"Leading together", "First meeting", "First talk", "First handout"}),
        ("/library/", {"First talk", "First handout", "Another talk"}),
    ],
)
def test_everything_under_a_name_is_shown(client, shelf, url, shown):
    found = titles(client.get(url))
    assert set(found) == shown and len(found) == len(shown)


def test_only_values_that_lead_to_something_are_offered(client, shelf):
    Topic.objects.create(name="Nothing yet", slug="nothing-yet")
    page = soup(client.get("/library/?kind=recording"))
    offered = {
        select["name"]: [option["value"] for option in select.select("option") if option["value"]]
        for select in page.select(".filters select")
    }
    assert offered["topic"] == ["joy"] and offered["year"] == ["2021", "2020"] and offered["captioned"] == ["yes"]
    for name, values in offered.items():
        for value in values:
            query = {name: value} if name == "kind" else {"kind": "recording", name: value}
            assert titles(client.get("/library/", query)), query


def test_a_name_tells_itself_and_says_where_one_is(client, shelf):
    Topic.objects.filter(slug="joy").update(description="Why we do it.")
    page = soup(client.get("/topics/joy/"))
    assert (words(page.h1), page.title.string) == ("Joy", "Joy – The Academy")
    assert page.select_one("meta[name=description]")["content"] == "Why we do it." == words(page.select_one(".lead"))
    assert [link["href"] for link in page.select(".breadcrumbs a")] == ["/", "/topics/"]
    person = soup(client.get("/people/ada-byron/"))
    assert words(person.select_one(".lead")) == "Mathematician, North Trust"
    assert person.select_one(".lead a")["href"] == "/organisations/north-trust/"


def test_a_name_has_a_feed_of_what_is_under_it(client, shelf):
    page = soup(client.get("/topics/joy/"))
    response = client.get(page.select_one("link[type='application/atom+xml']")["href"])
    feed = ElementTree.fromstring(response.content)
    assert {entry.findtext(f"{ATOM}title") for entry in feed.iter(f"{ATOM}entry")} == {
        "Leading together", "First meeting", "First talk", "First handout",
    }  # fmt: skip
    assert all(entry.findtext(f"{ATOM}id").startswith("urn:uuid:") for entry in feed.iter(f"{ATOM}entry"))
    assert client.get("/topics/joy/feed/", headers={"If-None-Match": response["ETag"]}).status_code == 304


def test_hidden_and_missing_names_look_alike_and_nothing_hidden_stands_under_a_name(site):
    topic = factories.topic("Joy")
    secret = factories.programme(
        site, "Secret programme", audience="members", core_areas=[factories.core_area("Community")]
    )
    factories.person("Secret person", audience="members")
    factories.recording(site, "Secret talk", audience="members", topics=[topic])
    factories.recording(site, "Open talk", programme=secret, topics=[topic])
    clients = browsers(factories.organisation("A"), factories.organisation("B"))
    visitor, member = clients["visitor"], clients["member of A"]
    for url in (
        "/topics/joy/",
        "/topics/joy/feed/",
        "/topics/",
        "/people/",
        "/areas/",
        "/areas/community/",
        "/library/",
    ):
        assert "Secret" not in visitor.get(url).content.decode(), url
    # Public through a hidden programme: a filter must not tell of it.
    assert titles(visitor.get("/areas/community/")) == []
    assert set(titles(member.get("/areas/community/"))) == {"Secret programme", "Open talk"}
    hidden, missing = visitor.get("/people/secret-person/"), visitor.get("/people/no-such-person/")
    assert hidden.status_code == missing.status_code == 404
    assert hidden.content.replace(b"secret-person", b"") == missing.content.replace(b"no-such-person", b"")
    assert member.get("/people/secret-person/").status_code == 200
    assert visitor.get("/doors/joy/").status_code == 404


def test_a_name_with_nothing_under_it_is_no_link(client, shelf):
    Topic.objects.create(name="Nothing yet", slug="nothing-yet")
    page = soup(client.get("/topics/"))
    assert [link["href"] for link in page.select(".names a")] == ["/topics/joy/"]
    assert "Nothing yet" in words(page.main)


def test_a_session_shows_what_its_recording_has_and_the_other_way_round(client, site):
    handout, notes = factories.material(site, "Handout"), factories.material(site, "Notes")
    session = factories.session(site, "Meeting", people=[factories.person("Ada Byron")])
    notes.session = session
    notes.save()
    talk = factories.recording(
        site, "Talk", session=session, materials=[handout], speakers=[factories.person("Ben Ode")]
    )
    for page in (soup(client.get(session.url)).main, soup(client.get(talk.url)).main):
        for expected in ("Ada Byron", "Ben Ode", "Handout", "Notes"):
            assert expected in words(page)
        assert {"/people/ada-byron/", "/people/ben-ode/"} <= {link.get("href") for link in page.select("a")}


def test_filters_without_words_lead_to_the_library(client, shelf):
    response = client.get("/search/?kind=recording&captioned=yes")
    assert (response.status_code, response.url) == (302, "/library/?kind=recording&captioned=yes")


def test_the_glossary_goes_from_a_to_z(client, site):
    GlossaryTerm.objects.create(term="QI", expansion="quality improvement")
    GlossaryTerm.objects.create(term="Feedback loop", definition="What comes back.")
    page = soup(client.get("/glossary/"))
    assert [words(heading) for heading in page.select("main h2")] == ["F", "Q"]
    assert [words(term) for term in page.select("dt")] == ["Feedback loop", "QI quality improvement"]


def test_many_under_a_name_cost_as_many_statements_as_few(client, shelf):
    client.get("/topics/joy/")
    with CaptureQueriesContext(connection) as few:
        client.get("/topics/joy/")
    for number in range(8):
        speaker = factories.person(organisation=factories.organisation())
        factories.session(shelf, f"Meeting {number}", people=[speaker], topics=[factories.topic("Joy")])
        factories.recording(shelf, f"Talk {number}", speakers=[speaker], topics=[factories.topic("Joy")])
    with CaptureQueriesContext(connection) as many:
        client.get("/topics/joy/")
    assert len(many) == len(few)
