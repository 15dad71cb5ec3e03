"""Looks ahead into a query and loads, level by level, all that its lists will need: statements grow with its depth alone.

A root resolver hands its rows and the selection below it to `LoadPlan.fill`. The relations of one level say what they need of the
database, for all things of a list together and each starting from `visible_to(principal)`; it is asked for in one statement,
and the plan goes on with what was loaded. Resolvers then only read.
"""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterable, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from django.db.models import Model, QuerySet
from django.db.models.query import ValuesListIterable
from graphql import GraphQLError, GraphQLResolveInfo

from .fields import LoadFailure, loaded_of
from .rows import LightRow, columns_of, model_of
from .selections import DocumentShape, Selected, Selection
from .statements import STAND_IN_AT, STAND_IN_ORGANISATION, BoundQuery, Keys, RowIterable, prepare, run

if TYPE_CHECKING:
    import datetime as dt

    from cms.access.principals import Principal

    from .relations import Relation
    from .request import ApiRequest

__all__ = ["LoadPlan", "Selected", "Selection", "api_type", "has_api_type", "type_name_of"]
LoadQuery = QuerySet | BoundQuery
# What a relation's `load` may be: a generator that yields queries, is sent their rows, and returns its values.
Build = Callable[["LoadPlan", Any], QuerySet]
Loading = Generator[Sequence[LoadQuery], list[list[Any]], list[Any]]


@dataclass(frozen=True, slots=True)
class ApiTypeInfo:
    """How rows of a class are shown: the name of their GraphQL type and the columns worth leaving behind."""

    name: str
    heavy: tuple[str, ...] = ()


_api_types: dict[type, ApiTypeInfo] = {}


def api_type(kind: type, *, heavy: tuple[str, ...] = ()) -> Any:
    """Declare that the decorated GraphQL type shows things of class `kind`.

    `heavy` columns are read only when a field needs them.
    """

    def decorate(graphene_type: Any) -> Any:
        _api_types[kind] = ApiTypeInfo(graphene_type._meta.name, heavy)
        return graphene_type

    return decorate


def has_api_type(kind: type) -> bool:
    """Whether a GraphQL type of its own shows things of this class."""
    return kind in _api_types


def api_type_name(kind: type) -> str:
    """Return the name of the GraphQL type that shows things of this class; KeyError when none was declared."""
    return _api_types[kind].name


def type_name_of(thing: Any) -> str:
    """Return the name of the GraphQL type that shows `thing`; KeyError when none was declared."""
    if isinstance(thing, LightRow):
        return _api_types[thing.model].name
    own = getattr(thing, "api_type", None)
    return own if own is not None else _api_types[model_of(thing)].name


def draft_nonce(thing: Any) -> str | None:
    """Return the nonce of the preview that `thing` comes from; None for what comes from the database."""
    return getattr(thing, "preview_nonce", None)


