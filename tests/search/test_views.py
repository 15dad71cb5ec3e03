"""The search page: for any input an answer, each result with its moments, and a way on where nothing is found."""

from __future__ import annotations

import datetime as dt
from urllib.parse import parse_qs, urlsplit

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from search.engine import SearchSort
from search.indexing.index import engine
from search.models import GlossaryTerm
from search.pages.selection import SearchSelection, read_selection
from tests import factories
from tests.visitors import browsers, soup, titles, words

pytestmark = pytest.mark.slow

URL = "/search/"


@pytest.fixture
def library(site):
    """What is searched in these tests: two recordings, a document, a session, a programme and a page."""
    topic = factories.topic("Improvement")
    programme = factories.programme(site, "Quality programme", summary="How tests of change are learnt.")
    said = factories.cues(
        "Welcome everybody.", "Today it is about <small> tests of change.", "Thank you.", seconds=20, speaker="Host"
    )
    factories.recording(
        site, "Beginning small", captions=said, topics=[topic], programme=programme, recorded_on=dt.date(2021, 5, 4),
        speakers=[factories.person("Ada Byron")],
    )  # fmt: skip
    factories.recording(site, "Tests without words", summary="Tests of change.", recorded_on=dt.date(2022, 5, 4))
    document = factories.document("Sheet", pages=["Nothing here", "A sheet for tests of change"])
    factories.material(site, "Worksheet", document=document, topics=[topic])
    factories.session(
        site, "Afternoon", summary="Tests of change, together.", starts_at=dt.datetime(2020, 5, 4, 12, tzinfo=dt.UTC)
    )
    factories.standard_page(site, "About tests", summary="Tests of change are what we do.")
    factories.settle()
    return site


def test_a_result_tells_what_it_is_and_leads_to_the_second(client, library):
    page = soup(client.get(URL, {"q": "small tests of change"}))
    result = next(card for card in page.select(".card") if "Beginning" in words(card))
    assert words(result.select_one(".kind")) == "Video"
    assert words(result.select_one(".facts")) == "4 May 2021 Ada Byron 10 minutes Captions"
    moment = result.select_one(".moments li")
    assert moment.a["href"] == "/library/beginning-small/?t=20&q=small+tests+of+change#at"
    assert words(moment.a) == "0:20 of Beginning small"
    assert "about < small> tests of change ." in words(moment)
    assert words(moment.mark) == "small> tests of change"
    assert "<small>" not in str(moment)


def test_a_document_leads_to_the_page(client, library):
    page = soup(client.get(URL, {"q": "sheet for tests of change"}))
    result = next(card for card in page.select(".card") if "Worksheet" in words(card))
    moment = result.select_one(".moments li")
    assert (words(moment.a), moment.a["href"]) == (
        "Page 2 of Worksheet",
        "/library/worksheet/?page=2&q=sheet+for+tests+of+change#page-2",
    )


@pytest.mark.parametrize(
    ("query", "shown"),
    [
        ("", {"Beginning small", "Tests without words", "Worksheet", "Afternoon", "About tests", "Quality programme"}),
        ("kind=recording", {"Beginning small", "Tests without words"}),
        ("kind=recording&kind=material", {"Beginning small", "Tests without words", "Worksheet"}),
        ("topic=improvement", {"Beginning small", "Worksheet"}),
        ("programme=quality-programme", {"Beginning small", "Quality programme"}),
        ("captioned=yes", {"Beginning small"}),
        ("captions=human", {"Beginning small"}),
        ("captions=machine", set()),
        ("person=ada-byron", {"Beginning small"}),
        ("year=2021", {"Beginning small"}),
        ("year=2021&year=2022", {"Beginning small", "Tests without words"}),
        ("year=2021&year=2022&topic=improvement", {"Beginning small"}),
        ("length=short", {"Beginning small", "Tests without words"}),
        ("length=long", set()),
        ("language=en", {"Beginning small"}),
        ("from=2021-01-01&to=2021-12-31", {"Beginning small"}),
        ("from=2021-13-45&to=soon&kind=nonsense&captioned=perhaps&sort=best&page=two", None),
        ("topic=%00&programme=", None),
    ],
)
def test_filters_narrow(client, library, query, shown):
    everything = {
        "Beginning small",
        "Tests without words",
        "Worksheet",
        "Afternoon",
        "About tests",
        "Quality programme",
    }
    assert set(titles(client.get(f"{URL}?q=tests+of+change&{query}"))) == (everything if shown is None else shown)


def test_results_are_sorted_by_date_when_asked(client, library):
    newest = titles(client.get(URL, {"q": "tests of change", "sort": "newest", "kind": "recording"}))
    oldest = titles(client.get(URL, {"q": "tests of change", "sort": "oldest", "kind": "recording"}))
    assert newest == ["Tests without words", "Beginning small"] == oldest[::-1]


