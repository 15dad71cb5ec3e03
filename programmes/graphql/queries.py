"""Root fields for programmes, sessions, people and topics. Filters go only through what the caller may see."""

from __future__ import annotations

import datetime as dt
import zoneinfo
from typing import Any

import graphene
from django.conf import settings
from graphql import GraphQLResolveInfo

from cms.access.models import MemberOrganisation
from cms.api.loading.connections import (
    Connection,
    after_argument,
    first_argument,
    part_of_plain_list,
    plain_after_argument,
    plain_first_argument,
    root_connection,
)
from cms.api.loading.drafts import preview_argument
from cms.api.loading.fields import many
from cms.api.loading.planning import LoadPlan
from cms.api.loading.roots import Root, one_by_slug, slug_argument, some_argument

from ..models import CoreArea as CoreAreaModel
from ..models import Person as PersonModel
from ..models import PriorityGroup as PriorityGroupModel
from ..models import ProgrammePage, SessionPage
from ..models import Topic as TopicModel
from .orders import BY_NAME, BY_START, BY_TITLE
from .people import Person, PersonConnection
from .programmes import Programme, ProgrammeConnection, Session, SessionConnection, SessionFormat, SessionStatus
from .terms import CoreArea, Organisation, OrganisationConnection, PriorityGroup, Topic


def start_of_day(day: dt.date) -> dt.datetime:
    """Return midnight at the beginning of `day` where the academy is."""
    return dt.datetime.combine(day, dt.time.min, tzinfo=zoneinfo.ZoneInfo(settings.TIME_ZONE))


def resolve_programmes(
    root: Any, info: GraphQLResolveInfo, first: int, after: str | None = None, core_area: str | None = None,
    format: Any = None,
) -> Connection:  # fmt: skip
    def rows(plan: LoadPlan, below: Any) -> Any:
        found = plan.rows(ProgrammePage, below)
        if core_area is not None:
            through = ProgrammePage.core_areas.through.objects.filter(corearea__slug=core_area)
            found = found.filter(pk__in=through.values("programmepage_id"))
        return found if format is None else found.filter(format=getattr(format, "value", format))

    return root_connection(info, "Programme", rows, BY_TITLE, first, after)


def resolve_sessions(
    root: Any, info: GraphQLResolveInfo, first: int, after: str | None = None, to: dt.date | None = None,
    programme: str | None = None, topic: str | None = None, **more: Any,
) -> Connection:  # fmt: skip
    from_day: dt.date | None = more.get("from_day")

    def rows(plan: LoadPlan, below: Any) -> Any:
        found = plan.rows(SessionPage, below)
        if from_day is not None:
            found = found.filter(starts_at__gte=start_of_day(from_day))
        if to is not None and to < dt.date.max:
            found = found.filter(starts_at__lt=start_of_day(to + dt.timedelta(days=1)))
        if programme is not None:
            found = found.filter(programme__in=plan.visible(ProgrammePage).filter(slug=programme).values("pk"))
        if topic is not None:
            found = found.filter(
                pk__in=SessionPage.topics.through.objects.filter(topic__slug=topic).values("sessionpage_id")
            )
        if (status := more.get("status")) is not None:
            found = found.filter(status=getattr(status, "value", status))
        return found

    return root_connection(info, "Session", rows, BY_START, first, after)


def resolve_people(root: Any, info: GraphQLResolveInfo, first: int, after: str | None = None) -> Connection:
    return root_connection(info, "Person", lambda plan, below: plan.rows(PersonModel, below), BY_NAME, first, after)


def resolve_topics(
    root: Any, info: GraphQLResolveInfo, first: int | None = None, after: str | None = None
) -> list[TopicModel]:
    plan, selection = LoadPlan.of(info)
    rows = plan.rows(TopicModel, selection, also=("uuid",)).order_by("name")
    topics = part_of_plain_list(plan.fetch(rows), first, after)
    plan.fill(topics, selection)
    return topics


def resolve_organisations(root: Any, info: GraphQLResolveInfo, first: int, after: str | None = None) -> Connection:
    def rows(plan: LoadPlan, below: Any) -> Any:
        return plan.rows(MemberOrganisation, below)

    return root_connection(info, "Organisation", rows, BY_NAME, first, after)


class ProgrammesQuery:
    """The root fields of this app."""

    programmes = Root(
        ProgrammeConnection, resolve_programmes, first=first_argument(), after=after_argument(),
        core_area=some_argument(graphene.String, "Only programmes of this core area (its slug)."),
        format=some_argument(SessionFormat, "Only programmes where people meet in this way."),
        description="What the academy offers, by title.",
    )  # fmt: skip
    programme = Root(
        Programme, one_by_slug(ProgrammePage), slug=slug_argument("a programme"), preview_token=preview_argument(), required=False,
        description="One programme; null when there is none of that slug that you may see.",
    )  # fmt: skip
    sessions = Root(
        SessionConnection, resolve_sessions, first=first_argument(), after=after_argument(),
        from_day=some_argument(
            graphene.Date, "Only sessions that start on this day or later, e.g. `2026-03-01`.", name="from"
        ),
        to=some_argument(graphene.Date, "Only sessions that start on this day or earlier, e.g. `2026-03-31`."),
        programme=some_argument(graphene.String, "Only sessions of this programme (its slug)."),
        topic=some_argument(graphene.String, "Only sessions about this topic (its slug)."),
        status=some_argument(SessionStatus, "Only sessions of this status, e.g. `CANCELLED`."),
        description="Dated events, by date; those without a date come last.",
    )  # fmt: skip
    session = Root(
        Session, one_by_slug(SessionPage), slug=slug_argument("a session"), preview_token=preview_argument(), required=False,
        description="One session; null when there is none of that slug that you may see.",
    )  # fmt: skip
    people = Root(
        PersonConnection, resolve_people, first=first_argument(), after=after_argument(),
        description="Speakers, facilitators and hosts, by name.",
    )  # fmt: skip
    person = Root(
        Person, one_by_slug(PersonModel), slug=slug_argument("a person"), required=False,
        description="One person; null when there is nobody of that slug whom you may see.",
    )  # fmt: skip
    topics = Root(
        many(Topic), resolve_topics, size=30, first=plain_first_argument(), after=plain_after_argument(),
        description="All topics, by name.",
    )  # fmt: skip
    topic = Root(
        Topic, one_by_slug(TopicModel), slug=slug_argument("a topic"), required=False,
        description="One topic; null when there is none of that slug.",
    )  # fmt: skip
    core_area = Root(
        CoreArea, one_by_slug(CoreAreaModel), slug=slug_argument("a core area"), required=False,
        description="One core area; null when there is none of that slug.",
    )  # fmt: skip
    priority_group = Root(
        PriorityGroup, one_by_slug(PriorityGroupModel), slug=slug_argument("a priority group"), required=False,
        description="One priority group; null when there is none of that slug.",
    )  # fmt: skip
    organisations = Root(
        OrganisationConnection, resolve_organisations, first=first_argument(), after=after_argument(),
        description="The academy's member organisations, by name.",
    )  # fmt: skip
    organisation = Root(
        Organisation, one_by_slug(MemberOrganisation), slug=slug_argument("an organisation"), required=False,
        description="One member organisation; null when there is none of that slug.",
    )  # fmt: skip
