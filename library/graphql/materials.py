"""Materials."""

from __future__ import annotations

import graphene

from cms.api.loading.connections import connection_type
from cms.api.loading.fields import ApiField, many
from cms.api.loading.planning import api_type
from cms.api.loading.relations import ToMany, ToOne
from cms.api.types.nodes import Node
from cms.api.types.resources import Resource
from programmes.graphql import Programme, Session, Topic

from ..models import MaterialDocument, MaterialPage
from ..models import MaterialKind as MaterialKindChoices
from .files import CarriedFile, File

MaterialKind = graphene.Enum.from_enum(
    MaterialKindChoices,
    name="MaterialKind",
    description=lambda choice: choice.label if choice else "What sort of material it is.",
)


@api_type(MaterialPage)
class Material(graphene.ObjectType):
    """Slides, notes, a handout, a toolkit, a publication or a link."""

    class Meta:
        interfaces = (Node, Resource)

    kind = ApiField(MaterialKind, "kind", description="What sort of material it is.")
    file = ApiField(
        File,
        relation=CarriedFile("document", MaterialDocument),
        required=False,
        description="The file; null when it is a link.",
    )
    link = ApiField(
        graphene.String, lambda material, request: material.link or None, required=False, columns=("link",),
        description="Full address of a link to another website. Null when it is a file.",
    )  # fmt: skip
    session = ApiField(Session, relation=ToOne("session"), required=False, description="The session it belongs to.")
    programme = ApiField(
        Programme, relation=ToOne("programme"), required=False, description="The programme it belongs to."
    )
    topics = ApiField(many(Topic), relation=ToMany("topics", "name"), description="What it is about.")
    recordings = ApiField(
        many("library.graphql.Recording"),
        relation=ToMany("recording_links", "title", "pk", through="recording"), description="Recordings it goes with.",
    )  # fmt: skip


MaterialConnection, MaterialEdge = connection_type(Material, "Material", "materials")
