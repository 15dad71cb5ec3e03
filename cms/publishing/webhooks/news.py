"""What changed for the holder of some audience tokens since a content version: nothing else is ever told."""

from __future__ import annotations

import uuid
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import datetime

from django.apps import apps

from cms.access.models import ApiClient, AudiencePage
from cms.access.principals import principal_of_client


@dataclass(frozen=True, slots=True)
class News:
    """One thing that appeared or changed (`is_visible`), or that can be seen no longer."""

    object_uuid: uuid.UUID
    type_name: str
    is_visible: bool
    version: int
    changed_at: datetime


def tokens_of(client: ApiClient) -> frozenset[str]:
    """Return the audience tokens for which `client` is told of changes: none when it has no key that opens the API."""
    if not any(key.is_usable for key in client.keys.all()):
        return frozenset()
    return principal_of_client(client).audience_tokens


def news_after(version: int, tokens: Collection[str], upto: int) -> Iterator[News]:
    """Yield what changed after `version` and up to `upto` for a holder of `tokens`, each thing once, oldest first.

    Somebody who sees a thing now is told of it; somebody who saw it and sees it no longer is told that it went; for
    anybody else it does not exist.
    """
    from ..models import ContentChange

    latest: dict[tuple[str, str], News] = {}
    rows = ContentChange.objects.filter(version__gt=version, version__lte=upto, object_uuid__isnull=False)
    wanted = set(tokens)
    for row in rows.order_by("version", "pk").iterator(500):
        key = (row.model_label, row.object_pk)
        is_visible = not wanted.isdisjoint(row.audiences_after)
        was_visible = key in latest or not wanted.isdisjoint(row.audiences_before)
        if is_visible or was_visible:
            latest.pop(key, None)
            latest[key] = News(row.object_uuid, _type_name(row.model_label), is_visible, row.version, row.changed_at)
    yield from latest.values()


def _type_name(model_label: str) -> str:
    """Return the name of the GraphQL type that shows rows of this model."""
    model = apps.get_model(model_label)
    return model.__name__.removesuffix("Page") if issubclass(model, AudiencePage) else model.__name__
