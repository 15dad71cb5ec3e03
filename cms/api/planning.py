"""Looks ahead into a query and loads, level by level, all that its lists will need: statements grow with its shape, not its length.

A root resolver hands its rows and the selection below it to `Plan.fill`. For each selected relation the plan makes one load
for all rows together, each starting from `visible_to(principal)`, and goes on with what was loaded. Resolvers then only read.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.db.models import Model, QuerySet
from graphql import FieldNode, GraphQLObjectType, GraphQLResolveInfo, GraphQLSchema
from graphql.execution.collect_fields import collect_sub_fields
from graphql.execution.values import get_argument_values

from .fields import Shown, argument_key, declared_fields, loaded_of

if TYPE_CHECKING:
    from .request import ApiRequest


@dataclass(frozen=True, slots=True)
class ShownType:
    """How rows of a class are shown: the name of their GraphQL type and the columns worth leaving behind."""

    name: str
    heavy: tuple[str, ...] = ()


_shown: dict[type, ShownType] = {}


def shows(kind: type, *, heavy: tuple[str, ...] = ()) -> Any:
    """Say that the decorated GraphQL type shows things of class `kind`; `heavy` columns are read only when a field needs them."""

    def decorate(graphene_type: Any) -> Any:
        _shown[kind] = ShownType(graphene_type._meta.name, heavy)
        return graphene_type

    return decorate


def is_shown(kind: type) -> bool:
    """Whether a GraphQL type of its own shows things of this class."""
    return kind in _shown


def shown_name(kind: type) -> str:
    """Return the name of the GraphQL type that shows things of this class; KeyError when none was declared."""
    return _shown[kind].name


def type_name_of(thing: Any) -> str:
    """Return the name of the GraphQL type that shows `thing`; KeyError when none was declared."""
    own = getattr(thing, "api_type", None)
    return own if own is not None else _shown[type(thing)].name


def draft_nonce(thing: Any) -> str | None:
    """Return the nonce of the preview that `thing` comes from; None for what comes from the database."""
    return getattr(thing, "preview_nonce", None)


@dataclass(frozen=True, slots=True)
class Selected:
    """One field as a query asks for it: the same field with the same arguments counts once, whatever its aliases."""

    name: str
    field: Shown
    arguments: dict[str, Any]
    selection: Selection


class Selection:
    """What a query asks for at one place; which fields that means depends on the type of the thing that stands there."""

    __slots__ = ("_by_type", "nodes", "plan")

    def __init__(self, plan: Plan, nodes: list[FieldNode]) -> None:
        self.plan = plan
        self.nodes = nodes
        self._by_type: dict[str, list[Selected]] = {}

    def of(self, type_name: str) -> list[Selected]:
        """Return the fields asked of a thing of this GraphQL type."""
        if type_name not in self._by_type:
            self._by_type[type_name] = list(self._collect(type_name))
        return self._by_type[type_name]

    def asks(self, type_name: str, *names: str) -> bool:
        """Whether any of these fields (GraphQL names) is asked for."""
        return any(selected.name in names for selected in self.of(type_name))

    def under(self, type_name: str, name: str) -> Selection:
        """Return what is asked for below a field, all its aliases and arguments together."""
        nodes = [node for selected in self.of(type_name) if selected.name == name for node in selected.selection.nodes]
        return Selection(self.plan, nodes)

    def __or__(self, other: Selection) -> Selection:
        return Selection(self.plan, [*self.nodes, *other.nodes])

    def __bool__(self) -> bool:
        return bool(self.nodes)

    def _collect(self, type_name: str) -> Iterator[Selected]:
        plan = self.plan
        object_type = plan.schema.type_map[type_name]
        assert isinstance(object_type, GraphQLObjectType)
        fields = declared_fields(object_type)
        merged: dict[Any, Selected] = {}
        for nodes in collect_sub_fields(plan.schema, plan.fragments, plan.variables, object_type, self.nodes).values():
            name = nodes[0].name.value
            if name not in fields:  # __typename
                continue
            arguments = get_argument_values(object_type.fields[name], nodes[0], plan.variables)
            key = name, argument_key(arguments)
            before = merged.get(key)
            merged[key] = Selected(
                name, fields[name], arguments, Selection(plan, [*before.selection.nodes, *nodes] if before else nodes)
            )
        yield from merged.values()


class Plan:
    """One operation's look-ahead: its schema, fragments and variables, and for whom it is carried out."""

    def __init__(self, schema: GraphQLSchema, fragments: dict, variables: dict, request: ApiRequest) -> None:
        self.schema = schema
        self.fragments = fragments
        self.variables = variables
        self.request = request

    @staticmethod
    def of(info: GraphQLResolveInfo) -> tuple[Plan, Selection]:
        """Return the plan of a root field and what is selected below it."""
        plan = Plan(info.schema, info.fragments, info.variable_values, info.context)
        return plan, Selection(plan, info.field_nodes)

    def visible(self, model: type[Model]) -> QuerySet:
        """Return what the caller may see of `model`, at the moment the request came: every statement means the same moment."""
        return model._default_manager.visible_to(self.request.principal, self.request.at)

    def rows(self, model: type[Model], selection: Selection, *, is_part: bool = False) -> QuerySet:
        """Return the rows of `model` that the caller may see, with the joins and without the columns this selection allows.

        `is_part` is for rows without an audience of their own, reached only from a visible owner (chapters, captions).
        """
        queryset = model._default_manager.all() if is_part else self.visible(model)
        shown = _shown[model]
        joins, left = self._joins(shown, selection)
        if joins:
            queryset = queryset.select_related(*joins)
        return queryset.defer(*left) if left else queryset

    def _joins(self, shown: ShownType, selection: Selection, prefix: str = "") -> tuple[list[str], list[str]]:
        joins: list[str] = []
        left = [prefix + column for column in shown.heavy]
        for selected in selection.of(shown.name):
            for column in selected.field.columns:
                if prefix + column in left:
                    left.remove(prefix + column)
            joins += (prefix + name for name in selected.field.joins)
            relation = selected.field.relation
            if relation is None or relation.join is None:
                continue
            joins.append(prefix + relation.join)
            target = _shown.get(relation.joined_model) if relation.joined_model else None
            if target is not None:
                further, more_left = self._joins(target, selected.selection, f"{prefix}{relation.join}__")
                joins += further
                left += more_left
        return joins, left

    def fetch(self, queryset: QuerySet) -> list[Any]:
        """Run a queryset, unless the request's time is over."""
        self.request.check_deadline()
        return list(queryset)

    def fill(self, things: Iterable[Any], selection: Selection) -> None:
        """Load every relation that `selection` asks of `things`, and of what they lead to."""
        by_type: dict[str, list[Any]] = {}
        for thing in {id(one): one for one in things}.values():
            by_type.setdefault(type_name_of(thing), []).append(thing)
        for type_name, group in by_type.items():
            for selected in selection.of(type_name):
                if selected.field.relation is not None:
                    self._fill_field(group, selected)

    def _fill_field(self, things: Sequence[Any], selected: Selected) -> None:
        relation = selected.field.relation
        assert relation is not None
        self.request.check_deadline()
        key = selected.name, argument_key(selected.arguments)
        children: list[Any] = []
        if draft_nonce(things[0]):
            # Only what a query names by token is a draft, so it stands alone.
            values = [relation.load_draft(self, thing, selected) for thing in things]
        else:
            values = relation.load(self, things, selected)
        for thing, value in zip(things, values, strict=True):
            loaded_of(thing)[key] = value
            children.extend(relation.children(value))
        below = relation.selection_below(selected)
        if children and below:
            self.fill(children, below)
