"""Vocabulary and organisations: public by nature, so they carry no audience."""

from __future__ import annotations

import graphene
from django.conf import settings
from django.urls import reverse

from cms.access.models import MemberOrganisation, Sector
from cms.api.loading.connections import connection_type
from cms.api.loading.fields import ApiField
from cms.api.loading.planning import api_type
from cms.api.types.images import Image, ToImage, rendition_argument
from cms.api.types.nodes import Node

from ..models import CoreArea as CoreAreaModel
from ..models import PriorityGroup as PriorityGroupModel
from ..models import Topic as TopicModel

OrganisationSector = graphene.Enum.from_enum(
    Sector,
    name="OrganisationSector",
    description=lambda sector: sector.label if sector else "What kind of organisation it is.",
)


class Term(graphene.ObjectType):
    """What all vocabulary has in common."""

    class Meta:
        abstract = True

    id = ApiField(graphene.ID, "uuid", description="Lasting id (a UUID).")
    slug = ApiField(graphene.String, "slug", description="Short name, for arguments that filter.")
    name = ApiField(graphene.String, "name", description="Name for people.")
    description = ApiField(graphene.String, "description", description="A sentence that explains it; may be empty.")


@api_type(TopicModel)
class Topic(Term):
    """A subject that sessions, recordings and materials are about."""

    class Meta:
        interfaces = (Node,)

    calendar_url = ApiField(
        graphene.String, lambda thing, request: settings.BASE_URL + reverse("calendar:named", args=["topics", thing.slug]),
        columns=("slug",),
        description="The dates of sessions about it as iCalendar, to subscribe to: those that whoever asks there may see.",
    )  # fmt: skip


@api_type(CoreAreaModel)
class CoreArea(Term):
    """One of the academy's few core areas of focus."""

    class Meta:
        interfaces = (Node,)


@api_type(PriorityGroupModel)
class PriorityGroup(Term):
    """A group of leaders that needs development most."""

    class Meta:
        interfaces = (Node,)


@api_type(MemberOrganisation)
class Organisation(graphene.ObjectType):
    """An employer or partner that belongs to the academy."""

    class Meta:
        interfaces = (Node,)

    id = ApiField(graphene.ID, "uuid", description="Lasting id (a UUID).")
    slug = ApiField(graphene.String, "slug", description="Short name, for `organisation`.")
    name = ApiField(graphene.String, "name", description="Full name as the organisation writes it.")
    sector = ApiField(OrganisationSector, "sector", description="What kind of organisation it is.")
    place = ApiField(graphene.String, "place", description="Town, borough or city it serves; may be empty.")
    website = ApiField(graphene.String, "website", description="Its own website; may be empty.")
    logo = ApiField(
        Image, relation=ToImage("logo"), rendition=rendition_argument(), required=False, description="Its logo, if any."
    )


OrganisationConnection, OrganisationEdge = connection_type(Organisation, "Organisation", "organisations")
