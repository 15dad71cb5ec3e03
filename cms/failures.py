"""What people are told when a request failed: a full disk is named, so that they need not try again and again."""

from __future__ import annotations

import sys

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.views.defaults import server_error as unexplained

from library.media.room import WHAT_TO_DO, is_full_disk

NO_ROOM = "There is not enough space on the server for this file."


def server_error(request: HttpRequest) -> HttpResponse:
    """Answer a request whose view raised: 507 with the reason when a disk is full, 500 otherwise."""
    if not is_full_disk(sys.exc_info()[1]):
        return unexplained(request)
    if request.headers.get("X-Requested-With") == "XMLHttpRequest":
        # The form for many files shows this beside the file, and goes on with the next.
        return JsonResponse({"success": False, "error_message": f"{NO_ROOM} {WHAT_TO_DO}"})
    return render(request, "507.html", {"sentence": NO_ROOM, "what_to_do": WHAT_TO_DO}, status=507)
