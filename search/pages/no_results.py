"""What may help somebody who found nothing: words like theirs that do find something, and topics with much to find."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from typing import Any
from urllib.parse import urlencode

from django.urls import reverse

from library.lists.listing import LISTED
from programmes.models import Topic

from ..glossary import Entry
from ..indexing.index import engine
from ..language import analysis

MOST_TERMS = 8
MOST_TERMS_A_WORD = 4
MOST_TOPICS = 6

Link = tuple[str, str]


def near_terms(words: Iterable[str], entries: Iterable[Entry], request: Any) -> list[Link]:
    """Return (term, address of a search for it) for words that resemble those searched for and stand in something visible.

    A word that the glossary knows resembles nothing: ICS is not mistyped. What it stands for is offered instead: typed
    out, its words need not stand side by side.
    """
    tokens = request.principal.audience_tokens
    known = [entry for entry in entries if entry.expansion]
    spoken_for = {
        analysis.folded(word) for entry in known for name in entry.names for word, _, _ in analysis.words(name)
    }
    near = [entry.expansion for entry in known if engine().search(entry.expansion, tokens, first=0).total]
    for word in words:
        if word not in spoken_for:
            near += engine().near_words(word, tokens, MOST_TERMS_A_WORD)
    return [(term, search_url(q=term)) for term in dict.fromkeys(near)][:MOST_TERMS]


def popular_topics(request: Any) -> list[Link]:
    """Return (topic, address of a search for it) for the topics with the most recordings and materials that are visible."""
    counts: Counter[int] = Counter()
    for model in (listed.model for listed in LISTED.values() if hasattr(listed.model, "topics")):
        visible = model._default_manager.visible_to(request.principal).values("pk")
        owner = f"{model._meta.model_name}_id"
        counts.update(
            model.topics.through.objects.filter(**{f"{owner}__in": visible}).values_list("topic_id", flat=True)
        )
    best = [pk for pk, _ in counts.most_common(MOST_TOPICS)]
    topics = Topic.objects.visible_to(request.principal).in_bulk(best)
    return [(topics[pk].name, search_url(q=topics[pk].name, topic=topics[pk].slug)) for pk in best if pk in topics]


def search_url(**parameters: str) -> str:
    """Return the address of the search page with these parameters."""
    return f"{reverse('search:results')}?{urlencode(parameters)}"
