"""The library's pages as a browser without JavaScript gets them."""

from __future__ import annotations

import datetime as dt
import re
from html import unescape

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from library.models import CaptionTrack
from tests import factories
from tests.visitors import browsers, soup, titles, words


@pytest.fixture
def talk(site):
    """A recording of ten minutes with two speakers, two chapters and a person, session, programme, topic and material."""
    programme = factories.programme(site, "Leading together")
    session = factories.session(site, "First meeting", programme=programme)
    said = [
        *factories.cues("Good morning.", "Let us talk about <small> tests.", speaker="Host"),
        *factories.cues("A small test of change takes a day.", start=400, speaker="Guest"),
    ]
    return factories.recording(
        site, "Small tests", captions=said, origin="machine", chapters=[("0:00", "Welcome"), ("6:40", "Tests")],
        recorded_on=dt.date(2021, 10, 21), session=session, programme=programme, topics=[factories.topic("Improvement")],
        speakers=[factories.person("Ada Byron", job_title="Mathematician")], materials=[factories.material(site, "Worksheet")],
    )  # fmt: skip


def test_a_recording_tells_what_it_is_and_what_belongs_to_it(client, talk):
    page = soup(client.get(talk.url))
    assert words(page.h1) == "Small tests"
    facts = words(page.select_one(".recording__head .facts"))
    assert facts == "Video 21 October 2021 10 minutes Captions"
    about = words(page.select_one(".recording__about"))
    for expected in ("Ada Byron", "Mathematician", "First meeting", "Thursday 21 October 2021, 8am to 10am",
                     "Leading together", "Improvement", "Worksheet", "English: machine-made, not yet checked."):  # fmt: skip
        assert expected in about
    assert page.title.string == "Small tests – The Academy"
    assert page.select_one("link[rel=canonical]")["href"].endswith(talk.url)
    assert page.html["lang"] == "en-GB"


def test_the_player_has_the_file_its_captions_and_its_size(client, talk):
    video = soup(client.get(talk.url)).video
    assert video["src"] == talk.media.url
    assert (video["width"], video["height"], video["preload"]) == ("640", "360", "metadata")
    (track,) = video.find_all("track")
    assert (track["kind"], track["srclang"], track["label"]) == ("captions", "en", "English")
    assert client.get(track["src"]).content.startswith(b"WEBVTT")


@pytest.mark.parametrize(
    ("asked", "start"),
    [
        ("0", "0"), ("400", "400"), ("401.5", "401.5"), ("6:40", "400"), ("6m40s", "400"), ("599.9", "599.9"),
        ("600", None), ("99999999999999999999", None), ("-1", None), ("", None), ("x", None), ("1e9", None), ("NaN", None),
        ("\0", None), ("٤", None),
        # A second time after a comma is the end, as in media fragments.
        ("4,5", "4,5"), ("5,10", "5,10"), (",10", "0,10"), ("npt:5,10", "5,10"), ("10,5", None), ("5,x", None), ("5,", "5"),
    ],
)  # fmt: skip
def test_which_second_the_player_starts_at(client, talk, asked, start):
    page = soup(client.get(talk.url, {"t": asked}))
    assert page.video["src"] == talk.media.url + (f"#t={start}" if start else "")
    assert ("Starts at" in words(page.select_one(".starts-at"))) == (start is not None)


def test_the_transcript_reads_as_text_and_every_paragraph_links_to_its_second(client, talk):
    transcript = soup(client.get(talk.url, {"t": "401"})).select_one("[data-transcript]")
    assert words(transcript) == (
        "Welcome 0:00 Host Good morning. Let us talk about <small> tests. "
        "Tests 6:40 Guest A small test of change takes a day."
    )
    assert [link["href"] for link in transcript.select("a.time")] == ["?t=0#at", "?t=400#at"]
    assert [words(cue) for cue in transcript.select("[aria-current]")] == ["A small test of change takes a day."]
    assert transcript["lang"] == "en"


def test_words_are_found_in_the_transcript_without_javascript(client, talk):
    page = soup(client.get(talk.url, {"q": "SMALL  change"}))
    assert [words(cue) for cue in page.select(".found")] == ["A small test of change takes a day."]
    assert [mark.get_text() for mark in page.select("[data-transcript] mark")] == ["small", "change"]
    assert [link["href"] for link in page.select("[data-found] a")] == ["?t=400&q=SMALL%20change#at"]
    nothing = soup(client.get(talk.url, {"q": "<b>absent\0"}))
    assert words(nothing.select_one("[data-found]")) == "“<b>absent” is not in this transcript."


