"""Blocks that point into the library, beside the plain ones."""

from __future__ import annotations

from grapple.helpers import register_streamfield_block
from grapple.models import GraphQLString
from wagtail import blocks

from programmes.blocks import TEXT_BLOCKS


@register_streamfield_block
class ResourceLinkBlock(blocks.StructBlock):
    """A link to a recording or a material, shown only to those who may see its target."""

    page = blocks.PageChooserBlock(page_type=["library.RecordingPage", "library.MaterialPage"], label="Resource")
    note = blocks.CharBlock(required=False, help_text="Why it is worth opening, in a few words.")

    graphql_fields = [GraphQLString("note")]

    class Meta:
        icon = "doc-full-inverse"
        label = "Recording or material"
        template = "blocks/resource_link.html"


BODY_BLOCKS: list[tuple[str, blocks.Block]] = [*TEXT_BLOCKS, ("resource_link", ResourceLinkBlock())]
