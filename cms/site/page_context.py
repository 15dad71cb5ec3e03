"""What a page's template is given: each app registers a function for its page types, so that models know no views."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from wagtail.models import Page

MakeContext = Callable[[Any, Any], dict[str, Any]]
_context_makers: dict[type[Page], MakeContext] = {}


def context_of(model: type[Page]) -> Callable[[MakeContext], MakeContext]:
    """Register the decorated function: from a page of `model` and the request it makes what the template needs beside the page."""

    def decorate(make: MakeContext) -> MakeContext:
        _context_makers[model] = make
        return make

    return decorate


class PageWithContext:
    """Mixin of a page type whose template is given what was registered for it with `context_of`."""

    def get_context(self, request: Any, *args: Any, **kwargs: Any) -> dict[str, Any]:
        """Return Wagtail's context and what the page type's own function adds."""
        context: dict[str, Any] = super().get_context(request, *args, **kwargs)  # type: ignore[misc]
        return {**context, **_context_makers[type(self)](self, request)}
