"""Hostile rich text, planted past every form: harmless wherever it comes out, and its links open nothing that is hidden."""

from __future__ import annotations

import re

import pytest
from bs4 import BeautifulSoup

from cms.access.rich_text import ATTRIBUTES, SCHEMES, TAGS, sanitised, sanitised_embed
from home.models import AcademySettings, StandardPage
from tests import factories
from tests.api.asking import ask

HOSTILE = [
    "<script>alert(1)</script>",
    "<p onclick='alert(1)'>words</p>",
    '<img src=x onerror="alert(1)">',
    '<a href="javascript:alert(1)">words</a>',
    '<a href="JaVaScRiPt:alert(1)">words</a>',
    '<a href="java\nscript:alert(1)">words</a>',
    '<a href="&#106;avascript:alert(1)">words</a>',
    '<a href=" javascript:alert(1)">words</a>',
    '<a href="data:text/html,<script>alert(1)</script>">words</a>',
    '<a href="vbscript:msgbox(1)">words</a>',
    '<a href="https://example.org" onmouseover="alert(1)">words</a>',
    '<a href="https://example.org" style="position:fixed">words</a>',
    '<a href="https://example.org" target="_blank">words</a>',
    '<iframe src="https://evil.example"></iframe>',
    '<iframe srcdoc="<script>alert(1)</script>"></iframe>',
    '<object data="https://evil.example"></object>',
    '<embed src="https://evil.example">',
    '<embed embedtype="media" url="https://evil.example"/>',
    '<embed embedtype="image" id="1" format="left" alt="x"/>',
    '<svg onload="alert(1)"><circle/></svg>',
    '<svg><script>alert(1)</script></svg>',
    '<math><mtext><script>alert(1)</script></mtext></math>',
    '<form action="https://evil.example"><input name="password"></form>',
    '<button formaction="javascript:alert(1)">x</button>',
    '<meta http-equiv="refresh" content="0;url=https://evil.example">',
    '<link rel="stylesheet" href="https://evil.example/x.css">',
    '<base href="https://evil.example/">',
    "<style>body{display:none}</style>",
    '<video src="x" onerror="alert(1)"></video>',
    '<details open ontoggle="alert(1)">x</details>',
    '<body onload="alert(1)">',
    "<noscript><p title='</noscript><img src=x onerror=alert(1)>'></noscript>",
    "<template><script>alert(1)</script></template>",
    '<textarea></textarea><script>alert(1)</script>',
    "<p><b><script>alert(1)</b></p>",
    '<a href="https://example.org"><img src=x onerror=alert(1)>words</a>',
    "<!--><script>alert(1)</script>-->",
    "<![CDATA[<script>alert(1)</script>]]>",
    "<x-card onfocus=alert(1) tabindex=1 autofocus>x</x-card>",
    '<a linktype="custom" id="1" onclick="alert(1)">words</a>',
    '<a linktype="page" id="1" onclick="alert(1)" href="javascript:alert(1)">words</a>',
    "<scr<script>ipt>alert(1)</scr</script>ipt>",
    '<p class="card" id="x" data-controller="w-action">words</p>',
]  # fmt: skip


def faults(html: str) -> list[str]:
    """What stands in some markup that rich text may not have."""
    found = []
    for tag in BeautifulSoup(html, "html.parser").find_all(True):
        if tag.name not in TAGS:
            found.append(tag.name)
        for name, value in tag.attrs.items():
            if name not in ATTRIBUTES.get(tag.name, ()):
                found.append(f"{tag.name} {name}")
            elif ":" in value and re.sub(r"[\s\0]", "", value).partition(":")[0].lower() not in SCHEMES:
                found.append(value)
    return found


@pytest.mark.parametrize("fragment", HOSTILE)
def test_nothing_but_the_list_comes_through(fragment):
    html = sanitised(f"<p>before</p>{fragment}<p>after</p>")
    assert faults(html) == []
    assert "before" in html
    assert "after" in html or "<script>alert(1)</b>" in fragment or "<!--" in fragment


