"""Tells a load balancer whether the process lives, and whether it can answer."""

from __future__ import annotations

import logging

from django.db import connection
from django.http import HttpRequest, JsonResponse

from cms.publishing.troubles import PARTS, find_troubles
from search.indexing.index import is_ready

logger = logging.getLogger(__name__)


def healthz(request: HttpRequest) -> JsonResponse:
    """The process answers."""
    return JsonResponse({"status": "ok"})


def readyz(request: HttpRequest) -> JsonResponse:
    """The database and the search index answer; 503 names the part that does not, without any detail of the server.

    With `?deep=1` also the work behind the pages is looked at: worker, clock, time, backlog, failures, disk. That is for
    whoever watches the server: a balancer that took a server out for a dead worker would make things worse.
    """
    parts = {"database": _database_answers(), "index": _index_answers()}
    told: dict[str, object] = {name: "ok" if ok else "down" for name, ok in parts.items()}
    if parts["database"] and request.GET.get("deep"):
        troubles = find_troubles()
        wrong = {trouble.part for trouble in troubles}
        parts.update({part: part not in wrong for part in PARTS})
        told.update({part: "wrong" if part in wrong else "ok" for part in PARTS})
        told["troubles"] = [trouble.sentence for trouble in troubles]
    is_ready = all(parts.values())
    return JsonResponse({"status": "ready" if is_ready else "not ready", **told}, status=200 if is_ready else 503)


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
