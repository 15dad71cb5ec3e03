"""The home page, plain pages, what every page carries, and pages that are not there."""

from __future__ import annotations

import datetime as dt
import json
from pathlib import Path

import pytest
from django.conf import settings
from django.core.files.base import ContentFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from wagtail.images import get_image_model
from wagtail.models import Site

from cms.site.cards import Card
from home.models import AcademySettings, FormerName, SocialLink
from tests import factories
from tests.visitors import browsers, soup, titles, words


def academy(**fields) -> AcademySettings:
    found = AcademySettings.for_site(Site.objects.get())
    for name, value in fields.items():
        setattr(found, name, value)
    return found


def test_the_home_page_opens_with_a_sentence_a_search_box_what_is_next_and_what_is_new(client, site):
    site.home.introduction = "Learning to lead together."
    site.home.save_revision().publish()
    factories.core_area("Community")
    tomorrow = timezone.now() + dt.timedelta(days=1)
    factories.session(site, "Next meeting", starts_at=tomorrow)
    factories.session(site, "Old meeting")
    factories.recording(site, "New talk")
    factories.recording(site, "Hidden talk", audience="members")
    page = soup(client.get("/"))
    assert words(page.h1) == "Learning to lead together."
    assert page.select_one("form[role=search]")["action"] == "/search/"
    assert titles(client.get("/")) == ["Next meeting", "New talk"]
    assert words(page.select_one(".areas")) == "Community"


def test_an_empty_site_still_has_a_home(client, site):
    page = soup(client.get("/"))
    assert "No dates have been set yet" in words(page.main)
    assert page.title.string.startswith("Systems Leadership Academy")


def test_the_academys_names_stand_on_every_page_and_come_from_its_settings(client, site):
    found = academy(
        long_name="Academy of <Leaders>", short_name="The A & B", is_name_provisional=True, brand_colour="#7a1f3d",
        contact_email="hello@example.org", contact_address="1 High Street\nTown",
    )  # fmt: skip
    found.former_names = [FormerName(name="Old name"), FormerName(name="Older name")]
    found.social_links = [SocialLink(label="A network", url="https://example.org/us")]
    found.save()
    for url in ("/", site.resources.url, "/search/?q=x", "/nothing/"):
        page = client.get(url).content.decode()
        for expected in ("Academy of &lt;Leaders&gt;", "The A &amp; B", "provisional name", "Formerly Old name and Older name.",
                         "hello@example.org", "1 High Street<br>Town", "https://example.org/us", "--brand:#7a1f3d"):  # fmt: skip
            assert expected in page, (url, expected)


def test_search_is_the_first_thing_after_the_skip_link(client, site):
    for url in ("/", site.resources.url, "/search/?q=x"):
        page = soup(client.get(url))
        skip, box = page.select("a[href], input:not([type=hidden]), button, select, summary")[:2]
        assert skip["href"] == "#main" and page.main["id"] == "main"
        assert box["name"] == "q" and page.select_one(f"label[for={box['id']}]")


def test_the_menu_shows_the_parts_of_the_site_that_may_be_seen(client, site):
    factories.standard_page(site, "About us", show_in_menus=True)
    factories.standard_page(site, "Members only", show_in_menus=True, audience="members")
    factories.standard_page(site, "Tucked away")
    factories.standard_page(site, "Draft", show_in_menus=True, state="draft")
    menu = [words(link) for link in soup(client.get(site.resources.url)).select(".site-nav a")]
    assert menu == ["Programmes", "Library", "About us"]
    here = soup(client.get(site.resources.url)).select(".site-nav [aria-current=page]")
    assert [words(link) for link in here] == ["Library"]


@pytest.mark.parametrize("url", ["/nothing/", "/library/nothing/", "/library/%00/", "/library/..%2f..%2fetc/", "/é/"])
def test_a_page_that_is_not_there_offers_a_way_on(client, site, url):
    response = client.get(url)
    assert response.status_code == 404
    assert "There is no page at this address" in response.content.decode()


def test_hidden_and_missing_pages_look_alike(site):
    factories.standard_page(site, "Board", audience="members")
    hidden, missing = Client().get("/board/"), Client().get("/bored/")
    assert hidden.status_code == missing.status_code == 404
    assert hidden.content.replace(b"board", b"") == missing.content.replace(b"bored", b"")


def test_the_last_resort_needs_nothing(db):
    """500.html is shown when anything may be broken: it takes no context, no static file and no database."""
    text = (Path(settings.BASE_DIR) / "templates/500.html").read_text()
    assert "{%" not in text and "{{" not in text and 'lang="en-GB"' in text


