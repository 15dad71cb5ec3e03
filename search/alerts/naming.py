"""What a followed search is called: its words alone would promise more than its filters let through."""

from __future__ import annotations

from cms.access.principals import Principal

from ..engine import SearchResult
from ..pages.faceting import filters_set, names_of
from ..pages.selection import SearchSelection


def filters_in_words(selection: SearchSelection, principal: Principal) -> str:
    """Return the filters as the results page calls them, e.g. `Recordings, Trust`; what is hidden keeps its slug."""
    names = names_of(SearchResult(), selection, principal)
    return ", ".join(label for label, _ in filters_set(selection, names))