class LoadPlan:
    """One operation's look-ahead, and for whom it runs."""

    def __init__(self, request: ApiRequest) -> None:
        self.request = request

    @staticmethod
    def of(info: GraphQLResolveInfo) -> tuple[LoadPlan, Selection]:
        """Return the plan of a root field and what is selected below it."""
        selection = getattr(info, "selection", None)
        if selection is None:
            selection = Selection(DocumentShape(info.schema, info.fragments, info.variable_values), info.field_nodes)
        return LoadPlan(info.context), selection

    def visible(self, model: type[Model]) -> QuerySet:
        """Return what the caller may see of `model`, at the moment the request came: every statement means the same moment."""
        return model._default_manager.visible_to(self.request.principal, self.request.at)

    def rows(
        self, model: type[Model], selection: Selection, *, is_embedded: bool = False, also: tuple[str, ...] = ()
    ) -> QuerySet:
        """Return the rows of `model` that the caller may see, with the columns that this selection reads and those in `also`.

        `is_embedded` is for rows without an audience of their own, reached only from a visible owner (chapters, captions).
        """
        queryset = model._default_manager.all() if is_embedded else self.visible(model)
        key = "columns", model, also
        if key not in selection.memo:
            columns = columns_of(model, _api_types, selection, also)
            selection.memo[key] = columns.paths(), columns.iterable()
        paths, iterable = selection.memo[key]
        queryset = queryset.values_list(*paths)
        queryset._iterable_class = iterable
        return queryset

    def fetch(self, queryset: QuerySet) -> list[Any]:
        """Run a queryset, unless the request's time is over."""
        self.request.check_deadline()
        return list(queryset)

    def prepared(
        self, memo: dict[Any, Any], name: Any, build: Build, keys: Iterable[int] = (), *, text: str = ""
    ) -> BoundQuery:
        """Return a statement over `keys`, made ready once and remembered in `memo`; for a generator to yield.

        `build` is given a plan and something to hand to OneOf, and returns a queryset of `rows` or `values_list`, in which
        STAND_IN_TEXT stands for `text`. Of the plan it may use `visible` and `rows` alone, since the next caller and moment
        are not this one's.
        """
        principal = self.request.principal
        key = name, principal.sees_everything_live, principal.organisation_id is None
        if key not in memo:
            known = (
                replace(principal, organisation_id=STAND_IN_ORGANISATION) if principal.organisation_id else principal
            )
            memo[key] = prepare(build(LoadPlan(_AnyRequest(known, STAND_IN_AT)), Keys()))  # type: ignore[arg-type]
        statement: BoundQuery = memo[key]
        return statement.bound(self.request.at, principal.organisation_id, keys, text)

    def fetch_batch(self, queries: Sequence[LoadQuery]) -> list[list[Any]]:
        """Return the rows of each query, all but querysets of models in one statement."""
        self.request.check_deadline()
        ready = [
            query if isinstance(query, BoundQuery) else prepare(query) if _is_plain(query) else None
            for query in queries
        ]
        found = iter(run([query for query in ready if query is not None]))
        return [list(query) if bound is None else next(found) for query, bound in zip(queries, ready, strict=True)]  # type: ignore[arg-type]

    def run(self, loading: Any) -> Any:
        """Run what a generator asks for, by itself, and return what it makes of it; anything else is returned as it is."""
        if not isinstance(loading, Generator):
            return loading
        try:
            asked = next(loading)
            while True:
                asked = loading.send(self.fetch_batch(asked))
        except StopIteration as done:
            return done.value

    def fill(self, things: Iterable[Any], selection: Selection) -> None:
        """Load every relation that `selection` asks of `things`, and of what they lead to."""
        level = [(list(things), selection)]
        while level:
            loads = [load for group, below in level for load in self._loads(group, below)]
            self._finish(loads)
            level = [below for load in loads if (below := load.spread()) is not None]

    def _loads(self, things: list[Any], selection: Selection) -> Iterable[_Load]:
        by_type: dict[str, list[Any]] = {}
        for thing in {id(thing): thing for thing in things}.values():
            by_type.setdefault(type_name_of(thing), []).append(thing)
        for type_name, group in by_type.items():
            for selected in selection.of(type_name):
                if selected.field.relation is not None:
                    self.request.check_deadline()
                    yield _Load(self.request, group, selected, self._started(selected.field.relation, group, selected))

    def _started(self, relation: Relation, things: list[Any], selected: Selected) -> Any:
        try:
            if not draft_nonce(things[0]):
                return relation.load(self, things, selected)
            # A draft is opened by a token that the query names, so there is never more than one in a list.
            return [relation.load_draft(self, thing, selected) for thing in things]
        except GraphQLError as error:
            return LoadFailure(error)

    def _finish(self, loads: list[_Load]) -> None:
        """Drive all generators of a level side by side, each round's queries in one statement."""
        active = [load for load in loads if load.is_waiting]
        for load in active:
            load.go_on(None)
        while active := [load for load in active if load.is_waiting]:
            found = iter(self.fetch_batch([query for load in active for query in load.asked]))
            for load in active:
                load.go_on([next(found) for _ in load.asked])


@dataclass(frozen=True, slots=True)
class _AnyRequest:
    """A request as far as a statement is concerned that is made ready for others."""

    principal: Principal
    at: dt.datetime


def _is_plain(queryset: QuerySet) -> bool:
    iterable: Any = queryset._iterable_class
    return issubclass(iterable, RowIterable) or iterable is ValuesListIterable


class _Load:
    """One relation of one level on its way: what it asks for next, and in the end its value for each thing.

    When an argument is wrong, a LoadFailure stands in the place of all its values, and only there.
    """

    __slots__ = ("asked", "is_waiting", "loading", "request", "selected", "things", "values")

    def __init__(self, request: ApiRequest, things: list[Any], selected: Selected, values: Any) -> None:
        self.request = request
        self.things = things
        self.selected = selected
        self.is_waiting = isinstance(values, Generator)
        self.loading = values
        self.values = values
        self.asked: Sequence[LoadQuery] = ()

    def go_on(self, found: list[list[Any]] | None) -> None:
        try:
            self.asked = self.loading.send(found)
        except StopIteration as done:
            self.is_waiting, self.values = False, done.value
        except GraphQLError as error:
            self.is_waiting, self.values = False, LoadFailure(error)

    def spread(self) -> tuple[list[Any], Selection] | None:
        """Hand each thing its value; return what to go on with below, None when there is nothing."""
        relation, key = self.selected.field.relation, self.selected.key
        assert relation is not None
        if isinstance(self.values, LoadFailure):
            self.request.has_load_failures = True
            for thing in self.things:
                loaded_of(thing)[key] = self.values
            return None
        for thing, value in zip(self.things, self.values, strict=True):
            loaded_of(thing)[key] = value
        children = relation.children_of_all(self.values)
        below = relation.selection_below(self.selected) if children else None
        return (children, below) if below else None
