"""The interface Node and the root fields `node` and `nodes`: whatever has an id is fetched by it."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Mapping, Sequence
from typing import Any

import graphene
from django.db.models import Model, QuerySet
from graphql import GraphQLResolveInfo

from cms.access.models import AudiencePage

from ..loading.connections import MAX_PAGE
from ..loading.errors import bad_input
from ..loading.fields import ApiField
from ..loading.planning import LoadPlan, Selection, has_api_type, type_name_of
from ..loading.roots import Root
from ..loading.statements import STAND_IN_TEXT, BoundQuery, OneOfIds, ids_text
from .pages import PlainPage, audience_page_models

_ID = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}")
# Gives the things of a kind that is kept in memory, by id.
InMemory = Callable[[], Mapping[str, Any]]


class Node(graphene.Interface):
    """Anything with a lasting id. Ask for it again with `node` or `nodes`."""

    id = ApiField(graphene.ID, description="Lasting id (a UUID).")

    @classmethod
    def resolve_type(cls, instance: Any, info: Any) -> Any:
        return info.schema.type_map[type_name_of(instance)].graphene_type


class NodeLoader:
    """Loads things of all kinds by their ids: `models` have a column `uuid`; pages are known by themselves."""

    def __init__(self, models: Sequence[type[Model]], in_memory: Sequence[InMemory]) -> None:
        self.models = models
        self.in_memory = in_memory

    def load(self, plan: LoadPlan, ids: Collection[str], selection: Selection) -> dict[str, Any]:
        """Return what the caller may see of the things with these ids, by id; all kinds are asked in one statement.

        What is hidden takes the same statements as what never was. Plain pages that are found take one more for each model.
        """
        text = ids_text(sorted(ids))
        pages = audience_page_models()
        kinds = [(model, "uuid") for model in self.models]
        kinds += [(page, "translation_key") for page in pages if has_api_type(page)]
        plain = [page for page in pages if not has_api_type(page)]
        rows = plan.fetch_batch(
            [
                *(_asked(plan, selection, model, column, text) for model, column in kinds),
                *(_asked_for_keys(plan, selection, model, text) for model in plain),
            ]
        )
        found = {
            str(getattr(row, column)): row
            for (_, column), group in zip(kinds, rows[: len(kinds)], strict=True)
            for row in group
        }
        for model, keys in zip(plain, rows[len(kinds) :], strict=True):
            if keys:
                visible = plan.visible(model).filter(pk__in=[key for (key,) in keys])
                found.update((str(page.translation_key), PlainPage(page)) for page in plan.fetch(visible))
        if any(text not in found for text in ids):
            for things in self.in_memory:
                found.update(things())
        return found


def _asked(plan: LoadPlan, selection: Selection, model: type[Model], column: str, text: str) -> BoundQuery:
    def build(plan: LoadPlan, keys: Any) -> QuerySet:
        rows = plan.rows(model, selection, also=(column,))
        return rows.filter(OneOfIds(column, STAND_IN_TEXT)).order_by()

    return plan.prepared(selection.memo, ("node", model), build, text=text)


def _asked_for_keys(plan: LoadPlan, selection: Selection, model: type[AudiencePage], text: str) -> BoundQuery:
    def build(plan: LoadPlan, keys: Any) -> QuerySet:
        visible = plan.visible(model).filter(OneOfIds("translation_key", STAND_IN_TEXT))
        return visible.order_by().values_list("pk")

    return plan.prepared(selection.memo, ("node", model), build, text=text)


def canonical_id(text: str) -> str | None:
    """Return an id as it is written everywhere, in lower case; None for what can be nobody's id."""
    lowered = text.lower() if len(text) == 36 else ""
    return lowered if _ID.fullmatch(lowered) else None


def node_query(models: Sequence[type[Model]], in_memory: Sequence[InMemory] = ()) -> type:
    """Make the mixin with the root fields `node` and `nodes` (see NodeLoader for the arguments)."""
    loader = NodeLoader(models, in_memory)

    def resolve_nodes(root: Any, info: GraphQLResolveInfo, ids: list[str]) -> list[Any]:
        if len(ids) > MAX_PAGE:
            raise bad_input(f"`ids` holds {len(ids)}; it may hold {MAX_PAGE} at most. Send several requests.")
        plan, selection = LoadPlan.of(info)
        asked = [canonical_id(text) for text in ids]
        wanted = {known for known in asked if known is not None}
        found = loader.load(plan, wanted, selection) if wanted else {}
        nodes = [None if known is None else found.get(known) for known in asked]
        plan.fill((node for node in nodes if node is not None), selection)
        return nodes

    def resolve_node(root: Any, info: GraphQLResolveInfo, **arguments: str) -> Any:
        return resolve_nodes(root, info, [arguments["id"]])[0]

    class NodeQuery:
        """The root fields that take any id."""

        node = Root(
            Node, resolve_node, required=False,
            id=graphene.Argument(graphene.ID, required=True, description="The `id` of anything, e.g. out of a webhook."),
            description="The thing with this id; null when there is none that you may see.",
        )  # fmt: skip
        nodes = Root(
            graphene.List(Node), resolve_nodes, counted_by="ids",
            ids=graphene.Argument(
                graphene.List(graphene.NonNull(graphene.ID)), required=True, description=f"Up to {MAX_PAGE} of any `id`s."
            ),
            description="The things with these ids, in their order; null in place of what is not there for you.",
        )  # fmt: skip

    return NodeQuery
