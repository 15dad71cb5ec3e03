"""Why: whatever goes wrong between us and the service reaches operators as one sentence, and visitors as "not available"."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from search.engine.model import EngineUnavailable

WHAT_TO_DO = "Check SEARCH_URL and the service; `python manage.py rebuild_index` builds the index again."


@contextmanager
def told(done: str) -> Iterator[None]:
    """Turn what the client raises into EngineUnavailable: the index cannot be `done` ("read", "written")."""
    from opensearchpy.exceptions import OpenSearchException

    try:
        yield
    except OpenSearchException as error:
        raise EngineUnavailable(f"The search index cannot be {done} ({error}). {WHAT_TO_DO}") from error
