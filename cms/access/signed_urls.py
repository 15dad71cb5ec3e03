"""Signed addresses: one private file, for a few minutes, to whoever holds the address, so that a <video> needs no key.

A signature names its subject (for whom it was made), never what that subject may see: the view that serves the file asks
for that anew. So it ends when its time is over, when the audience is narrowed, and when the subject is no more.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from urllib.parse import urlencode

from django.core.signing import BadSignature, Signer

from .principals import Principal, PrincipalKind

# A signature holds until the end of the window after the one it is made in: 5 to 10 minutes. All that is signed in one
# window reads alike, so that answers can be kept for that long and browsers know a file again.
WINDOW_SECONDS = 300
PARAMETER = "signed"
MAX_CHARACTERS = 200
ORGANISATION = "org"

PrincipalOf = Callable[[str, dt.datetime], Principal | None]
_kinds: dict[str, PrincipalOf] = {}


def signs_for(kind: str) -> Callable[[PrincipalOf], PrincipalOf]:
    """Register how subjects `KIND:ID` become principals: the decorated function gets the ID and the moment, None refuses."""

    def register(find: PrincipalOf) -> PrincipalOf:
        _kinds[kind] = find
        return find

    return register


def subject_of(principal: Principal) -> str | None:
    """Return for whom addresses are signed that `principal` is given; None when it gets plain addresses only."""
    return f"{ORGANISATION}:{principal.organisation_uuid}" if principal.kind is PrincipalKind.CLIENT else None


def window_end(at: dt.datetime) -> dt.datetime:
    """Return the moment from which addresses are signed anew: what holds addresses signed at `at` must not be kept longer."""
    return dt.datetime.fromtimestamp((int(at.timestamp()) // WINDOW_SECONDS + 1) * WINDOW_SECONDS, dt.UTC)


def signed(address: str, thing: str, subject: str, at: dt.datetime) -> str:
    """Return `address` with a signature for `subject` and for `thing` (its kind and id, e.g. `media:6f…`) only."""
    expires = int(window_end(at).timestamp()) + WINDOW_SECONDS
    value = _signer().sign(f"{thing}:{subject}:{expires}")
    return f"{address}?{urlencode({PARAMETER: value.removeprefix(f'{thing}:')}, safe=':')}"


def principal_of_signature(text: str, thing: str, at: dt.datetime) -> Principal | None:
    """Return for whom `text`, the parameter of an address, opens `thing` at the moment `at`; None for any other text."""
    if not 0 < len(text) <= MAX_CHARACTERS or not text.isascii():
        return None
    try:
        kind, identity, expires = _signer().unsign(f"{thing}:{text}").removeprefix(f"{thing}:").split(":")
    except (BadSignature, ValueError):
        return None
    if int(expires) <= at.timestamp() or kind not in _kinds:
        return None
    return _kinds[kind](identity, at)


def _signer() -> Signer:
    return Signer(salt="cms.access.signed_urls")
