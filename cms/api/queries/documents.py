"""Reads query documents once: parsed, validated and measured ones are remembered, in bounded memory."""

from __future__ import annotations

import hashlib
from collections import OrderedDict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from threading import Lock
from typing import Any

from graphql import (
    DirectiveNode,
    DocumentNode,
    FieldNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    GraphQLError,
    GraphQLNamedType,
    GraphQLObjectType,
    GraphQLSchema,
    InlineFragmentNode,
    OperationDefinitionNode,
    OperationType,
    SelectionSetNode,
    StringValueNode,
    VariableNode,
    Visitor,
    get_named_type,
    is_abstract_type,
    parse,
    specified_rules,
    validate,
    visit,
)

from cms.access.models import document_id_of

from ..loading.errors import bad_input
from ..loading.fields import declared_fields
from ..loading.selections import DocumentShape
from .compiled import CompiledOperation, UncommonError
from .limits import CostCounter, Measured, check_measures, check_shape, check_text, no_nul

MAX_DOCUMENTS = 500
# A parsed document takes some 200 bytes for each character of its text.
MAX_CHARACTERS = 300_000
# A field of a compiled operation takes some two thousand bytes, with the statements made ready for it.
MAX_FIELDS = 20_000
MOST_FIELDS_EACH = 2_000
MAX_VALIDATION_ERRORS = 10


class InvalidDocumentError(Exception):
    """A document that is no valid query of this schema; `errors` says why."""

    def __init__(self, errors: list[GraphQLError]) -> None:
        super().__init__(f"{len(errors)} errors")
        self.errors = errors


@dataclass(slots=True)
class Document:
    """A parsed and validated document, with the measures of those operations whose cost no variable changes.

    `document_id` is the SHA-256 of its text as 64 hexadecimal digits, `characters` the length of the text.
    """

    document_id: str
    characters: int
    node: DocumentNode
    fragments: dict[str, FragmentDefinitionNode]
    operations: dict[str, OperationDefinitionNode]
    fixed: dict[str, Measured] = field(default_factory=dict)
    cacheable: dict[str, bool] = field(default_factory=dict)
    shaping: dict[str, frozenset[str]] = field(default_factory=dict)

    def operation(self, name: str | None) -> OperationDefinitionNode:
        """Return the operation to execute; raises ApiError when the name says none, or is missing and needed."""
        if name is None:
            if len(self.operations) != 1:
                raise bad_input("The query has several operations. Choose one with `operationName`.")
            return next(iter(self.operations.values()))
        if name not in self.operations:
            raise bad_input("The query has no operation with the name given as `operationName`.")
        return self.operations[name]

    def measured(
        self, schema: GraphQLSchema, operation: OperationDefinitionNode, variables: dict[str, Any]
    ) -> Measured:
        """Return depth and cost of an operation with these variables; raises ApiError when they pass a limit."""
        name = operation.name.value if operation.name else ""
        measured = self.fixed.get(name)
        if measured is None:
            measured = CostCounter(schema, self.fragments, variables).of_operation(operation)
            if measured.is_fixed:
                self.fixed[name] = measured
        check_measures(measured)
        return measured

    def is_cacheable(self, schema: GraphQLSchema, operation: OperationDefinitionNode) -> bool:
        """Whether no field anywhere in the operation forbids that its answer is cached (see ApiField)."""
        name = operation.name.value if operation.name else ""
        if name not in self.cacheable:
            self.cacheable[name] = all(
                getattr(declared_fields(kind).get(node.name.value), "is_cacheable", True)
                for parent, node in fields_in(schema, self.fragments, operation)
                for kind in _object_types(schema, parent)
            )
        return self.cacheable[name]

    def shaping_variables(self, schema: GraphQLSchema, operation: OperationDefinitionNode) -> frozenset[str]:
        """Return the variables that change what is asked for: all but those that are only arguments of root fields."""
        name = operation.name.value if operation.name else ""
        if name not in self.shaping:
            found = _Variables()
            visit(self.node, _Directives(found))
            for parent, node in fields_in(schema, self.fragments, operation):
                if parent is not schema.query_type:
                    for argument in node.arguments:
                        visit(argument, found)
            self.shaping[name] = frozenset(found.names)
        return self.shaping[name]


class _Variables(Visitor):
    def __init__(self) -> None:
        super().__init__()
        self.names: set[str] = set()

    def enter_variable(self, node: VariableNode, *_: Any) -> None:
        self.names.add(node.name.value)


class _Directives(Visitor):
    def __init__(self, found: _Variables) -> None:
        super().__init__()
        self.found = found

    def enter_directive(self, node: DirectiveNode, *_: Any) -> None:
        visit(node, self.found)


