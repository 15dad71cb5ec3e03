"""What goes into the index: a page's own words and places, and of related things only what its whole audience may see."""

from __future__ import annotations

import datetime as dt
import json

import pytest
from django.utils import timezone

from cms.access.principals import EDITOR, VISITOR, principal_of_organisation
from search.indexing.index import engine
from search.indexing.resources import document_of
from tests import factories


def totals(text: str, *principals) -> list[int]:
    factories.settle()
    return [
        engine().search(text, principal.audience_tokens, is_prefix_of_last_word=False).total for principal in principals
    ]


@pytest.mark.parametrize(
    ("person_audience", "page_audience", "is_taken_in"),
    [
        ("public", "public", True),
        ("public", "members", True),
        ("members", "public", False),
        ("members", "members", True),
        ("members", "chosen", True),
        ("chosen", "public", False),
        ("chosen", "members", False),
        ("chosen", "chosen", True),
    ],
)
def test_a_name_is_taken_in_only_when_it_is_shared_as_widely_as_the_page(
    site, person_audience, page_audience, is_taken_in
):
    a = factories.organisation("A")

    def chosen(audience: str) -> list:
        return [a] if audience == "chosen" else []

    one = factories.person("Zebulon Quirk", audience=person_audience, organisations=chosen(person_audience))
    page = factories.recording(site, audience=page_audience, organisations=chosen(page_audience), speakers=[one])
    assert ("Zebulon Quirk" in document_of(page).people) == is_taken_in


def test_a_name_shared_with_one_of_two_chosen_organisations_is_not_taken_in(site):
    a, b = factories.organisation("A"), factories.organisation("B")
    one = factories.person("Zebulon Quirk", audience="chosen", organisations=[a])
    page = factories.recording(site, audience="chosen", organisations=[a, b], speakers=[one])
    assert document_of(page).people == ()


@pytest.mark.parametrize(
    ("person_days", "page_days", "is_taken_in"),
    [(None, None, True), (9, None, False), (9, 5, True), (5, 9, False), (None, 5, True)],
)
def test_a_name_that_expires_before_the_page_is_not_taken_in(site, person_days, page_days, is_taken_in):
    def in_days(days: int | None) -> dt.datetime | None:
        return timezone.now() + dt.timedelta(days=days) if days else None

    one = factories.person("Zebulon Quirk", expire_at=in_days(person_days))
    page = factories.recording(site, speakers=[one], expire_at=in_days(page_days))
    assert ("Zebulon Quirk" in document_of(page).people) == is_taken_in


def test_searching_for_a_hidden_persons_name_confirms_nothing(site):
    one = factories.person("Zebulon Quirk", audience="members")
    factories.recording(site, title="An open talk", speakers=[one])
    factories.session(site, title="An open session", people=[one])
    assert totals("Zebulon", VISITOR, EDITOR) == [0, 0]
    one.audience = "public"
    one.save_revision().publish()
    assert totals("Zebulon", VISITOR) == [2]
    one.unpublish()
    assert totals("Zebulon", VISITOR) == [0]


def test_a_hidden_programme_is_no_facet_of_an_open_recording(site):
    hidden = factories.programme(site, "Quiet programme", audience="members")
    factories.recording(site, title="An open talk", programme=hidden)
    factories.settle()
    facets = engine().search("open talk", VISITOR.audience_tokens).facets
    assert "programme" not in facets


def test_a_chapters_title_leads_to_where_it_begins(site):
    factories.recording(
        site, captions=factories.cues("hello", "there"), chapters=[("0:00", "Start"), ("5:07", "Marmalade")]
    )
    factories.settle()
    (moment,) = engine().search("marmalade", VISITOR.audience_tokens).hits[0].moments
    assert moment.start_seconds == 307


