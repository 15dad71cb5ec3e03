"""Says which websites' pages may read the API from a reader's browser.

Without a key everybody's pages may: what is public is public, and no cookie of the reader's is looked at. With a key only the
websites that the key's client registered may. A browser asks beforehand (preflight) without the key, so that question is
answered by all registered websites together; the answer to the real request then goes by the key's own client.
"""

from __future__ import annotations

from cms.access.models import ApiClient

from .callers import Caller
from .messages import ApiHttpRequest, ApiHttpResponse
from .reading import ALLOWED_METHODS

PREFLIGHT_SECONDS = 7_200
# The headers that a page needs beyond those that browsers always let it read.
EXPOSED = "ETag, RateLimit, RateLimit-Policy, Retry-After"


def preflight(request: ApiHttpRequest) -> ApiHttpResponse:
    """Answer OPTIONS: what may be sent, and from which website."""
    headers = {"Allow": ALLOWED_METHODS}
    if request.origin is None:
        return ApiHttpResponse(204, headers=headers)
    allowed = "content-type"
    headers["Access-Control-Allow-Origin"] = "*"
    if request.origin in registered_origins():
        headers["Access-Control-Allow-Origin"] = request.origin
        allowed = "authorization, content-type, if-none-match"
    headers["Vary"] = "Origin"
    headers["Access-Control-Allow-Methods"] = ALLOWED_METHODS
    headers["Access-Control-Allow-Headers"] = allowed
    headers["Access-Control-Max-Age"] = str(PREFLIGHT_SECONDS)
    return ApiHttpResponse(204, headers=headers)


def allow(request: ApiHttpRequest, caller: Caller | None, response: ApiHttpResponse) -> None:
    """Set the headers by which a browser shows the answer to the page that asked, or keeps it from the page."""
    if "HTTP_AUTHORIZATION" not in request.environ:
        # The same for every website, so that shared caches need to keep one copy only.
        response.headers["Access-Control-Allow-Origin"] = "*"
        response.headers["Access-Control-Expose-Headers"] = EXPOSED
        return
    if request.origin is None:
        return
    # A key that is no good belongs to nobody: its refusal may be read wherever some key may be used.
    origins = caller.origins if caller is not None else registered_origins()
    if request.origin in origins:
        response.headers["Access-Control-Allow-Origin"] = request.origin
        response.headers["Access-Control-Expose-Headers"] = EXPOSED


def registered_origins() -> set[str]:
    """Return the websites of all API clients."""
    texts = ApiClient.objects.exclude(allowed_origins="").order_by().values_list("allowed_origins", flat=True)
    return {origin for text in texts for origin in text.split()}
