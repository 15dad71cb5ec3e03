"""The calendar address of an organisation in the admin: made by those who make keys, shown once, made anew, revoked."""

from __future__ import annotations

import pytest
from django.conf import settings

from cms.access.models import CalendarAddress
from home.roles import ensure_roles
from tests import factories
from tests.editors import new_editor, signed_in
from tests.visitors import soup, words


@pytest.fixture
def manager(site, django_user_model):
    user = django_user_model.objects.create_user("mona", password="x")
    user.groups.add(ensure_roles()[1])
    return signed_in(user)


def page_of(organisation) -> str:
    return f"/admin/organisations/{organisation.pk}/calendar/"


def make(client, organisation) -> str:
    """Press the button, and return the address that is shown."""
    response = client.post(f"{page_of(organisation)}make/")
    assert "no-store" in response["Cache-Control"]
    return soup(response).select_one("#key-text")["value"].removeprefix(settings.BASE_URL)


def test_an_address_is_made_shown_once_made_anew_and_revoked(site, manager, client):
    factories.session(site, "Flow")
    a = factories.organisation("A")
    assert "There is no address yet." in words(soup(manager.get(page_of(a))))
    first = make(manager, a)
    assert client.get(first).status_code == 200
    told = manager.get(page_of(a)).content.decode()
    assert first not in told and CalendarAddress.objects.get().mark in told

    second = make(manager, a)
    assert (client.get(first).status_code, client.get(second).status_code) == (404, 200)
    assert manager.post(f"{page_of(a)}revoke/").status_code == 302
    assert client.get(second).status_code == 404


def test_the_page_of_an_organisation_leads_there_and_its_history_tells_of_it(site, manager):
    a = factories.organisation("A")
    make(manager, a)
    edit = f"/admin/snippets/access/memberorganisation/edit/{a.pk}/"
    assert soup(manager.get(edit)).select_one(f'a[href="{page_of(a)}"]')
    history = words(soup(manager.get(f"/admin/snippets/access/memberorganisation/history/{a.pk}/")))
    assert f"Calendar address {CalendarAddress.objects.get().mark} made" in history
    assert CalendarAddress.objects.get().mark in words(soup(manager.get(f"/admin/organisations/{a.pk}/end/")))


def test_an_ended_membership_gets_none(site, manager):
    a = factories.organisation("A")
    a.end()
    answer = manager.post(f"{page_of(a)}make/", follow=True)
    assert "The membership of A has ended. Resume it before you make a calendar address." in words(soup(answer))
    assert not CalendarAddress.objects.exists()


def test_editors_make_none_and_nothing_is_made_by_opening_a_page(site, django_user_model, manager):
    a = factories.organisation("A")
    editor = signed_in(new_editor(django_user_model))
    for path in ("", "make/", "revoke/"):
        assert editor.post(f"{page_of(a)}{path}").status_code == 302
    assert manager.get(f"{page_of(a)}make/").status_code == 405
    assert not CalendarAddress.objects.exists()
