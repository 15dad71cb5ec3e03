"""What a process keeps of the database for as long as the content version stays: read once, and anew after any change."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Generic, TypeVar

from .versions import current_version

T = TypeVar("T")
_all: list[KeptByVersion] = []


class KeptByVersion(Generic[T]):
    """A value made from the database, shared by threads; `read` makes it anew when the content version is another.

    The version is read before the value, so a change in between is seen the next time.
    """

    def __init__(self, read: Callable[[], T]) -> None:
        self._read = read
        self._lock = threading.Lock()
        self._kept: tuple[int, T] | None = None
        _all.append(self)

    def get(self) -> T:
        """Return the value of this moment; costs one small statement while nothing has changed."""
        version = current_version()
        kept = self._kept
        if kept is None or kept[0] != version:
            with self._lock:
                kept = self._kept = (version, self._read())
        return kept[1]

    def forget(self) -> None:
        """Forget the value: content versions have begun anew, as in a database that was emptied."""
        self._kept = None


def forget_all() -> None:
    """Forget every value that this process keeps by version."""
    for kept in _all:
        kept.forget()
