"""Writes places in the feed of changes as cursors that nobody can read or forge.

They are encrypted, since a place is a content version: who could count versions could count what is hidden. The encryption is
deterministic (AES-SIV), so the same place is the same text, and authenticated, so nothing but our own cursors decodes.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import struct
from collections.abc import Iterable
from functools import lru_cache

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESSIV
from django.conf import settings

from cms.publishing.feed.reading import FeedPosition

from ..loading.errors import ApiError, ErrorCode
from ..loading.ordering import MAX_CURSOR_CHARACTERS, bad_cursor

_FORMAT = struct.Struct(">BQQQ7s")
_EDITION = 1
_LABEL = [b"academy changes cursor"]


@lru_cache(maxsize=8)
def _cipher(secret: str) -> AESSIV:
    return AESSIV(hashlib.sha256(b"academy changes cursor" + secret.encode()).digest())


def _mark(tokens: Iterable[str]) -> bytes:
    """Return what a cursor remembers of the audiences it was made for."""
    return hashlib.sha256("\n".join(sorted(tokens)).encode()).digest()[:7]


def encode(place: FeedPosition, tokens: Iterable[str]) -> str:
    """Return the cursor of a place for a holder of `tokens`, 64 letters, figures, `-` and `_`."""
    packed = _FORMAT.pack(_EDITION, place.version, place.entry, place.start, _mark(tokens))
    return base64.urlsafe_b64encode(_cipher(settings.SECRET_KEY).encrypt(packed, _LABEL)).decode().rstrip("=")


def decode(cursor: str, tokens: Iterable[str]) -> FeedPosition:
    """Return the place of a cursor; raises ApiError for what is none, and for one that was made for other audiences."""
    edition, version, entry, start, mark = _unpacked(cursor)
    if edition != _EDITION or mark != _mark(tokens):
        raise start_anew("this cursor was made when you had different access")
    return FeedPosition(version, entry, start)


def _unpacked(cursor: str) -> tuple[int, int, int, int, bytes]:
    if len(cursor) > MAX_CURSOR_CHARACTERS:
        raise bad_cursor()
    try:
        sealed = base64.b64decode(cursor + "=" * (-len(cursor) % 4), altchars=b"-_", validate=True)
    except (ValueError, binascii.Error):
        raise bad_cursor() from None
    for secret in (settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS):
        try:
            return _FORMAT.unpack(_cipher(secret).decrypt(sealed, _LABEL))
        except (InvalidTag, ValueError, struct.error):
            continue
    raise bad_cursor()


def start_anew(why: str) -> ApiError:
    """Return the error that tells a follower to read everything once more."""
    return ApiError(
        f"`after` no longer works: {why}. Ask again without `after`, and replace your stored content with the answer.",
        ErrorCode.CURSOR_EXPIRED,
    )
