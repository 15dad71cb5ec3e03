"""Tells a load balancer whether the process lives, and whether it can answer."""

from __future__ import annotations

import logging

from django.db import connection
from django.http import HttpRequest, JsonResponse

from search.indexing.index import is_ready

logger = logging.getLogger(__name__)


def healthz(request: HttpRequest) -> JsonResponse:
    """The process answers."""
    return JsonResponse({"status": "ok"})


def readyz(request: HttpRequest) -> JsonResponse:
    """The database and the search index answer; 503 names the part that does not, without any detail of the server."""
    parts = {"database": _database_answers(), "index": _index_answers()}
    is_ready = all(parts.values())
    return JsonResponse(
        {
            "status": "ready" if is_ready else "not ready",
            **{name: "ok" if ok else "down" for name, ok in parts.items()},
        },
        status=200 if is_ready else 503,
    )


def _database_answers() -> bool:
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
    except Exception as error:
        logger.error("The database does not answer: %s", error)
        return False
    return True


def _index_answers() -> bool:
    try:
        is_index_ready, sentence = is_ready()
    except Exception as error:
        is_index_ready, sentence = False, str(error)
    if not is_index_ready:
        logger.error("The search index is not ready: %s", sentence)
    return is_index_ready
