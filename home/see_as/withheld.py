"""What somebody does not get of a page, and why, in words."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import Any

from django.utils import timezone
from django.utils.formats import date_format

from cms.access.audiences import in_sentence, words_for
from cms.access.models import AudiencePage
from cms.access.parts import parts_of
from cms.access.principals import Principal


@dataclass(frozen=True, slots=True)
class Withheld:
    """A thing that is not shown, what it is, and the reason."""

    title: str
    noun: str
    reason: str


def is_visible(thing: Any, principal: Principal) -> bool:
    """Whether `principal` sees the stored row of `thing`, by the one rule."""
    return type(thing)._default_manager.filter(pk=thing.pk).visible_to(principal).exists()


def withheld_of(page: AudiencePage, principal: Principal) -> list[Withheld]:
    """Return what of the live `page` is kept from `principal`: the page itself, and what it shows; one statement for each type."""
    things = [page, *(part.thing for part in parts_of(page))]
    by_type: dict[type, list[int]] = defaultdict(list)
    for thing in things:
        by_type[type(thing)].append(thing.pk)
    seen = {
        (model, pk)
        for model, pks in by_type.items()
        for pk in model._default_manager.filter(pk__in=pks)  # type: ignore[attr-defined]
        .visible_to(principal)
        .values_list("pk", flat=True)
    }
    return [
        Withheld(str(thing), str(thing._meta.verbose_name), reason_for(thing))
        for thing in things
        if (type(thing), thing.pk) not in seen
    ]


def reason_for(thing: Any) -> str:
    """Return why somebody does not see a thing that exists."""
    now = timezone.now()
    if not thing.live:
        if thing.go_live_at and thing.go_live_at > now:
            return f"It is not live before {_moment(thing.go_live_at)}."
        return "It is not live."
    if thing.expire_at and thing.expire_at <= now:
        return f"It expired on {_moment(thing.expire_at)}."
    return f"It is shared with {in_sentence(words_for(thing))} only."


def _moment(moment: Any) -> str:
    return date_format(timezone.localtime(moment), "j F Y, H:i")