def fields_in(
    schema: GraphQLSchema, fragments: dict[str, FragmentDefinitionNode], operation: OperationDefinitionNode
) -> Iterator[tuple[GraphQLNamedType, FieldNode]]:
    """Yield each field of an operation with the type it stands on; introspection's own are left out, fragments come once."""
    root = schema.get_root_type(operation.operation)
    assert root is not None
    waiting: list[tuple[GraphQLNamedType, SelectionSetNode]] = [(root, operation.selection_set)]
    seen: set[str] = set()
    while waiting:
        parent, selections = waiting.pop()
        for selection in selections.selections:
            if isinstance(selection, FieldNode):
                if selection.name.value.startswith("__"):
                    continue
                yield parent, selection
                if selection.selection_set is not None:
                    definition = parent.fields[selection.name.value]  # type: ignore[attr-defined]
                    waiting.append((get_named_type(definition.type), selection.selection_set))
            elif isinstance(selection, InlineFragmentNode):
                on = schema.type_map[selection.type_condition.name.value] if selection.type_condition else parent
                waiting.append((on, selection.selection_set))
            elif isinstance(selection, FragmentSpreadNode) and selection.name.value not in seen:
                seen.add(selection.name.value)
                fragment = fragments[selection.name.value]
                waiting.append((schema.type_map[fragment.type_condition.name.value], fragment.selection_set))


def _object_types(schema: GraphQLSchema, parent: GraphQLNamedType) -> Sequence[GraphQLObjectType]:
    return schema.get_possible_types(parent) if is_abstract_type(parent) else [parent]  # type: ignore[arg-type, list-item]


class Documents:
    """The documents lately used with one schema, by their ids; safe for threads."""

    def __init__(self, schema: GraphQLSchema) -> None:
        self.schema = schema
        self._known: OrderedDict[str, Document] = OrderedDict()
        self._characters = 0
        self._compiled: OrderedDict[Any, CompiledOperation | None] = OrderedDict()
        self._lock = Lock()

    def get(self, text: str, document_id: str | None = None) -> Document:
        """Return the document; raises ApiError when it passes a limit and InvalidDocumentError when it is not valid.

        `document_id` is the id of the text (see `document_id_of`), where the caller has it already.
        """
        key = document_id_of(text) if document_id is None else document_id
        with self._lock:
            known = self._known.get(key)
            if known is not None:
                self._known.move_to_end(key)
                return known
        document = self._read(text, key)
        with self._lock:
            if key not in self._known:
                self._known[key] = document
                self._characters += document.characters
            while len(self._known) > MAX_DOCUMENTS or (self._characters > MAX_CHARACTERS and len(self._known) > 1):
                self._characters -= self._known.popitem(last=False)[1].characters
        return document

    def peek(self, document_id: str) -> Document | None:
        """Return the document with this id if it is remembered."""
        return self._known.get(document_id)

    def compiled(
        self, document: Document, operation: OperationDefinitionNode, variables: dict[str, Any]
    ) -> CompiledOperation | None:
        """Return the operation made ready for these (coerced) variables, None when the executor must run it."""
        shaping = sorted(document.shaping_variables(self.schema, operation) & variables.keys())
        values = repr([(name, variables[name]) for name in shaping])
        name = operation.name.value if operation.name else ""
        key = document.document_id, name, hashlib.sha256(values.encode("utf-8", "surrogatepass")).digest()
        with self._lock:
            if key in self._compiled:
                self._compiled.move_to_end(key)
                return self._compiled[key]
        compiled: CompiledOperation | None
        try:
            compiled = CompiledOperation(DocumentShape(self.schema, document.fragments, variables), operation)
        except (UncommonError, GraphQLError):
            compiled = None
        with self._lock:
            self._compiled[key] = compiled
            self._forget_compiled()
        return compiled

    def _forget_compiled(self) -> None:
        """Keep what was compiled within bounds: an operation grows with the answers that it is used for."""
        for key in [key for key, compiled in self._compiled.items() if compiled and compiled.fields > MOST_FIELDS_EACH]:
            del self._compiled[key]
        fields = sum(compiled.fields for compiled in self._compiled.values() if compiled is not None)
        while len(self._compiled) > MAX_DOCUMENTS or (fields > MAX_FIELDS and len(self._compiled) > 1):
            oldest = self._compiled.popitem(last=False)[1]
            fields -= oldest.fields if oldest is not None else 0

    def __len__(self) -> int:
        return len(self._known)

    def _read(self, text: str, document_id: str) -> Document:
        check_text(text)
        try:
            node = parse(text)
        except GraphQLError as error:
            raise InvalidDocumentError([error]) from None
        check_shape(node)
        visit(node, _NoNul())
        errors = validate(self.schema, node, specified_rules, max_errors=MAX_VALIDATION_ERRORS)
        if errors:
            raise InvalidDocumentError(errors)
        fragments = {
            definition.name.value: definition
            for definition in node.definitions
            if isinstance(definition, FragmentDefinitionNode)
        }
        operations = {
            operation.name.value if operation.name else "": operation
            for operation in node.definitions
            if isinstance(operation, OperationDefinitionNode)
        }
        if not operations:
            raise bad_input("The query has no operation. Start with `query { … }`.")
        if any(operation.operation is not OperationType.QUERY for operation in operations.values()):
            raise bad_input("This API only reads: use `query`, not `mutation` or `subscription`.")
        return Document(document_id, len(text), node, fragments, operations)


class _NoNul(Visitor):
    def enter_string_value(self, node: StringValueNode, *_: Any) -> None:
        if "\x00" in node.value:
            raise no_nul()
