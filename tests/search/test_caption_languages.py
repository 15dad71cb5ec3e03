"""Captions in two languages: both are found and narrowed to, moments carry theirs, and page, index and API show the same track."""

from __future__ import annotations

from dataclasses import dataclass

import pytest

from library.captions import write_webvtt
from library.models import CaptionTrack
from library.models.captions import best_of_each_language, best_track
from search.engine import Moment, SearchFilters
from search.indexing.index import engine
from search.indexing.resources import document_of
from search.pages.moment_address import moment_address
from tests import factories

PUBLIC = ("public",)


@dataclass(frozen=True)
class Track:
    language: str
    origin: str
    name: str = ""


@pytest.mark.parametrize(
    ("tracks", "wanted", "best"),
    [
        ([], None, None),
        (["pl machine", "cy human"], None, "pl machine"),  # the first language, whoever made its captions
        (["pl machine", "en machine"], None, "en machine"),
        (["pl machine", "en machine"], "pl", "pl machine"),
        (["pl machine", "en machine"], "de", "en machine"),
        (["pl machine", "cy human"], "de", "pl machine"),
        (["en machine", "en human"], None, "en human"),
        (["en machine", "en imported"], "en", "en imported"),
        (["en imported", "en human"], "en", "en human"),
        (["pl machine", "cy human", "pl human"], None, "pl human"),
        (["en human", "en human"], None, "en human"),
    ],
)
def test_the_best_track(tracks, wanted, best):
    made = [Track(*text.split()) for text in tracks]
    found = best_track(made, wanted)
    assert (f"{found.language} {found.origin}" if found else None) == best
    if found and len(set(tracks)) < len(tracks):
        assert found is made[0]


def test_each_language_has_its_best():
    made = [Track(*text.split()) for text in ("pl machine", "en human", "pl human", "cy imported")]
    assert best_of_each_language(made) == [made[2], made[1], made[3]]


def recording(site, title="A talk", **tracks: tuple[str, str]):
    """A recording; each track is language=(origin, words). A second track of a language is given with `_` after it."""
    page = factories.recording(site, title)
    page.caption_tracks = [
        CaptionTrack(language=name.strip("_"), origin=origin, webvtt=write_webvtt(factories.cues(*words.split("|"))))
        for name, (origin, words) in tracks.items()
    ]
    page.save_revision().publish()
    factories.settle()
    return page


@pytest.fixture
def bilingual(site):
    return recording(
        site, en=("machine", "we drank zubrowka together"), pl=("human", "razem|piliśmy zubrowka wieczorem")
    )


def graphql(client, query: str):
    answer = client.post("/graphql/", {"query": query}, content_type="application/json").json()
    assert "errors" not in answer, answer
    return answer["data"]


def test_a_recording_is_filed_under_each_of_its_languages(bilingual, client):
    data = graphql(
        client,
        """{ en: search(query: "zubrowka", filter: {languages: ["en"]}) { totalCount }
             pl: search(query: "zubrowka", filter: {languages: ["pl"]}) { totalCount }
             cy: search(query: "zubrowka", filter: {languages: ["cy"]}) { totalCount }
             all: search(query: "zubrowka") { facets { name values { value count } } } }""",
    )
    assert [data[name]["totalCount"] for name in ("en", "pl", "cy")] == [1, 1, 0]
    (languages,) = [facet["values"] for facet in data["all"]["facets"] if facet["name"] == "LANGUAGE"]
    assert languages == [{"value": "en", "count": 1}, {"value": "pl", "count": 1}]


def test_the_page_offers_both_languages_and_narrows_by_each(bilingual, client):
    offered = {facet.name: facet.options for facet in client.get("/search/?q=zubrowka").context["facets"]}
    assert [option.label for option in offered["language"]] == ["English", "Polish"]
    for language in ("en", "pl"):
        assert client.get(f"/search/?q=zubrowka&language={language}").context["paging"].total == 1


def test_a_moment_opens_the_captions_in_which_its_words_stand(bilingual, client):
    (found,) = client.get("/search/?q=wieczorem").context["found"]
    (moment,) = found.moments
    assert moment.url == "/library/a-talk/?t=4&captions=pl&q=wieczorem#at"
    page = client.get(moment.url)
    assert page.context["chosen_track"].language == "pl"
    assert page.context["current_cue"].text == "piliśmy zubrowka wieczorem"
    (english,) = client.get("/search/?q=drank").context["found"][0].moments
    assert english.url == "/library/a-talk/?t=0&q=drank#at"
    assert client.get(english.url).context["chosen_track"].language == "en"