@pytest.fixture
def picture(site):
    from io import BytesIO

    from PIL import Image

    drawn = BytesIO()
    Image.new("RGB", (40, 30), "#0b5c66").save(drawn, "PNG")
    return get_image_model().objects.create(title="Bridge", file=ContentFile(drawn.getvalue(), name="bridge.png"))


def test_the_academys_logo_stands_beside_its_name(client, site, picture):
    academy(logo=picture).save()
    logo = soup(client.get("/search/")).select_one(".site-name img")
    assert (logo["alt"], logo["width"], logo["height"]) == ("", "40", "30")


def body_of(page, *blocks) -> None:
    page.body = json.dumps([{"type": kind, "value": value} for kind, value in blocks])
    page.save_revision().publish()


def test_every_block_is_shown(client, site, picture):
    target = factories.recording(site, "Open talk")
    page = factories.standard_page(site, "About us")
    body_of(
        page,
        ("heading", "A <heading>"),
        ("text", f'<p>Read <a linktype="page" id="{target.pk}">this</a>.</p>'),
        ("picture", {"image": picture.pk, "alt_text": "A bridge", "caption": "Built in a day"}),
        ("quote", {"text": "Well said.", "source": "Somebody"}),
        ("call_to_action", {"button_text": "Join in", "url": "https://example.org/join", "page": None}),
        ("call_to_action", {"button_text": "Watch it", "url": "", "page": target.pk}),
        (
            "accordion",
            {"items": [{"type": "item", "id": "one", "value": {"heading": "Why?", "text": "<p>Because.</p>"}}]},
        ),
        ("resource_link", {"page": target.pk, "note": "worth an hour"}),
    )
    prose = soup(client.get(page.url)).select_one(".prose")
    assert words(prose.h2) == "A <heading>"
    assert (
        prose.img["alt"] == "A bridge"
        and "srcset" not in prose.img.attrs  # a small picture has one width
        and words(prose.figcaption) == "Built in a day"
    )
    assert words(prose.blockquote) == "Well said."
    assert [link["href"] for link in prose.select("a.button")] == ["https://example.org/join", target.url]
    assert words(prose.details) == "Why? Because."
    assert words(prose.select_one(".resource-link")) == "Open talk worth an hour"


def test_a_block_whose_target_is_hidden_is_left_out(client, site):
    hidden = factories.recording(site, "Secret talk", audience="members")
    page = factories.standard_page(site, "About us")
    body_of(
        page,
        ("text", f'<p>Read <a linktype="page" id="{hidden.pk}">this</a>.</p>'),
        ("call_to_action", {"button_text": "Watch it", "url": "", "page": hidden.pk}),
        ("resource_link", {"page": hidden.pk, "note": "worth an hour"}),
        ("resource_link", {"page": 999_999, "note": "gone"}),
    )
    prose = soup(client.get(page.url)).select_one(".prose")
    assert words(prose) == "Read this ."
    assert not prose.select("a[href]")
    member = browsers(factories.organisation("A"), factories.organisation("B"))["member of A"]
    assert len(soup(member.get(page.url)).select_one(".prose").select("a[href]")) == 3


def test_the_home_page_makes_as_many_queries_for_many_things_as_for_few(client, site):
    def fill(numbers):
        for number in numbers:
            factories.recording(site, f"Talk {number}", captions=factories.cues("words"), speakers=[factories.person()])
            factories.material(site, f"Notes {number}")
            factories.session(
                site,
                f"Meeting {number}",
                starts_at=timezone.now() + dt.timedelta(days=number + 1),
                people=[factories.person()],
            )

    fill([0])
    client.get("/")
    with CaptureQueriesContext(connection) as few:
        client.get("/")
    fill(range(1, 6))
    with CaptureQueriesContext(connection) as many:
        client.get("/")
    # Fewer may be needed: the newest things may be of one kind.
    assert len(many) <= len(few) <= 26


def test_an_editor_previews_a_page_before_it_exists(site, rf):
    """A preview is drawn from unsaved data: nothing may ask the database about a page that has no row."""
    from library.models import RecordingPage
    from programmes.models import ProgrammePage, SessionPage

    for page in (RecordingPage(title="New"), SessionPage(title="New"), ProgrammePage(title="New")):
        page.slug = "new"
        parent = site.resources if isinstance(page, RecordingPage) else site.programmes
        page.path = parent.path + "0001"
        page.depth = parent.depth + 1
        response = page.make_preview_request(rf.get("/admin/"), page.default_preview_mode)
        assert response.status_code == 200
        assert "New" in response.rendered_content if hasattr(response, "rendered_content") else response.content


def test_a_card_says_names_in_words():
    assert Card("session", "Session", "T", "/t/", people=("A", "B", "C")).people_words == "A, B and C"
