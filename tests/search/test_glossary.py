"""The glossary: kept by editors, read by everybody, live in every process at once, and told above the results."""

from __future__ import annotations

import pytest
from django.contrib.auth import get_user_model
from django.contrib.auth.models import Group
from django.core.exceptions import ValidationError
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from cms.publishing.versions import current_version
from home.roles import EDITORS, ensure_roles
from search.glossary import glossary
from search.models import GlossaryTerm, GlossaryUse
from tests import factories
from tests.api.asking import ask
from tests.visitors import soup, words

pytestmark = pytest.mark.django_db


def term(term: str = "ICS", expansion: str = "integrated care system", **fields) -> GlossaryTerm:
    one = GlossaryTerm(term=term, expansion=expansion, **fields)
    one.full_clean()
    one.save()
    return one


def test_a_change_is_seen_at_once_and_costs_one_statement_when_there_is_none():
    one = term(other_names="ICSs of England\n\n ICSs of  England \n")
    assert [entry.names for entry in glossary().entries] == [("ICS", "integrated care system", "ICSs of England")]
    with CaptureQueriesContext(connection) as queries:
        assert glossary() is glossary()
    assert len(queries) == 2
    one.definition = "Changed."
    one.save()
    assert glossary().entries[0].definition == "Changed."
    other = term("PCN", "primary care network")
    assert len(glossary().entries) == 2
    other.delete()
    assert len(glossary().entries) == 1


def test_only_terms_to_be_expanded_widen_a_search():
    term()
    term("OD", "organisational development", use=GlossaryUse.SUGGEST)
    term("Feedback loop", "", definition="What comes back.")
    assert glossary().same_names == (("ICS", "integrated care system"),)


def test_a_change_advances_the_content_version():
    before = current_version()
    one = term()
    saved = current_version()
    one.delete()
    assert before < saved < current_version()


@pytest.mark.parametrize(
    ("fields", "field"),
    [
        ({"term": "…", "expansion": "dots"}, "term"),
        ({"term": "ICS", "expansion": "!!"}, "expansion"),
        ({"term": "ICS", "expansion": "", "definition": " "}, "expansion"),
        ({"other_names": "x" * 121}, "other_names"),
        ({"other_names": "\n".join(f"name {n}" for n in range(21))}, "other_names"),
        ({"other_names": "fine\n--"}, "other_names"),
    ],
)
def test_an_entry_that_says_nothing_is_refused_with_the_reason(fields, field):
    with pytest.raises(ValidationError) as caught:
        term(**fields)
    assert field in caught.value.message_dict


def test_the_same_term_may_stand_for_two_things_but_not_twice_for_one():
    term("OD", "organisational development")
    term("OD", "overdose")
    with pytest.raises(ValidationError):
        term("OD", "overdose")


def test_an_editor_keeps_it_in_the_admin(client, site):
    editor = get_user_model().objects.create_user("edith", password="x")
    ensure_roles()
    editor.groups.add(Group.objects.get(name=EDITORS))
    client.force_login(editor)
    add = reverse("wagtailsnippets_search_glossaryterm:add")
    answer = client.post(add, {"term": "QI", "expansion": "quality improvement", "other_names": "", "definition": "",
                               "use": "always"})  # fmt: skip
    assert answer.status_code == 302
    listing = client.get(reverse("wagtailsnippets_search_glossaryterm:list"), {"q": "improvement"})
    assert "quality improvement" in listing.content.decode()
    assert [entry.term for entry in glossary().entries] == ["QI"]
    refused = client.post(add, {"term": "Alone", "use": "always"})
    assert "Enter what the term stands for" in refused.content.decode()


@pytest.mark.parametrize("query", ["ics", "What is an integrated care system?", "ICSs"])
def test_a_definition_stands_above_the_results(client, site, query):
    term(definition="<b>Everything</b> & all.")
    factories.standard_page(site, "Our ICS", summary="An integrated care system.")
    factories.settle()
    page = soup(client.get("/search/", {"q": query}))
    assert words(page.select_one(".definitions")) == "ICS integrated care system <b>Everything</b> & all."


def test_partners_read_the_glossary_and_what_a_query_names():
    term(definition="It plans care.", other_names="ICP")
    answer = ask("{ glossary { term expansion otherNames definition isExpanded } }")
    assert answer.data["glossary"] == [
        {"term": "ICS", "expansion": "integrated care system", "otherNames": ["ICP"], "definition": "It plans care.",
         "isExpanded": True}
    ]  # fmt: skip
    answer = ask('{ search(query: "any icp news") { definitions { term } } }')
    assert answer.data["search"]["definitions"] == [{"term": "ICS"}]
