"""What a schema makes of a query that a partner registered: what would break, where, and what to use instead."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from graphql import (
    GraphQLError,
    GraphQLSchema,
    NoDeprecatedCustomRule,
    OperationDefinitionNode,
    parse,
    specified_rules,
    validate,
)

from ..loading.errors import ApiError
from .documents import Documents, InvalidDocumentError
from .limits import check_text
from .schema_changes import deprecated_in_favour_of

MAX_FINDINGS = 20
_DEPRECATED = re.compile(r"^(?P<what>.*? is deprecated)\. (?P<reason>.*)$", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Finding:
    """Something in a document that would break (`is_break`), or will one day; line and column count from 1."""

    line: int
    column: int
    what: str
    instead: str
    is_break: bool

    def __str__(self) -> str:
        return f"line {self.line}, column {self.column}: {self.what}{' ' + self.instead if self.instead else ''}"


def findings(text: str, schema: GraphQLSchema, before: GraphQLSchema | None = None) -> list[Finding]:
    """Return what `schema` makes of a document, breaks first; deprecations in `before`, the schema it was written for, say what
    to use instead of what is gone. Schemas must come from text (`build_schema`).
    """
    try:
        node = parse(text)
    except GraphQLError as error:
        return [_finding(error, {}, is_break=True)]
    advice = (
        {_place(error): _reason(error) for error in validate(before, node, [NoDeprecatedCustomRule])} if before else {}
    )
    broken = validate(schema, node, specified_rules, max_errors=MAX_FINDINGS)
    old = validate(schema, node, [NoDeprecatedCustomRule], max_errors=MAX_FINDINGS)
    return [
        *_sorted(_finding(error, advice, is_break=True) for error in broken if error.locations),
        *_sorted(_finding(error, {}, is_break=False) for error in old),
    ]


def refusals(text: str, documents: Documents) -> list[str]:
    """Return why the API would not carry out a document, a sentence each with its line; empty when it would."""
    try:
        documents.get(text)
    except InvalidDocumentError as error:
        return [str(_finding(each, {}, is_break=True)) for each in error.errors]
    except ApiError as error:
        return [error.message]
    return []


def operation_name(text: str) -> str:
    """Return the name of the first operation of a document that has one; empty when there is none, or when it cannot be read."""
    try:
        check_text(text)
        node = parse(text)
    except GraphQLError:
        return ""
    operations = (definition for definition in node.definitions if isinstance(definition, OperationDefinitionNode))
    return next((operation.name.value for operation in operations if operation.name), "")


def _place(error: GraphQLError) -> tuple[int, int]:
    first = error.locations[0] if error.locations else None
    return (first.line, first.column) if first else (1, 1)


def _reason(error: GraphQLError) -> str:
    match = _DEPRECATED.match(error.message)
    return deprecated_in_favour_of(match["reason"]) if match else ""


def _finding(error: GraphQLError, advice: dict[tuple[int, int], str], *, is_break: bool) -> Finding:
    line, column = _place(error)
    match = None if is_break else _DEPRECATED.match(error.message)
    if match:
        return Finding(line, column, match["what"] + ".", match["reason"], False)
    return Finding(line, column, error.message, advice.get((line, column), ""), is_break)


def _sorted(found: Iterable[Finding]) -> list[Finding]:
    return sorted(found, key=lambda finding: (finding.line, finding.column))
