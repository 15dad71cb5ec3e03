"""Every kind there is is found, listed, promoted, narrowed to, and leaves the index with what it names: a walk over KINDS."""

from __future__ import annotations

import itertools

import pytest
from django.db.models import ProtectedError
from django.urls import reverse

from cms.access.principals import VISITOR
from cms.publishing.feed.links import key_of as feed_key
from cms.publishing.feed.links import links_of
from search.indexing.holders import holders
from search.indexing.index import engine
from search.indexing.resources import document_of, key_of
from search.kinds import KINDS, Kind, kind_named, register_kind, said_words
from search.language.kind_intent import asked_kind
from search.learning.promotion import promoted_pages
from search.models import PromotedResult
from search.pages.result_cards import found_of
from tests import factories

_numbers = itertools.count()
each_kind = pytest.mark.parametrize("model", KINDS, ids=[kind.name for kind in KINDS.values()])
MAKERS = {
    "recording": factories.recording,
    "material": factories.material,
    "session": factories.session,
    "programme": factories.programme,
    "page": factories.standard_page,
}
# What a thing named by a page is called in its entry: a word of the text, or a slug that narrows.
NAMES = {
    "programmes.person": "Zebulon",
    "programmes.topic": "Zymurgy",
    "programmes.corearea": "zenith",
    "programmes.programmepage": "zigzag",
    "access.memberorganisation": "zoo",
}

# Whose names the entry of a page holds, by the kind of page; a programme's is its own.
OF_A_PROGRAMME = {"programmes.topic", "programmes.corearea", "programmes.programmepage"}
READ = {
    "recording": {*OF_A_PROGRAMME, "programmes.person", "access.memberorganisation"},
    "material": OF_A_PROGRAMME,
    "session": {*OF_A_PROGRAMME, "programmes.person", "access.memberorganisation"},
    "programme": {"programmes.topic", "programmes.corearea"},
    "page": set(),
}


def made(site, model, **fields):
    return MAKERS[KINDS[model].name](site, "A needle", slug=f"needle-{next(_numbers)}", **fields)


class Named:
    """A thing of each model that a page may name, and what brings a page to name it."""

    def __init__(self, site) -> None:
        self.area = factories.core_area("zenith")
        self.topic = factories.topic("Zymurgy")
        self.programme = factories.programme(site, "zigzag", core_areas=[self.area])
        self.organisation = factories.organisation("zoo")
        self.person = factories.person("Zebulon", organisation=self.organisation)
        self.session = factories.session(site, "A meeting", people=[self.person])

    def page(self, site, model):
        kind = KINDS[model].name
        fields = {
            "recording": {
                "speakers": [self.person],
                "topics": [self.topic],
                "programme": self.programme,
                "session": self.session,
            },
            "material": {"topics": [self.topic], "programme": self.programme},
            "session": {"people": [self.person], "topics": [self.topic], "programme": self.programme},
            "programme": {"topics": [self.topic], "core_areas": [self.area]},
        }.get(kind, {})
        return made(site, model, **fields)

    def things(self):
        return {
            thing._meta.label_lower: thing
            for thing in (self.area, self.topic, self.programme, self.organisation, self.person)
        }


@each_kind
def test_it_is_found_narrowed_to_and_shown_with_its_card(site, client, model):
    page, kind = made(site, model), KINDS[model]
    other = next(maker for name, maker in MAKERS.items() if name != kind.name)(site, "Another needle")
    factories.settle()
    (card,) = [one.card for one in client.get("/search/", {"q": "needle", "kind": kind.name}).context["found"]]
    assert (card.kind, card.title, card.page.pk) == (kind.name, "A needle", page.pk) and card.kind_label
    both = client.get("/search/", {"q": "needle"}).context
    assert {one.card.page.pk for one in both["found"]} == {page.pk, other.pk}
    (facet,) = [facet for facet in both["facets"] if facet.name == "kind"]
    assert kind.label in [option.label for option in facet.options]
    query = f'{{ search(query: "needle", filter: {{kinds: [{kind.name.upper()}]}}) {{ nodes {{ resource {{ title }} }} }} }}'
    data = client.post("/graphql/", {"query": query}, content_type="application/json").json()["data"]
    assert data == {"search": {"nodes": [{"resource": {"title": "A needle"}}]}}
    assert kind.name in {one.name for one in [kind_named(kind.name)] if one}


