"""The small set of blocks that a page's body is made of."""

from __future__ import annotations

from grapple.helpers import register_streamfield_block
from grapple.models import GraphQLImage, GraphQLString
from wagtail import blocks
from wagtail.embeds.blocks import EmbedBlock
from wagtail.images.blocks import ImageChooserBlock

# No document links in running text: a document is shared through its material page, which carries the audience.
RICH_TEXT_FEATURES = ["h3", "h4", "bold", "italic", "ol", "ul", "link"]


@register_streamfield_block
class HeadingBlock(blocks.CharBlock):
    class Meta:
        icon = "title"
        label = "Heading"
        template = "blocks/heading.html"


@register_streamfield_block
class TextBlock(blocks.RichTextBlock):
    def __init__(self, **kwargs: object) -> None:
        kwargs.setdefault("features", RICH_TEXT_FEATURES)
        super().__init__(**kwargs)

    class Meta:
        icon = "pilcrow"
        label = "Text"
        template = "blocks/text.html"


@register_streamfield_block
class PictureBlock(blocks.StructBlock):
    """A picture with words that stand in for it; a picture is decorative only when the editor says so."""

    image = ImageChooserBlock()
    alt_text = blocks.CharBlock(
        required=False, help_text="What the picture shows, for those who cannot see it. Leave empty only if decorative."
    )
    caption = blocks.CharBlock(required=False)

    graphql_fields = [GraphQLImage("image"), GraphQLString("alt_text"), GraphQLString("caption")]

    class Meta:
        icon = "image"
        label = "Picture"
        template = "blocks/picture.html"


@register_streamfield_block
class QuoteBlock(blocks.StructBlock):
    text = blocks.TextBlock()
    source = blocks.CharBlock(required=False, help_text="Who said or wrote it.")

    graphql_fields = [GraphQLString("text"), GraphQLString("source")]

    class Meta:
        icon = "openquote"
        label = "Quote"
        template = "blocks/quote.html"


@register_streamfield_block
class CallToActionBlock(blocks.StructBlock):
    button_text = blocks.CharBlock(
        max_length=80, help_text="What happens on click, e.g. 'Join the community of practice'."
    )
    url = blocks.URLBlock(required=False, help_text="An address elsewhere; or choose a page below.")
    page = blocks.PageChooserBlock(required=False)

    graphql_fields = [GraphQLString("button_text")]

    class Meta:
        icon = "link"
        label = "Call to action"
        template = "blocks/call_to_action.html"


@register_streamfield_block
class AccordionItemBlock(blocks.StructBlock):
    heading = blocks.CharBlock(max_length=160)
    text = blocks.RichTextBlock(features=RICH_TEXT_FEATURES)

    graphql_fields = [GraphQLString("heading"), GraphQLString("text")]

    class Meta:
        icon = "list-ul"


@register_streamfield_block
class AccordionBlock(blocks.StructBlock):
    items = blocks.ListBlock(AccordionItemBlock(), min_num=1)

    class Meta:
        icon = "collapse-down"
        label = "Questions and answers"
        template = "blocks/accordion.html"


@register_streamfield_block
class VideoEmbedBlock(blocks.StructBlock):
    embed = EmbedBlock(help_text="The address of a YouTube or Vimeo video.")
    title = blocks.CharBlock(help_text="What the video shows; read out by screen readers.")

    graphql_fields = [GraphQLString("title")]

    class Meta:
        icon = "media"
        label = "Embedded video"
        template = "blocks/embed.html"


TEXT_BLOCKS: list[tuple[str, blocks.Block]] = [
    ("heading", HeadingBlock()),
    ("text", TextBlock()),
    ("picture", PictureBlock()),
    ("quote", QuoteBlock()),
    ("call_to_action", CallToActionBlock()),
    ("accordion", AccordionBlock()),
    ("embed", VideoEmbedBlock()),
]
