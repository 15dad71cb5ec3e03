"""The blocks of a page's body as partners see them: grapple's block interface, with fields that name no hidden page."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import graphene
from grapple.types.streamfield import StreamFieldInterface

from cms.api.loading.fields import ApiField, many
from cms.api.loading.planning import Loading, LoadPlan, Selected
from cms.api.types.blocks import BLOCK_FIELD_WORDS, ShownBlock, ToChosenImage, ToChosenPage, api_block_type
from cms.api.types.images import Image
from cms.api.types.resources import Resource
from cms.api.types.rich_text import ToHtml

from .. import blocks


class BlockType(graphene.ObjectType):
    """What every kind of block shows."""

    class Meta:
        abstract = True

    id = ApiField(graphene.String, "id", required=False, description=BLOCK_FIELD_WORDS["id"])
    block_type = ApiField(
        graphene.String, lambda shown, request: type(shown.block).__name__, description=BLOCK_FIELD_WORDS["blockType"]
    )
    field = ApiField(graphene.String, "block.name", description=BLOCK_FIELD_WORDS["field"])
    raw_value = ApiField(graphene.String, "raw_words", description=BLOCK_FIELD_WORDS["rawValue"])


def member(name: str, description: str) -> ApiField:
    """Return a field for a member of a struct block, empty when the editor left it out."""
    return ApiField(graphene.String, lambda shown, request: shown.text(name), description=description)


def words(*names: str) -> Any:
    """Return a function that keeps only these members of a struct's stored value."""
    return lambda raw: {name: raw.get(name) or "" for name in names}


def html_to_words(raw: Any) -> str:
    from wagtail.rich_text import get_text_for_indexing

    return get_text_for_indexing(raw or "")


@api_block_type(blocks.HeadingBlock)
class HeadingBlock(BlockType):
    """A heading inside the text, one level below the page's title."""

    class Meta:
        interfaces = (StreamFieldInterface,)

    value = ApiField(graphene.String, "value", description="The heading as plain text.")


@api_block_type(blocks.TextBlock, words_of=html_to_words)
class TextBlock(BlockType):
    """Paragraphs, lists and links."""

    class Meta:
        interfaces = (StreamFieldInterface,)

    value = ApiField(
        graphene.String, relation=ToHtml(lambda shown: shown.value),
        description="HTML with p, h3, h4, b, i, ol, ul, li and a. A link to a page you cannot see has no address.",
    )  # fmt: skip


@api_block_type(blocks.PictureBlock, words_of=words("alt_text", "caption"))
class PictureBlock(BlockType):
    """A picture with words that stand in for it."""

    class Meta:
        interfaces = (StreamFieldInterface,)

    image = ApiField(
        Image, relation=ToChosenImage(), required=False, description="The picture; null when it was deleted."
    )
    alt_text = member("alt_text", "What the picture shows. Empty when it is only decorative.")
    caption = member("caption", "Words below the picture; may be empty.")


@api_block_type(blocks.QuoteBlock, words_of=words("text", "source"))
class QuoteBlock(BlockType):
    """A quotation."""

    class Meta:
        interfaces = (StreamFieldInterface,)

    text = member("text", "The words quoted.")
    source = member("source", "Who said or wrote them; may be empty.")


def call_address(shown: ShownBlock, request: Any) -> str | None:
    """Return where a call to action leads: the address typed in, else that of the chosen page."""
    return shown.text("url") or (request.page_url(shown.page_path) if shown.page_path is not None else None)


@api_block_type(
    blocks.CallToActionBlock,
    page_of=lambda raw: raw.get("page"),
    needs_page=lambda raw: not raw.get("url"),
    words_of=words("button_text", "url"),
)
class CallToActionBlock(BlockType):
    """A button with a link. It is left out when you cannot see anything it links to."""

    class Meta:
        interfaces = (StreamFieldInterface,)

    button_text = member("button_text", "What the link does, e.g. `Join the community of practice`.")
    url = ApiField(graphene.String, call_address, required=False, description="Full address that the button leads to.")
    page = ApiField(
        Resource, relation=ToChosenPage(), required=False, description="The chosen page; null for addresses elsewhere."
    )


def accordion_items(raw: Any) -> list[dict[str, str]]:
    """Return the items of an accordion, which Wagtail stores bare or, since it gives them ids, wrapped."""
    stored = raw.get("items") or []
    return [item["value"] if isinstance(item, dict) and "value" in item else item for item in stored]


def accordion_words(raw: Any) -> list[dict[str, str]]:
    return [
        {"heading": item.get("heading", ""), "text": html_to_words(item.get("text"))} for item in accordion_items(raw)
    ]


class ToAccordionItems(ToHtml):
    """The items with their texts as HTML, all accordions of a list at once."""

    def __init__(self) -> None:
        super().__init__(lambda item: item.get("text"))

    def load(self, plan: LoadPlan, things: Sequence[Any], selected: Selected) -> Loading:
        items = [accordion_items(thing.value) for thing in things]
        html = iter((yield from super().load(plan, [item for of_block in items for item in of_block], selected)))
        return [[{"heading": item.get("heading", ""), "text": next(html)} for item in of_block] for of_block in items]


class AccordionItem(graphene.ObjectType):
    """One question and its answer."""

    heading = ApiField(
        graphene.String, lambda item, request: item["heading"], description="The question or heading, plain text."
    )
    text = ApiField(graphene.String, lambda item, request: item["text"], description="The answer as HTML.")


@api_block_type(blocks.AccordionBlock, words_of=accordion_words)
class AccordionBlock(BlockType):
    """Questions whose answers unfold."""

    class Meta:
        interfaces = (StreamFieldInterface,)

    items = ApiField(many(AccordionItem), relation=ToAccordionItems(), description="The questions in order.")


@api_block_type(blocks.VideoEmbedBlock, words_of=words("embed", "title"))
class VideoEmbedBlock(BlockType):
    """A video that lies on YouTube or Vimeo."""

    class Meta:
        interfaces = (StreamFieldInterface,)

    url = member("embed", "Address of the video where it lies.")
    title = member("title", "What the video shows.")


BLOCK_TYPES = [
    HeadingBlock, TextBlock, PictureBlock, QuoteBlock, CallToActionBlock, AccordionBlock, VideoEmbedBlock,
]  # fmt: skip
