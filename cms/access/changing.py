"""Changes who may see a thing that exists: as a revision, published where the thing is live, with its draft kept a draft."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.db import transaction
from wagtail.models import Page

from .models import AudienceMixin, MemberOrganisation

NOT_LIVE_YET = "It is scheduled for publication, which would restore the old audience. Change the audience there."


def refusal(thing: Any, user: Any) -> str:
    """Return why `user` may not change the audience of `thing`; an empty text when nothing is in the way."""
    if not isinstance(thing, AudienceMixin):
        return "It has no audience."
    if isinstance(thing, Page):
        return _refusal_of_page(thing, user)
    label = thing._meta
    if not user.has_perm(f"{label.app_label}.change_{label.model_name}"):
        return "You may not change it."
    if thing.live and not user.has_perm(f"{label.app_label}.publish_{label.model_name}"):
        return "It is live, and you may not publish."
    return NOT_LIVE_YET if thing.scheduled_revision else ""


def _refusal_of_page(page: Page, user: Any) -> str:
    permissions = page.permissions_for_user(user)
    if not permissions.can_edit():
        return "You may not edit it."
    if page.alias_of_id:
        return "It is an alias: change the page that it shows."
    if page.scheduled_revision:
        return NOT_LIVE_YET
    if permissions.page_locked():
        return "It is locked."
    return "It is live, and you may not publish." if page.live and not permissions.can_publish() else ""


@transaction.atomic
def change_audience(thing: Any, audience: str, organisations: Sequence[MemberOrganisation], user: Any) -> None:
    """Give `thing` (its own type) this audience. A live one is published so at once; what else its draft holds stays a draft."""
    draft = thing.get_latest_revision() if thing.has_unpublished_changes or not thing.live else None
    if thing.live:
        live = type(thing)._default_manager.get(pk=thing.pk)
        _with(live, audience, organisations).save_revision(user=user, log_action=True).publish(user=user)
    if draft is not None or not thing.live:
        written = draft.as_object() if draft is not None else thing
        _with(written, audience, organisations).save_revision(user=user, log_action=True)


def _with(thing: Any, audience: str, organisations: Sequence[MemberOrganisation]) -> Any:
    thing.audience = audience
    thing.audience_organisations = list(organisations)
    return thing
