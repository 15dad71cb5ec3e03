"""Fields that say in one line what they show: a plain getter, or a relation that is loaded for many things at once."""

from __future__ import annotations

from collections.abc import Callable, Hashable
from dataclasses import dataclass
from operator import attrgetter
from typing import TYPE_CHECKING, Any

import graphene
from graphene.utils.str_converters import to_camel_case
from graphql import Undefined

if TYPE_CHECKING:
    from graphql import GraphQLError, GraphQLInterfaceType, GraphQLObjectType, GraphQLResolveInfo

    from .relations import Relation

Getter = Callable[..., Any]
# How many items a list without `first` is reckoned to hold when the cost of a query is counted.
LIST_SIZE = 5
# Where a plan puts what it has loaded for a thing.
LOADED = "_loaded_for_api"


class ApiField(graphene.Field):
    """A field of a partner-facing type.

    `get` is an attribute's name or a function `(thing, request, **arguments)` that reads what is already there and never asks
    the database. A `relation` instead is loaded beforehand by the plan, for all things of a list together. `columns` names
    the columns that a function reads of a row, as Django writes paths (`media__duration`), so that only these are fetched;
    without it the function is given the whole row, as a model. `size` is the reckoned length of a list. `is_cacheable` is
    False for what depends on more than content, arguments and the caller's audiences (who exactly asks, or the clock):
    answers that hold it are never cached.
    """

    def __init__(
        self,
        type_: Any,
        get: str | Getter | None = None,
        *,
        description: str,
        relation: Relation | None = None,
        columns: tuple[str, ...] | None = None,
        size: int = LIST_SIZE,
        required: bool = True,
        is_cacheable: bool = True,
        **kwargs: Any,
    ) -> None:
        self.is_cacheable = is_cacheable
        self.attribute = get if isinstance(get, str) else None
        self.get = _read(get) if isinstance(get, str) else get
        self.relation = relation
        self.columns = columns
        self.size = size
        resolver = _resolve_relation if relation is not None else _resolver(self.get) if self.get else None
        super().__init__(type_, resolver=resolver, description=description, required=required, **kwargs)
        if resolver is not None:
            self.resolver = nulls_left_out(resolver, self.args)


_declared: dict[Any, dict[str, Any]] = {}


def declared_fields(object_type: GraphQLObjectType | GraphQLInterfaceType) -> dict[str, Any]:
    """Return the fields of a type as they were declared (ApiField, Root), by their GraphQL names."""
    graphene_type = object_type.graphene_type  # type: ignore[union-attr]
    if graphene_type not in _declared:
        _declared[graphene_type] = {
            field.name or to_camel_case(name): field for name, field in graphene_type._meta.fields.items()
        }
    return _declared[graphene_type]


def many(type_: Any) -> graphene.List:
    """Return the type of a list in which nothing is null."""
    return graphene.List(graphene.NonNull(type_))


def _read(path: str) -> Getter:
    get = attrgetter(path)
    return lambda thing, request: get(thing)


def _resolver(get: Getter) -> Callable[..., Any]:
    return lambda thing, info, **arguments: get(thing, info.context, **arguments)


def nulls_left_out(resolver: Callable[..., Any], declared: dict[str, graphene.Argument]) -> Callable[..., Any]:
    """Return the resolver of a field with these arguments so that a null reads as if the argument were left out."""
    if not _defaults(declared):
        return resolver
    return lambda thing, info, **arguments: resolver(thing, info, **without_nulls(arguments, declared))


def without_nulls(arguments: dict[str, Any], declared: dict[str, graphene.Argument]) -> dict[str, Any]:
    """Return the arguments with the default in place of a null: many clients send null for what their caller left out."""
    defaults = _defaults(declared) if None in arguments.values() else {}
    return {name: defaults.get(name) if value is None else value for name, value in arguments.items()}


def _defaults(declared: dict[str, graphene.Argument]) -> dict[str, Any]:
    return {
        name: argument.default_value
        for name, argument in declared.items()
        if argument.default_value not in (None, Undefined)
    }


def argument_key(arguments: dict[str, Any]) -> Hashable:
    """Return the arguments as a key, so that one field asked for twice with different arguments is kept apart."""
    return tuple(
        sorted((name, tuple(value) if isinstance(value, list) else value) for name, value in arguments.items())
    )


@dataclass(frozen=True, slots=True)
class LoadFailure:
    """Stands for a value that could not be loaded, since an argument is wrong: told where the value would stand."""

    error: GraphQLError


def loaded_of(thing: Any) -> dict[tuple[str, Hashable], Any]:
    """Return what the plan has loaded for `thing`: values by field name and arguments."""
    return thing.__dict__.setdefault(LOADED, {})


def _resolve_relation(thing: Any, info: GraphQLResolveInfo, **arguments: Any) -> Any:
    # A KeyError here means a relation without a plan: a mistake of ours, which must not turn into a query for each item.
    value = loaded_of(thing)[info.field_name, argument_key(arguments)]
    if value.__class__ is LoadFailure:
        raise value.error
    return value
