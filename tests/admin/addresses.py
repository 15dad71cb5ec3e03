"""Every address of the admin, read off the URL conf, so that a view that a package or an app adds cannot be forgotten."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from django.urls import URLPattern, URLResolver, get_resolver


@dataclass(frozen=True)
class Address:
    """One route of the admin: its name with its namespaces, its arguments, and how it is written."""

    name: str
    arguments: tuple[str, ...]
    route: str


def addresses() -> list[Address]:
    """Return all routes below /admin/, each once."""
    found = _walk(get_resolver(), "", ())
    return sorted(
        {address for address in found if address.route.startswith("admin/")}, key=lambda one: (one.name, one.route)
    )


def _walk(resolver: URLResolver, prefix: str, namespaces: tuple[str, ...]) -> Iterator[Address]:
    for pattern in resolver.url_patterns:
        route = prefix + str(pattern.pattern).lstrip("^")
        if isinstance(pattern, URLResolver):
            inner = (*namespaces, pattern.namespace) if pattern.namespace else namespaces
            yield from _walk(pattern, route, inner)
        elif isinstance(pattern, URLPattern):
            arguments = tuple(pattern.pattern.regex.groupindex)
            yield Address(":".join((*namespaces, pattern.name or "")), arguments, route)