def test_a_facet_tells_how_many_and_narrows_to_them_and_back(client, library):
    page = soup(client.get(URL, {"q": "tests of change"}))
    facets = {words(a).split(" ,")[0]: a for a in page.select(".facets a")}
    assert words(facets["Recordings"]) == "Recordings , 2 results"
    narrowed_url = URL + facets["Recordings"]["href"]
    narrowed = soup(client.get(narrowed_url))
    assert words(narrowed.h1) == "2 results for “tests of change”"
    # The other kinds are still offered, so that a visitor can widen again.
    offered = {words(a).split(" ,")[0]: a for a in narrowed.select(".facets a")}
    assert {"Recordings", "Materials", "Sessions"} <= offered.keys()
    assert offered["Recordings"]["aria-current"] == "true"
    chip = narrowed.select_one(".chosen a")
    assert words(chip) == "Remove the filter Recordings ×"
    for back in (chip["href"], offered["Recordings"]["href"]):
        assert parse_qs(urlsplit(back).query) == {"q": ["tests of change"]}
    # Somebody who types other words keeps the filter.
    assert [field["value"] for field in narrowed.select(".site-search input[type=hidden]")] == ["recording"]


@pytest.mark.parametrize(
    ("query", "told"),
    [
        ({}, "Enter a name, a subject"),
        ({"q": ""}, "Enter a name, a subject"),
        ({"q": "   "}, "Enter a name, a subject"),
        ({"q": "yourselves whom hers"}, "only very common words"),
        ({"q": "!!! ???"}, "There is no word to search for"),
        ({"q": "\0"}, "Enter a name, a subject"),
        ({"q": "-tests"}, "There is no word to search for"),
    ],
)
def counts(page, facet: str) -> dict[str, str]:
    """The values of a facet with their counts, and a star where one is chosen."""
    lists = page.select(f"ul[aria-labelledby=facet-{facet}] a")
    return {
        words(a).split(" , ")[0]: words(a).split(" , ")[1].split()[0] + "*" * a.has_attr("aria-current") for a in lists
    }


def test_values_of_a_facet_widen_facets_narrow_each_other_and_a_choice_does_not_collapse_its_own_counts(
    client, library
):
    both = soup(client.get(f"{URL}?q=tests+of+change&kind=recording&kind=material&topic=improvement"))
    assert titles(client.get(f"{URL}?q=tests+of+change&kind=recording&kind=material&topic=improvement"))
    assert counts(both, "kind") == {"Recordings": "1*", "Materials": "1*"}
    assert counts(both, "topic") == {"Improvement": "2*"}
    assert counts(both, "year") == {"2021": "1", str(dt.datetime.now().year): "1"}
    assert counts(both, "captions") == {"With captions": "1", "Written or checked by a person": "1"}
    assert counts(both, "person") == {"Ada Byron": "1"}
    assert counts(both, "length") == {"Under 15 minutes": "1"}


def test_only_members_are_offered_how_widely_things_are_shared(site):
    a, b = factories.organisation("A"), factories.organisation("B")
    factories.recording(site, "Open", summary="About turtles.", recorded_on=dt.date(2020, 1, 1))
    factories.recording(site, "Closed", summary="About turtles.", audience="members", recorded_on=dt.date(1999, 1, 1),
                        speakers=[factories.person("Secret Person", audience="members")])  # fmt: skip
    factories.settle()
    for name, client in browsers(a, b).items():
        page = soup(client.get(URL, {"q": "turtles"}))
        is_member = name != "visitor"
        assert counts(page, "audience") == ({"Everybody": "1", "Members only": "1"} if is_member else {}), name
        assert ("1999" in counts(page, "year"), "Secret Person" in page.get_text()) == (is_member, is_member), name
        narrowed = client.get(URL, {"q": "turtles", "person": "secret-person"})
        assert set(titles(narrowed)) == ({"Closed"} if is_member else set()), name


def test_a_mistyped_word_is_corrected_and_can_be_searched_as_it_was_typed(client, library):
    page = soup(client.get(URL, {"q": "smal tests of change"}))
    assert words(page.select_one(".correction")).startswith("Showing results for small tests of change")
    assert "Beginning small" in titles(client.get(URL, {"q": "smal tests of change"}))
    assert words(page.h1).endswith("for “small tests of change”")
    instead = page.select(".correction a")[1]["href"]
    assert parse_qs(urlsplit(instead).query) == {"q": ["smal tests of change"], "spelling": ["exact"]}
    exact = soup(client.get(URL + instead))
    assert not exact.select(".correction")
    assert not exact.select('form[role=search] input[name="spelling"]'), (
        "it was meant for these words, not for the next"
    )