def test_what_editors_write_stays_to_the_letter():
    text = '<h3>Why</h3><p>A <b>bold</b> and <i>quiet</i> <a href="https://example.org/?a=1&amp;b=2">link</a>.<br></p>'
    lists = "<ol><li>one</li></ol><ul><li>two</li></ul><h4>More</h4>"
    mail = '<a href="mailto:a@example.org">mail</a><a href="/about/">us</a>'
    assert sanitised(text + lists + mail) == text + lists + mail


def test_an_embed_is_its_frame_and_nothing_else():
    html = sanitised_embed(
        '<div class="r"><iframe src="https://youtube.com/embed/1" onload="x"></iframe></div><script>x</script>'
    )
    assert html == '<div class="r"><iframe src="https://youtube.com/embed/1"></iframe></div>'
    assert "src" not in sanitised_embed('<iframe src="javascript:alert(1)"></iframe>')


def plant(site, text: str) -> StandardPage:
    """A live page with this text in its body and in an accordion, written past every form."""
    item = {"heading": "Why?", "text": text}
    return factories.standard_page(site, "Planted", body=[("text", text), ("accordion", {"items": [item]})])


def texts(data) -> list[str]:
    """Every string in an answer."""
    if isinstance(data, dict):
        return [text for value in data.values() for text in texts(value)]
    if isinstance(data, list):
        return [text for value in data for text in texts(value)]
    return [data] if isinstance(data, str) else []


def test_planted_fragments_come_out_harmless_on_the_page_and_in_the_api(site, client):
    page = plant(site, "".join(HOSTILE) + "<p>the end</p>")
    AcademySettings.objects.update_or_create(defaults={"cookie_notice": "".join(HOSTILE)}, site=page.get_site())
    body = BeautifulSoup(client.get(page.url).content, "html.parser")
    main, footer = body.select_one("main"), body.select_one("footer")
    for part in (main, footer):
        assert not part.select("script, iframe, object, embed, style, meta, link, base, template, x-card, video, svg")
        for tag in part.find_all(True):
            assert not [name for name in tag.attrs if name.startswith("on")]
            assert "script:" not in re.sub(r"\s", "", tag.get("href", "")).lower()
    answered = texts(ask(API_QUERY).data)
    assert len(answered) > 1
    for text in answered:
        assert faults(text) == []


API_QUERY = """{ page(path: "/planted/") { body {
    ... on TextBlock { value } ... on AccordionBlock { items { text } } } } }"""


@pytest.fixture
def hidden_document(site):
    org = factories.organisation("Example Trust")
    material = factories.material(site, "Secret", audience="chosen", organisations=[org])
    return material.document, org


def test_a_link_to_a_document_opens_only_for_who_may_see_a_material_that_carries_it(site, client, hidden_document):
    document, org = hidden_document
    open_document = factories.material(site, "Open").document
    loose = factories.document("On no page")
    links = "".join(f'<a linktype="document" id="{one.pk}">words</a>' for one in (document, open_document, loose))
    page = plant(site, f'<p>{links}<a linktype="document" id="x">words</a><a linktype="document">words</a></p>')

    shown = client.get(page.url).content.decode()
    assert str(document.uuid) not in shown
    assert str(loose.uuid) not in shown
    assert open_document.url in shown

    public = "".join(texts(ask(API_QUERY).data))
    assert str(document.uuid) not in public
    assert str(loose.uuid) not in public
    assert f'{open_document.url}"' in public

    private = "".join(texts(ask(API_QUERY, key=factories.api_key(org)).data))
    address = re.search(rf'href="([^"]*{document.uuid}[^"]*)"', private)[1].replace("&amp;", "&")
    assert "signed=" in address
    path = re.sub(r"^https?://[^/]+", "", address)
    assert client.get(path).status_code == 200
    assert client.get(path.partition("?")[0]).status_code == 404


def test_search_and_its_feed_hold_no_markup_of_it(site, client):
    page = plant(site, "".join(HOSTILE) + "<p>kingfisher words</p>")
    factories.settle()
    for address in ("/search/?q=kingfisher", "/search/feed/?q=kingfisher"):
        found = client.get(address).content.decode()
        assert page.title in found
        assert not re.search(r"<[^>]*\s(onclick|onerror|onload)=|<(iframe|object|x-card)|<script>alert", found)
