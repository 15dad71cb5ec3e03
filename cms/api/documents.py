"""Reads query documents once: parsed, validated and measured ones are remembered, in bounded memory."""

from __future__ import annotations

import hashlib
from collections import OrderedDict
from dataclasses import dataclass, field
from threading import Lock
from typing import Any

from graphql import (
    DocumentNode,
    FragmentDefinitionNode,
    GraphQLError,
    GraphQLSchema,
    OperationDefinitionNode,
    OperationType,
    StringValueNode,
    Visitor,
    parse,
    specified_rules,
    validate,
    visit,
)

from .errors import bad_input
from .limits import CostCounter, Measured, check_measures, check_shape, check_text, no_nul

MAX_DOCUMENTS = 500
# A parsed document takes some 200 bytes for each character of its text.
MAX_CHARACTERS = 300_000
MAX_VALIDATION_ERRORS = 10


class InvalidDocumentError(Exception):
    """A document that is no valid query of this schema; `errors` says why."""

    def __init__(self, errors: list[GraphQLError]) -> None:
        super().__init__(f"{len(errors)} errors")
        self.errors = errors


@dataclass(slots=True)
class Document:
    """A parsed and validated document, with the measures of those operations whose cost no variable changes."""

    text: str
    node: DocumentNode
    fragments: dict[str, FragmentDefinitionNode]
    operations: dict[str, OperationDefinitionNode]
    fixed: dict[str, Measured] = field(default_factory=dict)

    def operation(self, name: str | None) -> OperationDefinitionNode:
        """Return the operation to carry out; raises ApiError when the name says none, or is missing and needed."""
        if name is None:
            if len(self.operations) != 1:
                raise bad_input("The query holds several operations. Say which with `operationName`.")
            return next(iter(self.operations.values()))
        if name not in self.operations:
            raise bad_input("The query holds no operation of the name given as `operationName`.")
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


class Documents:
    """The documents lately used with one schema, by the hash of their text; safe for threads."""

    def __init__(self, schema: GraphQLSchema) -> None:
        self.schema = schema
        self._known: OrderedDict[bytes, Document] = OrderedDict()
        self._characters = 0
        self._lock = Lock()

    def get(self, text: str) -> Document:
        """Return the document; raises ApiError when it passes a limit and InvalidDocumentError when it is not valid."""
        key = hashlib.sha256(text.encode()).digest()
        with self._lock:
            known = self._known.get(key)
            if known is not None:
                self._known.move_to_end(key)
                return known
        document = self._read(text)
        with self._lock:
            if key not in self._known:
                self._known[key] = document
                self._characters += len(text)
            while len(self._known) > MAX_DOCUMENTS or (self._characters > MAX_CHARACTERS and len(self._known) > 1):
                self._characters -= len(self._known.popitem(last=False)[1].text)
        return document

    def __len__(self) -> int:
        return len(self._known)

    def _read(self, text: str) -> Document:
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
        fragments = {one.name.value: one for one in node.definitions if isinstance(one, FragmentDefinitionNode)}
        operations = {
            one.name.value if one.name else "": one
            for one in node.definitions
            if isinstance(one, OperationDefinitionNode)
        }
        if not operations:
            raise bad_input("The query holds no operation. Begin with `query { … }`.")
        if any(one.operation is not OperationType.QUERY for one in operations.values()):
            raise bad_input("This API only reads: use `query`, not `mutation` or `subscription`.")
        return Document(text, node, fragments, operations)


class _NoNul(Visitor):
    def enter_string_value(self, node: StringValueNode, *_: Any) -> None:
        if "\x00" in node.value:
            raise no_nul()
