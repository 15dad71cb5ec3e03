"""Websites as browsers name them in the `Origin` header: scheme, host and port, written in one way only."""

from __future__ import annotations

from urllib.parse import urlsplit

_DEFAULT_PORTS = {"http": 80, "https": 443}
MAX_CHARACTERS = 300


def origin_of(text: str) -> str:
    """Return an origin as browsers write it, e.g. `https://intranet.example.org`; ValueError (with a sentence) when it is none."""
    text = text.strip()
    try:
        parts = urlsplit(text)
        host, port = parts.hostname, parts.port
    except ValueError:
        host, port, parts = None, None, urlsplit("")
    if parts.scheme not in _DEFAULT_PORTS or not host or len(text) > MAX_CHARACTERS or "*" in host:
        raise ValueError(
            f"{text[:100]!r} is not a website address. Enter it like https://intranet.example.org, without a star."
        )
    if parts.path not in ("", "/") or parts.query or parts.fragment or "@" in parts.netloc:
        raise ValueError(f"{text[:100]!r} is more than a website address. Remove everything after the host name.")
    try:
        name = host if host.isascii() else host.encode("idna").decode()
    except UnicodeError:
        raise ValueError(f"{text[:100]!r} has a host's name that cannot be.") from None
    if ":" in name:
        name = f"[{name}]"
    return (
        f"{parts.scheme}://{name}"
        if port in (None, _DEFAULT_PORTS[parts.scheme])
        else f"{parts.scheme}://{name}:{port}"
    )
