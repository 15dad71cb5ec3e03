"""The small set of blocks that a page's body is made of."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import ValidationError
from django.utils.html import strip_tags
from grapple.helpers import register_streamfield_block
from grapple.models import GraphQLImage, GraphQLString
from wagtail import blocks
from wagtail.blocks.struct_block import StructBlockValidationError
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


NO_WORDS = "Write some text, or remove this block."


def has_words(text: Any) -> bool:
    """Whether rich text says something: paragraphs without a word count as an empty field does."""
    return bool(strip_tags(text.source).replace("&nbsp;", " ").replace("\xa0", " ").strip())


@register_streamfield_block
class TextBlock(blocks.RichTextBlock):
    def __init__(self, **kwargs: object) -> None:
        kwargs.setdefault("features", RICH_TEXT_FEATURES)
        super().__init__(**kwargs)

    def clean(self, value: Any) -> Any:
        """Return the text; ValidationError when text without a word is to be published."""
        cleaned = super().clean(value)
        if self.required and not self.is_deferred_validation and not has_words(cleaned):
            raise ValidationError(NO_WORDS)
        return cleaned

    class Meta:
        icon = "pilcrow"
        label = "Text"
        template = "blocks/text.html"


@register_streamfield_block
class PictureBlock(blocks.StructBlock):
    """A picture with words that stand in for it; a picture is decorative only when the editor says so."""

    image = ImageChooserBlock()
    alt_text = blocks.CharBlock(
        required=False,
        help_text="What the picture shows, for people who cannot see it. Leave empty only if it is decorative.",
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
        max_length=80, help_text="What the link does, e.g. 'Join the community of practice'."
    )
    url = blocks.URLBlock(required=False, help_text="An address elsewhere; or choose a page below.")
    page = blocks.PageChooserBlock(required=False)

    graphql_fields = [GraphQLString("button_text")]

    def clean(self, value: Any) -> Any:
        """Return the block; a button to two places, or (once it is to be published) to none, is refused at its fields."""
        cleaned = super().clean(value)
        if cleaned.get("url") and cleaned.get("page"):
            refusal = ValidationError("Give an address or a page: one of the two, not both.")
            raise StructBlockValidationError(block_errors={"url": refusal, "page": refusal})
        if not (cleaned.get("url") or cleaned.get("page") or self.is_deferred_validation):
            refusal = ValidationError("Say where the button leads: give an address or choose a page.")
            raise StructBlockValidationError(block_errors={"url": refusal, "page": refusal})
        return cleaned

    class Meta:
        icon = "link"
        label = "Call to action"
        template = "blocks/call_to_action.html"


@register_streamfield_block
class AccordionItemBlock(blocks.StructBlock):
    heading = blocks.CharBlock(max_length=160)
    text = blocks.RichTextBlock(features=RICH_TEXT_FEATURES)

    graphql_fields = [GraphQLString("heading"), GraphQLString("text")]

    def clean(self, value: Any) -> Any:
        """Return the item; an answer without a word is refused at its field when it is to be published."""
        cleaned = super().clean(value)
        if not self.is_deferred_validation and not has_words(cleaned["text"]):
            raise StructBlockValidationError(block_errors={"text": ValidationError(NO_WORDS)})
        return cleaned

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
    title = blocks.CharBlock(help_text="What the video shows. Screen readers read this out.")

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
