"""The admin of webhooks: who may do what, the secret that is shown once, and every button."""

from __future__ import annotations

import datetime as dt
import re

import pytest
from django.urls import reverse
from django.utils import timezone
from wagtail.log_actions import registry
from wagtail.models import ModelLogEntry

from cms.access.models import ApiClient
from cms.publishing.models import WebhookDelivery, WebhookSubscription
from cms.publishing.webhooks.outcomes import disable
from cms.publishing.webhooks.queueing import queue_ping
from home.roles import ensure_roles
from tests import factories

URL = "http://127.0.0.1:9/changes"


@pytest.fixture
def subscription(site, subscribe) -> WebhookSubscription:
    return subscribe(URL)


@pytest.fixture
def delivery(subscription) -> WebhookDelivery:
    return queue_ping(subscription)


def signed_in(client, django_user_model, kind: str):
    """A browser of an editor, an access manager, a superuser, a member without the admin, or nobody."""
    if kind == "nobody":
        return client
    user = django_user_model.objects.create_user("ann", password="x", is_superuser=kind == "superuser")
    editors, managers = ensure_roles()
    if kind == "editor":
        user.groups.add(editors)
    if kind == "manager":
        user.groups.add(managers)
    client.force_login(user)
    return client


@pytest.fixture
def manager(client, django_user_model):
    return signed_in(client, django_user_model, "manager")


PAGES = [
    ("get", "webhooks:index", ()),
    ("get", "webhooks:add", ()),
    ("get", "webhooks:edit", ("subscription",)),
    ("get", "webhooks:inspect", ("subscription",)),
    ("get", "webhooks:delete", ("subscription",)),
    ("get", "webhook_deliveries:index", ()),
    ("get", "webhook_deliveries:inspect", ("delivery",)),
    ("get", "webhook_rotate", ("subscription",)),
    ("get", "webhook_resend", ("subscription",)),
    ("post", "webhook_rotate", ("subscription",)),
    ("post", "webhook_resend", ("subscription",)),
    ("post", "webhook_ping", ("subscription",)),
    ("post", "webhook_enable", ("subscription",)),
    ("post", "webhook_disable", ("subscription",)),
    ("post", "webhook_resend_one", ("delivery",)),
    ("post", "webhooks:delete", ("subscription",)),
]


@pytest.mark.parametrize(("method", "name", "of"), PAGES, ids=[f"{method} {name}" for method, name, _ in PAGES])
@pytest.mark.parametrize(
    ("kind", "may"), [("manager", True), ("superuser", True), ("editor", False), ("member", False), ("nobody", False)]
)
def test_who_may_do_what(client, django_user_model, subscription, delivery, method, name, of, kind, may):
    browser = signed_in(client, django_user_model, kind)
    rows = {"subscription": subscription.pk, "delivery": delivery.pk}
    before = list(WebhookSubscription.objects.values()), list(WebhookDelivery.objects.values())
    answer = getattr(browser, method)(reverse(name, args=[rows[one] for one in of]))
    after = list(WebhookSubscription.objects.values()), list(WebhookDelivery.objects.values())
    if may:
        assert answer.status_code in (200, 302)
        assert answer.status_code == 200 or (
            "/sign-in/" not in answer.url and answer.url != reverse("wagtailadmin_home")
        )
    else:
        assert answer.status_code in (302, 403)
        assert answer.status_code == 403 or "/sign-in/" in answer.url or answer.url == reverse("wagtailadmin_home")
        assert after == before
        assert subscription.secret.encode() not in answer.content


@pytest.mark.parametrize("name", ["webhook_ping", "webhook_enable", "webhook_disable", "webhook_resend_one"])
def test_looking_at_an_address_does_nothing(manager, subscription, delivery, name):
    assert manager.get(reverse(name, args=[delivery.pk])).status_code == 405


@pytest.mark.parametrize("path", ["new/", "edit/{}/", "delete/{}/"])
def test_messages_are_looked_at_and_never_typed_in(admin_client, delivery, path):
    before = list(WebhookDelivery.objects.values())
    address = "/admin/webhook-messages/" + path.format(delivery.pk)
    assert admin_client.post(address, {"status": "delivered"}).status_code in (302, 403, 404)
    assert list(WebhookDelivery.objects.values()) == before


def form_of(api_client: ApiClient, **changes) -> dict:
    return {"client": api_client.pk, "url": URL, "events": ["content.upserted"], "contact_email": "", **changes}


@pytest.fixture
def api_client(site) -> ApiClient:
    return ApiClient.objects.create(organisation=factories.organisation("A"), name="Intranet")


