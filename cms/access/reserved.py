"""Addresses at the root of the site that belong to the site itself, so that no page may stand in their way."""

from __future__ import annotations

import re
from functools import cache
from typing import Any

from django.conf import settings
from django.urls import get_resolver

_FIRST_WORDS = re.compile(r"[-\w.]+(?:\|[-\w.]+)*")


@cache
def reserved_slugs() -> frozenset[str]:
    """Return the first words of every address that is no page's, e.g. {"search", "topics", "admin", …}; read off the addresses."""
    return frozenset(_words_of(get_resolver().url_patterns) | {settings.STATIC_URL.strip("/")})


def _words_of(patterns: Any) -> set[str]:
    words: set[str] = set()
    for pattern in patterns:
        # Wagtail's own addresses are those of pages.
        if "wagtail_serve" in {getattr(inner, "name", None) for inner in getattr(pattern, "url_patterns", ())}:
            continue
        route = str(pattern.pattern).removeprefix("^")
        if not route and hasattr(pattern, "url_patterns"):
            words |= _words_of(pattern.url_patterns)
            continue
        route = re.sub(r"^\(\?P<\w+>|\)", "", route.replace("\\", ""))
        if first := _FIRST_WORDS.match(route):
            words |= {word for word in first[0].split("|") if re.fullmatch(r"[-\w]+", word)}
    return words
