"""Executes a query: the document, its limits, its variables, the executor, and what becomes of errors."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from graphql import ExecutionContext, GraphQLError, GraphQLSchema, OperationDefinitionNode, execute
from graphql.execution.values import get_variable_values

from ..loading.errors import ApiError, DeadlineExceededError, formatted, internal_error, limit_exceeded
from ..loading.request import ApiRequest
from .documents import Document, Documents, InvalidDocumentError
from .limits import check_words, limits


@dataclass(frozen=True, slots=True)
class ExecutionResult:
    """An answer's body, whether it was executed (HTTP 200) or refused before (HTTP 400), and whether it may be cached.

    `is_cacheable` says that the next caller with the same audiences, document and variables gets the same body as long as the
    content stays the same: there was no error, and nothing was asked for that depends on the caller or on the clock.
    Until when that holds, since signed addresses in it run out, `ApiRequest.answer_valid_until` says.
    """

    body: dict[str, Any]
    is_executed: bool = True
    is_cacheable: bool = False


def refusal(*errors: GraphQLError) -> ExecutionResult:
    """Return the answer for a request that is not executed."""
    return ExecutionResult({"errors": formatted(errors)}, is_executed=False)


class BoundedContext(ExecutionContext):
    """The executor, which looks at the clock once for each object."""

    def execute_fields(self, *args: Any, **kwargs: Any) -> Any:
        self.context_value.check_deadline()
        return super().execute_fields(*args, **kwargs)


def answer(
    documents: Documents,
    request: ApiRequest,
    query: str,
    variables: dict[str, Any],
    operation_name: str | None,
    document_id: str | None = None,
) -> ExecutionResult:
    """Return the answer to a query, with whose `document_id` it need not be hashed again; never raises."""
    try:
        check_words(variables)
        document = documents.get(query, document_id)
        operation = document.operation(operation_name)
        given = get_variable_values(documents.schema, operation.variable_definitions or (), variables, max_errors=10)
        if isinstance(given, list):
            return refusal(*given)
        measured = document.measured(documents.schema, operation, given)
        data = _compiled(documents, document, operation, request, given)
        body = (
            {"data": data}
            if data is not None
            else _executed(documents.schema, document.node, request, variables, operation_name)
        )
    except InvalidDocumentError as invalid:
        return refusal(*invalid.errors)
    except ApiError as error:
        return refusal(error)
    except DeadlineExceededError:
        return ExecutionResult({"data": None, "errors": formatted([_too_slow()])})
    except Exception as error:
        return ExecutionResult({"data": None, "errors": formatted([internal_error(error)])})
    is_cacheable = request.is_cacheable and "errors" not in body and document.is_cacheable(documents.schema, operation)
    return ExecutionResult({**body, "extensions": {"cost": measured.cost}}, is_cacheable=is_cacheable)


def _compiled(
    documents: Documents, document: Document, operation: OperationDefinitionNode, request: ApiRequest, variables: dict
) -> dict[str, Any] | None:
    """Return the data by way of the compiled operation; None when the executor must run it, to say what is wrong."""
    compiled = documents.compiled(document, operation, variables)
    if compiled is None:
        return None
    try:
        return compiled.answer(request, variables)
    except Exception:
        # Whatever it was happens again in the executor, which knows where in the answer.
        return None


def _executed(
    schema: GraphQLSchema, node: Any, request: ApiRequest, variables: dict[str, Any], operation_name: str | None
) -> dict[str, Any]:
    result = execute(
        schema,
        node,
        context_value=request,
        variable_values=variables,
        operation_name=operation_name,
        execution_context_class=BoundedContext,
        is_awaitable=lambda value: False,
    )
    body: dict[str, Any] = {"data": result.data}  # type: ignore[union-attr]
    if result.errors:  # type: ignore[union-attr]
        body["errors"] = formatted(result.errors)  # type: ignore[union-attr]
    return body


def _too_slow() -> ApiError:
    return limit_exceeded(
        "the seconds a request may take", limit=limits()["deadline_seconds"], value=None, advice="Ask for less at once."
    )