def test_a_new_webhook_shows_its_secret_once(manager, api_client):
    answer = manager.post(reverse("webhooks:add"), form_of(api_client, url=f" {URL} "))
    webhook = WebhookSubscription.objects.get()
    assert (webhook.url, webhook.events) == (URL, ["content.upserted"])
    assert webhook.secret.encode() in answer.content
    assert "no-store" in answer["Cache-Control"]
    for name in ("webhooks:inspect", "webhooks:edit"):
        assert webhook.secret.encode() not in manager.get(reverse(name, args=[webhook.pk])).content
    assert webhook.secret.encode() not in manager.get(reverse("webhooks:index")).content
    told = ModelLogEntry.objects.filter(action="publishing.webhook.make").get()
    assert told.object_id == str(api_client.pk) and told.message == f"Webhook to {URL} made"


def test_a_new_webhook_is_told_everything_unless_somebody_takes_a_cross_away(manager, api_client):
    page = manager.get(reverse("webhooks:add")).content.decode()
    boxes = re.findall(r'<input type="checkbox" name="events"[^>]*>', page)
    assert len(boxes) == 2 and all("checked" in box for box in boxes)


@pytest.mark.parametrize(
    ("changes", "word"),
    [
        ({"url": "https://10.0.0.1/"}, "public internet"),
        ({"url": "http://intranet.example.org/"}, "https://"),
        ({"url": "https://user:word@intranet.example.org/"}, "password"),
        ({"url": "nonsense"}, "not a web address"),
        ({"url": "https://intranet.example.org/" + "x" * 600}, "500"),
        ({"url": ""}, "required"),
        ({"events": []}, "required"),
        ({"events": ["ping"]}, "ping is not one of the available choices"),
        ({"contact_email": "nobody"}, "email"),
        ({"client": 0}, "valid choice"),
    ],
)
def test_wrong_entries_are_told_and_make_nothing(manager, api_client, changes, word):
    answer = manager.post(reverse("webhooks:add"), form_of(api_client, **changes))
    assert answer.status_code == 200
    assert word in answer.content.decode()
    assert not WebhookSubscription.objects.exists()


def test_whose_a_webhook_is_cannot_be_changed(manager, subscription):
    other = ApiClient.objects.create(organisation=factories.organisation("Other"), name="Intranet")
    manager.post(reverse("webhooks:edit", args=[subscription.pk]), form_of(other, url="http://127.0.0.1:10/"))
    changed = WebhookSubscription.objects.get()
    assert (changed.client, changed.url) == (subscription.client, "http://127.0.0.1:10/")
    assert changed.secret == subscription.secret
    history = manager.get(f"/admin/snippets/access/apiclient/inspect/{changed.client.pk}/").content.decode()
    assert f"Webhook to http://127.0.0.1:10/ changed; it went to {subscription.url}" in history


def test_replacing_the_secret_shows_the_new_one_and_keeps_the_old_for_a_while(manager, subscription):
    address = reverse("webhook_rotate", args=[subscription.pk])
    assert subscription.secret.encode() not in manager.get(address).content
    answer = manager.post(address)
    changed = WebhookSubscription.objects.get()
    assert changed.secret != subscription.secret == changed.previous_secret
    assert changed.secret.encode() in answer.content and subscription.secret.encode() not in answer.content
    assert "no-store" in answer["Cache-Control"]


def test_a_test_message_is_queued_and_its_page_tells_how_it_goes(manager, subscription):
    answer = manager.post(reverse("webhook_ping", args=[subscription.pk]), follow=True)
    made = WebhookDelivery.objects.get()
    assert made.event == "ping"
    assert made.message_id in answer.content.decode()
    disable(subscription, "for this test")
    answer = manager.post(reverse("webhook_ping", args=[subscription.pk]), follow=True)
    assert "Enable it first" in answer.content.decode()
    assert WebhookDelivery.objects.count() == 1


def test_a_message_is_sent_again_once_it_is_over(manager, delivery):
    address = reverse("webhook_resend_one", args=[delivery.pk])
    assert "on its way already" in manager.post(address, follow=True).content.decode()
    WebhookDelivery.objects.update(status="dead", attempts=9, error="Answered with 500", response_excerpt="<b>Oh</b>")
    page = manager.get(reverse("webhook_deliveries:inspect", args=[delivery.pk])).content.decode()
    assert "Given up" in page and "Answered with 500" in page and "&lt;b&gt;Oh&lt;/b&gt;" in page
    assert "goes out again" in manager.post(address, follow=True).content.decode()
    again = WebhookDelivery.objects.get()
    assert (again.status, again.attempts, again.uuid) == ("waiting", 0, delivery.uuid)


