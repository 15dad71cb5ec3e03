"""Keeps any one request small: its text is measured before it is parsed, its cost before it is executed."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any

from django.conf import settings
from graphql import (
    DocumentNode,
    FieldNode,
    FragmentDefinitionNode,
    GraphQLField,
    GraphQLInterfaceType,
    GraphQLNamedType,
    GraphQLObjectType,
    GraphQLSchema,
    InlineFragmentNode,
    IntValueNode,
    ListValueNode,
    OperationDefinitionNode,
    SelectionSetNode,
    VariableNode,
    get_named_type,
    is_list_type,
    is_non_null_type,
)

from ..loading.connections import MAX_PAGE
from ..loading.errors import ApiError, bad_input, limit_exceeded
from ..loading.fields import declared_fields

# Defaults; settings.API_LIMITS overrides them one by one.
DEFAULTS: dict[str, float] = {
    "body_bytes": 200_000,
    "tokens": 2_000,
    "depth": 15,
    "aliases": 60,
    "directives": 50,
    "root_fields": 30,
    "fragments": 40,
    "repeats": 20,
    "cost": 50_000,
    "deadline_seconds": 10.0,
}
# Reading the whole schema is as much work as a list of a few thousand fields.
INTROSPECTION_COST = 5_000
# Values, lists and selections nested deeper than any query needs would exhaust the parser's stack.
MAX_BRACKETS = 64
# No name is as long, and numbers beyond some digits are slow to read.
MAX_WORD_CHARACTERS = 100
# A text in a query is a slug, a path, a cursor or some words to search for; long ones are slow to read, sign by sign.
MAX_TEXT_CHARACTERS = 10_000
# Names, numbers, strings and signs, much as the lexer sees them; strings and comments first, so that nothing inside counts.
_TOKEN = re.compile(
    r'"""(?:\\"""|.)*?(?:"""|\Z)|"(?:\\.|[^"\\\n])*"?|#[^\n\r]*|\.\.\.|[_A-Za-z0-9.+-]+|[^\s,\ufeff]', re.DOTALL
)


def limits() -> Mapping[str, Any]:
    """Return the limits in force, by name; the setting is not changed while the process runs, only replaced in tests."""
    own = settings.API_LIMITS
    merged = _merged.get("limits")
    if merged is None or merged[0] is not own:
        merged = _merged["limits"] = own, MappingProxyType({**DEFAULTS, **own})
    return merged[1]


_merged: dict[str, tuple[Any, Mapping[str, Any]]] = {}


def deadline_seconds() -> float:
    """Return the seconds that one request may take."""
    return limits()["deadline_seconds"]


def check_text(text: str) -> None:
    """Refuse a document that is too long or too deeply bracketed to be parsed; raises ApiError."""
    most = limits()["tokens"]
    depth = 0
    for count, match in enumerate(_TOKEN.finditer(text), start=1):
        if count > most:
            raise limit_exceeded("the words and signs of a query", limit=most, value=None, advice="Split the query.")
        sign = match[0]
        longest, what = (
            (MAX_TEXT_CHARACTERS, "text or comment") if sign[0] in '"#' else (MAX_WORD_CHARACTERS, "name or number")
        )
        if len(sign) > longest:
            raise limit_exceeded(f"the characters of a {what}", limit=longest, value=len(sign), advice="Shorten it.")
        if sign in "{[(":
            depth += 1
            if depth > MAX_BRACKETS:
                raise limit_exceeded("brackets inside brackets", limit=MAX_BRACKETS, value=None, advice="Nest less.")
        elif sign in "}])":
            depth -= 1


