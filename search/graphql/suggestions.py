"""Suggestions while typing, for the search boxes of partners' intranets."""

from __future__ import annotations

import logging
from typing import Any

import graphene
from graphql import GraphQLResolveInfo

from cms.api.loading.connections import checked_first
from cms.api.loading.fields import ApiField, many
from cms.api.loading.planning import LoadPlan
from cms.api.loading.roots import Root

from ..engine import EngineUnavailable
from ..pages.suggestions import MOST_SUGGESTIONS, SuggestionGroup, suggest

logger = logging.getLogger(__name__)


class Suggestion(graphene.ObjectType):
    """One thing that may be meant."""

    text = ApiField(graphene.String, "text", description="What it is called.")
    detail = ApiField(graphene.String, "detail", description="A word or two about it, e.g. its kind; may be empty.")
    url = ApiField(
        graphene.String, lambda suggestion, request: request.absolute(suggestion.url),
        description="Full address of the item, or of a search for it.",
    )  # fmt: skip


class SuggestionsOfOneSort(graphene.ObjectType):
    """Suggestions of one sort, such as people."""

    name = ApiField(
        graphene.String,
        "name",
        description="The type: `queries`, `titles`, `people`, `topics`, `terms`, or one that was added.",
    )
    label = ApiField(graphene.String, "label", description="What people call the sort.")
    suggestions = ApiField(many(Suggestion), "suggestions", description="The suggestions, the likeliest first.")


def resolve_suggest(root: Any, info: GraphQLResolveInfo, prefix: str, first: int) -> list[SuggestionGroup]:
    plan, _ = LoadPlan.of(info)
    checked_first(first, MOST_SUGGESTIONS)
    try:
        return suggest(prefix, plan.request.principal, first)
    except EngineUnavailable:
        logger.exception("The search index cannot be read")
        return []


class SuggestQuery:
    """The root field of suggestions."""

    # The index follows the database a moment later, so an answer may be older than the content version says.
    suggest = Root(
        many(SuggestionsOfOneSort), resolve_suggest, is_cacheable=False, size=5,
        prefix=graphene.Argument(graphene.String, required=True, description="What was typed so far, e.g. `syst`."),
        first=graphene.Argument(
            graphene.Int, default_value=5, description=f"How many of each sort to return at most, 0 to "
            f"{MOST_SUGGESTIONS}."
        ),
        description="Suggestions while someone types, even with spelling mistakes: titles, people, topics and "
        "glossary terms.",
    )  # fmt: skip