def test_messages_since_a_moment_are_sent_again(manager, subscription):
    now = timezone.now()
    for hours in (1, 30):
        one = queue_ping(subscription)
        WebhookDelivery.objects.filter(pk=one.pk).update(status="delivered", created_at=now - dt.timedelta(hours=hours))
    address = reverse("webhook_resend", args=[subscription.pk])
    at = timezone.localtime(now - dt.timedelta(days=1))
    answer = manager.post(address, {"since": f"{at:%Y-%m-%d %H:%M}"}, follow=True)
    assert "1 message will be sent again" in answer.content.decode()
    told = registry.get_logs_for_instance(subscription.client).get(action="publishing.webhook.redeliver")
    assert told.message == f"1 message to {URL} sent again"
    assert WebhookDelivery.objects.filter(status="waiting").count() == 1
    to_come = timezone.localtime(now + dt.timedelta(days=1))
    for wrong in (f"{to_come:%Y-%m-%d %H:%M}", "soon", ""):
        assert manager.post(address, {"since": wrong}).status_code == 200
    assert WebhookDelivery.objects.filter(status="waiting").count() == 1


def test_a_disabled_webhook_sends_nothing_again(manager, subscription, delivery):
    WebhookDelivery.objects.update(status="delivered")
    disable(subscription, "Disabled by ann.", by_hand=True)
    address = reverse("webhook_resend", args=[subscription.pk])
    for answer in (manager.get(address, follow=True), manager.post(address, {"since": "2020-01-01"}, follow=True)):
        assert "This webhook is disabled: nothing is sent." in answer.content.decode()
    assert WebhookDelivery.objects.get().status == "delivered"


def test_a_webhook_whose_client_has_no_good_key_is_told_to_be_silent(manager, subscription):
    client_page = reverse("wagtailsnippets_access_apiclient:inspect", args=[subscription.client_id])
    pages = reverse("webhooks:index"), reverse("webhooks:inspect", args=[subscription.pk]), client_page
    for page in pages:
        assert "Nothing sent yet" in manager.get(page).content.decode()
    subscription.client.keys.get().revoke()
    for page in pages:
        assert "Silent: its client has no good key" in manager.get(page).content.decode()
    assert f'Make a key on <a href="{client_page}">' in manager.get(pages[1]).content.decode()


def test_disabled_and_enabled_again(manager, subscription):
    manager.post(reverse("webhook_disable", args=[subscription.pk]))
    subscription.refresh_from_db()
    assert not subscription.is_enabled
    page = manager.get(reverse("webhooks:inspect", args=[subscription.pk])).content.decode()
    assert "Disabled since" in page and "Disabled by ann." in page
    manager.post(reverse("webhook_enable", args=[subscription.pk]))
    subscription.refresh_from_db()
    assert subscription.is_enabled and subscription.disabled_because == ""


def test_removing_a_webhook_is_kept_in_its_clients_history(manager, delivery, subscription):
    manager.post(reverse("webhooks:delete", args=[subscription.pk]))
    assert not WebhookSubscription.objects.exists() and not WebhookDelivery.objects.exists()
    assert ModelLogEntry.objects.filter(
        action="publishing.webhook.remove", object_id=str(subscription.client_id)
    ).exists()


def test_a_clients_page_shows_its_webhooks(manager, subscription):
    page = manager.get(
        reverse("wagtailsnippets_access_apiclient:inspect", args=[subscription.client_id])
    ).content.decode()
    assert URL in page and reverse("webhooks:inspect", args=[subscription.pk]) in page
    assert f"{reverse('webhooks:add')}?client={subscription.client_id}" in page
    form = manager.get(reverse("webhooks:add"), {"client": subscription.client_id}).content.decode()
    assert f'<option value="{subscription.client_id}" selected>' in form
    for hostile in ("x", "-1", "9" * 30, "٣", "\x00"):
        assert manager.get(reverse("webhooks:add"), {"client": hostile}).status_code == 200


def test_the_log_can_be_narrowed(manager, subscription, delivery):
    other = queue_ping(WebhookSubscription.objects.create(client=subscription.client, url="http://127.0.0.1:10/"))
    WebhookDelivery.objects.filter(pk=other.pk).update(status="dead")
    log = reverse("webhook_deliveries:index")
    for query, wanted in [({"status": "dead"}, other), ({"subscription": subscription.pk}, delivery)]:
        page = manager.get(log, query).content.decode()
        hidden = delivery if wanted == other else other
        assert wanted.message_id in page and hidden.message_id not in page


def test_the_lists_do_not_ask_more_for_more_rows(manager, subscription, django_assert_max_num_queries):
    for number in range(15):
        more = WebhookSubscription.objects.create(client=subscription.client, url=f"http://127.0.0.1:{number + 20}/")
        queue_ping(more)
    for name in ("webhooks:index", "webhook_deliveries:index"):
        with django_assert_max_num_queries(25):
            assert manager.get(reverse(name)).status_code == 200