def check_shape(document: DocumentNode) -> None:
    """Refuse a parsed document with too many aliases, directives, fragments or repetitions; raises ApiError.

    This stands before validation, whose work grows with the square of some of these.
    """
    found = {"aliases": 0, "directives": 0, "fragments": 0, "repeats": 0}
    for node in _nodes(document):
        found["fragments"] += isinstance(node, FragmentDefinitionNode)
        found["aliases"] += isinstance(node, FieldNode) and node.alias is not None
        found["directives"] += len(getattr(node, "directives", ()))
        if isinstance(node, SelectionSetNode):
            names = [
                (selection.alias or selection.name).value
                for selection in node.selections
                if isinstance(selection, FieldNode)
            ]
            found["repeats"] = max(found["repeats"], len(names) - len(set(names)))
    in_force = limits()
    for name, (what, advice) in _SHAPES.items():
        if found[name] > in_force[name]:
            raise limit_exceeded(what, limit=in_force[name], value=found[name], advice=advice)


_SHAPES = {
    "aliases": ("fields under another name (aliases)", "Use a list with a filter, or several requests."),
    "directives": ("directives", "Use fewer @include and @skip."),
    "fragments": ("fragments", "Use fewer and larger fragments."),
    "repeats": ("repetitions of one field in one place", "Name each field once."),
}


def _nodes(document: DocumentNode) -> Iterator[Any]:
    """Yield operations, fragments, selection sets and selections, without recursion."""
    waiting: list[Any] = list(document.definitions)
    while waiting:
        node = waiting.pop()
        yield node
        if isinstance(node, SelectionSetNode):
            waiting.extend(node.selections)
        elif getattr(node, "selection_set", None) is not None:
            waiting.append(node.selection_set)


@dataclass(slots=True)
class Measured:
    """Depth and cost of an operation; `is_fixed` says that no variable had a say in the cost."""

    depth: int = 0
    cost: int = 0
    root_fields: int = 0
    is_fixed: bool = True


@dataclass
class CostCounter:
    """Counts what an answer may hold at most, each fragment once for each type it stands on, so that doubling is no attack."""

    schema: GraphQLSchema
    fragments: dict[str, FragmentDefinitionNode]
    variables: dict[str, Any]
    is_fixed: bool = True
    known: dict[tuple[str, str], tuple[int, int, int]] = field(default_factory=dict)

    def of_operation(self, operation: OperationDefinitionNode) -> Measured:
        """Return the measures of a validated operation."""
        root = self.schema.get_root_type(operation.operation)
        assert root is not None
        cost, depth, fields = self._selection(operation.selection_set, root)
        return Measured(depth, cost, fields, self.is_fixed)

    def _selection(self, node: SelectionSetNode, parent: GraphQLNamedType) -> tuple[int, int, int]:
        """Return cost, depth and number of fields of a selection set on a type."""
        cost = depth = fields = 0
        for selection in node.selections:
            if isinstance(selection, FieldNode):
                more_cost, more_depth = self._field(selection, parent)
                more_fields = 1
            elif isinstance(selection, InlineFragmentNode):
                on = self.schema.type_map[selection.type_condition.name.value] if selection.type_condition else parent
                more_cost, more_depth, more_fields = self._selection(selection.selection_set, on)
            else:
                more_cost, more_depth, more_fields = self._fragment(selection.name.value)
            cost, depth, fields = cost + more_cost, max(depth, more_depth), fields + more_fields
        return cost, depth, fields

    def _fragment(self, name: str) -> tuple[int, int, int]:
        fragment = self.fragments[name]
        key = name, fragment.type_condition.name.value
        if key not in self.known:
            self.known[key] = self._selection(fragment.selection_set, self.schema.type_map[key[1]])
        return self.known[key]

    def _field(self, node: FieldNode, parent: GraphQLNamedType) -> tuple[int, int]:
        name = node.name.value
        if node.selection_set is None:
            return 1, 1
        if name.startswith("__"):
            return INTROSPECTION_COST, 1 + _introspection_depth(node.selection_set, self.fragments)
        assert isinstance(parent, GraphQLObjectType | GraphQLInterfaceType)
        definition = parent.fields[name]
        cost, depth, _ = self._selection(node.selection_set, get_named_type(definition.type))
        return 1 + self._size(node, parent, definition) * cost, 1 + depth

    def _size(self, node: FieldNode, parent: Any, definition: GraphQLField) -> int:
        """Return how many things a field is reckoned to hold: its `first`, or its declared size, or one."""
        if "first" in definition.args:
            return self._first(node, parent, definition)
        if not _is_list(definition):
            return 1
        declared = declared_fields(parent).get(node.name.value)
        counted_by = getattr(declared, "counted_by", None)
        return getattr(declared, "size", 1) if counted_by is None else self._length(node, counted_by)

    def _length(self, node: FieldNode, name: str) -> int:
        """Return how many values a list argument holds, MAX_PAGE at most: more are refused later."""
        value = next((argument.value for argument in node.arguments if argument.name.value == name), None)
        if isinstance(value, VariableNode):
            self.is_fixed = False
            given = self.variables.get(value.name.value)
            length = len(given) if isinstance(given, list) else 1
        else:
            length = len(value.values) if isinstance(value, ListValueNode) else 1
        return min(max(length, 1), MAX_PAGE)

    def _first(self, node: FieldNode, parent: Any, definition: GraphQLField) -> int:
        default = definition.args["first"].default_value
        if not isinstance(default, int):
            # All of a plain list, unless `first` says otherwise.
            default = getattr(declared_fields(parent).get(node.name.value), "size", MAX_PAGE)
        value: Any = default
        for argument in node.arguments:
            if argument.name.value == "first":
                if isinstance(argument.value, VariableNode):
                    self.is_fixed = False
                    given = self.variables.get(argument.value.name.value)
                    value = default if given is None else given
                elif isinstance(argument.value, IntValueNode):
                    value = int(argument.value.value)
        # What is out of bounds is refused later, by name; here it must only not make the cost small.
        return min(max(value, 1), MAX_PAGE) if isinstance(value, int) else MAX_PAGE


