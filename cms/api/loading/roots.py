"""Root fields, which start a plan of their own."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import graphene
from django.db.models import Model, QuerySet
from graphql import GraphQLResolveInfo

from .drafts import previewed
from .fields import LIST_SIZE, nulls_left_out
from .planning import LoadPlan
from .statements import STAND_IN_TEXT

MAX_SLUG_CHARACTERS = 255


class Root(graphene.Field):
    """A field of the Query type; `size` is the reckoned length when it is a plain list, `is_cacheable` as for ApiField.

    `counted_by` names an argument that is a list, when the field answers with as many things as that holds.
    """

    def __init__(
        self, type_: Any, resolver: Callable[..., Any], *, description: str, required: bool = True, size: int = LIST_SIZE,
        is_cacheable: bool = True, counted_by: str | None = None, **kwargs: Any,
    ) -> None:  # fmt: skip
        self.size = size
        self.is_cacheable = is_cacheable
        self.counted_by = counted_by
        super().__init__(type_, resolver=resolver, description=description, required=required, **kwargs)
        self.resolver = nulls_left_out(resolver, self.args)


def slug_argument(what: str) -> graphene.Argument:
    return graphene.Argument(graphene.String, required=True, description=f"The short name in {what}'s address.")


def some_argument(type_: Any, description: str, **kwargs: Any) -> graphene.Argument:
    """Return an optional argument."""
    return graphene.Argument(type_, description=description, **kwargs)


def one_by_slug(model: type[Model]) -> Callable[..., Any]:
    """Return a resolver for the one page of `model` with a slug: null alike when it is hidden and when there is none.

    With a preview token it is the draft that the token opens.
    """

    def resolve(root: Any, info: GraphQLResolveInfo, slug: str, preview_token: str | None = None) -> Any:
        plan, selection = LoadPlan.of(info)
        if preview_token is not None:
            draft = previewed(plan, preview_token, model, slug=slug)
            plan.fill([draft], selection)
            return draft

        def build(plan: LoadPlan, keys: Any) -> QuerySet:
            return plan.rows(model, selection).filter(slug=STAND_IN_TEXT)[:1]

        wish = plan.prepared(selection.memo, ("slug", model), build, text=slug[: MAX_SLUG_CHARACTERS + 1])
        (found,) = plan.fetch_batch([wish])
        plan.fill(found, selection)
        return found[0] if found else None

    return resolve
