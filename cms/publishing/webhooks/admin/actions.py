"""What can be done with a webhook besides editing it: test it, replace its secret, send again, enable, disable."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import path
from django.views.decorators.http import require_POST
from wagtail import hooks
from wagtail.admin.auth import permission_required

from cms.publishing.models import WebhookDelivery, WebhookSubscription

from ..log import enable, redeliver, redeliver_since
from ..models import SECRETS_OVERLAP
from ..outcomes import disable
from ..queueing import queue_ping
from .forms import SinceForm
from .pages import webhook_url
from .trail import messages_of, note

DISABLED = "This webhook is disabled: nothing is sent. Enable it first."
may_change = permission_required("publishing.change_webhooksubscription")


def secret_shown_once(request: HttpRequest, subscription: WebhookSubscription) -> HttpResponse:
    """Return the one page that shows a webhook's secret."""
    context = {"webhook": subscription, "webhook_url": webhook_url(subscription)}
    response = render(request, "publishing/webhook_secret.html", context)
    response["Cache-Control"] = "no-store"
    return response


def _subscription(pk: int) -> WebhookSubscription:
    return get_object_or_404(WebhookSubscription.objects.select_related("client__organisation"), pk=pk)


def _ask(request: HttpRequest, subscription: WebhookSubscription, form: forms.Form | None = None, **words: Any) -> Any:
    context = {"webhook": subscription, "form": form, "webhook_url": webhook_url(subscription), **words}
    return render(request, "publishing/webhook_form.html", context)


@may_change
@require_POST
def ping(request: HttpRequest, pk: int) -> HttpResponse:
    """Send a test message and lead to its page, which shows how it goes."""
    subscription = _subscription(pk)
    if not subscription.is_enabled:
        messages.error(request, DISABLED)
        return redirect(webhook_url(subscription))
    delivery = queue_ping(subscription)
    messages.success(request, "We will send a test message within seconds. Reload this page to see the result.")
    return redirect("webhook_deliveries:inspect", delivery.pk)


@may_change
def rotate(request: HttpRequest, pk: int) -> HttpResponse:
    """Ask, then replace the secret and show the new one once."""
    subscription = _subscription(pk)
    if request.method == "POST":
        subscription.rotate_secret()
        note(subscription, "rotate")
        return secret_shown_once(request, subscription)
    intro = (
        f"You will see the new secret once. For {SECRETS_OVERLAP.days} days every message is signed with both "
        f"secrets, so you can update the receiver without losing messages. If you replace the secret again in that "
        f"time, the oldest one stops working immediately."
    )
    return _ask(request, subscription, title="Replace the secret", icon="rotate", intro=intro, verb="Make a new secret")


@may_change
def resend(request: HttpRequest, pk: int) -> HttpResponse:
    """Ask since when, then send again what was sent since."""
    subscription = _subscription(pk)
    if not subscription.is_enabled:
        messages.error(request, DISABLED)
        return redirect(webhook_url(subscription))
    form = SinceForm(request.POST or None, initial={"since": SinceForm.yesterday()})
    if request.method == "POST" and form.is_valid():
        count = redeliver_since(subscription, form.cleaned_data["since"])
        note(subscription, "redeliver", count=count)
        messages.success(request, f"{messages_of(count)} will be sent again.")
        return redirect(webhook_url(subscription))
    intro = "Messages keep their ids, so the receiver can tell which ones it already has."
    return _ask(request, subscription, form, title="Send again", icon="rotate", intro=intro, verb="Send again")


@may_change
@require_POST
def resend_one(request: HttpRequest, pk: int) -> HttpResponse:
    """Send one message again."""
    deliveries = WebhookDelivery.objects.filter(pk=pk)
    delivery = get_object_or_404(deliveries.select_related("subscription__client"))
    if redeliver(deliveries):
        note(delivery.subscription, "redeliver", count=1)
        messages.success(request, "The message goes out again within seconds.")
    elif delivery.subscription.is_enabled:
        messages.info(request, "The message is on its way already.")
    else:
        messages.error(request, DISABLED)
    return redirect("webhook_deliveries:inspect", pk)


@may_change
@require_POST
def turn_on(request: HttpRequest, pk: int) -> HttpResponse:
    """Enable a webhook, with all that it missed."""
    subscription = _subscription(pk)
    enable(subscription)
    note(subscription, "enable")
    messages.success(request, "Enabled. Waiting messages, and changes made in the meantime, are being sent now.")
    return redirect(webhook_url(subscription))


@may_change
@require_POST
def turn_off(request: HttpRequest, pk: int) -> HttpResponse:
    """Disable a webhook; what changes from now on is sent once it is enabled again."""
    subscription = _subscription(pk)
    disable(subscription, f"Disabled by {request.user}.", by_hand=True)
    note(subscription, "disable")
    messages.success(request, "Disabled. Nothing is sent until it is enabled again.")
    return redirect(webhook_url(subscription))


@hooks.register("register_admin_urls")
def register_urls() -> list:
    """The addresses of the actions above."""
    return [
        path("webhooks/<int:pk>/ping/", ping, name="webhook_ping"),
        path("webhooks/<int:pk>/rotate/", rotate, name="webhook_rotate"),
        path("webhooks/<int:pk>/send-again/", resend, name="webhook_resend"),
        path("webhooks/<int:pk>/enable/", turn_on, name="webhook_enable"),
        path("webhooks/<int:pk>/disable/", turn_off, name="webhook_disable"),
        path("webhook-messages/<int:pk>/send-again/", resend_one, name="webhook_resend_one"),
    ]
