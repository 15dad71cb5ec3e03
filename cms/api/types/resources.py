"""What all partner-facing things have in common: the interface Resource and the general type Page."""

from __future__ import annotations

import datetime as dt
from typing import Any

import graphene
from grapple.types.streamfield import StreamFieldInterface

from ..loading.fields import ApiField, many
from ..loading.planning import Loading, LoadPlan, Selected, has_api_type, type_name_of
from ..loading.relations import Relation
from .blocks import ToBody
from .nodes import Node
from .pages import PlainPage, load_resources


def page_of(thing: Any) -> Any:
    """Return the page behind a resource."""
    return thing.page if isinstance(thing, PlainPage) else thing


def summary_of(thing: Any) -> str:
    """Return a page's summary: its own field, its introduction, or the description kept for search engines."""
    page = page_of(thing)
    return getattr(page, "summary", "") or getattr(page, "introduction", "") or page.search_description


def updated_at(thing: Any) -> dt.datetime | None:
    """Return when a page was last published, None when it was brought in without a date."""
    page = page_of(thing)
    return page.last_published_at or page.latest_revision_created_at


class Resource(graphene.Interface):
    """Anything that has its own page: a recording, material, session, programme or plain page."""

    class Meta:
        interfaces = (Node,)

    id = ApiField(
        graphene.ID, lambda thing, request: str(page_of(thing).translation_key), columns=("translation_key",),
        description="Lasting id (a UUID), the same after renaming and moving.",
    )  # fmt: skip
    slug = ApiField(
        graphene.String, lambda thing, request: page_of(thing).slug, columns=("slug",),
        description="Short name in the address.",
    )  # fmt: skip
    title = ApiField(
        graphene.String, lambda thing, request: page_of(thing).title, columns=("title",),
        description="Title as plain text.",
    )  # fmt: skip
    summary = ApiField(
        graphene.String,
        lambda thing, request: summary_of(thing),
        columns=("summary", "introduction", "search_description"),
        description="One or two plain sentences; may be empty.",
    )
    url = ApiField(
        graphene.String, lambda thing, request: request.page_url(page_of(thing).url_path), columns=("url_path",),
        description="Full address of its page on the academy's site.",
    )  # fmt: skip
    updated_at = ApiField(
        graphene.DateTime, lambda thing, request: updated_at(thing), required=False,
        columns=("last_published_at", "latest_revision_created_at"),
        description="When it was last published, e.g. `2026-03-01T09:30:00+00:00`.",
    )  # fmt: skip

    @classmethod
    def resolve_type(cls, instance: Any, info: Any) -> Any:
        return info.schema.type_map[type_name_of(instance)].graphene_type


def body_field(**kwargs: Any) -> ApiField:
    """Return the field for a StreamField `body`."""
    return ApiField(
        many(StreamFieldInterface), relation=ToBody("body", **kwargs), size=10,
        description="The text of the page as a list of blocks. Ask for the types of block you can show and ignore "
        "the rest.",
    )  # fmt: skip


class _ToOwnType(Relation):
    def load(self, plan: LoadPlan, things: Any, selected: Selected) -> Loading:
        found = yield from load_resources(plan, {thing.pk for thing in things}, selected.selection)
        return [found.get(thing.pk) for thing in things]

    def load_draft(self, plan: LoadPlan, draft: PlainPage, selected: Selected) -> Any:
        return draft.page if has_api_type(type(draft.page)) else PlainPage(draft.page)


class Page(graphene.ObjectType):
    """Any page of the site by its path: a plain page, the home page, also the page of a recording or a session."""

    class Meta:
        interfaces = (Node, Resource)

    kind = ApiField(
        graphene.String, lambda thing, request: thing.page.specific_class._meta.verbose_name,
        description="What kind of page it is, in words, e.g. `standard page` or `recording`.",
    )  # fmt: skip
    body = body_field(of=page_of)
    resource = ApiField(
        Resource, relation=_ToOwnType(), required=False,
        description="The same page as its own type, e.g. as a Recording; for plain pages the page itself.",
    )  # fmt: skip
