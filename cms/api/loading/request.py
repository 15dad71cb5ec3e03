"""One API request as resolvers see it: who asks, until when, and how addresses are written."""

from __future__ import annotations

import datetime as dt
import time
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.utils import timezone
from wagtail.models import Site

from cms.access.principals import Principal
from cms.access.signed_urls import signed, subject_of, window_end

from .errors import DeadlineExceededError
from .quota import Rate


class ApiRequest:
    """Handed to every getter and relation as their second argument.

    Two attributes say what may become of the answer. `is_cacheable` turns False when it must not be cached at all (a preview).
    `answer_valid_until` is set when it holds something that runs out, such as signed addresses: from that moment neither a
    cached answer nor its ETag is good any more. They are the same for all keys of one organisation, and only for those.
    `rate` is how much the caller may ask in a time, when that is known. `has_load_failures` says that some value could not be
    loaded, so that the answer holds an error at its place.
    """

    def __init__(self, principal: Principal, *, deadline_seconds: float = 10.0, rate: Rate | None = None) -> None:
        self.principal = principal
        self.at = timezone.now()
        self.deadline = time.monotonic() + deadline_seconds
        # What several fields of one request share, such as renditions: by whatever key they choose.
        self.memo: dict[Any, Any] = {}
        self.is_cacheable = True
        self.has_load_failures = False
        self.rate = rate
        self.answer_valid_until: dt.datetime | None = None
        self._root_paths: list[tuple[str, str]] | None = None

    def check_deadline(self) -> None:
        """Raise DeadlineExceededError when the request's time is over."""
        if time.monotonic() > self.deadline:
            raise DeadlineExceededError

    def absolute(self, path: str) -> str:
        """Return an address on this site in full; one that is full already stays as it is."""
        return path if urlsplit(path).scheme else settings.BASE_URL + path

    @property
    def signing_subject(self) -> str | None:
        """For whom addresses of private files are signed; None when the caller gets plain ones only."""
        return subject_of(self.principal)

    def signed(self, path: str, thing: str, subject: str) -> str:
        """Return a private file's full address, signed for a few minutes, and note how long the answer holds."""
        self.valid_until(window_end(self.at))
        return self.absolute(signed(path, thing, subject, self.at))

    def valid_until(self, moment: dt.datetime) -> None:
        """Note that the answer holds something that is good until `moment`; the earliest moment counts."""
        before = self.answer_valid_until
        self.answer_valid_until = moment if before is None else min(before, moment)

    def page_url(self, url_path: str) -> str:
        """Return the full address of the page with Wagtail's `url_path` (which begins with its site's root)."""
        if self._root_paths is None:
            sites = Site.get_site_root_paths()
            # With one site its address is the one the operator set; several sites have each their own.
            self._root_paths = [
                (site.root_path, settings.BASE_URL if len(sites) == 1 else site.root_url) for site in sites
            ]
        for root_path, root_url in self._root_paths:
            if url_path.startswith(root_path):
                return f"{root_url}/{url_path[len(root_path) :]}"
        return f"{settings.BASE_URL}/"