def test_a_filter_that_came_with_a_suggestion_does_not_narrow_the_next_search(client, library):
    def carried(**asked: str) -> set[str]:
        return {one["name"] for one in soup(client.get(URL, asked)).select('form[role=search] input[type="hidden"]')}

    assert carried(q="Improvement", topic="improvement") == set()
    assert carried(q="tests", topic="improvement") == {"topic"}


def test_what_is_excluded_is_not_explained(client, library):
    GlossaryTerm.objects.create(term="PDSA", expansion="plan, do, study, act")
    assert soup(client.get(URL, {"q": "tests PDSA"})).select(".definitions")
    assert not soup(client.get(URL, {"q": "tests -PDSA"})).select(".definitions")


def test_an_endless_word_is_told_to_be_too_long(client, library):
    assert "first 1,000 characters" in words(soup(client.get(URL, {"q": "x" * 5_000})).main)


def test_more_moments_than_are_shown_are_a_link_that_searches_inside(client, site):
    said = [word for n in range(6) for word in (f"Now turtles, part {n}.", *["Other words are said here."] * 30)]
    talk = factories.recording(site, "Reptiles", captions=factories.cues(*said))
    document = factories.document(pages=[f"Turtles on page {n}" for n in range(1, 7)])
    sheet = factories.material(site, "Sheet", document=document)
    factories.settle()
    page = soup(client.get(URL, {"q": "turtles"}))
    cards = {words(card.select_one(".card__title")): card for card in page.select(".card")}
    for title, url, places in (("Reptiles", talk.url, ".places a"), ("Sheet", sheet.url, ".inside .moments a")):
        assert len(cards[title].select(".moments li")) == 3
        more = cards[title].select_one(".more a")["href"]
        assert more.startswith(f"{url}?q=turtles#")
        assert len(soup(client.get(more)).select(places)) == 6


@pytest.mark.parametrize(
    ("query", "told"),
    [
        ({}, "Enter a name, a subject"),
        ({"q": ""}, "Enter a name, a subject"),
        ({"q": "   "}, "Enter a name, a subject"),
        ({"q": "yourselves whom hers"}, "only very common words"),
        ({"q": "!!! ???"}, "There is no word to search for"),
        ({"q": "\0"}, "Enter a name, a subject"),
        ({"q": "-tests"}, "There is no word to search for"),
    ],
)
def test_a_search_without_a_word_gets_a_hint(client, library, query, told):
    page = soup(client.get(URL, query))
    assert told in words(page.main)
    assert not page.select(".card")
    assert page.select_one("main a[href='/library/']")


def test_nothing_found_says_what_was_looked_for_and_which_filter_to_drop(client, library):
    page = soup(client.get(URL, {"q": "sheet", "kind": "recording", "topic": "improvement"}))
    assert words(page.h1) == "Nothing found for “sheet”"
    assert words(page.select_one(".results__list > p")) == "We looked for: sheet , within “Recordings”, “Improvement”."
    ways = {words(a): parse_qs(urlsplit(a["href"]).query) for a in page.select(".ways a")}
    assert ways["1 result without “Recordings”"] == {"q": ["sheet"], "topic": ["improvement"]}
    assert len([way for way in ways if "without" in way]) == 1
    assert page.select_one("main a[href='/library/']")


@pytest.mark.parametrize(
    ("page", "first"),
    [
        ("1", "1"),
        ("2", "21"),
        ("-1", "1"),
        ("0", "1"),
        ("3", "21"),
        ("99999999999999999999", "1"),
        ("999999999", "21"),
        ("x", "1"),
    ],
)
def test_a_long_list_of_results_has_pages(client, site, page, first):
    for number in range(21):
        factories.material(
            site, f"Paper {number}", link="https://example.org/", kind="link", summary="Changing together."
        )
    factories.settle()
    answer = soup(client.get(URL, {"q": "changing", "page": page}))
    assert words(answer.h1) == "21 results for “changing”"
    assert answer.select_one("ol.cards")["start"] == first
    assert len(answer.select(".card")) == (20 if first == "1" else 1)


