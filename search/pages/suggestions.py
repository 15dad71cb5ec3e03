"""What somebody who is typing may mean, in groups: past searches, titles, people, topics, terms, and whatever apps register.

Titles come from the index, behind its gate. People, topics and terms are few enough to be kept in each process; people are
asked of the database once more before they are told, so that nobody hidden is ever named.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from cms.access.principals import Principal
from cms.publishing.kept import KeptByVersion
from programmes.models import Person, Topic

from ..glossary import glossary
from ..indexing.index import engine
from ..kinds import KINDS
from ..language.name_index import NameIndex
from ..learning.popular import popular_queries
from .no_results import search_url

LONGEST_TYPED = 100
MOST_SUGGESTIONS = 10
# People who match but may be hidden are many more than are shown.
MOST_CANDIDATES = 500


@dataclass(frozen=True, slots=True)
class SuggestedSearch:
    """One thing that may be meant: what it is called, where it leads (a path), and a word or two about it."""

    text: str
    url: str
    detail: str = ""


@dataclass(frozen=True, slots=True)
class SuggestionGroup:
    """Suggestions of one sort."""

    name: str
    label: str
    suggestions: tuple[SuggestedSearch, ...]


Suggester = Callable[[str, Principal, int], Sequence[SuggestedSearch]]
_suggesters: dict[str, tuple[int, str, Suggester]] = {}


def register_suggester(name: str, label: str, *, order: int) -> Callable[[Suggester], Suggester]:
    """Register the decorated function as a source of suggestions; groups stand in ascending `order`.

    It gets what was typed, the principal and how many to return at most, and tells only what the principal may see.
    """

    def decorate(suggester: Suggester) -> Suggester:
        _suggesters[name] = (order, label, suggester)
        return suggester

    return decorate


def suggest(typed: str, principal: Principal, first: int = 5) -> list[SuggestionGroup]:
    """Return at most `first` (to MOST_SUGGESTIONS) suggestions of each sort that has any, for any text."""
    typed = " ".join(typed.replace("\0", " ").split())[:LONGEST_TYPED]
    first = max(0, min(first, MOST_SUGGESTIONS))
    if not typed or not first:
        return []
    groups = [
        SuggestionGroup(name, label, tuple(suggester(typed, principal, first))[:first])
        for name, (_, label, suggester) in sorted(_suggesters.items(), key=lambda item: item[1][0])
    ]
    return [group for group in groups if group.suggestions]


@register_suggester("queries", "Often searched", order=10)
def suggest_queries(typed: str, principal: Principal, first: int) -> list[SuggestedSearch]:
    """Searches that several people made and that still find something for this principal."""
    return [
        SuggestedSearch(words, search_url(q=words))
        for words in popular_queries(typed, principal.audience_tokens, first)
    ]


@register_suggester("titles", "In the library", order=20)
def suggest_titles(typed: str, principal: Principal, first: int) -> list[SuggestedSearch]:
    """Titles from the index, each asked of the database once more: a title that was hidden this second is not told."""
    found = engine().titles_like(typed, principal.audience_tokens, first)
    models = {kind.name: model for model, kind in KINDS.items()}
    visible: dict[str, Any] = {}
    for name in {title.kind for title in found if title.kind in models}:
        uuids = [title.key.partition(":")[2] for title in found if title.kind == name]
        rows = models[name]._default_manager.visible_to(principal).filter(translation_key__in=uuids)
        visible |= {f"{name}:{uuid}": title for uuid, title in rows.values_list("translation_key", "title")}
    return [
        SuggestedSearch(visible[title.key], title.url_path, title.kind.capitalize())
        for title in found
        if title.key in visible
    ]


@dataclass(frozen=True, slots=True)
class _Vocabulary:
    people: NameIndex[int]
    topics: NameIndex[tuple[str, str]]


def _read_vocabulary() -> _Vocabulary:
    return _Vocabulary(
        people=NameIndex((name, pk) for pk, name in Person.objects.filter(live=True).values_list("pk", "name")),
        topics=NameIndex((name, (name, slug)) for name, slug in Topic.objects.values_list("name", "slug")),
    )


_vocabulary = KeptByVersion(_read_vocabulary)


@register_suggester("people", "People", order=30)
def suggest_people(typed: str, principal: Principal, first: int) -> list[SuggestedSearch]:
    """People whose names are being typed."""
    candidates = _vocabulary.get().people.like(typed, MOST_CANDIDATES)
    rows = Person.objects.visible_to(principal).filter(pk__in=candidates).select_related("organisation")
    people = {person.pk: person for person in rows} if candidates else {}
    chosen = [people[pk] for pk in candidates if pk in people][:first]
    return [
        SuggestedSearch(person.name, search_url(q=person.name, person=person.slug), str(person.organisation or ""))
        for person in chosen
    ]


@register_suggester("topics", "Topics", order=40)
def suggest_topics(typed: str, principal: Principal, first: int) -> list[SuggestedSearch]:
    """Topics, which are public by nature."""
    return [
        SuggestedSearch(name, search_url(q=name, topic=slug))
        for name, slug in _vocabulary.get().topics.like(typed, first)
    ]


@register_suggester("terms", "Glossary", order=50)
def suggest_terms(typed: str, principal: Principal, first: int) -> list[SuggestedSearch]:
    """Glossary terms by any of their names."""
    entries = glossary().names.like(typed, first)
    return [SuggestedSearch(entry.term, search_url(q=entry.term), entry.expansion) for entry in entries]
