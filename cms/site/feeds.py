"""Atom feeds (RFC 4287) of lists: what a reader's program needs to tell people of what is new."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.http import HttpResponse
from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.cache import get_conditional_response, set_response_etag
from django.utils.feedgenerator import Atom1Feed
from django.utils.html import escape

from .cards import Card

# A feed that has no entries has never changed: a fixed time, so that readers are not told of a change with each look.
NOTHING_YET = dt.datetime(2000, 1, 1, tzinfo=dt.UTC)
_NO_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def in_xml(text: str) -> str:
    """Return the text without the characters that XML 1.0 cannot hold in any form; one of them would break the whole feed."""
    return _NO_XML.sub("", text)


class AtomFeed(Atom1Feed):
    """Django's feed, whose `updated` is that of its newest entry, and a fixed time when it has none (RFC 4287, 4.2.15)."""

    def latest_post_date(self) -> dt.datetime:
        """Return when an entry last changed."""
        return super().latest_post_date() if self.items else NOTHING_YET


@dataclass(frozen=True, slots=True)
class AtomEntry:
    """One entry: its title, path, a stable id, when it came and last changed, what it says in words, and its kind."""

    title: str
    path: str
    unique_id: str
    published_at: dt.datetime
    updated_at: dt.datetime
    summary: str = ""
    kind_label: str = ""

    @classmethod
    def of_card(cls, card: Card) -> AtomEntry:
        """Return the entry of the page that a card shows."""
        page = card.page
        published = page.first_published_at or page.latest_revision_created_at or timezone.now()
        return cls(
            title=card.title,
            path=card.url,
            unique_id=f"urn:uuid:{page.translation_key}",
            published_at=published,
            updated_at=page.last_published_at or published,
            summary=card.summary,
            kind_label=card.kind_label,
        )


def atom_response(request: Any, title: str, path: str, description: str, entries: Iterable[AtomEntry]) -> HttpResponse:
    """Return the feed of the page at `path`, which is asked for under its own address; 304 when nothing changed."""
    generator = AtomFeed(
        title=in_xml(title),
        link=settings.BASE_URL + path,
        feed_url=settings.BASE_URL + request.path,
        description=in_xml(description),
        language=settings.LANGUAGE_CODE,
        # The academy's name is kept in an app above: templates are given it.
        author_name=in_xml(render_to_string("search/feed_author.txt", request=request).strip()),
    )
    for entry in entries:
        generator.add_item(
            title=in_xml(entry.title),
            link=_absolute(entry.path),
            description=in_xml(escape(entry.summary)),
            unique_id=entry.unique_id,
            pubdate=entry.published_at,
            updateddate=entry.updated_at,
            categories=[entry.kind_label] if entry.kind_label else [],
        )
    response = HttpResponse(generator.writeString("utf-8"), content_type="application/atom+xml; charset=utf-8")
    set_response_etag(response)
    return get_conditional_response(request, etag=response["ETag"], response=response) or response


def _absolute(path: str) -> str:
    return path if "://" in path else settings.BASE_URL + path