def _is_list(definition: GraphQLField) -> bool:
    type_: Any = definition.type
    return is_list_type(type_.of_type if is_non_null_type(type_) else type_)


def _introspection_depth(node: SelectionSetNode, fragments: dict[str, FragmentDefinitionNode]) -> int:
    """Return the depth of an introspection, whose cycles validation has ruled out; fragments count once each."""
    known: dict[str, int] = {}

    def depth_of(selection: SelectionSetNode) -> int:
        deepest = 0
        for node in selection.selections:
            if isinstance(node, FieldNode):
                deepest = max(deepest, 1 + (depth_of(node.selection_set) if node.selection_set else 0))
            elif isinstance(node, InlineFragmentNode):
                deepest = max(deepest, depth_of(node.selection_set))
            else:
                name = node.name.value
                if name not in known:
                    known[name] = depth_of(fragments[name].selection_set)
                deepest = max(deepest, known[name])
        return deepest

    return depth_of(node)


def check_measures(measured: Measured) -> None:
    """Refuse an operation that is too deep, too broad at the top or too costly; raises ApiError."""
    in_force = limits()
    for what, limit, value, advice in (
        ("levels of fields inside fields", in_force["depth"], measured.depth, "Ask for less depth at once."),
        ("fields at the top of a query", in_force["root_fields"], measured.root_fields, "Use several requests."),
        ("the cost of a query", in_force["cost"], measured.cost, "Lower `first`, or ask for fewer lists inside lists."),
    ):
        if value > limit:
            raise limit_exceeded(what, limit=limit, value=value, advice=advice)


def check_words(value: Any) -> None:
    """Refuse a NUL anywhere in the variables (databases cannot hold it); raises ApiError."""
    waiting = [value]
    while waiting:
        item = waiting.pop()
        if isinstance(item, str) and "\x00" in item:
            raise no_nul()
        if isinstance(item, dict):
            waiting.extend(item)
            waiting.extend(item.values())
        elif isinstance(item, list):
            waiting.extend(item)


def no_nul() -> ApiError:
    """Return the error for a NUL character in text."""
    return bad_input("There is a NUL character (U+0000) in the request. Leave it out.")