def test_a_recording_without_captions_says_so(client, site):
    page = soup(client.get(factories.recording(site, speakers=[]).url))
    assert "No captions" in words(page.select_one(".recording__head"))
    assert "does not have captions" in words(page.select_one(".transcript"))
    assert not page.select("track") and not page.select("[data-transcript]")


def test_a_visitor_chooses_the_language_of_the_captions(client, talk):
    talk.caption_tracks.add(
        CaptionTrack(language="pl", origin="human", webvtt="WEBVTT\n\n00:00:00.000 --> 00:00:02.000\nDzień dobry.\n")
    )
    talk.save()
    page = soup(client.get(talk.url))
    assert page.select_one("[data-transcript]")["lang"] == "en"
    link = page.select_one(".caption-tracks a[href^='?captions']")
    polish = soup(client.get(talk.url + link["href"])).select_one("[data-transcript]")
    assert polish["lang"] == "pl"
    assert "Dzień dobry." in words(polish)
    assert soup(client.get(talk.url, {"captions": "xx\0"})).select_one("[data-transcript]")["lang"] == "en"


def test_audio_has_an_audio_player(client, site):
    media = factories.media(type="audio", mime_type="audio/mpeg", width=None, height=None)
    page = soup(client.get(factories.recording(site, media=media).url, {"t": "5"}))
    assert page.audio["src"] == media.url + "#t=5"
    assert not page.video


def test_a_recording_whose_file_is_not_there_yet_is_still_a_page(client, site):
    page = soup(client.get(factories.recording(site, media=None).url, {"t": "5"}))
    assert "is not available yet" in words(page.select_one(".recording__player"))


def test_nothing_hidden_stands_on_a_visible_page(client, site):
    """Everything a public page points at is hidden: not one of the names may appear, to the visitor of no organisation."""
    secret = {"audience": "members"}
    programme = factories.programme(site, "Secretprogramme", **secret)
    session = factories.session(site, "Secretsession", programme=programme, **secret)
    hidden_material = factories.material(site, "Secretmaterial", **secret)
    person = factories.person("Secretperson", **secret)
    recording = factories.recording(
        site, "Open talk", session=session, programme=programme, speakers=[person], materials=[hidden_material]
    )
    hidden = factories.recording(site, "Secretrecording", materials=[factories.material(site, "Open notes")], **secret)
    open_material = hidden.recording_materials.get().material
    open_material.session, open_material.programme = session, programme
    open_material.save()
    member = browsers(factories.organisation("A"), factories.organisation("B"))["member of A"]
    for url in (recording.url, open_material.url, site.resources.url, "/library/?programme=secretprogramme"):
        assert "Secret" not in client.get(url).content.decode(), url
        if "programme=" not in url:
            assert "Secret" in member.get(url).content.decode(), url


@pytest.mark.parametrize("state", ["draft", "unpublished", "expired", "scheduled"])
def test_a_page_that_is_not_live_does_not_exist(client, site, state):
    assert client.get(factories.recording(site, state=state).get_url() or "/x/").status_code == 404


def test_a_material_tells_about_its_file(client, site):
    document = factories.document("Notes", pages=["First words", "Second words"])
    material = factories.material(site, "Notes", kind="notes", document=document)
    page = soup(client.get(material.url))
    link = page.select_one(".download a")
    assert (words(link), link["href"]) == ("Open the PDF", document.url)
    assert re.fullmatch(r"PDF, 2 pages, \d+ bytes", words(page.select_one(".download .muted")))
    assert words(page.select_one(".page__body > p")) == "Read the text here, page by page"


def test_a_page_of_a_document_can_be_read_before_it_is_opened(client, site):
    document = factories.document("Notes", pages=["First <words>", "Second words"])
    material = factories.material(site, "Notes", document=document)
    page = soup(client.get(material.url, {"page": "1"}))
    assert words(page.select_one(".excerpt blockquote")) == "First <words>"
    assert [link["href"] for link in page.select(".excerpt a")] == [f"{document.url}#page=1", "?page=2"]
    for asked in ("0", "3", "-1", "x", "", "\0", "9" * 5000):
        assert not soup(client.get(material.url, {"page": asked})).select(".excerpt"), asked


