"""The block that points into the library, as partners see it."""

from __future__ import annotations

from grapple.types.streamfield import StreamFieldInterface

from cms.api.loading.fields import ApiField
from cms.api.types.blocks import ToChosenPage, api_block_type
from cms.api.types.resources import Resource
from programmes.graphql.blocks import BlockType, member, words

from ..blocks import ResourceLinkBlock as ResourceLinkModel


@api_block_type(
    ResourceLinkModel, page_of=lambda raw: raw.get("page"), needs_page=lambda raw: True, words_of=words("note")
)
class ResourceLinkBlock(BlockType):
    """A link to a recording or material. It is left out when you cannot see that page."""

    class Meta:
        interfaces = (StreamFieldInterface,)

    resource = ApiField(Resource, relation=ToChosenPage(), required=False, description="What the link leads to.")
    note = member("note", "Why it is worth opening, in a few words; may be empty.")


BLOCK_TYPES = [ResourceLinkBlock]
