"""Which pages' entries hold words of a thing: told by the paths that each kind reads for its entries, and by nothing else.

The things are those that the feed of changes records, so search and feed agree on what can be named.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.db.models import Model

from cms.access.models import AudiencePage
from cms.publishing.feed.links import AUDIENCE_FIELD
from cms.publishing.registry import is_recorded

from ..kinds import KINDS, Kind

Holder = tuple[type[AudiencePage], str]


def holders() -> dict[str, list[Holder]]:
    """Return by a thing's model label the (page type, path from the page to the thing) pairs, e.g.
    {"programmes.person": [(RecordingPage, "speakers"), (SessionPage, "people__person")]}."""
    found: dict[str, list[Holder]] = {}
    for model, kind in KINDS.items():
        for path, target in dict(_things_read(model, kind)).items():
            found.setdefault(target._meta.label_lower, []).append((model, path))
    return found


def _things_read(model: type[AudiencePage], kind: Kind) -> Iterator[tuple[str, type[Model]]]:
    """The things on the paths that the kind reads; who may see a thing is no word of it, and parts of the page are the page."""
    for whole in (*kind.select, *kind.prefetch):
        steps = whole.split("__")
        target: Any = model
        for place, step in enumerate(steps, start=1):
            target = target._meta.get_field(step).related_model
            if step != AUDIENCE_FIELD and is_recorded(target):
                yield "__".join(steps[:place]), target
