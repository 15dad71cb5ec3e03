"""StreamField bodies for partners: read from their raw data without a query, chosen pages checked for all bodies at once."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import orjson
from graphql import GraphQLInterfaceType, GraphQLSchema
from grapple.registry import registry
from wagtail import blocks
from wagtail.images import get_image_model

from ..loading.planning import Loading, LoadPlan, Selected
from ..loading.relations import Relation
from .images import ShownImage
from .pages import load_resources, paths_of_pages

Raw = Any


@dataclass(frozen=True, slots=True)
class BlockShape:
    """What the API knows of a kind of block: the name of its type, which page it points at, and whether it is nothing without."""

    type_name: str
    page_of: Callable[[Raw], int | None] = lambda raw: None
    needs_page: Callable[[Raw], bool] = lambda raw: False
    words_of: Callable[[Raw], Any] = lambda raw: raw


_shapes: dict[type[blocks.Block], BlockShape] = {}


def api_block_type(block_class: type[blocks.Block], **shape: Any) -> Callable[[Any], Any]:
    """Say that the decorated type shows blocks of this class, in grapple's registry too; see BlockShape for the rest."""

    def decorate(graphene_type: Any) -> Any:
        _shapes[block_class] = BlockShape(graphene_type._meta.name, **shape)
        registry.streamfield_blocks[block_class] = graphene_type
        return graphene_type

    return decorate


@dataclass(eq=False)
class ShownBlock:
    """A block of a body: `value` is what the editor's form stored; `page_path` is the chosen page's url_path if it may be seen."""

    block: blocks.Block
    id: str
    value: Raw
    page_pk: int | None = None
    page_path: str | None = None

    @property
    def shape(self) -> BlockShape:
        return _shapes[type(self.block)]

    @property
    def api_type(self) -> str:
        return self.shape.type_name

    def text(self, name: str) -> str:
        """Return a member of a struct as text, empty when it is missing."""
        value = self.value.get(name) if isinstance(self.value, dict) else None
        return value if isinstance(value, str) else ""

    @property
    def raw_words(self) -> str:
        """The block's own words as text or JSON: never the key of a page or picture, which may be hidden."""
        words = self.shape.words_of(self.value)
        return words if isinstance(words, str) else orjson.dumps(words).decode()


class ToBody(Relation):
    """A StreamField as a list of blocks; those that point at a hidden page and are nothing without it are left out."""

    def __init__(self, name: str, *, of: Callable[[Any], Any] = lambda thing: thing) -> None:
        self.name = name
        self.of = of

    def columns(self, model: Any) -> Iterable[str]:
        return (self.name,)

    def load(self, plan: LoadPlan, things: Sequence[Any], selected: Selected) -> Loading:
        bodies = [list(_blocks(getattr(self.of(thing), self.name, None))) for thing in things]
        chosen = {block.page_pk for body in bodies for block in body if block.page_pk is not None}
        paths: dict[int, str] = {}
        if chosen:
            (pairs,) = yield [plan.prepared(selected.memo, "paths", paths_of_pages, chosen)]
            paths = dict(pairs)
        for body in bodies:
            for block in body:
                block.page_path = paths.get(block.page_pk) if block.page_pk is not None else None
        return [
            [block for block in body if block.page_path is not None or not block.shape.needs_page(block.value)]
            for body in bodies
        ]


def _blocks(stream: Any) -> Iterable[ShownBlock]:
    if stream is None:
        return
    for raw in stream.raw_data:
        block = stream.stream_block.child_blocks.get(raw["type"])
        shape = _shapes.get(type(block))
        # A kind of block that the API has no type for is left out, as Wagtail leaves out kinds that are no more.
        if shape is not None:
            yield ShownBlock(block, raw.get("id") or "", raw["value"], shape.page_of(raw["value"]))


class ToChosenPage(Relation):
    """The page a block links to, as its own type. Null when you cannot see it."""

    def load(self, plan: LoadPlan, things: Sequence[Any], selected: Selected) -> Loading:
        pks = {thing.page_pk for thing in things if thing.page_path is not None}
        found = yield from load_resources(plan, pks, selected.selection)
        return [found.get(block.page_pk) for block in things]


class ToChosenImage(Relation):
    """The picture in a block, with the block's own words for it."""

    def load(self, plan: LoadPlan, things: Sequence[Any], selected: Selected) -> list[Any]:
        pks = {thing.value.get("image") for thing in things if isinstance(thing.value.get("image"), int)}
        found = {row.pk: row for row in plan.fetch(get_image_model().objects.filter(pk__in=pks))} if pks else {}
        return [
            ShownImage(found[pk], block.text("alt_text")) if (pk := block.value.get("image")) in found else None
            for block in things
        ]


def describe_block_interface(schema: GraphQLSchema) -> None:
    """Give grapple's interface, in this schema only, the words that everything else in it has."""
    interface = schema.type_map["StreamFieldInterface"]
    assert isinstance(interface, GraphQLInterfaceType)
    interface.description = "What every kind of block in the text of a page has."
    for name, words in BLOCK_FIELD_WORDS.items():
        interface.fields[name].description = words


BLOCK_FIELD_WORDS = {
    "id": "Stays the same while the editor moves the block about.",
    "blockType": "The kind of block, e.g. `HeadingBlock`.",
    "field": "The name of the block in its body, e.g. `heading`.",
    "rawValue": "The block's own words, as text or JSON, for front ends that do not know this kind of block.",
}
