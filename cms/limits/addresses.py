"""The network address that a request comes from, as far as it can be known behind our own proxies."""

from __future__ import annotations

from functools import lru_cache
from ipaddress import IPv6Address, ip_address
from typing import Any

from django.conf import settings


def address_of(environ: dict[str, Any]) -> str:
    """Return the caller's network address, as the outermost of our own proxies saw it; "unknown" for none.

    Each proxy adds the address it was called from to X-Forwarded-For. What stands further left was sent by the caller, who
    may write anything there. An IPv6 caller has a whole network of addresses (/64), which counts as one.
    """
    text = environ.get("REMOTE_ADDR") or ""
    proxies = settings.API_PROXIES
    if proxies > 0:
        forwarded = [hop.strip() for hop in environ.get("HTTP_X_FORWARDED_FOR", "").split(",") if hop.strip()]
        text = forwarded[-proxies] if len(forwarded) >= proxies else text
    return _network(text)


@lru_cache(maxsize=2_000)
def _network(text: str) -> str:
    """Return the address, or the network, that counts as one caller."""
    try:
        address = ip_address(text)
    except ValueError:
        return "unknown"
    if isinstance(address, IPv6Address):
        if address.ipv4_mapped:
            return str(address.ipv4_mapped)
        return str(IPv6Address(int(address) >> 64 << 64)) + "/64"
    return str(address)
