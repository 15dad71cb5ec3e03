"""The page on which a partner's developer tries queries out: GraphiQL, served from here, with the published queries as examples."""

from __future__ import annotations

import re
from functools import lru_cache
from pathlib import Path

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse

from .refusals import reads_only

PUBLISHED = Path(__file__).resolve().parents[2] / "documents"
_VARIABLES = re.compile(r"^# Variables: (\{.*\})$", re.MULTILINE)
# The order in which a newcomer meets them; others follow by name.
_FIRST = ("whoami", "sessions", "recordings", "recording", "search")


@lru_cache(maxsize=1)
def examples() -> list[dict[str, str]]:
    """Return the published queries as `name`, `title` (their first line), `query` and `variables` (JSON, or empty)."""
    found = []
    for path in sorted(PUBLISHED.glob("*.graphql"), key=_place):
        text = path.read_text(encoding="utf-8")
        variables = _VARIABLES.search(text)
        title = text.partition("\n")[0].lstrip("# ").rstrip(".")
        found.append({"name": path.stem, "title": title, "query": text, "variables": variables[1] if variables else ""})
    return found


def _place(path: Path) -> tuple[int, str]:
    return (_FIRST.index(path.stem) if path.stem in _FIRST else len(_FIRST), path.stem)


def is_reader(request: HttpRequest) -> bool:
    """Whether a person opened the API's address in a browser: a GET that asks nothing, for a page rather than for anything."""
    is_bare = request.method in {"GET", "HEAD"} and not request.META.get("QUERY_STRING")
    return is_bare and "text/html" in request.META.get("HTTP_ACCEPT", "")


def to_explorer() -> HttpResponse:
    """Lead a reader from the API's address to the explorer."""
    response = redirect("graphql_explorer")
    response["Vary"] = "Accept"
    return response


@reads_only
def explorer(request: HttpRequest) -> HttpResponse:
    """Show the explorer. It knows nobody: the page sends a key that its reader types in, kept in that browser tab only."""
    addresses = {"endpoint": reverse("graphql"), "schema": reverse("graphql_sdl")}
    response = render(request, "api/explorer.html", {"examples": examples(), "addresses": addresses})
    response["Cache-Control"] = "public, max-age=300"
    return response


@reads_only
def explorer_without_slash(request: HttpRequest) -> HttpResponse:
    """Lead to the explorer, since Django adds a missing slash only where no other address fits."""
    return redirect("graphql_explorer", permanent=True)