def test_the_api_tells_a_moments_language_and_its_address(bilingual, client):
    query = """{ search(query: "%s") { nodes { moments { language url startSeconds } } } }"""
    (pl,) = graphql(client, query % "wieczorem")["search"]["nodes"][0]["moments"]
    (en,) = graphql(client, query % "drank")["search"]["nodes"][0]["moments"]
    assert (pl["language"], en["language"]) == ("pl", "en")
    assert pl["url"].endswith("/library/a-talk/?t=4&captions=pl") and en["url"].endswith("/library/a-talk/?t=0")


@pytest.mark.parametrize("language", ["en", "pl"])
def test_who_narrows_to_a_language_is_shown_moments_in_it(bilingual, language):
    result = engine().search("zubrowka", PUBLIC, filters=SearchFilters(languages=(language,)))
    assert [moment.language for moment in result.hits[0].moments] == [language]


def test_words_of_another_language_than_narrowed_to_are_still_shown(bilingual):
    (hit,) = engine().search("drank", PUBLIC, filters=SearchFilters(languages=("pl",))).hits
    assert [moment.language for moment in hit.moments] == ["en"]


def test_chapters_and_text_have_no_language(site):
    page = factories.recording(
        site, "A talk", captions=factories.cues("we drank"), language="pl", chapters=[("0:10", "Toasts")]
    )
    passages = document_of(page).passages
    assert [passage.language for passage in passages] == ["pl", ""]
    factories.settle()
    (hit,) = engine().search("toasts", PUBLIC, filters=SearchFilters(languages=("pl",))).hits
    assert [(moment.language, moment.start_seconds) for moment in hit.moments] == [("", 10.0)]


def test_captions_without_words_are_no_captions(site, client):
    page = recording(site, en=("human", "we drank"), pl=("human", "razem"))
    CaptionTrack.objects.filter(recording=page, language="pl").update(webvtt="")
    page = type(page).objects.get(pk=page.pk)
    assert document_of(page).languages == ("en",)
    assert list(CaptionTrack.objects.with_words().values_list("language", flat=True)) == ["en"]
    assert [choice.language for choice in client.get("/library/a-talk/?captions=pl").context["tracks"]] == ["en"]


@pytest.mark.parametrize(
    ("tracks", "wanted", "shown"),
    [
        ({"pl": ("machine", "po polsku"), "cy": ("human", "yn gymraeg")}, "", "po polsku"),
        ({"en": ("machine", "by a machine"), "en_": ("human", "by a person")}, "", "by a person"),
        ({"en": ("machine", "by a machine"), "en_": ("human", "by a person")}, "en", "by a person"),
        ({"pl": ("human", "po polsku"), "en": ("machine", "by a machine")}, "", "by a machine"),
        ({"pl": ("human", "po polsku"), "en": ("machine", "by a machine")}, "pl", "po polsku"),
    ],
)
def test_page_index_and_api_show_the_same_track(site, client, tracks, wanted, shown):
    page = recording(site, **tracks)
    choice = client.get("/library/a-talk/", {"captions": wanted} if wanted else {}).context["chosen_track"]
    assert choice.track.cues[0].text == shown
    argument = f'(language: "{wanted}")' if wanted else ""
    data = graphql(client, f'{{ recording(slug: "a-talk") {{ transcript{argument} {{ text }} }} }}')
    assert [cue["text"] for cue in data["recording"]["transcript"]] == [shown]
    indexed = [passage.text for passage in document_of(type(page).objects.get(pk=page.pk)).passages]
    assert shown in indexed and len(indexed) == len({name.strip("_") for name in tracks})


def test_the_api_shows_no_other_language_than_asked_for(bilingual, client):
    data = graphql(client, '{ recording(slug: "a-talk") { transcript(language: "cy") { text } } }')
    assert data["recording"]["transcript"] == []


@pytest.mark.parametrize(
    ("fields", "address"),
    [
        ({"start_seconds": 12.9}, "/a/?t=12"),
        ({"start_seconds": 12.9, "language": "en"}, "/a/?t=12"),
        ({"start_seconds": 0.0, "language": "cy"}, "/a/?t=0&captions=cy"),
        ({"page_number": 3}, "/a/?page=3"),
        ({}, "/a/"),
    ],
)
def test_addresses_of_moments(fields, address):
    place = {"start_seconds": None, "end_seconds": None, "page_number": None, **fields}
    assert moment_address("/a/", Moment(text="", html="", speaker="", score=1.0, **place)) == address
