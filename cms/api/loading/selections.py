"""What a query asks for at each place, worked out once for a document and the variables that change its shape."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from graphql import FieldNode, GraphQLError, GraphQLObjectType, GraphQLSchema
from graphql.execution.collect_fields import collect_sub_fields
from graphql.execution.values import get_argument_values

from .fields import ApiField, argument_key, declared_fields, without_nulls

if TYPE_CHECKING:
    from .relations import Key


@dataclass(slots=True)
class DocumentShape:
    """The document as far as it shapes selections: its schema, its fragments and its variables' values.

    `fields` counts what has been worked out so far: selections are, as far as there are things to answer, and no further.
    """

    schema: GraphQLSchema
    fragments: dict[str, Any]
    variables: dict[str, Any]
    fields: int = 0


@dataclass(frozen=True, slots=True)
class Selected:
    """One field as a query asks for it: the same field with the same arguments counts once, whatever its aliases.

    `memo` is room for what others work out once for this place, such as statements.
    """

    name: str
    field: ApiField
    arguments: dict[str, Any]
    selection: Selection
    key: Key
    memo: dict[Any, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Response:
    """One member of the answer: the name it goes by, the field and its arguments, and what is asked below it.

    `arguments` are None when they are wrong. Then nothing is loaded for it, and the executor tells the error at its place.
    """

    name: str
    field_name: str
    arguments: dict[str, Any] | None
    selection: Selection


class Selection:
    """What a query asks for at one place; which fields that means depends on the type of the thing that stands there."""

    __slots__ = ("_merged", "_responses", "memo", "nodes", "shape")

    def __init__(self, shape: DocumentShape, nodes: list[FieldNode]) -> None:
        self.shape = shape
        self.nodes = nodes
        # Room for what others work out once for this place.
        self.memo: dict[Any, Any] = {}
        self._merged: dict[str, list[Selected]] = {}
        self._responses: dict[str, list[Response]] = {}

    def of(self, type_name: str) -> list[Selected]:
        """Return the fields asked of a thing of this GraphQL type, each once."""
        if type_name not in self._merged:
            self._merged[type_name] = list(self._merge(type_name))
        return self._merged[type_name]

    def responses(self, type_name: str) -> list[Response]:
        """Return the members that the answer has for a thing of this GraphQL type, in their order."""
        if type_name not in self._responses:
            self._responses[type_name] = list(self._collect(type_name))
        return self._responses[type_name]

    def asks(self, type_name: str, *names: str) -> bool:
        """Whether any of these fields (GraphQL names) is asked for."""
        return any(selected.name in names for selected in self.of(type_name))

    def under(self, type_name: str, name: str) -> Selection:
        """Return what is asked for below a field, all its aliases and arguments together."""
        key = "under", type_name, name
        if key not in self.memo:
            nodes = [
                node for selected in self.of(type_name) if selected.name == name for node in selected.selection.nodes
            ]
            self.memo[key] = Selection(self.shape, nodes)
        return self.memo[key]

    def __or__(self, other: Selection) -> Selection:
        return Selection(self.shape, [*self.nodes, *other.nodes])

    def __bool__(self) -> bool:
        return bool(self.nodes)

    def _collect(self, type_name: str) -> Iterator[Response]:
        shape = self.shape
        object_type = shape.schema.type_map[type_name]
        assert isinstance(object_type, GraphQLObjectType)
        collected = collect_sub_fields(shape.schema, shape.fragments, shape.variables, object_type, self.nodes)
        shape.fields += len(collected)
        for name, nodes in collected.items():
            field_name = nodes[0].name.value
            if field_name.startswith("__"):
                yield Response(name, field_name, {}, Selection(shape, nodes))
                continue
            try:
                arguments = get_argument_values(object_type.fields[field_name], nodes[0], shape.variables)
            except GraphQLError:
                yield Response(name, field_name, None, Selection(shape, nodes))
                continue
            declared = declared_fields(object_type)[field_name].args
            yield Response(name, field_name, without_nulls(arguments, declared), Selection(shape, nodes))

    def _merge(self, type_name: str) -> Iterator[Selected]:
        object_type: Any = self.shape.schema.type_map[type_name]
        fields = declared_fields(object_type)
        merged: dict[Any, Selected] = {}
        for response in self.responses(type_name):
            if (
                response.field_name not in fields or response.arguments is None
            ):  # __typename, or what is told as an error
                continue
            key = response.field_name, argument_key(response.arguments)
            before = merged.get(key)
            below = (
                Selection(self.shape, [*before.selection.nodes, *response.selection.nodes])
                if before
                else response.selection
            )
            merged[key] = Selected(response.field_name, fields[response.field_name], response.arguments, below, key)
        yield from merged.values()