@pytest.mark.parametrize("audience", ["public", "members", "chosen"])
def test_each_change_reaches_the_index(site, audience):
    """Publish, edit, narrow, widen, unpublish, delete: what can be found is what can be seen, at each step."""
    a = factories.organisation("A")
    askers = (VISITOR, principal_of_organisation(a), principal_of_organisation(factories.organisation("B")))
    page = factories.recording(site, captions=factories.cues("the word is pomegranate"))
    assert totals("pomegranate", *askers) == [1, 1, 1]
    page.audience, page.audience_organisations = audience, [a]
    page.save_revision().publish()
    seen = {"public": [1, 1, 1], "members": [0, 1, 1], "chosen": [0, 1, 0]}[audience]
    assert totals("pomegranate", *askers) == seen
    page.unpublish()
    assert totals("pomegranate", *askers) == [0, 0, 0]
    page.save_revision().publish()
    assert totals("pomegranate", *askers) == seen
    page.delete()
    assert totals("pomegranate", *askers) == [0, 0, 0]


def test_an_expiry_bites_in_search_to_the_second(site):
    page = factories.recording(site, captions=factories.cues("the word is pomegranate"), state="expired")
    assert page.live
    assert totals("pomegranate", VISITOR, EDITOR) == [0, 0]


def test_a_removed_organisation_finds_nothing_of_what_was_shared_with_it(site):
    a = factories.organisation("A")
    principal = principal_of_organisation(a)
    factories.recording(site, title="Pomegranate", audience="chosen", organisations=[a])
    assert totals("pomegranate", principal) == [1]
    a.delete()
    # Its keys are gone with it; and its token is in no entry that is made from now on.
    assert not type(a).objects.filter(pk=a.pk).exists()


def test_the_number_of_statements_of_a_rebuild_does_not_grow_with_the_pages(site, django_assert_max_num_queries):
    from search.indexing.index import all_documents

    speakers = [factories.person() for _ in range(3)]
    topics = [factories.topic() for _ in range(3)]
    for _ in range(6):
        factories.recording(site, speakers=speakers, topics=topics, captions=factories.cues("words"))
    with django_assert_max_num_queries(45):
        list(all_documents())


@pytest.mark.parametrize("kind", ["person", "topic", "programme"])
def test_what_is_deleted_can_no_longer_be_found_by_its_name_or_as_a_facet(site, kind):
    """The database forgets at once who was named where; the entries of those pages must forget it too."""
    made = {
        "person": lambda: factories.person("Zebulon Quirk"),
        "topic": lambda: factories.topic("Zebulon Quirk"),
        "programme": lambda: factories.programme(site, "Zebulon Quirk"),
    }[kind]()
    fields = {"person": {"speakers": [made]}, "topic": {"topics": [made]}, "programme": {"programme": made}}[kind]
    page = factories.recording(site, title="An open talk", **fields)
    assert page.audience == "public"
    factories.settle()
    assert kind in engine().search("open talk", VISITOR.audience_tokens).facets
    made.delete()
    assert totals("Zebulon", VISITOR) == [0]
    assert kind not in engine().search("open talk", VISITOR.audience_tokens).facets


def test_what_lies_below_a_deleted_page_goes_with_it(site):
    programme = factories.programme(site, "Orchard")
    page = factories.session(site, "Pomegranate evening", programme=programme)
    page.move(programme, "last-child")
    assert totals("pomegranate", VISITOR) == [1]
    type(programme).objects.get(pk=programme.pk).delete()
    assert totals("pomegranate", VISITOR) == [0]


@pytest.mark.parametrize("state", ["live", "draft", "unpublished", "expired"])
def test_words_on_a_link_to_a_page_are_not_found_since_they_are_shown_only_with_it(site, state):
    target = factories.recording(site, "Behind the door", state=state)
    body = [
        {"type": "resource_link", "value": {"page": target.pk, "note": "about the flamingo merger"}},
        {"type": "call_to_action", "value": {"button_text": "Join the flamingo circle", "url": "", "page": target.pk}},
        {"type": "call_to_action", "value": {"button_text": "Buy a pelican", "url": "https://a.test/", "page": None}},
    ]
    factories.standard_page(site, "Wide open", body=json.dumps(body))
    assert totals("flamingo", VISITOR, EDITOR) == [0, 0]
    assert totals("pelican", VISITOR, EDITOR) == [1, 1]
