"""Nothing found: what was understood, words like it, topics, and a box to ask the academy, which no machine fills."""

from __future__ import annotations

import datetime as dt

import pytest
from django.core.cache import cache
from django.test import Client
from django.utils import timezone

from cms.access.models import MemberOrganisation
from search.models import GlossaryTerm, Inquiry
from search.pages import inquiries
from search.pages.inquiries import MOST_AN_HOUR
from tests import factories
from tests.visitors import browsers, soup, words

pytestmark = pytest.mark.django_db
ASK = "/search/ask/"


@pytest.fixture
def later(monkeypatch):
    """Let a form's mark be some seconds old: `later(10)` moves the clock that judges it."""
    cache.clear()
    moved = {"seconds": 0}
    now = timezone.now
    monkeypatch.setattr(inquiries.timezone, "now", lambda: now() + dt.timedelta(seconds=moved["seconds"]))
    return lambda seconds: moved.update(seconds=seconds)


def filled(client: Client, page: str = ASK, **changed: str) -> dict[str, str]:
    """The fields of the form on a page, as a visitor sends them."""
    form = soup(client.get(page)).select_one("form.ask")
    fields = {field["name"]: field.get("value", "") for field in form.select("input[name], textarea[name]")}
    return {**fields, "wish": "Something on waiting lists.", **changed}


def test_who_finds_nothing_asks_and_only_the_words_are_kept(client, site, later):
    fields = filled(client, "/search/?q=waiting+lists")
    later(10)
    answer = client.post(ASK, fields)
    assert (answer.status_code, answer["Location"]) == (302, "/search/ask/thanks/")
    assert not client.cookies
    kept = Inquiry.objects.get()
    assert (kept.sought, kept.wish, kept.status) == ("waiting lists", "Something on waiting lists.", "new")
    assert {field.name for field in Inquiry._meta.fields} == {"id", "sought", "wish", "asked_at", "status", "note"}
    assert "Thank you" in words(soup(client.get(answer["Location"])).main)


@pytest.mark.parametrize(
    ("changed", "seconds", "status"),
    [
        ({"wish": ""}, 10, 400),
        ({"wish": "?!"}, 10, 400),
        ({"wish": "x" * 1_001}, 10, 400),
        ({"wish": "Buy http://a.example www.b.example https://c.example"}, 10, 400),
        ({"wish": "bad \0 byte"}, 10, 400),
        ({"sought": "bad \0 byte"}, 10, 400),
        ({"mark": "made-up"}, 10, 400),
        ({"mark": ""}, 10, 400),
        # Who fills the trap is thanked and nothing is kept.
        ({"website": "https://a.example"}, 10, 302),
    ],
)
def test_what_is_no_request_is_not_kept_and_what_was_written_stays(client, site, later, changed, seconds, status):
    fields = filled(client, **changed)
    later(seconds)
    answer = client.post(ASK, fields)
    assert answer.status_code == status
    assert not Inquiry.objects.exists()
    if status == 400:
        page = soup(answer, status)
        assert page.select_one("[role=alert]")
        assert page.select_one("textarea").get_text().strip() == fields["wish"].replace("\0", " ").strip()


@pytest.mark.parametrize("seconds", [0, 10, 25 * 3600, 30 * 24 * 3600])
def test_how_long_somebody_takes_is_their_own_affair(client, site, later, seconds):
    """Pasted at once, or sent from a tab that was open for a month."""
    fields = filled(client)
    later(seconds)
    assert client.post(ASK, fields).status_code == 302
    assert Inquiry.objects.count() == 1


def test_a_form_that_is_not_ours_is_sent_with_one_more_press(client, site):
    page = soup(client.post(ASK, {**filled(client), "mark": "old key"}), 400)
    assert page.title.string.startswith("Error: ") and page.select_one(".error-summary[role=alert][autofocus]")
    again = page.select_one("input[name=mark]")["value"]
    assert client.post(ASK, {**filled(client), "mark": again}).status_code == 302


def test_one_place_can_ask_only_so_often_within_the_hour(client, site, later):
    fields = filled(client)
    later(10)
    statuses = [client.post(ASK, fields).status_code for _ in range(MOST_AN_HOUR + 1)]
    assert statuses == [302] * MOST_AN_HOUR + [429]
    assert client.post(ASK, fields, REMOTE_ADDR="10.9.8.7").status_code == 302


def test_nothing_found_offers_near_words_and_topics_that_the_asker_may_see(site):
    factories.recording(site, "Open", summary="All about turtles.", topics=[factories.topic("Reptiles")])
    factories.recording(
        site, "Closed", summary="All about tortoises.", audience="members", topics=[factories.topic("Secrets")]
    )
    factories.settle()
    a, b = factories.organisation("A"), factories.organisation("B")
    offered = {}
    for name, client in browsers(a, b).items():
        page = soup(client.get("/search/", {"q": "tortoizes", "spelling": "exact", "kind": "session"}))
        assert words(page.h1).startswith("Nothing found"), name
        offered[name] = {words(link) for link in page.select("main .tags a")}
    assert MemberOrganisation.objects.count() == 2
    assert offered["visitor"] == {"Reptiles"}
    assert {"tortoises", "Reptiles", "Secrets"} <= offered["member of A"] == offered["editor"]


def test_a_term_of_the_glossary_resembles_nothing_and_what_it_stands_for_is_offered(client, site):
    GlossaryTerm.objects.create(term="ICS", expansion="integrated care system", definition="Those who plan together.")
    factories.recording(site, "Open", summary="Its integrated way to care is no diagram.")
    factories.settle()
    page = soup(client.get("/search/", {"q": "ICS", "kind": "session", "spelling": "exact"}))
    (near,) = page.select("[aria-labelledby=near] a")
    assert words(near) == "integrated care system", "not its, which is too common to find anything by"
    assert "Open" in words(soup(client.get(near["href"])).main)
    assert "Search everything" not in words(page.main), "there is nothing without the filter either"
