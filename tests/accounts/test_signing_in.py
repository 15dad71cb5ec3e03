"""Signing in by the site's own page: members land where they came from, are told who they are, and can sign out."""

from __future__ import annotations

import pytest
from bs4 import BeautifulSoup
from django.contrib.auth import get_user_model
from django.test import Client

from cms.access.models import Membership
from home.roles import ensure_roles
from tests import factories

pytestmark = pytest.mark.django_db
PASSWORD = "right horse battery"


@pytest.fixture
def member(site):
    user = get_user_model().objects.create_user("jo", "jo@example.org", PASSWORD, first_name="Jo", last_name="Bloggs")
    Membership.objects.create(user=user, organisation=factories.organisation("Example Trust"))
    return user


@pytest.fixture
def editor(site):
    user = get_user_model().objects.create_user("edith", "edith@example.org", PASSWORD)
    user.groups.add(ensure_roles()[0])
    return user


def words(response) -> str:
    return " ".join(BeautifulSoup(response.content, "html.parser").get_text(" ").split())


def sign_in(client: Client, name: str, **more):
    return client.post("/sign-in/", {"username": name, "password": PASSWORD, **more})


def test_a_member_comes_from_a_page_signs_in_and_reads_it(client, site, member):
    page = factories.recording(site, "For members", audience="members")
    missing = client.get(page.url)
    link = BeautifulSoup(missing.content, "html.parser").select_one("main a[href^='/sign-in/']")["href"]
    form = BeautifulSoup(client.get(link).content, "html.parser").select_one("main form")
    answer = sign_in(client, "jo", next=form.select_one("[name=next]")["value"])
    assert (missing.status_code, answer.status_code, answer["Location"]) == (404, 302, page.url)
    assert "Signed in as Jo Bloggs, Example Trust" in words(client.get(page.url))


def test_a_member_who_signs_in_without_a_page_in_mind_lands_on_the_home_page_and_can_sign_out(client, member):
    assert sign_in(client, "jo")["Location"] == "/"
    home = client.get("/")
    button = BeautifulSoup(home.content, "html.parser").select_one("form.signed-in")
    assert (button["action"], button["method"]) == ("/sign-out/", "post")
    assert client.post("/sign-out/")["Location"] == "/"
    assert "Signed in as" not in words(client.get("/")) and "Sign in" in words(client.get("/"))


@pytest.mark.parametrize("address", ["/sign-in/?next=/admin/", "/admin/login/?next=/admin/"])
def test_a_member_who_wants_the_editors_pages_is_told_so_and_stays_signed_in(client, member, address):
    assert sign_in(client, "jo", next="/admin/")["Location"] == "/"
    told = words(client.get(address))
    assert "You are signed in as Jo Bloggs, Example Trust." in told
    assert "Your account is for members. It cannot open the editors' pages." in told
    refused = client.get("/admin/", follow=True)
    assert refused.redirect_chain[-1][0].startswith("/sign-in/?next=/admin/")
    assert "cannot open the editors' pages" in words(refused)


def test_an_editor_signs_in_by_the_same_page_and_lands_in_the_admin(client, editor):
    assert client.get("/admin/")["Location"] == "/sign-in/?next=/admin/"
    assert sign_in(client, "edith")["Location"] == "/admin/"
    assert client.get("/admin/").status_code == 200


@pytest.mark.parametrize("elsewhere", ["https://evil.example/", "//evil.example", "javascript:alert(1)"])
def test_nobody_is_led_to_another_site(client, member, elsewhere):
    assert sign_in(client, "jo", next=elsewhere)["Location"] == "/"


def test_a_wrong_password_is_told_at_once_and_the_name_stays_typed(client, member):
    answer = client.post("/sign-in/", {"username": "jo", "password": "wrong", "next": "/library/"})
    page = BeautifulSoup(answer.content, "html.parser")
    assert page.title.text.startswith("Error: Sign in")
    assert "password didn't match" in page.select_one("[role=alert]").get_text()
    assert page.select_one("#id_username")["value"] == "jo" and not page.select_one("#id_password").get("value")
    assert page.select_one("main form [name=next]")["value"] == "/library/"


def test_an_empty_form_says_what_to_enter(client, member):
    answer = client.post("/sign-in/", {"username": "", "password": ""})
    assert "Enter your username and your password." in words(answer)


def test_the_page_is_in_the_academys_name(client, site):
    told = words(client.get("/sign-in/"))
    assert "Wagtail" not in told and "Get a new password" in told


def test_a_visitor_who_never_signed_in_is_given_no_cookie(client, site):
    answer = client.get("/")
    assert not answer.cookies and "Sign in" in words(answer)
