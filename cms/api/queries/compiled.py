"""Answers a validated document by plain functions, made once for its shape, that read things and fill dictionaries.

The general executor looks up, for each field of each thing, its definition, its arguments, its path and its resolver; here
that is worked out before. What is unusual (an error, a null where none may stand, introspection) is left to the executor, which
then answers the whole: both give the same bytes.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from itertools import count
from operator import attrgetter
from typing import TYPE_CHECKING, Any

from graphql import (
    FieldNode,
    GraphQLEnumType,
    GraphQLObjectType,
    GraphQLSchema,
    OperationDefinitionNode,
    Undefined,
    get_nullable_type,
    is_abstract_type,
    is_leaf_type,
    is_list_type,
    is_non_null_type,
)
from graphql.execution.collect_fields import collect_fields
from graphql.execution.values import get_argument_values

from ..loading.fields import LOADED, ApiField, argument_key, declared_fields
from ..loading.planning import type_name_of
from ..loading.roots import Root
from ..loading.rows import LightRow
from ..loading.selections import DocumentShape, Response, Selection

if TYPE_CHECKING:
    from ..loading.request import ApiRequest

# Makes the answer's value of a thing's value, or of a thing.
Write = Callable[[Any, "ApiRequest"], Any]
_numbers = count()


class UncommonError(Exception):
    """Something that is left to the general executor."""


@dataclass(frozen=True, slots=True)
class RootInfo:
    """What the resolver of a root field is given, as far as ours need it."""

    schema: GraphQLSchema
    fragments: dict[str, Any]
    variable_values: dict[str, Any]
    context: ApiRequest
    field_nodes: list[FieldNode]
    field_name: str
    selection: Selection


@dataclass(frozen=True, slots=True)
class _RootField:
    name: str
    definition: Any
    resolve: Callable[..., Any]
    selection: Selection
    write: Write


class CompiledOperation:
    """An operation made ready for those values of its variables that change its shape; others are given with each request."""

    def __init__(self, shape: DocumentShape, operation: OperationDefinitionNode) -> None:
        self.shape = shape
        root = shape.schema.query_type
        assert root is not None
        collected = collect_fields(shape.schema, shape.fragments, shape.variables, root, operation.selection_set)
        self.roots = [self._root_field(root, name, nodes) for name, nodes in collected.items()]

    @property
    def fields(self) -> int:
        """How many fields have been worked out so far."""
        return self.shape.fields

    def _root_field(self, root: GraphQLObjectType, name: str, nodes: list[FieldNode]) -> _RootField | tuple[str, str]:
        field_name = nodes[0].name.value
        if field_name == "__typename":
            return name, root.name
        declared = declared_fields(root).get(field_name)
        if not isinstance(declared, Root):
            raise UncommonError
        selection = Selection(self.shape, nodes)
        definition = root.fields[field_name]
        return _RootField(name, definition, declared.resolver, selection, _writer(definition.type, selection))

    def answer(self, request: ApiRequest, variables: dict[str, Any]) -> dict[str, Any]:
        """Return the answer's data; raises UncommonError, or whatever a resolver raises, when the executor must have a look."""
        data: dict[str, Any] = {}
        for field in self.roots:
            if isinstance(field, tuple):
                data[field[0]] = field[1]
                continue
            nodes = field.selection.nodes
            info = RootInfo(
                self.shape.schema, self.shape.fragments, variables, request, nodes, nodes[0].name.value, field.selection
            )
            arguments = get_argument_values(field.definition, nodes[0], variables)
            value = field.resolve(None, info, **arguments)
            request.check_deadline()
            if request.has_load_failures:
                raise UncommonError
            data[field.name] = field.write(value, request)
        return data


def _writer(type_: Any, selection: Selection) -> Write:
    """Return what completes a value of an output type."""
    is_needed = is_non_null_type(type_)
    if is_needed:
        type_ = type_.of_type
    if is_list_type(type_):
        return _list_writer(_writer(type_.of_type, selection), is_needed)
    if is_leaf_type(type_):
        return _value_writer(type_, is_needed)
    if is_abstract_type(type_):
        return _abstract_writer(type_, selection, is_needed)
    return _object_writer(type_, selection, is_needed)


def _nothing(is_needed: bool) -> Any:
    """Return null for a value that is None; where none may stand, the executor has the word."""
    if is_needed:
        raise UncommonError
    return None


def _list_writer(write: Write, is_needed: bool) -> Write:
    def write_list(value: Any, request: ApiRequest) -> list[Any] | None:
        if value is None:
            return _nothing(is_needed)
        if not isinstance(value, list | tuple):
            raise UncommonError
        request.check_deadline()
        return [write(item, request) for item in value]

    return write_list


