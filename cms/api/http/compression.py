"""Compresses answers with brotli or gzip, whichever the caller likes better.

Compressing secrets together with words that an attacker may choose can tell the secrets by the length (BREACH). It does not
matter here: keys stand in no answer, and no other site can make a reader's browser ask with a key of the reader's, since the
API knows no cookies.
"""

from __future__ import annotations

import gzip
from functools import lru_cache

import brotli

# Below this the headers are most of the answer.
MIN_BYTES = 200
# Answers are kept compressed, so a better level pays; beyond these it takes much longer and saves little.
GZIP_LEVEL = 6
BROTLI_QUALITY = 5
IDENTITY = "identity"
# In our order of preference among those that the caller likes equally.
_KNOWN = ("br", "gzip")


@lru_cache(maxsize=200)
def encoding_for(accepted: str) -> str:
    """Return `br`, `gzip` or `identity` for the text of an Accept-Encoding header (RFC 9110, with its q-values)."""
    weights: dict[str, float] = {}
    for part in accepted[:1000].lower().split(","):
        name, _, parameters = part.partition(";")
        weights[name.strip()] = _weight(parameters)
    others = weights.get("*", 0.0)
    best = max(_KNOWN, key=lambda name: weights.get(name, others))
    wanted = weights.get(best, others)
    # Whoever likes the plain form better gets it; unless said otherwise it comes after whatever is named.
    return best if wanted > 0 and wanted >= weights.get(IDENTITY, 0.0) else IDENTITY


def _weight(parameters: str) -> float:
    for parameter in parameters.split(";"):
        name, _, value = parameter.partition("=")
        if name.strip() == "q":
            try:
                return min(max(float(value), 0.0), 1.0)
            except ValueError:
                return 0.0
    return 1.0


def compressed(body: bytes, encoding: str) -> bytes:
    """Return the body in an encoding that `encoding_for` named."""
    if encoding == "br":
        return brotli.compress(body, mode=brotli.MODE_TEXT, quality=BROTLI_QUALITY)
    if encoding == "gzip":
        return gzip.compress(body, GZIP_LEVEL, mtime=0)
    return body
