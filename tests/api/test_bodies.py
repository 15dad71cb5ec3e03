"""The text of a page, block by block: explicit fields, no key of a hidden page, links in full."""

from __future__ import annotations

from typing import Any

import orjson
import pytest

from tests import factories

from .asking import ask
from .many import picture

pytestmark = pytest.mark.django_db
BASE = "http://127.0.0.1:8000"
EVERYTHING = """{ page(path: "/about/") { body { __typename id blockType field rawValue
  ... on HeadingBlock { heading: value } ... on TextBlock { html: value }
  ... on PictureBlock { image { url alt } altText caption }
  ... on QuoteBlock { text source } ... on CallToActionBlock { buttonText address: url page { __typename title } }
  ... on AccordionBlock { items { heading text } } ... on VideoEmbedBlock { video: url title }
  ... on ResourceLinkBlock { note resource { title } } } } }"""


def shown(site, *blocks: tuple[str, Any]) -> list[dict]:
    """The blocks of a page as a visitor of the API gets them."""
    body = orjson.dumps(
        [{"type": kind, "value": value, "id": f"id{n}"} for n, (kind, value) in enumerate(blocks)]
    ).decode()
    factories.standard_page(site, "About", slug="about", body=body)
    return ask(EVERYTHING).data["page"]["body"]


def test_each_kind_of_block(site):
    image = picture()
    session = factories.session(site, "Opening day")
    recording = factories.recording(site, "A talk")
    blocks = shown(
        site,
        ("heading", "Why"),
        (
            "text",
            f'<p>See <a linktype="page" id="{session.pk}">the day</a> &amp; <a href="https://example.org">more</a></p>',
        ),
        ("picture", {"image": image.pk, "alt_text": "A room", "caption": "Here"}),
        ("quote", {"text": "Words", "source": "A book"}),
        ("call_to_action", {"button_text": "Go", "url": "", "page": session.pk}),
        ("call_to_action", {"button_text": "Out", "url": "https://example.org/", "page": None}),
        ("accordion", {"items": [{"type": "item", "id": "x", "value": {"heading": "Q", "text": "<p>A</p>"}}]}),
        ("accordion", {"items": [{"heading": "Old", "text": "<p>form</p>"}]}),
        ("embed", {"embed": "https://www.youtube.com/watch?v=x", "title": "A film"}),
        ("resource_link", {"page": recording.pk, "note": "Watch"}),
    )
    own = [{key: value for key, value in block.items() if key not in COMMON} for block in blocks]
    assert own == [
        {"heading": "Why"},
        {"html": f'<p>See <a href="{BASE}/programmes/opening-day/">the day</a> &amp; <a href="https://example.org">more</a></p>'},
        {"image": {"url": f"{BASE}{image.file.url}", "alt": "A room"}, "altText": "A room", "caption": "Here"},
        {"text": "Words", "source": "A book"},
        {
            "buttonText": "Go", "address": f"{BASE}/programmes/opening-day/",
            "page": {"__typename": "Session", "title": "Opening day"},
        },
        {"buttonText": "Out", "address": "https://example.org/", "page": None},
        {"items": [{"heading": "Q", "text": "<p>A</p>"}]},
        {"items": [{"heading": "Old", "text": "<p>form</p>"}]},
        {"video": "https://www.youtube.com/watch?v=x", "title": "A film"},
        {"note": "Watch", "resource": {"title": "A talk"}},
    ]  # fmt: skip
    assert [block["id"] for block in blocks] == [f"id{n}" for n in range(10)]
    assert [(block["blockType"], block["field"]) for block in blocks[:2]] == [
        ("HeadingBlock", "heading"),
        ("TextBlock", "text"),
    ]


COMMON = {"__typename", "id", "blockType", "field", "rawValue"}


def test_a_raw_value_holds_words_and_no_keys(site):
    hidden = factories.session(site, "Hidden day", state="draft")
    blocks = shown(
        site,
        ("text", f'<p>See <a linktype="page" id="{hidden.pk}">it</a></p>'),
        ("call_to_action", {"button_text": "Go", "url": "https://example.org/", "page": hidden.pk}),
        ("picture", {"image": picture().pk, "alt_text": "A room", "caption": ""}),
    )
    assert [block["rawValue"] for block in blocks] == [
        "See it", '{"button_text":"Go","url":"https://example.org/"}', '{"alt_text":"A room","caption":""}',
    ]  # fmt: skip


def test_blocks_that_lead_to_hidden_pages(site):
    hidden = factories.session(site, "Hidden day", state="draft")
    recording = factories.recording(site, "Hidden talk", state="expired")
    blocks = shown(
        site,
        ("text", f'<p><a linktype="page" id="{hidden.pk}">words</a> <a linktype="page" id="999999">none</a></p>'),
        ("call_to_action", {"button_text": "Only there", "url": "", "page": hidden.pk}),
        ("call_to_action", {"button_text": "Elsewhere too", "url": "https://example.org/", "page": hidden.pk}),
        ("call_to_action", {"button_text": "Nowhere", "url": "", "page": None}),
        ("resource_link", {"page": recording.pk, "note": "Watch"}),
        ("resource_link", {"page": None, "note": "Gone"}),
        ("accordion", {"items": [{"heading": "Q", "text": f'<p><a linktype="page" id="{hidden.pk}">A</a></p>'}]}),
    )
    assert [block["blockType"] for block in blocks] == ["TextBlock", "CallToActionBlock", "AccordionBlock"]
    assert blocks[0]["html"] == "<p><a>words</a> <a>none</a></p>"
    assert (blocks[1]["address"], blocks[1]["page"]) == ("https://example.org/", None)
    assert blocks[2]["items"][0]["text"] == "<p><a>A</a></p>"


@pytest.mark.parametrize(
    ("kind", "value"),
    [
        ("text", '<p><a linktype="page" id="1'),
        ("text", ""),
        ("picture", {"image": 999999, "alt_text": "", "caption": ""}),
        ("picture", {"image": None}),
        ("picture", {}),
        ("accordion", {"items": []}),
        ("accordion", {}),
        ("quote", {}),
        ("embed", {"embed": None, "title": None}),
        ("call_to_action", {"url": "https://example.org/"}),
        ("call_to_action", {"url": "https://example.org/", "page": "x"}),
        ("resource_link", {"page": 2**63, "note": "a key that no database holds"}),
        ("no_such_block", "words"),
    ],
)
def test_bodies_that_are_odd_are_shown_as_far_as_they_go(site, kind, value):
    blocks = shown(site, ("heading", "Before"), (kind, value), ("text", "<p>After</p>"))
    assert blocks[0]["heading"] == "Before"
    assert blocks[-1]["html"] == "<p>After</p>"


def test_a_visitors_words_never_depend_on_who_asked_before(site):
    org = factories.organisation("Alder Trust")
    key = factories.api_key(org)
    day = factories.session(site, "Members' day", audience="members")
    shown(site, ("text", f'<p><a linktype="page" id="{day.pk}">day</a></p>'))
    for _ in range(2):
        assert BASE in ask(EVERYTHING, key=key).data["page"]["body"][0]["html"]
        assert ask(EVERYTHING).data["page"]["body"][0]["html"] == "<p><a>day</a></p>"
