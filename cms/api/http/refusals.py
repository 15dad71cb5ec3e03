"""Short JSON errors with a code from Django's views below the API's address, where programs ask and a page helps nobody."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps

from django.http import HttpRequest, HttpResponse
from django.views.decorators.csrf import csrf_exempt

from ..loading.errors import ApiError, ErrorCode, bad_input
from .messages import Refused

View = Callable[[HttpRequest], HttpResponse]


def refusal(status: int, error: ApiError, **headers: str) -> HttpResponse:
    """Return the answer that says what is wrong; `_` stands for `-` in the names of headers."""
    response = Refused(status, error, **headers).response
    return HttpResponse(response.body, status=response.status, headers=response.headers)


def reads_only(view: View) -> View:
    """Refuse whatever is no GET or HEAD. It changes nothing, so Django need not ask who sent it."""

    @csrf_exempt
    @wraps(view)
    def refusing(request: HttpRequest) -> HttpResponse:
        if request.method in {"GET", "HEAD"}:
            return view(request)
        return refusal(405, bad_input("This address is only read: use GET."), Allow="GET, HEAD")

    return refusing


@csrf_exempt
def nothing_here(request: HttpRequest) -> HttpResponse:
    """Answer an address below the API's that does not exist."""
    return refusal(404, ApiError("There is nothing at this address. The API is at /graphql/.", ErrorCode.NOT_FOUND))