def test_hidden_things_are_neither_found_nor_counted_nor_named(site):
    a, b = factories.organisation("A"), factories.organisation("B")
    hidden = factories.programme(site, "Secretprogramme", audience="chosen", organisations=[a])
    factories.recording(site, "Open talk", summary="About turtles.", programme=hidden)
    factories.recording(site, "Members talk", summary="About turtles.", audience="members")
    factories.recording(
        site, "Chosen talk", summary="About turtles.", audience="chosen", organisations=[a], programme=hidden
    )
    factories.recording(site, "Draft talk", summary="About turtles.", state="draft")
    factories.settle()
    expected = {
        "visitor": {"Open talk"},
        "member of B": {"Open talk", "Members talk"},
        "member of A": {"Open talk", "Members talk", "Chosen talk"},
        "editor": {"Open talk", "Members talk", "Chosen talk"},
    }
    for name, client in browsers(a, b).items():
        response = client.get(URL, {"q": "turtles"})
        assert set(titles(response)) == expected[name], name
        count = len(expected[name])
        assert words(soup(response).h1) == f"{count} result{'s' if count > 1 else ''} for “turtles”"
        is_told = name in ("member of A", "editor")
        assert ("Secretprogramme" in response.content.decode()) == is_told, name
        asked = client.get(URL, {"q": "turtles", "programme": "secretprogramme"})
        assert ("Secretprogramme" in asked.content.decode()) == is_told, name


def test_a_hit_that_the_database_no_longer_shows_is_left_out(client, library):
    """The index is a moment behind: what was taken back meanwhile must not be shown."""
    from library.models import RecordingPage

    RecordingPage.objects.filter(slug="beginning-small").update(audience="members")
    assert "Beginning small" not in titles(client.get(URL, {"q": "tests of change"}))


def test_an_index_that_cannot_be_read_is_told_in_plain_words(client, site, settings, tmp_path):
    (tmp_path / "file").write_text("no index")
    settings.SEARCH_INDEX_DIR = tmp_path / "file"
    response = client.get(URL, {"q": "tests"})
    assert response.status_code == 503
    assert b"Search is not available right now" in response.content


def test_results_cost_the_same_number_of_queries_for_one_and_for_many(client, site):
    def add(numbers):
        for number in numbers:
            factories.recording(
                site,
                f"Talk {number}",
                summary="On turtles.",
                speakers=[factories.person()],
                captions=factories.cues("Turtles."),
            )
            factories.material(site, f"Notes {number}", summary="On turtles.")
            factories.session(site, f"Meeting {number}", summary="On turtles.", people=[factories.person()])

    add([0])
    factories.settle()
    client.get(URL, {"q": "turtles"})
    with CaptureQueriesContext(connection) as few:
        assert len(titles(client.get(URL, {"q": "turtles"}))) == 3
    add(range(1, 6))
    factories.settle()
    with CaptureQueriesContext(connection) as many:
        assert len(titles(client.get(URL, {"q": "turtles"}))) == 18
    assert len(many) == len(few)


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.text(max_size=80), st.text(max_size=12), st.text(max_size=12))
def test_no_input_is_an_error(client, library, text, value, page):
    query = {"q": text, "kind": value, "topic": value, "programme": value, "from": value, "to": value, "captioned": value,
             "sort": value, "page": page}  # fmt: skip
    query = {name: given.encode("utf-8", "replace").decode() for name, given in query.items()}
    # Filters without words lead to the library's list.
    response = client.get(URL, query, follow=True)
    assert response.status_code == 200


def test_a_very_long_question_is_cut_and_says_so(client, library):
    response = client.get(URL, {"q": "change " * 1_500})
    assert "only used the first 1,000 characters" in response.content.decode()
    assert len(response.content) < 100_000


selections = st.builds(
    SearchSelection,
    text=st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=30).map(str.strip),
    kind=st.lists(st.sampled_from(["recording", "material", "page"]), unique=True).map(tuple),
    topic=st.lists(st.from_regex(r"[a-z0-9-]{1,20}", fullmatch=True), unique=True, max_size=4).map(tuple),
    programme=st.lists(st.from_regex(r"[a-z0-9-]{1,20}", fullmatch=True), unique=True, max_size=4).map(tuple),
    day_from=st.none() | st.dates(),
    day_to=st.none() | st.dates(),
    is_captioned=st.booleans(),
    sort=st.sampled_from(SearchSort),
)


@given(selections)
def test_an_address_made_of_a_selection_reads_back_as_it(selection):
    query = parse_qs(selection.query_string().removeprefix("?"))
    assert read_selection(lambda name: query.get(name, [""])[-1], lambda name: query.get(name, [])) == selection


@given(selections, st.sampled_from(["kind", "topic", "programme"]), st.sampled_from(["recording", "a", "b"]))
def test_toggling_twice_changes_nothing_that_counts(selection, name, value):
    twice = selection.toggled(name, value).toggled(name, value)
    assert set(getattr(twice, name)) == set(getattr(selection, name))


def test_the_engine_is_the_sites_own(library, settings):
    assert engine().count()["resources"] == 6
