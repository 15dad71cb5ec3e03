"""Every published page has a way to it, and every way leads somewhere: the site is walked from its home as a visitor would."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from urllib.parse import urldefrag, urljoin, urlsplit

import pytest
from bs4 import BeautifulSoup
from django.utils import timezone
from wagtail.models import Page

from cms.access.principals import VISITOR
from search.models import GlossaryTerm
from tests import factories
from tests.visitors import titles

MOST_CLICKS = 3
# Files have tests of their own, feeds and forms are no pages.
NOT_WALKED = ("/files/", "/media/", "/static/", "/search/feed/", "/search/alerts/", "/admin/")
EMPTY_WORDS = ("No results", "Nothing found", "There is nothing here yet", "There is nothing in the library yet")


@pytest.fixture
def whole_site(site):
    """A site on which each kind of page and name occurs, and more recordings than one page of the list holds."""
    topic, area, group = (
        factories.topic("Joy"),
        factories.core_area("Community"),
        factories.priority_group("New leaders"),
    )
    speaker = factories.person("Ada Byron", organisation=factories.organisation("North Trust"))
    programme = factories.programme(
        site, "Leading together", topics=[topic], core_areas=[area], priority_groups=[group]
    )
    factories.programme(site, "Closed programme", status="closed")
    session = factories.session(site, "First meeting", programme=programme, people=[speaker], topics=[topic])
    factories.session(site, "Session without a date", starts_at=None)
    factories.session(site, "Next meeting", programme=programme, starts_at=timezone.now() + dt.timedelta(days=1))
    handout = factories.material(site, "Handout", document=factories.document("Handout", pages=["Words of one page"]))
    factories.recording(
        site, "Talk", session=session, programme=programme, speakers=[speaker], topics=[topic], materials=[handout],
        captions=factories.cues("Small tests of change."), chapters=[("0:00", "Beginning")],
    )  # fmt: skip
    for number in range(45):
        factories.recording(site, f"Recording {number:02}", media=None)
    factories.standard_page(site, "In the menu", show_in_menus=True)
    tucked_away = factories.standard_page(site, "In no menu")
    below = factories.StandardPage(title="Below", slug="below")
    factories.add_page(tucked_away, below)
    factories.topic("Topic with nothing")
    factories.core_area("Area with nothing")
    GlossaryTerm.objects.create(term="QI", expansion="quality improvement")
    factories.settle()
    return site


def links_of(html: BeautifulSoup, base: str) -> Iterator[str]:
    for link in html.select("a[href]"):
        address = urldefrag(urljoin(base, str(link["href"])))[0]
        parts = urlsplit(address)
        if (
            parts.netloc in ("", "testserver")
            and parts.scheme in ("", "http")
            and not parts.path.startswith(NOT_WALKED)
            and not parts.path.endswith(("/feed/", ".ics"))
        ):
            yield f"{parts.path}?{parts.query}" if parts.query else parts.path


def walk(client, most_clicks: int) -> tuple[dict[str, int], list[str]]:
    """Return how many clicks from home each address is, and what is wrong with any of them.

    Of lists that are narrowed or turned in many ways each path is walked with one query only once it is three clicks away.
    """
    clicks, wrong, queue = {"/": 0}, [], ["/"]
    while queue:
        address = queue.pop(0)
        response = client.get(address, follow=True)
        if response.status_code != 200:
            wrong.append(f"{address}: {response.status_code}")
            continue
        html = BeautifulSoup(response.content, "html.parser")
        words = html.main.get_text(" ") if html.main else ""
        wrong += [f"{address}: {empty}" for empty in EMPTY_WORDS if empty in words]
        if clicks[address] == most_clicks:
            continue
        for link in links_of(html, address):
            if link not in clicks:
                clicks[link] = clicks[address] + 1
                queue.append(link)
    return clicks, wrong


def test_every_page_is_three_clicks_away_and_no_link_leads_nowhere(client, whole_site):
    clicks, wrong = walk(client, MOST_CLICKS)
    assert wrong == []
    reached = {urlsplit(address).path for address in clicks}
    public = [page.specific for page in Page.objects.live().filter(depth__gt=1)]
    visible = {page.url for page in public if type(page).objects.filter(pk=page.pk).visible_to(VISITOR).exists()}
    assert visible - reached == set()
    assert {"/topics/joy/", "/people/ada-byron/", "/organisations/north-trust/", "/glossary/"} <= reached


def test_a_new_recording_is_on_the_home_page_however_old_it_is(client, whole_site):
    for number in range(8):
        factories.material(whole_site, f"New handout {number}")
    material = factories.material(whole_site, "Its slides")
    factories.recording(whole_site, "Talk of long ago", recorded_on=dt.date(2001, 5, 4), materials=[material])
    found = titles(client.get("/"))
    assert "Talk of long ago" in found and "Its slides" not in found
