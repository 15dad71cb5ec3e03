"""Says where a webhook may go: a partner gives the address, and it must never lead into the house's own network.

Knows no Django. The check is made on the addresses that a connection is then opened to, not on a name that may mean
something else a moment later.
"""

from __future__ import annotations

import socket
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network
from urllib.parse import urlsplit

Address = IPv4Address | IPv6Address
Network = IPv4Network | IPv6Network
Resolve = Callable[[str, int], Iterable[str]]

MAX_URL_CHARACTERS = 500
# Of each part of a host's name, between its dots.
MAX_LABEL_CHARACTERS = 63
# Everything that is not the public internet. Listed here rather than left to ipaddress.is_global, whose answers differ
# between releases of Python.
REFUSED_IPV4 = tuple(
    ip_network(text)
    for text in (
        "0.0.0.0/8",  # this network
        "10.0.0.0/8",  # private
        "100.64.0.0/10",  # shared by carriers; some clouds keep their metadata here
        "127.0.0.0/8",  # loopback
        "168.63.129.16/32",  # a public address that means the host in one large cloud
        "169.254.0.0/16",  # link-local, where clouds keep their metadata
        "172.16.0.0/12",  # private
        "192.0.0.0/24",  # protocol assignments
        "192.0.2.0/24",  # documentation
        "192.88.99.0/24",  # relays of 6to4
        "192.168.0.0/16",  # private
        "198.18.0.0/15",  # benchmarks
        "198.51.100.0/24",  # documentation
        "203.0.113.0/24",  # documentation
        "224.0.0.0/4",  # multicast
        "240.0.0.0/4",  # reserved, and broadcast
    )
)
PUBLIC_IPV6 = ip_network("2000::/3")
NAT64 = ip_network("64:ff9b::/96")
REFUSED_IPV6 = tuple(
    ip_network(text)
    for text in (
        "2001::/23",  # protocol assignments, among them Teredo, which wraps IPv4 addresses
        "2001:db8::/32",  # documentation
        "2002::/16",  # 6to4 wraps IPv4 addresses
        "3fff::/20",  # documentation
    )
)


class RefusedAddress(ValueError):
    """The webhook's address must not be called; the message says why, in words for whoever typed it in."""


@dataclass(frozen=True, slots=True)
class AddressPolicy:
    """What is allowed besides the public internet over HTTPS. Loopback is for development: it allows HTTP and any port there."""

    ports: frozenset[int] = frozenset({443})
    allow_loopback: bool = False
    refused_networks: tuple[Network, ...] = field(default=())


def check_url(url: str, policy: AddressPolicy) -> None:
    """Raise RefusedAddress for a URL that could not be called whatever its name resolves to. Asks no network."""
    if len(url) > MAX_URL_CHARACTERS:
        raise RefusedAddress(f"The address is longer than {MAX_URL_CHARACTERS} characters.")
    if not url.isascii() or not url.isprintable() or set(url) & set(' \\"<>^`{|}'):
        raise RefusedAddress(
            "The address contains characters that are not allowed. Write them as %XX, and a host name as xn--…."
        )
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        raise RefusedAddress(
            "This is not a web address. Enter it like https://intranet.example.org/academy-changes."
        ) from None
    host = parts.hostname or ""
    if parts.scheme not in {"https", "http"} or not host:
        raise RefusedAddress("This is not a web address. Enter it like https://intranet.example.org/academy-changes.")
    if parts.username is not None or parts.password is not None:
        raise RefusedAddress(
            "The address contains a user name or password. Remove them: the signature shows who sends the messages."
        )
    if parts.fragment:
        raise RefusedAddress(
            "The address contains a #. Remove it and everything after it, because that part is never sent."
        )
    literal = _literal(host)
    if literal is not None:
        check_address(literal, policy)
    elif not all(0 < len(label) <= MAX_LABEL_CHARACTERS for label in host.removesuffix(".").split(".")):
        raise RefusedAddress("The address has a host's name that cannot be.")
    if policy.allow_loopback and (_is_loopback(literal) if literal else _is_localhost(host)):
        return
    if parts.scheme != "https":
        raise RefusedAddress(
            "The address starts with http://. Use https://, so that nobody else can read the messages."
        )
    if port is not None and port not in policy.ports:
        allowed = ", ".join(str(port) for port in sorted(policy.ports))
        raise RefusedAddress(f"Port {port} is not allowed. Use {allowed}.")
    if literal is None and (_is_local_name(host) or "." not in host.strip(".")):
        raise RefusedAddress(f"{host} is no name of the public internet.")


def check_address(address: Address, policy: AddressPolicy) -> None:
    """Raise RefusedAddress unless `address` belongs to the public internet (or to loopback where that is allowed)."""
    inner = _unwrapped(address)
    if policy.allow_loopback and _is_loopback(inner):
        return
    if isinstance(inner, IPv4Address):
        is_refused = any(inner in network for network in REFUSED_IPV4)
    else:
        is_refused = inner not in PUBLIC_IPV6 or any(inner in network for network in REFUSED_IPV6)
    listed = (network for network in policy.refused_networks if network.version == inner.version)
    if is_refused or any(inner in network for network in listed):
        # The address is not shown: what a name means inside the house's network is nobody's business.
        raise RefusedAddress("This host name has an address that is not on the public internet.")


def checked_addresses(host: str, port: int, *, is_plain: bool, policy: AddressPolicy, resolve: Resolve) -> list[str]:
    """Resolve `host` and return its addresses, all of them checked; connect to these and to nothing else.

    One refused address refuses the name: a name that means a public and a private address is made to slip through.
    `is_plain` (no TLS) is for loopback only. Raises RefusedAddress, or OSError when the name cannot be resolved.
    """
    literal = _literal(host)
    found = [str(literal)] if literal else list(dict.fromkeys(resolve(host, port)))
    if not found:
        raise OSError(f"{host} has no address.")
    for text in found:
        try:
            address = ip_address(text)
        except ValueError:  # e.g. with a zone, which only local addresses have
            raise RefusedAddress("This host name has an address that is not on the public internet.") from None
        check_address(address, policy)
        if not _is_loopback(_unwrapped(address)):
            if is_plain:
                raise RefusedAddress("Only https:// addresses are called.")
            if port not in policy.ports:
                raise RefusedAddress(f"Port {port} is not allowed.")
    return found


def resolve_by_system(host: str, port: int) -> list[str]:
    """Return the addresses of `host` as the operating system resolves it; raises OSError when it cannot."""
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM, proto=socket.IPPROTO_TCP)
    except UnicodeError as problem:  # Python's own check of a name, which is no OSError
        raise OSError(f"{host} is no host's name.") from problem
    return [str(place[0]) for _, _, _, _, place in found]


def _literal(host: str) -> Address | None:
    try:
        return ip_address(host)
    except ValueError:
        return None


def _unwrapped(address: Address) -> Address:
    """Return the IPv4 address that an IPv6 address stands for, or the address itself."""
    if isinstance(address, IPv6Address):
        if address.ipv4_mapped is not None:
            return address.ipv4_mapped
        if address in NAT64:
            return IPv4Address(int(address) & 0xFFFFFFFF)
    return address


def _is_loopback(address: Address) -> bool:
    return _unwrapped(address).is_loopback


def _is_localhost(host: str) -> bool:
    name = host.rstrip(".").lower()
    return name == "localhost" or name.endswith(".localhost")


def _is_local_name(host: str) -> bool:
    name = host.rstrip(".").lower()
    return _is_localhost(name) or name.endswith((".local", ".internal", ".home.arpa", ".localdomain"))
