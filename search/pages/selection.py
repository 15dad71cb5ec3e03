"""What a visitor chose on the search page, read from the address and written back into links; pure, and never fails."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import make_dataclass, replace
from typing import Any
from urllib.parse import urlencode

from ..engine import SearchFilters, SearchSort
from ..facets import FACET_NAMES, FACETS, Facet
from ..language.queries import LONGEST_QUERY_CHARACTERS

# Of each filter at most this many values: nobody clicks more, and each costs the engine time.
MOST_VALUES = 20
LONGEST_VALUE = 255

_SelectionFields: Any = make_dataclass(
    "_SelectionFields",
    [
        ("text", str, ""),
        *((name, tuple[str, ...], ()) for name in FACET_NAMES),
        ("day_from", dt.date | None, None),
        ("day_to", dt.date | None, None),
        ("is_captioned", bool, False),
        ("sort", SearchSort, SearchSort.RELEVANCE),
        ("is_exact", bool, False),
    ],
    frozen=True,
)


class SearchSelection(_SelectionFields):
    """The words searched for and the filters set: a field for each facet, by its name, with the values chosen.

    Days are inclusive; `is_captioned` only ever narrows to captioned ones; `is_exact` says that the words are meant as they
    are typed, without correction.
    """

    @property
    def is_narrowed(self) -> bool:
        """Whether any filter is set."""
        return replace(self, text="", sort=SearchSort.RELEVANCE, is_exact=False) != SearchSelection()

    @property
    def filters(self) -> SearchFilters:
        """The filters as the engine takes them."""
        return SearchFilters(
            **{facet.filter_name: self.chosen(facet.name) for facet in FACETS},
            date_from=self.day_from,
            date_to=self.day_to,
            is_captioned=True if self.is_captioned else None,
        )

    def chosen(self, name: str) -> tuple[str, ...]:
        """Return the values that are chosen of the facet of that name."""
        values: tuple[str, ...] = getattr(self, name)
        return values

    def toggled(self, name: str, value: str) -> SearchSelection:
        """Return the selection with one value of a facet added, or taken out if it is there."""
        values = self.chosen(name)
        others = tuple(other for other in values if other != value)
        changed: dict[str, Any] = {name: others if value in values else (*values, value)}
        return replace(self, **changed)

    def pairs(self, page: int = 1) -> list[tuple[str, str]]:
        """Return the names and values of the address, without those that say nothing."""
        pairs = [
            ("q", self.text),
            *((name, value) for name in FACET_NAMES for value in self.chosen(name)),
            ("from", self.day_from.isoformat() if self.day_from else ""),
            ("to", self.day_to.isoformat() if self.day_to else ""),
            ("captioned", "yes" if self.is_captioned else ""),
            ("spelling", "exact" if self.is_exact else ""),
            ("sort", "" if self.sort is SearchSort.RELEVANCE else self.sort.value),
            ("page", str(page) if page > 1 else ""),
        ]
        return [(name, value) for name, value in pairs if value]

    def query_string(self, page: int = 1) -> str:
        """Return the address's query that leads to this selection, `?` included."""
        return f"?{urlencode(self.pairs(page))}"


def read_selection(get: Callable[[str], str], get_list: Callable[[str], list[str]]) -> SearchSelection:
    """Return the selection that an address makes. `get` and `get_list` read a parameter; what means nothing is left out."""
    sorts = {sort.value: sort for sort in SearchSort}
    return SearchSelection(
        # One character more than the engine takes, so that it can tell the visitor that it was too much.
        text=get("q").replace("\0", " ").strip()[: LONGEST_QUERY_CHARACTERS + 1],
        **{facet.name: _known(facet, _values(get_list(facet.name))) for facet in FACETS},
        day_from=_day(get("from")),
        day_to=_day(get("to")),
        is_captioned=get("captioned").strip().lower() in {"yes", "1", "true", "on"},
        sort=sorts.get(get("sort"), SearchSort.RELEVANCE),
        is_exact=get("spelling") == "exact",
    )


def _values(values: list[str]) -> tuple[str, ...]:
    clean = (value.replace("\0", "").strip()[:LONGEST_VALUE] for value in values)
    return tuple(dict.fromkeys(value for value in clean if value))[:MOST_VALUES]


def _known(facet: Facet, values: tuple[str, ...]) -> tuple[str, ...]:
    """Return the values that can be meant: of a facet that the API takes as an enum, those that it has."""
    names = facet.fixed_names if facet.is_enum else None
    return values if names is None else tuple(value for value in values if value in names)


def _day(text: str) -> dt.date | None:
    try:
        return dt.date.fromisoformat(text.strip())
    except ValueError:
        return None
