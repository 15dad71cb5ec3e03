"""Sends stored files: whole, in parts, or by the web server in front, which does it with less work and as many ranges."""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Iterator
from typing import Any
from urllib.parse import quote

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase, StreamingHttpResponse
from django.utils.cache import get_conditional_response
from django.utils.http import http_date, parse_http_date_safe

from .byteranges import ByteRange, UnsatisfiableRange, parse_range

CHUNK_BYTES = 256 * 1024
# An address may be a key: pages opened from a file must not learn where they were opened from.
NO_REFERRER = {"Referrer-Policy": "no-referrer"}
OPEN_TO_PAGES = {
    "Access-Control-Allow-Origin": "*",
    "Access-Control-Expose-Headers": "Accept-Ranges, Content-Length, Content-Range, ETag",
}
PRIVATE_CACHE = "private, no-store"
DJANGO, X_ACCEL = "django", "x-accel"


def send_file(request: HttpRequest, file: Any, headers: dict[str, str]) -> HttpResponseBase:
    """Send a stored file with 200, 206, 304, 412 or 416, as the request's conditions and Range header want it.

    With `FILE_SERVING` other than `django` the web server in front is told which file to send, and does all of that itself. A
    file that the database knows and the storage does not have is a 404.
    """
    try:
        size_bytes, modified = file.size, file.storage.get_modified_time(file.name)
    except (FileNotFoundError, ValueError) as error:
        raise Http404 from error
    if settings.FILE_SERVING != DJANGO:
        return _left_to_web_server(file, headers)
    modified_seconds = int(modified.timestamp())
    etag = f'"{hashlib.sha256(f"{file.name}:{size_bytes}:{modified.timestamp()}".encode()).hexdigest()[:32]}"'
    headers = {**headers, "ETag": etag, "Last-Modified": http_date(modified_seconds), "Accept-Ranges": "bytes"}
    unchanged = get_conditional_response(request, etag=etag, last_modified=modified_seconds)
    if unchanged is not None:
        for name in ("ETag", "Last-Modified", "Cache-Control", *NO_REFERRER, *OPEN_TO_PAGES):
            if name in headers:
                unchanged.headers[name] = headers[name]
        return unchanged
    try:
        part = parse_range(_range_header(request, etag, modified), size_bytes)
    except UnsatisfiableRange:
        refused = {"Content-Range": f"bytes */{size_bytes}", "Cache-Control": PRIVATE_CACHE, "Accept-Ranges": "bytes"}
        return HttpResponse(status=416, headers=refused)
    # Recordings are compressed already, and a compressed part is no part of the file that the player knows: the
    # compressing middleware goes by this entry.
    request.META.pop("HTTP_ACCEPT_ENCODING", None)
    whole = part or ByteRange(0, size_bytes - 1)
    headers["Content-Length"] = str(whole.length)
    if part is not None:
        headers["Content-Range"] = part.content_range(size_bytes)
    content = _chunks(file, whole) if request.method == "GET" else ()
    return StreamingHttpResponse(content, status=206 if part else 200, headers=headers)


def _range_header(request: HttpRequest, etag: str, modified: dt.datetime) -> str | None:
    """Return the Range header, unless its If-Range says that the player's earlier parts are of another file."""
    condition = request.headers.get("If-Range")
    if condition and condition != etag and parse_http_date_safe(condition) != int(modified.timestamp()):
        return None
    return request.headers.get("Range") if request.method == "GET" else None


def _chunks(file: Any, part: ByteRange) -> Iterator[bytes]:
    """Read a part of a stored file piece by piece, so that an hour of film never lies in memory."""
    with file.storage.open(file.name, "rb") as handle:
        handle.seek(part.first)
        left = part.length
        while left > 0 and (chunk := handle.read(min(CHUNK_BYTES, left))):
            left -= len(chunk)
            yield chunk


def _left_to_web_server(file: Any, headers: dict[str, str]) -> HttpResponse:
    """Return an answer without a body that names the file to the web server in front, percent-encoded: names may hold anything."""
    if settings.FILE_SERVING == X_ACCEL:
        place = {"X-Accel-Redirect": quote(f"{settings.FILE_SERVING_PREFIX.rstrip('/')}/{file.name}")}
    else:
        place = {"X-Sendfile": quote(file.storage.path(file.name))}
    return HttpResponse(headers={**headers, **place})
