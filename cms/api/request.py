"""One API request as resolvers see it: who asks, until when, and how addresses are written."""

from __future__ import annotations

import time
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.utils import timezone
from wagtail.models import Site

from cms.access.principals import Principal

from .errors import DeadlineExceededError


class ApiRequest:
    """Handed to every getter and relation as their second argument."""

    def __init__(self, principal: Principal, *, deadline_seconds: float = 10.0) -> None:
        self.principal = principal
        self.at = timezone.now()
        self.deadline = time.monotonic() + deadline_seconds
        # What several fields of one request share, such as renditions: by whatever key they choose.
        self.memo: dict[Any, Any] = {}
        self._root_paths: list[tuple[str, str]] | None = None

    def check_deadline(self) -> None:
        """Raise DeadlineExceededError when the request's time is over."""
        if time.monotonic() > self.deadline:
            raise DeadlineExceededError

    def absolute(self, path: str) -> str:
        """Return an address on this site in full; one that is full already stays as it is."""
        return path if urlsplit(path).scheme else settings.BASE_URL + path

    def page_url(self, url_path: str) -> str:
        """Return the full address of the page with Wagtail's `url_path` (which begins with its site's root)."""
        if self._root_paths is None:
            sites = Site.get_site_root_paths()
            # With one site its address is the one the operator set; several sites have each their own.
            self._root_paths = [
                (one.root_path, settings.BASE_URL if len(sites) == 1 else one.root_url) for one in sites
            ]
        for root_path, root_url in self._root_paths:
            if url_path.startswith(root_path):
                return f"{root_url}/{url_path[len(root_path) :]}"
        return f"{settings.BASE_URL}/"
