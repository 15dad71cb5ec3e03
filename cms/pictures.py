"""Serves the public pictures, and nothing else that may come to lie in the media folder."""

from __future__ import annotations

import posixpath

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponseBase
from django.views.static import serve

# An upload whose form was not finished waits in this folder, in Wagtail's `wagtail_uploads`: it may be a private document.
PUBLIC_FOLDERS = frozenset({"images", "original_images", "avatar_images"})


def picture(request: HttpRequest, path: str) -> HttpResponseBase:
    """Send a picture from one of the public folders; Http404 for anything else."""
    if posixpath.normpath(path).lstrip("/").partition("/")[0] not in PUBLIC_FOLDERS:
        raise Http404
    return serve(request, path, document_root=settings.MEDIA_ROOT)
