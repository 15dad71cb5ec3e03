"""Past searches that are worth suggesting: made by several people, and still finding something for who is asking."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection

from django.db.models import F, Sum
from django.utils import timezone

from cms.access.principals import PUBLIC_TOKEN

from ..glossary import glossary
from ..indexing.index import engine
from ..language.normalised import normalised
from ..models import LoggedQuery, Searchers, SearchSettings

DAYS = 60
# How many candidates are tried out: each costs a search.
MOST_TRIED = 8


def popular_queries(prefix: str, audience_tokens: Collection[str], first: int = 3) -> list[str]:
    """Return at most `first` past searches that begin with `prefix`, the most made first.

    What members search for is suggested to members only: their words may be those of things that others never see.
    """
    words = normalised(prefix)
    if words is None:
        return []
    rows = LoggedQuery.objects.filter(
        day__gte=timezone.localdate() - dt.timedelta(days=DAYS),
        words__startswith=words,
        searches__gt=F("found_nothing"),
    ).exclude(words=words)
    if set(audience_tokens) == {PUBLIC_TOKEN}:
        rows = rows.filter(searchers=Searchers.PUBLIC)
    counted = rows.values("words").annotate(everybody=Sum("people")).order_by("-everybody", "words")
    enough = counted.filter(everybody__gte=SearchSettings.load().people_before_suggested)
    found: list[str] = []
    for words in enough.values_list("words", flat=True)[:MOST_TRIED]:
        if len(found) == first:
            break
        result = engine().search(
            words,
            audience_tokens,
            first=0,
            is_prefix_of_last_word=False,
            is_corrected=False,
            synonyms=glossary().synonyms,
        )
        # A hint says that not all of the words were found: then it was not this search that succeeded.
        if result.total and result.hint is None:
            found.append(words)
    return found
