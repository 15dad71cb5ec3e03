"""Tells a load balancer whether the process lives, and whether it can answer."""

from __future__ import annotations

from django.db import connection
from django.http import HttpRequest, JsonResponse


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
    except Exception:
        return False
    return True


def _index_answers() -> bool:
    from search.index import engine

    try:
        return engine().is_healthy()[0]
    except Exception:
        return False
