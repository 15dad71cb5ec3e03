"""What the API says when something is wrong: a sentence and a code, never anything about the inside of the server."""

from __future__ import annotations

import logging
import secrets
from collections.abc import Iterable
from enum import StrEnum
from typing import Any

from graphql import GraphQLError

logger = logging.getLogger(__name__)
# A wrong document can be wrong in a thousand places; the first few tell the story.
MAX_ERRORS = 20
MAX_MESSAGE_CHARACTERS = 500


class ErrorCode(StrEnum):
    """The values of `extensions.code`."""

    BAD_USER_INPUT = "BAD_USER_INPUT"
    LIMIT_EXCEEDED = "LIMIT_EXCEEDED"
    UNAUTHENTICATED = "UNAUTHENTICATED"
    NOT_FOUND = "NOT_FOUND"
    CURSOR_EXPIRED = "CURSOR_EXPIRED"
    INTERNAL = "INTERNAL"
    # The clients of automatic persisted queries know it by this name.
    PERSISTED_QUERY_NOT_FOUND = "PERSISTED_QUERY_NOT_FOUND"


class ApiError(GraphQLError):
    """An error that is meant for the caller: its message is shown as it stands."""

    def __init__(self, message: str, code: ErrorCode, **extensions: Any) -> None:
        super().__init__(message, extensions={"code": code.value, **extensions})


class DeadlineExceededError(BaseException):
    """The request ran out of time. No `Exception`, so that the executor gives up at once instead of field by field."""


def bad_input(message: str) -> ApiError:
    """Return the error for an argument, header or body that cannot be understood."""
    return ApiError(message, ErrorCode.BAD_USER_INPUT)


def limit_exceeded(what: str, *, limit: float, value: float | None, advice: str) -> ApiError:
    """Return the error for a request that asks for too much: what, the limit, the value found and what to do."""
    found = "" if value is None else f", this request has {value:,.15g}"
    return ApiError(
        f"Too much: {what} may be at most {limit:,.15g}{found}. {advice}",
        ErrorCode.LIMIT_EXCEEDED,
        limit=limit,
        value=value,
    )


def _is_meant_for_caller(error: GraphQLError) -> bool:
    """Whether the executor made this error about the caller's own words (a variable, an argument), not about our code."""
    is_the_executors = error.original_error is None or isinstance(error.original_error, GraphQLError)
    return is_the_executors and (not error.path or error.message.startswith(("Argument ", "Variable ")))


def formatted(errors: Iterable[GraphQLError]) -> list[dict[str, Any]]:
    """Return errors as the answer shows them; what went wrong inside is logged under an id, and the answer holds the id only."""
    return [_formatted(error) for error in list(errors)[:MAX_ERRORS]]


def _formatted(error: GraphQLError) -> dict[str, Any]:
    shown: GraphQLError = error
    if isinstance(error.original_error, ApiError):
        shown = error.original_error
    elif not isinstance(error, ApiError):
        shown = _plain(error) if _is_meant_for_caller(error) else _internal(error)
    answer: dict[str, Any] = {"message": shown.message[:MAX_MESSAGE_CHARACTERS]}
    if error.locations:
        answer["locations"] = [{"line": location.line, "column": location.column} for location in error.locations]
    if error.path:
        answer["path"] = list(error.path)
    answer["extensions"] = shown.extensions
    return answer


def _plain(error: GraphQLError) -> GraphQLError:
    return ApiError(error.message, ErrorCode.BAD_USER_INPUT)


def _internal(error: GraphQLError) -> GraphQLError:
    cause = error.original_error or error
    return internal_error(cause)


def internal_error(cause: BaseException) -> ApiError:
    """Log `cause` with its trace under a fresh id and return the error that tells the caller the id and nothing else."""
    error_id = secrets.token_hex(6)
    logger.error("API error %s", error_id, exc_info=(type(cause), cause, cause.__traceback__))
    return ApiError(
        f"Something went wrong on our side. Please tell us this number: {error_id}.", ErrorCode.INTERNAL, id=error_id
    )
