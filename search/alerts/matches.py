"""What a saved search matches at this moment, whoever follows it: the same words, filters and visibility as on the page."""

from __future__ import annotations

from collections.abc import Collection
from urllib.parse import parse_qs

from cms.access.principals import VISITOR, Principal, principal_of_user

from ..engine import Hit, SearchSort
from ..glossary import glossary
from ..indexing.index import engine
from ..models import SearchAlert
from ..pages.selection import SearchSelection, read_selection

BATCH = 200
# More matches than this are no search but a subscription to everything; the newest are followed.
MOST_FOLLOWED = 2_000


def selection_of(query_string: str) -> SearchSelection:
    """Return the selection that an address' query (`?q=…`) makes; never fails."""
    values = parse_qs(query_string.removeprefix("?"))
    return read_selection(lambda name: values.get(name, [""])[0], lambda name: values.get(name, []))


def principal_of_alert(alert: SearchAlert) -> Principal:
    """Return for whom an alert searches: its owner as he is now, or the public."""
    user = alert.user
    return principal_of_user(user) if user is not None and user.is_active else VISITOR


def hits_of(
    selection: SearchSelection,
    audience_tokens: Collection[str],
    *,
    most: int,
    moments_per_hit: int = 0,
    is_corrected: bool = False,
) -> list[Hit]:
    """Return at most `most` hits, the newest first."""
    hits: list[Hit] = []
    words = glossary()
    while len(hits) < most:
        page = (
            engine()
            .search(
                selection.text,
                audience_tokens,
                filters=selection.filters,
                sort=SearchSort.NEWEST,
                first=min(BATCH, most - len(hits)),
                offset=len(hits),
                moments_per_hit=moments_per_hit,
                # Unlike on the page, nobody is still typing: a saved search is a finished text.
                is_prefix_of_last_word=False,
                is_corrected=is_corrected,
                synonyms=words.synonyms,
                names=words.known_words,
            )
            .hits
        )
        hits += page
        if len(page) < BATCH:
            break
    return hits
