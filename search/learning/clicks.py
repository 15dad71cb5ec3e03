"""Takes the browser's word that a result was opened: a count, with nothing about who opened it."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse, HttpResponseBadRequest
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from ..language.queries import LONGEST_QUERY_CHARACTERS
from .recorder import LOWEST_RANK, recorder


@csrf_exempt  # a forged click adds one to a counter, once a day and visitor: a token would cost every visitor a cookie
@require_POST
def note_click(request: HttpRequest) -> HttpResponse:
    """Note `q` and `rank` (1 to 100); 204, or 400 for anything else."""
    text, rank = request.POST.get("q", ""), request.POST.get("rank", "")
    is_rank = rank.isascii() and rank.isdigit() and 1 <= int(rank[:4]) <= LOWEST_RANK and len(rank) < 4
    if not text or len(text) > LONGEST_QUERY_CHARACTERS or not is_rank:
        return HttpResponseBadRequest("Send `q` and a `rank` from 1 to 100.", content_type="text/plain")
    recorder.click(request, text, int(rank))
    return HttpResponse(status=204)
