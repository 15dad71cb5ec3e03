"""Who may do what with clients and keys in the admin; keys are made, replaced and revoked with a trail, and shown once."""

from __future__ import annotations

import datetime as dt
import re

import pytest
from django.contrib.auth.models import Permission
from django.urls import get_resolver, reverse
from django.utils import timezone
from wagtail.log_actions import registry

from cms.access.models import ApiClient, ApiKey, ApiUsage
from home.roles import ensure_roles
from tests import factories

CLIENTS = "/admin/snippets/access/apiclient/"
KEYS = "/admin/snippets/access/apikey/"
KEY_TEXT = re.compile(r"acad_[0-9a-f]{12}_[\w-]{43}")


@pytest.fixture
def api_client(site) -> ApiClient:
    return ApiClient.objects.create(organisation=factories.organisation("A"), name="Intranet")


@pytest.fixture
def key(api_client) -> ApiKey:
    return api_client.issue_key()[0]


def signed_in(client, django_user_model, group: int | None):
    user = django_user_model.objects.create_user("ann", password="x")
    if group is not None:
        user.groups.add(ensure_roles()[group])
    client.force_login(user)
    return client


@pytest.fixture
def manager(client, django_user_model):
    return signed_in(client, django_user_model, 1)


def history(api_client) -> list[str]:
    return [one.message for one in registry.get_logs_for_instance(api_client).order_by("pk")]


# --- Who

PAGES = (
    f"{CLIENTS}",
    f"{CLIENTS}add/",
    f"{CLIENTS}inspect/{{client}}/",
    f"{CLIENTS}edit/{{client}}/",
    f"{CLIENTS}history/{{client}}/",
    f"{KEYS}",
    f"{KEYS}edit/{{key}}/",
    "/admin/api-clients/{client}/new-key/",
    "/admin/api-keys/{key}/replace/",
    "/admin/api-keys/{key}/revoke/",
    "/admin/api-usage/",
)


@pytest.mark.parametrize("page", PAGES)
@pytest.mark.parametrize(("who", "status"), [("manager", 200), ("editor", 302), ("member", 302), ("nobody", 302)])
def test_only_access_managers_open_the_pages_about_keys(client, django_user_model, api_client, key, page, who, status):
    if who != "nobody":
        signed_in(client, django_user_model, {"manager": 1, "editor": 0}.get(who))
    assert client.get(page.format(client=api_client.pk, key=key.pk)).status_code == status


@pytest.mark.parametrize("who", ["editor", "nobody"])
def test_others_can_do_nothing_to_keys(client, django_user_model, api_client, key, who):
    if who == "editor":
        signed_in(client, django_user_model, 0)
    for address in (f"api-clients/{api_client.pk}/new-key", f"api-keys/{key.pk}/replace", f"api-keys/{key.pk}/revoke"):
        assert client.post(f"/admin/{address}/", {"ends": "never", "overlap": "1"}).status_code == 302
    assert list(ApiKey.objects.values_list("pk", "expires_at", "revoked_at")) == [(key.pk, None, None)]


def test_who_deletes_a_client_reads_what_goes_along(manager, api_client):
    api_client.issue_key()
    page = manager.get(f"{CLIENTS}delete/{api_client.pk}/").content.decode()
    assert "1 API key" in page and "stop working immediately" in page


@pytest.mark.parametrize("kind", ["manager", "superuser"])
def test_nobody_types_a_key_in_or_deletes_one(client, admin_client, django_user_model, api_client, key, kind):
    browser = admin_client if kind == "superuser" else signed_in(client, django_user_model, 1)
    for address in (f"{KEYS}add/", f"{KEYS}delete/{key.pk}/"):
        assert browser.get(address).status_code == 302
        assert browser.post(address, {"client": api_client.pk}).status_code == 302
    assert ApiKey.objects.get() == key


