"""The request of a visitor's page: who it is for stands on it, and every list of the page starts from there."""

from __future__ import annotations

from django.http import HttpRequest

from cms.access.principals import Principal


class VisitorRequest(HttpRequest):
    """A page request as the access middleware hands it on: with the principal it is for."""

    principal: Principal