def _value_writer(type_: Any, is_needed: bool) -> Write:
    write_leaf = leaf_writer(type_)
    is_text = type_.name in ("String", "ID")

    def write_value(value: Any, request: ApiRequest) -> Any:
        if is_text and value.__class__ is str:
            return value
        return _nothing(is_needed) if value is None else write_leaf(value)

    return write_value


def leaf_writer(type_: Any) -> Callable[[Any], Any]:
    """Return what serialises a value of a scalar or enum that is not None."""
    serialize = type_.serialize
    plain = _PLAIN.get(type_.name)
    # An enum has few values, and its own way from value to name is long.
    known: dict[Any, Any] | None = {} if isinstance(type_, GraphQLEnumType) else None

    def write_leaf(value: Any) -> Any:
        if plain is not None and value.__class__ is plain[0] and plain[1](value):
            return value
        if known is not None and value in known:
            return known[value]
        written = serialize(value)
        if written is None or written is Undefined:
            raise UncommonError
        if known is not None:
            known[value] = written
        return written

    return write_leaf


def _always(value: Any) -> bool:
    return True


# Values that serialise to themselves.
_PLAIN: dict[str, tuple[type, Callable[[Any], bool]]] = {
    "Boolean": (bool, _always),
    "Float": (float, math.isfinite),
    "Int": (int, lambda value: -(2**31) <= value < 2**31),
}


def _abstract_writer(type_: Any, selection: Selection, is_needed: bool) -> Write:
    schema = selection.shape.schema
    writers: dict[str, Write] = {}

    def write_any(value: Any, request: ApiRequest) -> Any:
        if value is None:
            return _nothing(is_needed)
        name = type_name_of(value)
        write = writers.get(name)
        if write is None:
            own: Any = schema.type_map.get(name)
            if own is None or not schema.is_sub_type(type_, own):
                raise UncommonError
            write = writers[name] = _object_writer(own, selection, is_needed)
        return write(value, request)

    return write_any


def _object_writer(type_: GraphQLObjectType, selection: Selection, is_needed: bool) -> Write:
    known: list[tuple[str, Write]] = []

    def fields() -> list[tuple[str, Write]]:
        # Only when there is a thing to write: a small document can name more places than any answer has.
        if not known:
            known[:] = _field_writers(type_, selection)
        return known

    # The same person speaks in many recordings: a row that comes again is not written again.
    key = f"_written_for_api_{next(_numbers)}"

    def write_object(thing: Any, request: ApiRequest) -> dict[str, Any] | None:
        if thing is None:
            return _nothing(is_needed)
        if not isinstance(thing, LightRow):
            return {name: write(thing, request) for name, write in fields()}
        written = thing.__dict__.get(key)
        if written is None:
            written = thing.__dict__[key] = {name: write(thing, request) for name, write in fields()}
        return written

    return write_object


def _field_writers(type_: GraphQLObjectType, selection: Selection) -> list[tuple[str, Write]]:
    if type_.is_type_of is not None:
        raise UncommonError
    declared = declared_fields(type_)
    return [
        (response.name, _field_writer(type_, declared.get(response.field_name), response))
        for response in selection.responses(type_.name)
    ]


def _field_writer(type_: GraphQLObjectType, declared: Any, response: Response) -> Write:
    if response.field_name == "__typename":
        return lambda thing, request: type_.name
    if not isinstance(declared, ApiField) or response.arguments is None:
        raise UncommonError
    output: Any = type_.fields[response.field_name].type
    if declared.relation is None and declared.attribute is not None and is_leaf_type(get_nullable_type(output)):
        return _attribute_writer(declared.attribute, output)
    write = _writer(output, response.selection)
    if declared.relation is not None:
        key = response.field_name, argument_key(response.arguments)
        return lambda thing, request: write(thing.__dict__[LOADED][key], request)
    get = _getter(declared, response)
    return lambda thing, request: write(get(thing, request), request)


def _attribute_writer(path: str, output: Any) -> Write:
    get = attrgetter(path)
    write = _value_writer(get_nullable_type(output), is_non_null_type(output))
    return lambda thing, request: write(get(thing), request)


def _getter(declared: ApiField, response: Response) -> Write:
    get: Any = declared.get
    if get is None:
        raise UncommonError
    if not response.arguments:
        return get
    arguments = response.arguments
    return lambda thing, request: get(thing, request, **arguments)
