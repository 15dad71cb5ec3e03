"""Relay connections over anything in a fixed order: pages of rows, cursors, and a count that is made only when asked for."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

import graphene
from django.db.models import Count, F, Q, QuerySet, Window
from django.db.models.functions import RowNumber
from graphql import GraphQLResolveInfo

from .errors import bad_input
from .fields import ApiField, many
from .ordering import Order
from .planning import Loading, LoadPlan, Selected, Selection
from .relations import Relation, ends_of, of_parents
from .rows import model_of
from .statements import PARENT

MAX_PAGE = 100
DEFAULT_PAGE = 20
RANK = "rank_for_api"


class PageInfo(graphene.ObjectType):
    """Where a page of results stands in the whole."""

    has_next_page = ApiField(graphene.Boolean, "has_next", description="Whether more results follow this page.")
    has_previous_page = ApiField(
        graphene.Boolean, "has_previous", description="Whether this page was asked for with `after`."
    )
    start_cursor = ApiField(
        graphene.String, lambda page, request: page.cursor_at(0), required=False,
        description="Cursor of the first result here; null on an empty page.",
    )  # fmt: skip
    end_cursor = ApiField(
        graphene.String, lambda page, request: page.cursor_at(-1), required=False,
        description="Cursor of the last result here: pass it as `after` for the next page; null on an empty page.",
    )  # fmt: skip


@dataclass
class Connection:
    """One page of results. `cursor_of` gives the cursor of a node at a place in this page."""

    nodes: list[Any]
    cursor_of: Callable[[Any, int], str]
    has_next: bool = False
    has_previous: bool = False
    total: int = 0
    extra: dict[str, Any] = field(default_factory=dict)

    def cursor_at(self, place: int) -> str | None:
        """Return the cursor of the node at `place` (negative from the end), None on an empty page."""
        if not self.nodes:
            return None
        place %= len(self.nodes)
        return self.cursor_of(self.nodes[place], place)


@dataclass(slots=True)
class Edge:
    """A node in its page."""

    node: Any
    page: Connection
    place: int


def first_argument(default: int = DEFAULT_PAGE) -> graphene.Argument:
    return graphene.Argument(graphene.Int, default_value=default, description=f"How many to return, 0 to {MAX_PAGE}.")


def after_argument() -> graphene.Argument:
    return graphene.Argument(graphene.String, description="Return what follows this cursor, e.g. a page's `endCursor`.")


def connection_type(node: Any, name: str, plural: str, **more: Any) -> tuple[Any, Any]:
    """Make the connection type and the edge type for nodes of a type; `more` are further fields of the connection."""
    edge = type(
        f"{name}Edge",
        (graphene.ObjectType,),
        {
            "__doc__": f"One of the {plural} in a page, with its cursor.",
            "node": ApiField(node, "node", description=f"The thing itself, one of the {plural}."),
            "cursor": ApiField(
                graphene.String, lambda edge, request: edge.page.cursor_at(edge.place),
                description="Opaque mark of this place in the list, for `after`.",
            ),
        },
    )  # fmt: skip
    connection = type(
        f"{name}Connection",
        (graphene.ObjectType,),
        {
            "__doc__": f"A page of {plural}.",
            "edges": ApiField(
                many(edge), lambda page, request: [Edge(node, page, place) for place, node in enumerate(page.nodes)],
                size=1, description="The results of this page with their cursors.",
            ),
            "nodes": ApiField(many(node), "nodes", size=1, description="The results of this page, without cursors."),
            "page_info": ApiField(PageInfo, lambda page, request: page, description="Where this page stands in the whole."),
            "total_count": ApiField(
                graphene.Int, "total", description=f"How many {plural} there are in all pages, as far as you may see them."
            ),
            **more,
        },
    )  # fmt: skip
    return connection, edge


def nodes_selection(selection: Selection, name: str) -> Selection:
    """Return what is asked of the nodes of a connection, by `nodes` and by `edges` together."""
    key = "nodes", name
    if key not in selection.memo:
        nodes, edges = (selection.under(f"{name}Connection", member) for member in ("nodes", "edges"))
        selection.memo[key] = nodes | edges.under(f"{name}Edge", "node") if edges else nodes
    return selection.memo[key]


def checked_first(first: int | None, most: int = MAX_PAGE, default: int = DEFAULT_PAGE) -> int:
    """Return how many to fetch; raises ApiError when `first` is negative or more than `most`."""
    if first is None:
        return default
    if not 0 <= first <= most:
        raise bad_input(f"`first` is {first}; it may be 0 to {most}. Use `after` for further pages.")
    return first


def plain_first_argument() -> graphene.Argument:
    return graphene.Argument(graphene.Int, description=f"How many to return, 0 to {MAX_PAGE}; all when left out.")


def plain_after_argument() -> graphene.Argument:
    return graphene.Argument(
        graphene.ID, description="Return what follows the thing with this `id`, e.g. the last you have."
    )


def part_of_plain_list(things: Sequence[Any], first: int | None, after: str | None) -> list[Any]:
    """Return a part of a list of things with a `uuid`, all by default; raises ApiError for a wrong `first` or `after`."""
    start = 0
    if after is not None:
        places = (place for place, thing in enumerate(things, start=1) if str(thing.uuid) == after.lower())
        found = next(places, None)
        if found is None:
            raise bad_input("`after` is the `id` of nothing in this list. Leave it out to begin anew.")
        start = found
    return list(things[start:] if first is None else things[start : start + checked_first(first)])


def root_connection(
    info: GraphQLResolveInfo,
    name: str,
    rows: Callable[[LoadPlan, Selection], QuerySet],
    order: Order,
    first: int | None,
    after: str | None,
) -> Connection:
    """Answer a root list: one statement for the page, one for the count if asked for, and the plan's for what is below."""
    plan, selection = LoadPlan.of(info)
    first = checked_first(first)
    below = nodes_selection(selection, name)
    queryset = rows(plan, below)
    page = Connection([], lambda row, place: order.cursor(row), has_previous=after is not None)
    if selection.asks(f"{name}Connection", "totalCount"):
        page.total = queryset.order_by().count()
    wanted = order.applied_to(queryset)
    if after is not None:
        wanted = wanted.filter(order.after(after))
    if selection.asks(f"{name}Connection", "nodes", "edges", "pageInfo"):
        found = plan.fetch(wanted[: first + 1])
        page.nodes, page.has_next = found[:first], len(found) > first
        plan.fill(page.nodes, below)
    return page


