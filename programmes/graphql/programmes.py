"""Programmes and sessions."""

from __future__ import annotations

import graphene

from cms.api.loading.connections import connection_type, long_list
from cms.api.loading.fields import ApiField, many
from cms.api.loading.planning import api_type
from cms.api.loading.relations import ToMany, ToOne, ToWords
from cms.api.types.nodes import Node
from cms.api.types.resources import Resource, body_field

from ..models import ProgrammePage, SessionPage
from ..models import ProgrammeStatus as ProgrammeStatusChoices
from ..models import SessionFormat as SessionFormatChoices
from ..models import SessionStatus as SessionStatusChoices
from .orders import BY_START, BY_TITLE, NEWEST_FIRST
from .people import TO_PARTICIPANTS, SessionPersonType
from .terms import CoreArea, PriorityGroup, Topic

SessionFormat = graphene.Enum.from_enum(
    SessionFormatChoices,
    name="SessionFormat",
    description=lambda choice: choice.label if choice else "How people meet.",
)
ProgrammeStatus = graphene.Enum.from_enum(
    ProgrammeStatusChoices, name="ProgrammeStatus",
    description=lambda choice: choice.label if choice else "Whether a programme is on offer.",
)  # fmt: skip

SessionStatus = graphene.Enum.from_enum(
    SessionStatusChoices, name="SessionStatus",
    description=lambda choice: choice.label if choice else "Whether a session takes place as announced.",
)  # fmt: skip


@api_type(ProgrammePage, heavy=("body",))
class Programme(graphene.ObjectType):
    """What the academy offers regularly, such as a two-day course or a series of sessions."""

    class Meta:
        interfaces = (Node, Resource)

    format = ApiField(SessionFormat, "format", description="How people meet.")
    status = ApiField(ProgrammeStatus, "status", description="Whether it is on offer.")
    duration = ApiField(graphene.String, "duration", description="Length in words, e.g. `two days`; may be empty.")
    who_it_is_for = ApiField(
        graphene.String, "who_it_is_for", description="Whom it is meant for, in plain words; may be empty."
    )
    outcomes = ApiField(
        many(graphene.String), relation=ToWords("outcomes", "text", "sort_order", "pk"),
        description="What people take away, one sentence each.",
    )  # fmt: skip
    core_areas = ApiField(
        many(CoreArea), relation=ToMany("core_areas", "position", "name"), description="Core areas it serves."
    )
    topics = ApiField(many(Topic), relation=ToMany("topics", "name"), description="What it is about.")
    priority_groups = ApiField(
        many(PriorityGroup), relation=ToMany("priority_groups", "name"), description="Groups of leaders it is made for."
    )
    sessions = long_list("programmes.graphql.SessionConnection", "sessions", BY_START, "Its sessions, by date.")
    recordings = long_list(
        "library.graphql.RecordingConnection", "recordings", NEWEST_FIRST, "Its recordings, newest first."
    )
    materials = long_list("library.graphql.MaterialConnection", "materials", BY_TITLE, "Its materials, by title.")
    calendar_url = ApiField(
        graphene.String, lambda thing, request: f"{request.page_url(thing.url_path)}calendar.ics", columns=("url_path",),
        description="The dates of its sessions as iCalendar, to subscribe to: those that whoever asks there may see.",
    )  # fmt: skip
    body = body_field()


ProgrammeConnection, ProgrammeEdge = connection_type(Programme, "Programme", "programmes")


@api_type(SessionPage, heavy=("body",))
class Session(graphene.ObjectType):
    """One dated event."""

    class Meta:
        interfaces = (Node, Resource)

    starts_at = ApiField(
        graphene.DateTime, "starts_at", required=False,
        description="When it starts, e.g. `2021-10-21T07:00:00+00:00`. Null when there is no date yet.",
    )  # fmt: skip
    ends_at = ApiField(
        graphene.DateTime,
        "ends_at",
        required=False,
        description="When it ends, e.g. `2026-03-01T11:30:00+00:00`; null when not known.",
    )
    time_zone = ApiField(
        graphene.String, "time_zone", description="The zone to show its times in, e.g. `Europe/London`."
    )
    status = ApiField(SessionStatus, "status", description="Whether it takes place as announced.")
    status_note = ApiField(
        graphene.String, "status_note", description="What people should know about its status; may be empty."
    )
    calendar_url = ApiField(
        graphene.String,
        lambda thing, request: f"{request.page_url(thing.url_path)}calendar.ics" if thing.starts_at else None,
        columns=("url_path", "starts_at"),
        required=False,
        description="Its iCalendar file, to add it to a calendar; null when the date is not known.",
    )
    format = ApiField(SessionFormat, "format", description="How people meet.")
    place = ApiField(graphene.String, "place", description="Where people meet; empty for virtual sessions.")
    joining_note = ApiField(graphene.String, "joining_note", description="How to join, in plain words; may be empty.")
    people = ApiField(many(SessionPersonType), relation=TO_PARTICIPANTS, description="Who takes part, in which role.")
    programme = ApiField(
        "programmes.graphql.Programme", relation=ToOne("programme"), required=False,
        description="The programme it belongs to. Null when there is none.",
    )  # fmt: skip
    topics = ApiField(many(Topic), relation=ToMany("topics", "name"), description="What it is about.")
    recordings = ApiField(
        many("library.graphql.Recording"), relation=ToMany("recordings", "recorded_on", "title", "pk"),
        description="Recordings of it, in the order they were made.",
    )  # fmt: skip
    materials = ApiField(
        many("library.graphql.Material"), relation=ToMany("materials", "title", "pk"),
        description="Slides, notes and other materials of it.",
    )  # fmt: skip
    body = body_field()


SessionConnection, SessionEdge = connection_type(Session, "Session", "sessions")
