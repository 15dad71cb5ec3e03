"""Following a search: sign up, confirm, end. Every answer is the same whether an address is known or not."""

from __future__ import annotations

from typing import Any

from django.core.cache import cache
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt, csrf_protect
from django.views.decorators.http import require_http_methods

from cms.access.principals import VISITOR

from ..models import SearchAlert, SearchSettings
from .digest import begin
from .forms import AlertForm
from .mails import send_confirmation
from .matches import principal_of_alert, selection_of
from .naming import filters_in_words
from .tokens import CONFIRM, STOP, uuid_of

# Mails asked for from one computer, and to one address, within a day: nobody's mailbox is flooded through us.
MOST_FROM_ONE = 20
MOST_TO_ONE = 5
DAY = 24 * 60 * 60


# A cookie for everybody who looks at the form would need their consent. What a visitor sends acts for nobody; what somebody
# signed in sends is checked, since the alert then finds what they may see.
@csrf_exempt
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def new_alert(request: HttpRequest) -> HttpResponse:
    """Offer the form for the search in the address, and take it."""
    answer = csrf_protect(_new_alert) if request.user.is_authenticated else _new_alert
    return answer(request)


def _new_alert(request: HttpRequest) -> HttpResponse:
    if not SearchSettings.load().are_alerts_offered:
        raise Http404
    if request.method == "POST":
        form = AlertForm(request.POST)
        if form.is_valid():
            if not form.is_from_a_robot:
                _sign_up(request, form.cleaned_data)
            return render(request, "search/alert_sent.html", {"email": form.cleaned_data["email"]})
    else:
        query = request.META.get("QUERY_STRING", "")
        form = AlertForm(initial={"search": selection_of(query).query_string(), "frequency": "weekly"})
    search = selection_of(str(form["search"].value() or ""))
    return render(
        request,
        "search/alert_form.html",
        {
            "form": form,
            "text": search.text,
            "filters": filters_in_words(search, request.principal),  # type: ignore[attr-defined]
            "results_url": reverse("search:results") + search.query_string(),
        },
        status=400 if form.is_bound else 200,
    )


def _sign_up(request: HttpRequest, data: dict[str, str]) -> None:
    address = data["email"]
    counters = (
        (f"alerts-from:{request.META.get('REMOTE_ADDR', '')}", MOST_FROM_ONE),
        (f"alerts-to:{address}", MOST_TO_ONE),
    )
    for key, most in counters:
        cache.add(key, 0, DAY)
        if cache.incr(key) > most:
            return
    user = request.user if request.principal != VISITOR else None  # type: ignore[attr-defined]
    alert, is_new = SearchAlert.objects.get_or_create(
        email=address, query_string=data["search"], defaults={"frequency": data["frequency"]}
    )
    if not is_new and alert.confirmed_at:
        # Who has the alert may change how often it comes by confirming anew: others must not be able to.
        return
    alert.user, alert.frequency = user, data["frequency"]
    alert.save()
    send_confirmation(alert)


@csrf_exempt  # the signed token, which only the mail holds, is what permits it
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def confirm_alert(request: HttpRequest, token: str) -> HttpResponse:
    """Ask once more, and begin: a program that follows links in mails for safety must not confirm anything."""
    alert = _alert(token, CONFIRM)
    is_begun = alert is not None and alert.confirmed_at is not None
    if alert is not None and request.method == "POST" and not is_begun:
        begin(alert)
        is_begun = True
    context = {"alert": alert, "is_begun": is_begun, **_in_words(alert)}
    return render(request, "search/alert_confirm.html", context, status=200 if alert else 404)


@csrf_exempt  # RFC 8058: the mail program posts without a page of ours; the signed token is what permits it
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def stop_alert(request: HttpRequest, token: str) -> HttpResponse:
    """End an alert and forget the address: at once for a POST, after a button for a GET."""
    alert = _alert(token, STOP)
    is_known = uuid_of(token, STOP) is not None
    if alert is not None and request.method == "POST":
        alert.delete()
        alert = None
    context = {"alert": alert, "is_known": is_known, **_in_words(alert)}
    return render(request, "search/alert_stop.html", context, status=200 if is_known else 404)


def _in_words(alert: SearchAlert | None) -> dict[str, Any]:
    """What a page says an alert is about."""
    if alert is None:
        return {}
    selection = selection_of(alert.query_string)
    return {"text": selection.text, "filters": filters_in_words(selection, principal_of_alert(alert))}


def _alert(token: str, act: str) -> SearchAlert | None:
    uuid = uuid_of(token, act)
    return SearchAlert.objects.filter(uuid=uuid).first() if uuid else None
