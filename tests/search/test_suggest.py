"""Suggestions while typing: in groups, typos forgiven, nothing hidden, the same as JSON and in the API."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from hypothesis import given
from hypothesis import strategies as st

from search.language.name_index import NameIndex
from search.models import GlossaryTerm
from tests import factories
from tests.api.asking import ask
from tests.visitors import browsers

pytestmark = pytest.mark.django_db
URL = "/search/suggest/"
NAMES = ["Systems thinking", "Third sector", "System leadership", "Ada Lovelace", "Ådne Thor"]


def groups(client, typed: str) -> dict[str, list[str]]:
    answer = client.get(URL, {"q": typed}).json()
    return {group["name"]: [one["text"] for one in group["suggestions"]] for group in answer["groups"]}


@pytest.fixture
def library(site):
    organisation = factories.organisation("Leeds")
    factories.topic("Systems thinking")
    GlossaryTerm.objects.create(term="ICS", expansion="integrated care system", definition="Plans care.")
    myron = factories.person("Myron Systemson", organisation=organisation)
    factories.recording(site, "Thinking in systems", speakers=[myron])
    factories.material(site, "A guide to systems")
    factories.session(site, "Systemic change")
    factories.settle()
    return site


def test_what_may_be_meant_comes_in_groups_with_a_way_to_each(client, library):
    answer = client.get(URL, {"q": "syst"}).json()["groups"]
    assert [(group["name"], group["label"]) for group in answer] == [
        ("titles", "In the library"), ("people", "People"), ("topics", "Topics"), ("terms", "Glossary"),
    ]  # fmt: skip
    titles, people, topics, terms = (group["suggestions"] for group in answer)
    # The title that begins so comes first.
    assert titles[0] == {"text": "Systemic change", "detail": "Session", "url": "/programmes/systemic-change/"}
    assert {title["text"] for title in titles} == {"Systemic change", "Thinking in systems", "A guide to systems"}
    assert people == [
        {"text": "Myron Systemson", "detail": "Leeds", "url": "/search/?q=Myron+Systemson&person=myron-systemson"}
    ]
    assert topics[0]["url"] == "/search/?q=Systems+thinking&topic=systems-thinking"
    assert terms == [{"text": "ICS", "detail": "integrated care system", "url": "/search/?q=ICS"}]
    for person in (*people, *topics, *titles):
        assert client.get(person["url"]).status_code == 200


@pytest.mark.parametrize(
    "typed", ["thinking in sys", "thinkign in", "thinkng sys", "THINKING", "guidd to sy", "  systms "]
)
def test_a_typo_is_forgiven(client, library, typed):
    assert {"Thinking in systems", "A guide to systems"} & set(groups(client, typed)["titles"])


def test_with_a_typo_too_the_title_that_begins_so_comes_first(client, site):
    for title in ("For whom a community of practice is", "Community of practice", "A community of practice, in spring"):
        factories.recording(site, title)
    factories.settle()
    for typed in ("comunity of pr", "comm", "cmmunity"):
        assert groups(client, typed)["titles"][0] == "Community of practice"


@pytest.mark.parametrize("typed", ["", " ", "s", "\0", "zebra", "!!", "the", "systems zebra"])
def test_what_means_nothing_suggests_nothing(client, library, typed):
    assert groups(client, typed).get("titles", []) == []


def test_nobody_is_told_of_what_is_hidden_from_them(site):
    a, b = factories.organisation("A"), factories.organisation("B")
    for audience, who in (("public", ()), ("members", ()), ("chosen", [a])):
        factories.recording(site, f"Turtle {audience}", audience=audience, organisations=who)
        factories.person(f"Turtle person {audience}", audience=audience, organisations=who)
    for state in ("draft", "unpublished", "expired", "scheduled"):
        factories.recording(site, f"Turtle {state}", state=state)
        factories.person(f"Turtle person {state}", state=state)
    factories.settle()
    wide = {"visitor": 1, "member of B": 2, "member of A": 3, "editor": 3}
    for name, client in browsers(a, b).items():
        audiences = (
            {"public", "members", "chosen"}
            if wide[name] == 3
            else {"public", "members"}
            if wide[name] == 2
            else {"public"}
        )
        # A typo, too, leads to nothing more.
        for typed in ("turtle", "turtel", "tutrle"):
            told = groups(client, typed)
            assert set(told["titles"]) == {f"Turtle {one}" for one in audiences}, (name, typed)
            assert set(told["people"]) == {f"Turtle person {one}" for one in audiences}, (name, typed)


def test_a_person_hidden_or_renamed_since_is_told_as_they_are_now(client, site):
    one = factories.person("Grace Turtle")
    assert groups(client, "grace") == {"people": ["Grace Turtle"]}
    one.name = "Grace Hopper"
    one.save_revision().publish()
    assert groups(client, "turtle") == {}
    assert groups(client, "grace") == {"people": ["Grace Hopper"]}
    one.unpublish()
    assert groups(client, "grace") == {}


def test_suggestions_cost_the_same_statements_however_many_there_are(client, site):
    def statements() -> int:
        groups(client, "turtle")
        with CaptureQueriesContext(connection) as queries:
            assert groups(client, "turtle")
        return len(queries)

    factories.recording(site, "Turtle")
    factories.person("Turtle")
    factories.settle()
    few = statements()
    for number in range(5):
        factories.recording(site, f"Turtle {number}")
        factories.person(f"Turtle {number}")
    factories.settle()
    assert statements() == few


def test_without_an_index_the_box_is_a_plain_one(client, site, settings, tmp_path):
    (tmp_path / "file").write_text("no index")
    settings.SEARCH_INDEX_DIR = tmp_path / "file"
    assert client.get(URL, {"q": "turtle"}).json() == {"groups": []}
    assert ask('{ suggest(prefix: "turtle") { name } }').data == {"suggest": []}


def test_partners_get_the_same_with_full_addresses(library):
    answer = ask('{ suggest(prefix: "thinking in", first: 1) { name label suggestions { text detail url } } }').data
    assert answer["suggest"][0]["suggestions"][0]["url"].startswith("http")
    assert answer["suggest"][0]["suggestions"][0]["text"] == "Thinking in systems"
    assert ask('{ suggest(prefix: "a", first: 11) { name } }').codes == ["BAD_USER_INPUT"]


@pytest.mark.parametrize(
    ("typed", "found"),
    [
        ("sys", ["System leadership", "Systems thinking"]),
        ("thinking sys", ["Systems thinking"]),
        ("lead", ["System leadership"]),
        ("ledaership", ["System leadership"]),
        ("systrms th", ["Systems thinking"]),
        ("ada", ["Ada Lovelace"]),
        ("adne", ["Ådne Thor"]),
        ("lvoelace", ["Ada Lovelace"]),
        ("tor", []),
        ("xyz", []),
    ],
)
def test_names_are_found_from_the_beginnings_of_their_words(typed, found):
    assert NameIndex((name, name) for name in NAMES).like(typed, 10) == found


@given(st.lists(st.text(max_size=12), max_size=8), st.text(max_size=12))
def test_any_names_and_any_typing_give_distinct_things_among_them(names, typed):
    found = NameIndex((name, name) for name in names).like(typed, 5)
    assert len(found) <= 5 and len(set(found)) == len(found) and set(found) <= set(names)
