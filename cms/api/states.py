"""Lets apps name stores beside the database on which answers depend, so that a kept answer ends when such a store changes."""

from __future__ import annotations

from collections.abc import Callable

_read: dict[str, Callable[[], str]] = {}


def register_state(name: str, read: Callable[[], str]) -> None:
    """Register how the present state of a store is read: quickly, and alike in every process that sees the same content.

    A resolver that reads the store calls `request.depend_on(name)` first.
    """
    _read[name] = read


def state_of(name: str) -> str:
    """Return the present state of a store; an empty text for one that nobody registered."""
    read = _read.get(name)
    return read() if read is not None else ""