def test_the_menu_leads_only_managers_there(client, django_user_model, api_client):
    signed_in(client, django_user_model, 0)
    assert "/admin/api-usage/" not in client.get("/admin/").content.decode()
    client.logout()
    client.force_login(django_user_model.objects.create_superuser("root"))
    assert "/admin/api-usage/" in client.get("/admin/").content.decode()


# What may be chosen in forms by whoever may enter the admin: what the API shows to all, and the names of organisations.
OPEN_CHOOSERS = {
    "programmes/person",
    "programmes/topic",
    "programmes/corearea",
    "programmes/prioritygroup",
    "search/glossaryterm",
    "access/memberorganisation",
}


def addresses_of(patterns, before: str = ""):
    for pattern in patterns:
        route = before + str(pattern.pattern)
        yield from addresses_of(pattern.url_patterns, route) if hasattr(pattern, "url_patterns") else [route]


@pytest.mark.parametrize(
    ("who", "may_more"), [("editor", {"search/inquiry", "search/promotedresult"}), ("guest", set())]
)
def test_choosers_show_nobody_what_the_lists_do_not(client, django_user_model, key, who, may_more):
    signed_in(client, django_user_model, 0 if who == "editor" else None)
    if who == "guest":
        django_user_model.objects.get().user_permissions.add(Permission.objects.get(codename="access_admin"))
    prefix, seen = "admin/snippets/choose/", set()
    for route in addresses_of(get_resolver().url_patterns):
        if not route.startswith(prefix):
            continue
        model = "/".join(route.removeprefix(prefix).split("/")[:2])
        seen.add(model)
        if model not in OPEN_CHOOSERS | may_more:
            answer = client.get("/" + route.replace("<str:pk>", str(key.pk)))
            assert (answer.status_code, answer.get("Location")) == (302, reverse("wagtailadmin_home")), route
    assert seen > OPEN_CHOOSERS
    assert {f"access/{one}" for one in ("apiclient", "apikey", "membership", "trusteddocument")} < seen


def test_managers_choose_clients_in_forms(manager, api_client):
    assert "Intranet (A)" in manager.get("/admin/snippets/choose/access/apiclient/").content.decode()


# --- What

ENDS = {
    "hour": dt.timedelta(hours=1),
    "90": dt.timedelta(days=90),
    "365": dt.timedelta(days=365),
    "never": None,
}


@pytest.mark.parametrize("ends", ENDS)
def test_a_key_is_made_with_an_end_and_shown_once(manager, api_client, ends):
    begun = timezone.now()
    answer = manager.post(f"/admin/api-clients/{api_client.pk}/new-key/", {"ends": ends})
    assert answer.status_code == 200
    assert "no-store" in answer["Cache-Control"]
    (text,) = set(KEY_TEXT.findall(answer.content.decode()))
    key = ApiKey.objects.find(text)
    assert key.client == api_client
    if ENDS[ends] is None:
        assert key.expires_at is None
    else:
        assert begun <= key.expires_at - ENDS[ends] <= timezone.now()
    # Neither a cookie nor a later page knows it.
    assert text not in str(manager.cookies)
    assert text not in manager.get(f"{CLIENTS}inspect/{api_client.pk}/").content.decode()


def test_a_key_may_end_with_a_day(manager, api_client):
    address = f"/admin/api-clients/{api_client.pk}/new-key/"
    today = timezone.localdate()
    for day, words in (
        ("", "Say on which day"),
        (today - dt.timedelta(days=1), "This day is over"),
        ("0001-01-01", "This day is over"),
        (today + dt.timedelta(days=3700), "more than 10 years ahead"),
        ("9999-12-31", "more than 10 years ahead"),
        ("x", "valid date"),
    ):
        answer = manager.post(address, {"ends": "day", "day": day})
        assert words in answer.content.decode()
    assert not ApiKey.objects.exists()
    manager.post(address, {"ends": "day", "day": today})
    key = ApiKey.objects.get()
    assert key.is_usable
    assert timezone.localtime(key.expires_at).isoformat()[:16] == f"{today + dt.timedelta(days=1)}T00:00"


