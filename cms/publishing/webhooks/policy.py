"""Reads from the settings where webhooks may go."""

from __future__ import annotations

from ipaddress import ip_network

from django.conf import settings

from .addresses import AddressPolicy


def current_policy() -> AddressPolicy:
    """Return the policy of this installation: the public internet over HTTPS, and what the settings add or refuse."""
    return AddressPolicy(
        ports=frozenset(settings.WEBHOOK_PORTS),
        allow_loopback=settings.WEBHOOK_ALLOW_LOOPBACK,
        refused_networks=tuple(ip_network(network) for network in settings.WEBHOOK_REFUSED_NETWORKS),
    )
