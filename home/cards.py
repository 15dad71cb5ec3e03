"""Cards of plain pages for every list that shows them."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from cms.site.cards import Card
from cms.site.requests import VisitorRequest


def page_cards(pages: Iterable[Any], request: VisitorRequest) -> list[Card]:
    """Return cards of plain pages, which the caller has narrowed to what is visible."""
    return [
        Card(
            kind="page",
            kind_label="Page",
            title=page.title,
            url=page.get_url(request) or "",
            summary=page.summary,
            page=page,
        )
        for page in pages
    ]