def test_a_key_is_replaced_with_an_overlap(manager, api_client, key):
    answer = manager.post(f"/admin/api-keys/{key.pk}/replace/", {"overlap": "24", "ends": "365"})
    successor = ApiKey.objects.find(KEY_TEXT.search(answer.content.decode())[0])
    key.refresh_from_db()
    assert successor.is_usable
    assert key.is_usable
    assert dt.timedelta(hours=23) < key.expires_at - timezone.now() <= dt.timedelta(hours=24)


def test_a_replaced_key_never_lives_longer_than_it_was_to(manager, api_client):
    soon = timezone.now() + dt.timedelta(minutes=30)
    key, _ = api_client.issue_key(expires_at=soon)
    manager.post(f"/admin/api-keys/{key.pk}/replace/", {"overlap": "720", "ends": "never"})
    key.refresh_from_db()
    assert key.expires_at == soon


def test_a_key_is_revoked_at_once_and_for_good(manager, api_client):
    key, text = api_client.issue_key()
    manager.post(f"/admin/api-keys/{key.pk}/revoke/")
    assert ApiKey.objects.find(text) is None
    key.refresh_from_db()
    moment = key.revoked_at
    manager.post(f"/admin/api-keys/{key.pk}/revoke/")
    manager.post(f"{KEYS}edit/{key.pk}/", {"expires_at": "", "revoked_at": ""})
    key.refresh_from_db()
    assert key.revoked_at == moment
    # What has ended is not replaced.
    manager.post(f"/admin/api-keys/{key.pk}/replace/", {"overlap": "1", "ends": "never"})
    assert ApiKey.objects.count() == 1


def test_asking_first_changes_nothing(manager, api_client, key):
    for address in (f"api-clients/{api_client.pk}/new-key", f"api-keys/{key.pk}/replace", f"api-keys/{key.pk}/revoke"):
        assert manager.get(f"/admin/{address}/").status_code == 200
    assert ApiKey.objects.get().revoked_at is None


# --- The trail


def test_every_step_leaves_a_trail_with_who_and_what(manager, django_user_model, api_client):
    manager.post(f"/admin/api-clients/{api_client.pk}/new-key/", {"ends": "never"})
    first = ApiKey.objects.get()
    manager.post(f"/admin/api-keys/{first.pk}/replace/", {"overlap": "1", "ends": "never"})
    second = ApiKey.objects.exclude(pk=first.pk).get()
    manager.post(f"/admin/api-keys/{first.pk}/revoke/")
    manager.post(f"{KEYS}edit/{second.pk}/", {"expires_at": "2040-01-31 12:00"})
    told = [one for one in history(api_client) if one.startswith("Key")]
    assert told == [
        f"Key {first.mark} made, with no end date",
        f"Key {second.mark} made, with no end date",
        f"Key {first.mark} replaced by {second.mark}; the old one is valid until "
        f"{timezone.localtime(ApiKey.objects.get(pk=first.pk).expires_at):%-d %B %Y, %H:%M}",
        f"Key {first.mark} revoked",
        f"Key {second.mark} is now valid until 31 January 2040, 12:00",
    ]
    users = {
        one.user.username for one in registry.get_logs_for_instance(api_client) if one.action.startswith("access.")
    }
    assert users == {"ann"}
    page = manager.get(f"{CLIENTS}inspect/{api_client.pk}/").content.decode()
    assert f"Key {first.mark} revoked" in page
    assert f"Key {first.mark} revoked" in manager.get(f"{CLIENTS}history/{api_client.pk}/").content.decode()


def test_a_key_made_by_a_command_is_in_the_trail_too(api_client):
    key, _ = api_client.issue_key()
    assert history(api_client) == [f"Key {key.mark} made, with no end date"]


