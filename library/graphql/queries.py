"""Root fields for recordings and materials. Filters go only through what the caller may see."""

from __future__ import annotations

from enum import Enum
from typing import Any

import graphene
from django.db.models import QuerySet
from graphql import GraphQLResolveInfo

from cms.api.loading.connections import Connection, after_argument, first_argument, root_connection
from cms.api.loading.drafts import preview_argument
from cms.api.loading.planning import LoadPlan, Selection
from cms.api.loading.roots import Root, one_by_slug, slug_argument, some_argument
from programmes.graphql.orders import BY_TITLE, NEWEST_FIRST, OLDEST_FIRST, UPDATED_FIRST
from programmes.models import Person, ProgrammePage

from ..models import CaptionTrack, MaterialPage, RecordingPage
from .materials import Material, MaterialConnection, MaterialKind
from .recordings import Recording, RecordingConnection


class RecordingOrderChoices(Enum):
    NEWEST = NEWEST_FIRST
    OLDEST = OLDEST_FIRST
    TITLE = BY_TITLE
    UPDATED = UPDATED_FIRST


_ORDER_WORDS = {
    "NEWEST": "Most recently recorded first; undated ones last.",
    "OLDEST": "Longest ago recorded first; undated ones last.",
    "TITLE": "By title.",
    "UPDATED": "Most recently published or changed first.",
}
RecordingOrder = graphene.Enum.from_enum(
    RecordingOrderChoices, name="RecordingOrder",
    description=lambda choice: _ORDER_WORDS[choice.name] if choice else "The order of recordings.",
)  # fmt: skip


def about_topic(rows: QuerySet, topic: str) -> QuerySet:
    """Return those of `rows` (recordings or materials) that are about the topic with this slug."""
    through = rows.model.topics.through
    owner = f"{rows.model._meta.model_name}_id"
    return rows.filter(pk__in=through.objects.filter(topic__slug=topic).values(owner))


def of_programme(plan: LoadPlan, rows: QuerySet, programme: str) -> QuerySet:
    """Return those of `rows` that belong to the programme with this slug, as long as the caller may see the programme."""
    return rows.filter(programme__in=plan.visible(ProgrammePage).filter(slug=programme).values("pk"))


def resolve_recordings(
    root: Any, info: GraphQLResolveInfo, first: int, order_by: Any, after: str | None = None, topic: str | None = None,
    programme: str | None = None, speaker: str | None = None, captioned_only: bool = False,
) -> Connection:  # fmt: skip
    def rows(plan: LoadPlan, below: Selection) -> QuerySet:
        found = plan.rows(RecordingPage, below)
        if topic is not None:
            found = about_topic(found, topic)
        if programme is not None:
            found = of_programme(plan, found, programme)
        if speaker is not None:
            speakers = plan.visible(Person).filter(slug=speaker).values("pk")
            through = RecordingPage.speakers.through.objects.filter(person__in=speakers)
            found = found.filter(pk__in=through.values("recordingpage_id"))
        if captioned_only:
            found = found.filter(pk__in=CaptionTrack.objects.with_words().values("recording_id"))
        return found

    return root_connection(info, "Recording", rows, getattr(order_by, "value", order_by), first, after)


def resolve_materials(
    root: Any, info: GraphQLResolveInfo, first: int, after: str | None = None, topic: str | None = None,
    programme: str | None = None, kind: Any = None,
) -> Connection:  # fmt: skip
    def rows(plan: LoadPlan, below: Selection) -> QuerySet:
        found = plan.rows(MaterialPage, below)
        if topic is not None:
            found = about_topic(found, topic)
        if programme is not None:
            found = of_programme(plan, found, programme)
        return found if kind is None else found.filter(kind=getattr(kind, "value", kind))

    return root_connection(info, "Material", rows, BY_TITLE, first, after)


class LibraryQuery:
    """The root fields of this app."""

    recordings = Root(
        RecordingConnection, resolve_recordings, first=first_argument(), after=after_argument(),
        topic=some_argument(graphene.String, "Only recordings about this topic (its slug)."),
        programme=some_argument(graphene.String, "Only recordings of this programme (its slug)."),
        speaker=some_argument(graphene.String, "Only recordings in which this person speaks (their slug)."),
        captioned_only=some_argument(graphene.Boolean, "Only recordings with captions.", default_value=False),
        order_by=some_argument(
            RecordingOrder, "The order; newest first when left out.", default_value=RecordingOrderChoices.NEWEST
        ),
        description="Recordings in the library.",
    )  # fmt: skip
    recording = Root(
        Recording, one_by_slug(RecordingPage), slug=slug_argument("a recording"), preview_token=preview_argument(), required=False,
        description="One recording; null when there is none of that slug that you may see.",
    )  # fmt: skip
    materials = Root(
        MaterialConnection, resolve_materials, first=first_argument(), after=after_argument(),
        topic=some_argument(graphene.String, "Only materials about this topic (its slug)."),
        programme=some_argument(graphene.String, "Only materials of this programme (its slug)."),
        kind=some_argument(MaterialKind, "Only materials of this sort."),
        description="Materials in the library, by title.",
    )  # fmt: skip
    material = Root(
        Material, one_by_slug(MaterialPage), slug=slug_argument("a material"), preview_token=preview_argument(), required=False,
        description="One material; null when there is none of that slug that you may see.",
    )  # fmt: skip
