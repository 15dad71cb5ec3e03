"""People and their parts in sessions."""

from __future__ import annotations

from typing import Any

import graphene
from django.conf import settings
from django.db.models import Exists, OuterRef, Q
from django.urls import reverse

from cms.access.models import MemberOrganisation
from cms.api.loading.connections import connection_type, long_list
from cms.api.loading.fields import ApiField
from cms.api.loading.planning import LoadPlan, Selected, api_type
from cms.api.loading.relations import Joined, ToMany, ToOne, parts_of
from cms.api.types.images import Image, ToImage, rendition_argument
from cms.api.types.nodes import Node

from ..models import Person as PersonModel
from ..models import SessionPerson, SessionRole
from .orders import BY_START, NEWEST_FIRST
from .terms import Organisation

PersonRole = graphene.Enum.from_enum(
    SessionRole, name="PersonRole", description=lambda role: role.label if role else "What a person does at a session."
)


def once_a_session(plan: LoadPlan) -> Q:
    """Keep a session once for somebody who has two roles in it."""
    earlier = SessionPerson.objects.filter(
        session=OuterRef("pk"), person=OuterRef("people__person"), pk__lt=OuterRef("people__pk")
    )
    return Q(~Exists(earlier))


@api_type(PersonModel)
class Person(graphene.ObjectType):
    """A person who leads, speaks at or hosts what the academy runs."""

    class Meta:
        interfaces = (Node,)

    id = ApiField(graphene.ID, "uuid", description="Lasting id (a UUID).")
    slug = ApiField(
        graphene.String, "slug", description="Short name, for `person` and for the argument `speaker` of `recordings`."
    )
    name = ApiField(graphene.String, "name", description="Full name as the person writes it.")
    job_title = ApiField(graphene.String, "job_title", description="What the person does; may be empty.")
    biography = ApiField(graphene.String, "biography", description="A few sentences; may be empty.")
    organisation = ApiField(
        Organisation, relation=Joined("organisation", MemberOrganisation), required=False,
        description="The member organisation the person works for, if any.",
    )  # fmt: skip
    portrait = ApiField(
        Image,
        relation=ToImage("portrait"),
        rendition=rendition_argument(),
        required=False,
        description="A picture, if any.",
    )
    recordings = long_list(
        "library.graphql.RecordingConnection",
        "recordings",
        NEWEST_FIRST,
        "Recordings the person speaks in, newest first.",
    )
    sessions = long_list(
        "programmes.graphql.SessionConnection", "session_roles", BY_START, "Sessions the person has a part in, by "
        "date.",
        through="session", where=once_a_session,
    )  # fmt: skip
    calendar_url = ApiField(
        graphene.String, lambda thing, request: settings.BASE_URL + reverse("calendar:named", args=["people", thing.slug]),
        columns=("slug",),
        description="The dates of the person's sessions as iCalendar, to subscribe to: those that whoever asks there may see.",
    )  # fmt: skip


PersonConnection, PersonEdge = connection_type(Person, "Person", "people")


@api_type(SessionPerson)
class SessionPersonType(graphene.ObjectType):
    """A person's part in a session."""

    class Meta:
        name = "SessionPerson"

    person = ApiField(Person, relation=ToOne("person"), description="Who it is.")
    role = ApiField(PersonRole, "role", description="What they do there.")


def has_visible_person(plan: LoadPlan) -> Q:
    """Leave out the roles of people who are hidden."""
    return Q(person__in=plan.visible(PersonModel).values("pk"))


class ToParticipants(ToMany):
    def load_draft(self, plan: LoadPlan, draft: Any, selected: Selected) -> Any:
        parts = parts_of(draft, self.name)
        keys = {part.person_id for part in parts}
        seen = set(plan.fetch(plan.visible(PersonModel).filter(pk__in=keys).values_list("pk", flat=True)))
        return [part for part in parts if part.person_id in seen]


TO_PARTICIPANTS = ToParticipants("people", "sort_order", "pk", is_embedded=True, where=has_visible_person)
