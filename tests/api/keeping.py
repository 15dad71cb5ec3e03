"""Fixtures for tests of kept answers: an endpoint of their own, a count of what was run, and a clock that moves."""

from __future__ import annotations

import datetime as dt
import time
from typing import Any

import pytest
from django.urls import resolve
from django.utils import timezone

from cms.api.http import endpoint as endpoint_module


@pytest.fixture
def endpoint():
    """The endpoint of the API with nothing kept."""
    found = resolve("/graphql/").func.endpoint
    found.forget()
    return found


@pytest.fixture
def keeping(endpoint, monkeypatch):
    """Let answers be kept although the test's own transaction is open: nobody else reads what it did."""
    monkeypatch.setattr(endpoint_module, "reads_what_is_committed", lambda: True)
    return endpoint


@pytest.fixture
def carried_out(monkeypatch) -> list[str]:
    """The queries that were carried out, in order."""
    seen: list[str] = []
    real = endpoint_module.answer

    def noting(documents: Any, request: Any, query: str, *more: Any) -> Any:
        seen.append(query)
        return real(documents, request, query, *more)

    monkeypatch.setattr(endpoint_module, "answer", noting)
    return seen


class Clock:
    """Stops the time for all who look at it, and puts it forward."""

    def __init__(self) -> None:
        self.seconds_ahead = 0.0

    def forward(self, seconds: float) -> None:
        self.seconds_ahead += seconds


@pytest.fixture
def clock(monkeypatch) -> Clock:
    one = Clock()
    now = timezone.now()
    monkeypatch.setattr(time, "time", lambda: now.timestamp() + one.seconds_ahead)
    monkeypatch.setattr(timezone, "now", lambda: now + dt.timedelta(seconds=one.seconds_ahead))
    return one
