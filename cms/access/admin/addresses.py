"""Where the admin's pages about access lie, for those who link to them."""

from __future__ import annotations

from django.urls import reverse

from cms.access.models import ApiClient


def client_url(client: ApiClient) -> str:
    """Return the address of an API client's page in the admin."""
    return reverse("wagtailsnippets_access_apiclient:inspect", args=[client.pk])
