"""Finds what editors put first for the words of a search."""

from __future__ import annotations

from typing import Any

from cms.access.principals import Principal

from ..kinds import KINDS
from ..language.normalised import normalised
from ..models import PromotedResult


def promoted_pages(text: str, principal: Principal) -> list[Any]:
    """Return the pages promoted for these words that `principal` may see, in their order, each as its own type."""
    words = normalised(text)
    if words is None:
        return []
    pks = list(
        PromotedResult.objects.filter(words=words).order_by("sort_order", "pk").values_list("page_id", flat=True)
    )
    if not pks:
        return []
    found: dict[int, Any] = {}
    for model in KINDS:
        found |= model._default_manager.visible_to(principal).in_bulk(pks)
    return [found[pk] for pk in pks if pk in found]
