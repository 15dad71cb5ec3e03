"""The root field `changes`: what a partner must take up into its own copy, and what it must take out."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from enum import Enum
from functools import reduce
from operator import or_
from typing import Any

import graphene
from django.apps import apps
from django.db.models import Model, Q
from graphql import GraphQLResolveInfo
from wagtail.models import Page

from cms.access.models import AudiencePage
from cms.publishing.feed.expiry import record_expiries
from cms.publishing.feed.reading import FeedPosition, FeedRow, FeedState, count_after, rows_after, state_for

from ..loading.connections import (
    Connection,
    after_argument,
    checked_first,
    connection_type,
    first_argument,
    nodes_selection,
)
from ..loading.fields import ApiField
from ..loading.planning import Loading, LoadPlan, Selected, api_type_name, has_api_type
from ..loading.relations import Relation
from ..loading.roots import Root
from .change_cursors import decode, encode, start_anew
from .pages import load_resources
from .resources import Resource


class ChangeKindChoices(Enum):
    UPSERT = "upsert"
    DELETE = "delete"


_KIND_WORDS = {
    "UPSERT": "New or changed: put it into your copy and replace what you have.",
    "DELETE": "You can no longer see it: take it out of your copy.",
}
ChangeKind = graphene.Enum.from_enum(
    ChangeKindChoices,
    name="ChangeKind",
    description=lambda choice: _KIND_WORDS[choice.name] if choice else "What to do with a thing.",
)


@dataclass(eq=False)
class ShownChange:
    """A row of the feed as the caller sees it; `is_upsert` says that the thing itself may be seen."""

    row: FeedRow
    is_upsert: bool
    api_type = "Change"

    @property
    def model(self) -> type[Model]:
        return apps.get_model(self.row.model_label)

    @property
    def type_name(self) -> str:
        """The name of the GraphQL type that shows the thing."""
        return api_type_name(self.model) if has_api_type(self.model) else "Page"

    @property
    def kind(self) -> ChangeKindChoices:
        return ChangeKindChoices.UPSERT if self.is_upsert else ChangeKindChoices.DELETE


def is_page(model_label: str) -> bool:
    """Whether things of the model with this label have a page of their own."""
    return issubclass(apps.get_model(model_label), AudiencePage)


class ToResource(Relation):
    """The changed item, if it has its own page."""

    def load(self, plan: LoadPlan, things: Sequence[ShownChange], selected: Selected) -> Loading:
        pks = [
            int(thing.row.object_pk) if thing.is_upsert and is_page(thing.row.model_label) else None for thing in things
        ]
        found = yield from load_resources(plan, {pk for pk in pks if pk is not None}, selected.selection)
        return [None if pk is None else found.get(pk) for pk in pks]


class ToThing(Relation):
    """The changed thing where it has none, and is of the type with this name."""

    def __init__(self, type_name: str) -> None:
        self.type_name = type_name

    def load(self, plan: LoadPlan, things: Sequence[ShownChange], selected: Selected) -> Loading:
        wanted = [thing for thing in things if thing.is_upsert and thing.type_name == self.type_name]
        if not wanted:
            return [None for _ in things]
        asked = plan.rows(wanted[0].model, selected.selection).filter(pk__in=[thing.row.object_pk for thing in wanted])
        (rows,) = yield [asked.order_by()]
        found = {str(row.pk): row for row in rows}
        return [found.get(thing.row.object_pk) if thing.type_name == self.type_name else None for thing in things]


@dataclass
class FeedPage(Connection):
    """A page of changes; its last cursor leads on even when there is nothing new."""

    resume: Callable[[], str] = str

    def cursor_at(self, place: int) -> str | None:
        return super().cursor_at(place) or self.resume()


def resolve_changes(root: Any, info: GraphQLResolveInfo, first: int, after: str | None = None) -> FeedPage:
    plan, selection = LoadPlan.of(info)
    first = checked_first(first)
    tokens = plan.request.principal.audience_tokens
    place = decode(after, tokens) if after is not None else None
    state = _state(plan, tokens)
    if place is None:
        place = FeedPosition(0, 0, state.newest_seen)
    else:
        _check(place, state)
    plan.request.check_deadline()
    rows = rows_after(tokens, place, first + 1)
    page = FeedPage(
        _shown(plan, rows[:first]),
        lambda change, _: encode(change.row.place, tokens),
        has_next=len(rows) > first,
        has_previous=after is not None,
        resume=lambda: after if after is not None else encode(place, tokens),
    )
    if selection.asks("ChangeConnection", "totalCount"):
        page.total = count_after(tokens, place)
    plan.fill(page.nodes, nodes_selection(selection, "Change"))
    return page


def _state(plan: LoadPlan, tokens: Iterable[str]) -> FeedState:
    """Return the state of the feed, with every expiry recorded that has passed by the moment of this request."""
    state = state_for(tokens, plan.request.at)
    if state.has_due_expiry:
        record_expiries(plan.request.at)
        state = state_for(tokens, plan.request.at)
    return state


def _check(place: FeedPosition, state: FeedState) -> None:
    if max(place.version, place.start) < state.horizon:
        raise start_anew("it is too old, and we no longer have a record of what was removed since then")
    if place.version > state.newest:
        raise start_anew("it is from a later time than our data, which was restored from a backup")


def _shown(plan: LoadPlan, rows: list[FeedRow]) -> list[ShownChange]:
    """Ask the database once more what the caller may see: the feed says what to look at, never what may be looked at."""
    by_model: dict[str, list[str]] = {}
    for row in rows:
        if row.is_visible:
            by_model.setdefault(row.model_label, []).append(row.object_pk)
    seen: set[tuple[str, str]] = set()
    pages: dict[type[Model], list[str]] = {}
    for label, pks in by_model.items():
        model = apps.get_model(label)
        if is_page(label):
            pages[model] = pks
        else:
            found = plan.fetch(plan.visible(model).filter(pk__in=pks).values_list("pk", flat=True))
            seen.update((label, str(pk)) for pk in found)
    if pages:
        visible = (Q(pk__in=plan.visible(model).filter(pk__in=pks).values("pk")) for model, pks in pages.items())
        live = {str(pk) for pk in plan.fetch(Page.objects.filter(reduce(or_, visible)).values_list("pk", flat=True))}
        seen.update((label, pk) for label, pks in by_model.items() for pk in pks if pk in live and is_page(label))
    return [ShownChange(row, row.is_visible and (row.model_label, row.object_pk) in seen) for row in rows]


def changes_query(things: dict[str, Any]) -> type:
    """Make the mixin with the root field; `things` are the types of what has no page of its own, by the names of their fields."""

    class Change(graphene.ObjectType):
        """Something to take up into your copy, or out of it."""

        kind = ApiField(ChangeKind, "kind", description="What to do with it.")
        id = ApiField(
            graphene.ID, lambda change, request: str(change.row.object_uuid),
            description="Permanent id (a UUID), the same as the item's own `id`.",
        )  # fmt: skip
        type = ApiField(
            graphene.String, "type_name", description="Its type in this schema, e.g. `Recording` or `Person`."
        )
        resource = ApiField(
            Resource, relation=ToResource(), required=False,
            description="The page as it is now, if there is one. Null for a DELETE, and for people, topics, "
            "organisations, core areas and priority groups, which have their own fields here.",
        )  # fmt: skip
        changed_at = ApiField(
            graphene.DateTime, lambda change, request: change.row.changed_at,
            description="When it changed, or left your sight, e.g. `2026-03-01T09:30:00+00:00`.",
        )  # fmt: skip
        cursor = ApiField(
            graphene.String, lambda change, request: encode(change.row.place, request.principal.audience_tokens),
            description="Opaque mark of the place after this change, for `after`.",
        )  # fmt: skip

    fields = {
        name: ApiField(
            type_, relation=ToThing(type_._meta.name), required=False,
            description=f"The thing as it is now, if it is one of this type (`{type_._meta.name}`).",
        )
        for name, type_ in things.items()
    }  # fmt: skip
    change = type("Change", (Change,), {"__doc__": Change.__doc__, **fields})
    connection, _ = connection_type(change, "Change", "changes")
    description = (
        "What is new, changed or removed, as far as you can see it or could see it before, oldest change first. Each "
        "item appears once, as it is now. Without `after` you get everything you can see. Keep `endCursor`, and send "
        "it as `after` next time. An item appears again when its own content changes, or the content of something it "
        "names. A cursor that is too old, or was made before your access changed, gets the error code "
        "`CURSOR_EXPIRED`: start again without `after`."
    )
    field = Root(connection, resolve_changes, first=first_argument(), after=after_argument(), description=description)
    return type("ChangesQuery", (), {"__doc__": "The root field of the feed.", "changes": field})