def test_a_material_that_search_cannot_see_into_says_so(client, site):
    material = factories.material(site, document=factories.document("Scan"))
    assert "Search cannot read this file" in words(soup(client.get(material.url)).main)


def test_a_link_goes_where_it_says(client, site):
    material = factories.material(site, "A toolkit", kind="link", link="https://example.org/a?b=1&c=2")
    link = soup(client.get(material.url)).select_one(".download a")
    assert link["href"] == "https://example.org/a?b=1&c=2"


@pytest.fixture
def shelf(site):
    """Two recordings and two materials, which differ in all that the list can be narrowed by."""
    topic, programme = factories.topic("Improvement"), factories.programme(site, "Leading together")
    factories.recording(site, "Zebra", recorded_on=dt.date(2020, 5, 14), topics=[topic])
    factories.recording(site, "Aardvark", recorded_on=dt.date(2022, 2, 3), programme=programme)
    factories.material(site, "Slides of it", kind="slides", topics=[topic], programme=programme)
    factories.material(site, "Notes of it", kind="notes")
    return site.resources.url


@pytest.mark.parametrize(
    ("query", "shown"),
    [
        ("", ["Notes of it", "Slides of it", "Aardvark", "Zebra"]),
        ("kind=recording", ["Aardvark", "Zebra"]),
        ("kind=recording&sort=oldest", ["Zebra", "Aardvark"]),
        ("sort=title", ["Aardvark", "Notes of it", "Slides of it", "Zebra"]),
        ("kind=material&sort=title", ["Notes of it", "Slides of it"]),
        ("kind=slides", ["Slides of it"]),
        ("topic=improvement&sort=title", ["Slides of it", "Zebra"]),
        ("programme=leading-together&sort=title", ["Aardvark", "Slides of it"]),
        ("programme=leading-together&topic=improvement", ["Slides of it"]),
        ("kind=notes&topic=improvement", []),
        ("topic=unknown", []),
        ("kind=nonsense&sort=nonsense&page=nonsense", ["Notes of it", "Slides of it", "Aardvark", "Zebra"]),
        ("kind=%00recording%00", ["Aardvark", "Zebra"]),
        ("page=-1", ["Notes of it", "Slides of it", "Aardvark", "Zebra"]),
        ("page=99999999999999", ["Notes of it", "Slides of it", "Aardvark", "Zebra"]),
    ],
)
def test_the_list_narrows_and_sorts(client, shelf, query, shown):
    found = titles(client.get(f"{shelf}?{query}"))
    # The materials came on one day: which of the two stands first is told by their titles alone.
    assert found == shown


def test_a_filter_that_fits_nothing_can_be_dropped(client, shelf):
    page = soup(client.get(f"{shelf}?kind=notes&topic=improvement"))
    assert "Nothing here matches all of these filters" in words(page.main)
    assert [(words(a), a["href"]) for a in page.select(".chosen a")] == [
        ("Remove the filter Notes ×", "?topic=improvement"),
        ("Remove the filter Improvement ×", "?kind=notes"),
    ]


def test_a_long_list_has_pages_and_as_many_queries_as_a_short_one(client, site):
    person, topic = factories.person(), factories.topic()
    factories.recording(site, "Recording 0", speakers=[person], topics=[topic], captions=factories.cues("words"))
    factories.material(site, "Material 0")
    client.get(site.resources.url)
    with CaptureQueriesContext(connection) as few:
        client.get(site.resources.url)
    for number in range(1, 11):
        factories.recording(
            site, f"Recording {number}", speakers=[person], topics=[topic], captions=factories.cues("words")
        )
        factories.material(site, f"Material {number}")
    with CaptureQueriesContext(connection) as many:
        first = client.get(site.resources.url)
    assert len(many) == len(few) <= 24
    assert len(titles(first)) == 20
    second = client.get(site.resources.url + soup(first).select_one("a[rel=next]")["href"])
    assert len(titles(second)) == 2
    assert not set(titles(first)) & set(titles(second))
    assert unescape(soup(second).title.string).startswith("Library, page 2")