@each_kind
def test_it_is_suggested_and_promoted_and_editors_may_choose_it(site, client, admin_client, model):
    page = made(site, model)
    factories.settle()
    answer = client.get(reverse("search:suggest"), {"q": "a needle"})
    groups = {group["name"]: group["suggestions"] for group in answer.json()["groups"]}
    assert "A needle" in [one["text"] for one in groups["titles"]]
    form = {"words": "start here", "page": page.pk, "sort_order": 1, "note": ""}
    answer = admin_client.post("/admin/snippets/search/promotedresult/add/", form)
    assert answer.status_code == 302, answer.context["form"].errors
    assert PromotedResult.objects.get().page_id == page.pk
    assert promoted_pages("start here", VISITOR) == [page]
    assert [card.page.pk for card in client.get("/search/?q=start+here").context["promoted"]] == [page.pk]


def test_nothing_else_may_be_promoted(site, admin_client):
    form = {"words": "start here", "page": site.home.pk, "sort_order": 1, "note": ""}
    answer = admin_client.post("/admin/snippets/search/promotedresult/add/", form)
    assert answer.status_code == 200 and answer.context["form"].errors["page"]


@each_kind
def test_it_leaves_the_index_when_it_goes_and_when_it_is_hidden(site, model):
    gone, hidden = made(site, model), made(site, model)
    factories.settle()
    assert engine().search("needle", VISITOR.audience_tokens).total == 2
    gone.delete()
    hidden.unpublish()
    factories.settle()
    assert engine().search("needle", VISITOR.audience_tokens).total == 0


@each_kind
def test_its_entry_changes_with_whatever_it_names(site, model):
    """Each thing is renamed, then deleted: the entry in the index is each time what the database says."""
    named = Named(site)
    page = named.page(site, model)
    factories.settle()
    words = repr(document_of(model.objects.get(pk=page.pk))).lower()
    read = {label for label, name in NAMES.items() if name.lower() in words}
    assert read == READ[KINDS[model].name]
    for label, thing in named.things().items():
        if label not in read:
            continue
        field = "title" if hasattr(thing, "title") else "name"
        setattr(thing, field, "Quokka")
        thing.slug = "quokka"
        if hasattr(thing, "save_revision"):
            thing.save_revision().publish()
        else:
            thing.save()
        factories.settle()
        assert engine().fingerprints()[key_of(page)] == document_of(model.objects.get(pk=page.pk)).fingerprint(), label
    for label, thing in named.things().items():
        if label in read:
            try:
                type(thing)._default_manager.get(pk=thing.pk).delete()
            except ProtectedError:
                continue
            factories.settle()
            again = document_of(model.objects.get(pk=page.pk))
            assert engine().fingerprints()[key_of(page)] == again.fingerprint(), label
            assert "quokka" not in repr(again).lower() or len(read) > 1


@each_kind
def test_search_and_feed_agree_on_what_a_page_names(site, model):
    """Whatever a page's entry reads off other things, the feed knows the page, or what stands between, to name."""
    named = Named(site)
    page = named.page(site, model)
    things = named.things()
    for label, held in holders().items():
        for holder, path in held:
            if holder is not model or label not in things:
                continue
            assert model.objects.filter(**{path: things[label].pk}).exists()
            between = links_of(page) | {link for thing in (*things.values(), named.session) for link in links_of(thing)}
            assert feed_key(type(things[label]), things[label].pk) in between, (label, path)


def test_hits_of_every_kind_become_cards_in_their_order(site, rf):
    pages = [made(site, model) for model in KINDS]
    factories.settle()
    hits = engine().search("needle", VISITOR.audience_tokens).hits
    request = rf.get("/search/")
    request.principal = VISITOR
    found = found_of(hits, request)
    assert {one.card.page.pk for one in found} == {page.pk for page in pages}
    assert [f"{one.card.kind}:{one.card.page.translation_key}" for one in found] == [hit.key for hit in hits]


@pytest.mark.parametrize(
    ("word", "tag"),
    [(word, tag) for kind in KINDS.values() for tag, words in kind.said.items() for word in words.split()],
)
def test_a_word_for_a_kind_asks_for_it(word, tag):
    asked = asked_kind(f"{word} about trust")
    assert asked is not None and (asked.tag, asked.is_led) == (tag, True)
    alone = asked_kind(f"trust {word}")
    assert (alone is not None) == (word in said_words().alone)


def test_words_that_name_a_kind_alone_are_words_for_it():
    for kind in KINDS.values():
        assert set(kind.said_alone.split()) <= {word for words in kind.said.values() for word in words.split()}


def test_no_two_kinds_share_a_name():
    taken = next(iter(KINDS.values())).name
    with pytest.raises(ValueError, match="already"):
        register_kind(type("Article", (), {}), Kind(taken, "Articles", build=dict, cards=list))
    assert len(KINDS) == len(MAKERS)