class ToConnection(Relation):
    """A long relation, a page of it for each parent: all parents' pages in one statement, all their counts in another."""

    def __init__(
        self,
        name: str,
        type_name: str,
        order: Order,
        through: str | None = None,
        where: Callable[[LoadPlan], Q] | None = None,
    ) -> None:
        self.name = name
        self.type_name = type_name
        self.order = order
        self.through = through
        self.where = where

    def selection_below(self, selected: Selected) -> Selection:
        return nodes_selection(selected.selection, self.type_name)

    def children(self, value: Connection) -> Iterable[Any]:
        return value.nodes

    def load(self, plan: LoadPlan, things: Sequence[Any], selected: Selected) -> Loading:
        first, after = checked_first(selected.arguments.get("first")), selected.arguments.get("after")
        model, path = ends_of(model_of(things[0]), self.name, self.through)
        keys = [thing.pk for thing in things]

        def rows(plan: LoadPlan, keys: Any) -> QuerySet:
            found = plan.rows(model, self.selection_below(selected))
            return of_parents(found, path, keys, self.where(plan) if self.where else None)

        def totals(plan: LoadPlan, keys: Any) -> QuerySet:
            counted = rows(plan, keys).order_by().values(PARENT).annotate(count_for_api=Count("pk", distinct=True))
            return counted.values_list(PARENT, "count_for_api")

        queries = [
            plan.prepared(selected.memo, "page", lambda plan, keys: self._pages(rows(plan, keys), first, after), keys)
        ]
        if selected.selection.asks(f"{self.type_name}Connection", "totalCount"):
            queries.append(plan.prepared(selected.memo, "totals", totals, keys))
        pairs, *counts = yield queries
        found: dict[Any, list[Any]] = {}
        for parent, row in pairs:
            found.setdefault(parent, []).append(row)
        return list(self._connections(things, found, dict(counts[0]) if counts else {}, first, after is not None))

    def _connections(
        self, things: Sequence[Any], found: dict[Any, list[Any]], totals: dict[Any, int], first: int, is_further: bool
    ) -> Iterable[Connection]:
        for thing in things:
            rows = found.get(thing.pk, [])
            yield Connection(
                rows[:first], lambda row, place: self.order.cursor(row), has_next=len(rows) > first,
                has_previous=is_further, total=totals.get(thing.pk, 0),
            )  # fmt: skip

    def _pages(self, rows: QuerySet, first: int, after: str | None) -> QuerySet:
        rows = self.order.applied_to(rows)
        if after is not None:
            rows = rows.filter(self.order.after(after))
        rank = Window(RowNumber(), partition_by=[F(PARENT)], order_by=self.order.expressions())
        return rows.annotate(**{RANK: rank}).filter(**{f"{RANK}__lte": first + 1})


def long_list(type_path: str, relation: str, order: Order, description: str, **kwargs: Any) -> ApiField:
    """Return a field for a relation that can grow long: a connection with `first` and `after`.

    `type_path` names the connection's type by its module, since it may lie in an app above.
    """
    type_name = type_path.rpartition(".")[2].removesuffix("Connection")
    return ApiField(
        type_path, relation=ToConnection(relation, type_name, order, **kwargs),
        first=first_argument(), after=after_argument(), description=description,
    )  # fmt: skip
