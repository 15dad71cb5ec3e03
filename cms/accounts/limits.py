"""How often an account, or somebody at one network address, may guess a password or ask for a new one (Cyber Essentials)."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.http import HttpRequest

from cms.limits.addresses import address_of
from cms.limits.limiter import Limit

SIGN_IN = Limit("sign_in", most=10, within=timedelta(minutes=5))
PASSWORD_RESET = Limit("password_reset", most=10, within=timedelta(minutes=5))


def account_key(name: str) -> str:
    """Return the key of an account by whatever name or e-mail address it is called; spelling in capitals does not matter."""
    return f"account:{name.strip().casefold()}"


def keys_of(name: str, request: HttpRequest | None) -> list[str]:
    """Return under which keys a try counts: the account's, and the address's where a request tells it."""
    environ: dict[str, Any] = request.META if request is not None else {}
    return [account_key(name), *([f"address:{address_of(environ)}"] if environ else [])]
