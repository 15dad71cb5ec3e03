"""The admin's first page says what failed to follow a change, and its button mends it."""

from __future__ import annotations

import re

import pytest
from django.test import Client
from django.urls import reverse

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
