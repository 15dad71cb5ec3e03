"""Who may do what with keys in the admin; nobody types a key in."""

from __future__ import annotations

import pytest

from cms.access.models import ApiClient, ApiKey
from home.roles import ensure_roles
from tests import factories

KEYS = "/admin/snippets/access/apikey/"


@pytest.fixture
def api_client(site) -> ApiClient:
    return ApiClient.objects.create(organisation=factories.organisation("A"), name="Intranet")


def signed_in(client, django_user_model, group: int):
    user = django_user_model.objects.create_user("ann", password="x")
    user.groups.add(ensure_roles()[group])
    client.force_login(user)
    return client


def test_an_access_manager_makes_and_sees_keys_by_their_client_only(client, django_user_model, api_client):
    manager = signed_in(client, django_user_model, 1)
    answer = manager.post(f"/admin/api-clients/{api_client.pk}/new-key/", follow=True).content.decode()
    key = ApiKey.objects.get()
    assert f"acad_{key.prefix}_" in answer
    assert manager.get(KEYS).status_code == 200
    assert manager.get(f"{KEYS}edit/{key.pk}/").status_code == 200


@pytest.mark.parametrize("kind", ["manager", "superuser"])
def test_nobody_types_a_key_in(client, admin_client, django_user_model, api_client, kind):
    browser = admin_client if kind == "superuser" else signed_in(client, django_user_model, 1)
    for answer in (browser.get(f"{KEYS}add/"), browser.post(f"{KEYS}add/", {"client": api_client.pk})):
        assert answer.status_code == 302
    assert not ApiKey.objects.exists()


def test_an_editor_of_content_reaches_no_keys(client, django_user_model, api_client):
    editor = signed_in(client, django_user_model, 0)
    assert editor.get(KEYS).status_code == 302
    assert editor.post(f"/admin/api-clients/{api_client.pk}/new-key/").status_code == 302
    assert not ApiKey.objects.exists()
