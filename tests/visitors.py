"""The people who may ask for a page (nobody in particular, members of two organisations, an editor), and how they read it."""

from __future__ import annotations

from bs4 import BeautifulSoup, Tag
from django.contrib.auth import get_user_model
from django.http import HttpResponse
from django.test import Client

from cms.access.models import MemberOrganisation, Membership

KINDS = ("visitor", "member of A", "member of B", "editor")
# audience: those who see it while it is live
SEES = {
    "public": {"visitor", "member of A", "member of B", "editor"},
    "members": {"member of A", "member of B", "editor"},
    "chosen": {"member of A", "editor"},
}


def browsers(a: MemberOrganisation, b: MemberOrganisation) -> dict[str, Client]:
    """Return a test client for each of KINDS, signed in where that takes signing in."""
    users = get_user_model().objects
    signed_in = {
        "member of A": users.create_user("anna"),
        "member of B": users.create_user("ben"),
        "editor": users.create_superuser("edith"),
    }
    Membership.objects.create(user=signed_in["member of A"], organisation=a)
    Membership.objects.create(user=signed_in["member of B"], organisation=b)
    clients = {"visitor": Client()}
    for name, user in signed_in.items():
        clients[name] = Client()
        clients[name].force_login(user)
    return clients


def soup(response: HttpResponse, status: int = 200) -> BeautifulSoup:
    """Return the page of an answer of this status."""
    assert response.status_code == status, response
    return BeautifulSoup(response.content, "html.parser")


def words(element: Tag) -> str:
    """Return the words of an element, a space apart."""
    return " ".join(element.get_text(" ").split())


def titles(response: HttpResponse) -> list[str]:
    """Return the titles of a list's entries, in their order."""
    return [words(title) for title in soup(response).select(".card__title")]
