"""The two mails of an alert: one that asks to confirm it, and digests of what is new. Each tells how to end it."""

from __future__ import annotations

from collections.abc import Sequence
from email.utils import formataddr, parseaddr
from html import unescape
from typing import Any

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.html import strip_tags

from ..models import SearchAlert
from ..pages.result_cards import SearchResults
from .matches import principal_of_alert, selection_of
from .naming import filters_in_words
from .tokens import CONFIRM, STOP, token_for


def send_confirmation(alert: SearchAlert) -> None:
    """Ask the address whether it wants the alert. Nothing else is ever sent to it before it says so."""
    path = reverse("search:confirm_alert", args=[token_for(alert.uuid, CONFIRM)])
    _send(alert, "search/mail/confirm", {"confirm_url": settings.BASE_URL + path})


def send_digest(alert: SearchAlert, found: Sequence[SearchResults], total: int) -> None:
    """Send what is new: `found` are the results shown, `total` how many there are."""
    told = [(result, _spoken(result)) for result in found]
    _send(alert, "search/mail/digest", {"found": found, "told": told, "total": total, "more": total - len(found)})


def _spoken(result: SearchResults) -> list[str]:
    """The moments as lines of plain text."""
    return [f"{moment.label}: {unescape(strip_tags(moment.html))}".removeprefix(": ") for moment in result.moments]


def _sender() -> str:
    """Return the address that mails come from, with the academy's name unless the operator has set another."""
    name, address = parseaddr(settings.DEFAULT_FROM_EMAIL)
    academy = " ".join(render_to_string("search/mail/sender.txt").split())
    return formataddr((name or academy, address))


def _send(alert: SearchAlert, template: str, context: dict[str, Any]) -> None:
    stop_path = reverse("search:stop_alert", args=[token_for(alert.uuid, STOP)])
    selection = selection_of(alert.query_string)
    everything = {
        **context,
        "alert": alert,
        "text": selection.text,
        "filters": filters_in_words(selection, principal_of_alert(alert)),
        "base_url": settings.BASE_URL,
        "results_url": settings.BASE_URL + reverse("search:results") + alert.query_string,
        "stop_url": settings.BASE_URL + stop_path,
    }
    subject = " ".join(render_to_string(f"{template}.subject.txt", everything).split())
    message = EmailMultiAlternatives(
        subject,
        render_to_string(f"{template}.txt", everything),
        _sender(),
        [alert.email],
        headers={
            # RFC 8058: the mail program's own button ends the alert with one click.
            "List-Unsubscribe": f"<{everything['stop_url']}>",
            "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
            # Keeps holiday replies from coming back.
            "Auto-Submitted": "auto-generated",
        },
    )
    message.attach_alternative(render_to_string(f"{template}.html", everything), "text/html")
    message.send()
