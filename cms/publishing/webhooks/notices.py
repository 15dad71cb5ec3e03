"""What changed for the holder of some audience tokens since a content version: the feed of changes, and nothing beside it."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass
from datetime import datetime

from django.apps import apps
from django.db.models import Model

from cms.access.models import ApiClient
from cms.access.principals import principal_of_client

from ..feed.reading import FeedPosition, rows_after

TypeName = Callable[[type[Model]], str]
PAGE = 500
# Behind every entry of a version: what is read begins with the next version.
_END_OF_VERSION = 2**63 - 1


@dataclass(frozen=True, slots=True)
class ChangeNotice:
    """One thing that appeared or changed (`is_visible`), or that can be seen no longer."""

    object_uuid: uuid.UUID
    type_name: str
    is_visible: bool
    version: int
    changed_at: datetime


_type_names: list[TypeName] = []


def name_types_with(type_name: TypeName) -> None:
    """Let the API, which knows, say by which name it shows the rows of a model."""
    _type_names[:] = [type_name]


def has_good_key(client: ApiClient) -> bool:
    """Whether a key of `client` opens the API now; its keys may have been read before."""
    return any(key.is_usable for key in client.keys.all())


def tokens_of(client: ApiClient) -> frozenset[str]:
    """Return the audience tokens for which `client` hears of changes: none when it has no key that opens the API."""
    return principal_of_client(client).audience_tokens if has_good_key(client) else frozenset()


def notices_after(version: int, tokens: Collection[str], upto: int) -> Iterator[ChangeNotice]:
    """Yield what changed after `version` and up to `upto` for a holder of `tokens`, each thing once, oldest first.

    The same as `changes` of the API: who sees a thing now hears of it, also when something that it shows changed; who saw it
    and sees it no longer hears that it went; for anybody else it does not exist.
    """
    place = FeedPosition(version, _END_OF_VERSION, version)
    while rows := rows_after(tokens, place, PAGE):
        for row in rows:
            if row.place.version > upto:
                return
            type_name = _type_names[0](apps.get_model(row.model_label))
            yield ChangeNotice(row.object_uuid, type_name, row.is_visible, row.place.version, row.changed_at)
        place = rows[-1].place
