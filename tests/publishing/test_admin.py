"""The admin's list of what followed changes, and of keys: to look at, never to write by hand."""

from __future__ import annotations

import re

import pytest
from django.test import Client
from django.urls import reverse

from cms.access.models import ApiKey
from cms.publishing.models import Reaction
from home.roles import ensure_roles
from tests.factories import settle, standard_page


@pytest.fixture
def desk(site, client, django_user_model):
    """The client of somebody who is an editor and an access manager."""
    user = django_user_model.objects.create_user("desk", password="a password of this test")
    user.groups.set(ensure_roles())
    client.force_login(user)
    return client


def test_reactions_can_be_read_and_not_written(site, desk):
    standard_page(site)
    settle()
    reaction = Reaction.objects.latest("pk")
    page = desk.get(reverse("reactions:index"))
    assert page.status_code == 200 and "Add reaction" not in page.content.decode()
    assert desk.get(reverse("reactions:inspect", args=[reaction.pk])).status_code == 200
    before = Reaction.objects.values_list("pk", "status").get(pk=reaction.pk)
    for name, arguments in (("add", []), ("edit", [reaction.pk]), ("delete", [reaction.pk])):
        answer = desk.post(reverse(f"reactions:{name}", args=arguments), {"status": "waiting"})
        assert (answer.status_code, answer.url) == (302, reverse("reactions:index"))
    assert Reaction.objects.values_list("pk", "status").get(pk=reaction.pk) == before


def test_keys_are_made_for_a_client_and_never_typed_in(desk):
    page = desk.get(reverse("wagtailsnippets_access_apikey:list"))
    assert page.status_code == 200 and "Add API key" not in page.content.decode()
    answer = desk.post(reverse("wagtailsnippets_access_apikey:add"), {})
    assert (answer.status_code, answer.url) == (302, reverse("wagtailsnippets_access_apiclient:list"))
    assert not ApiKey.objects.exists()


def test_the_first_page_offers_to_run_failed_reactions_again_and_the_button_works(site, desk):
    standard_page(site)
    settle()
    Reaction.objects.update(status="failed", error="The disk was full.")
    browser = Client(enforce_csrf_checks=True)
    browser.cookies = desk.cookies
    page = browser.get(reverse("wagtailadmin_home")).content.decode()
    form = page[page.index(f'action="{reverse("retry_reactions")}"') :]
    token = re.search(r'name="csrfmiddlewaretoken" value="(\w+)"', form[: form.index("</form>")])
    assert token, "the form bears no token"
    answer = browser.post(reverse("retry_reactions"), {"csrfmiddlewaretoken": token[1]})
    assert (answer.status_code, answer.url) == (302, reverse("wagtailadmin_home"))
    settle()
    assert not Reaction.objects.filter(status="failed").exists()