def test_what_a_client_may_do_is_changed_with_before_and_after(manager, api_client):
    form = {
        "organisation": api_client.organisation_id,
        "name": "Intranet",
        "allowed_origins": "HTTPS://Intranet.example.org/\r\nhttps://two.example.org:443",
        "cost_per_minute": "5000",
        "cost_burst": "",
    }
    answer = manager.post(f"{CLIENTS}edit/{api_client.pk}/", form)
    assert answer["Location"] == f"{CLIENTS}inspect/{api_client.pk}/"
    assert (
        "Changed allowed origins: nothing → https://intranet.example.org, https://two.example.org; "
        "cost per minute: nothing → 5000"
    ) in history(api_client)
    answer = manager.post(f"{CLIENTS}edit/{api_client.pk}/", {**form, "allowed_origins": "https://*.example.org"})
    assert "is not a website address" in answer.content.decode()


def test_a_new_client_leads_to_its_page_where_its_first_key_is_made(manager, site):
    organisation = factories.organisation("B")
    answer = manager.post(
        f"{CLIENTS}add/", {"organisation": organisation.pk, "name": "Site", "allowed_origins": ""}, follow=True
    )
    client = ApiClient.objects.get(name="Site")
    assert answer.redirect_chain == [(f"{CLIENTS}inspect/{client.pk}/", 302)]
    assert f"/admin/api-clients/{client.pk}/new-key/" in answer.content.decode()
    assert not client.keys.exists()


# --- Use


def test_use_is_drawn_and_told_in_a_table(manager, api_client):
    now = timezone.now().replace(minute=0, second=0, microsecond=0)
    rows = [(api_client, 0, 60, 20), (api_client, 24 * 3, 40, 0), (api_client, 24 * 40, 7000, 0), (None, 0, 900, 0)]
    for client, hours, requests, cached in rows:
        ApiUsage.objects.create(
            client=client, starts_at=now - dt.timedelta(hours=hours), requests=requests, cached=cached, errors=6
        )
    page = manager.get(f"{CLIENTS}inspect/{api_client.pk}/").content.decode()
    assert "100 requests, 20 from the cache or unchanged" in page
    assert page.count('<rect class="fresh" x=') == 2
    assert len(re.findall(r'<th scope="row">\d+ \w+ \d{4}</th>', page)) == 30
    assert "7,100 requests" in manager.get(f"{CLIENTS}inspect/{api_client.pk}/?days=90").content.decode()
    assert "100 requests" in manager.get(f"{CLIENTS}inspect/{api_client.pk}/?days=9999").content.decode()
    report = manager.get("/admin/api-usage/").content.decode()
    assert "Last 7 days" in report
    assert "1,000 requests" in report
    assert re.search(r"The public, without a key</th><td[^>]*>900<", report)
    assert re.search(r"Intranet \(A\)</a></th><td[^>]*>100<", report)


def test_bars_never_leave_the_drawing(manager, api_client):
    """More errors and cached answers than requests (counters of an hour that is being written) must not break the picture."""
    from cms.access.admin.usage import HEIGHT, use_by_day

    ApiUsage.objects.create(client=api_client, starts_at=timezone.now(), requests=5, cached=9, errors=9)
    today = use_by_day(ApiUsage.objects.all(), 7)[-1]
    assert today.cached_top >= 0
    assert today.fresh_height == today.error_height == 0
    assert today.cached_height <= HEIGHT


def test_a_page_costs_the_same_for_many_keys(manager, api_client, django_assert_num_queries):
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    api_client.issue_key()
    address = f"{CLIENTS}inspect/{api_client.pk}/"
    manager.get(address)
    with CaptureQueriesContext(
        connection,
    ) as few:
        manager.get(address)
    for _ in range(10):
        api_client.issue_key()
    with django_assert_num_queries(len(few)):
        manager.get(address)
