"""Ways of changing content by commands: of Wagtail, of its packages, and our own."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.core.management import call_command
from django.utils import timezone
from wagtail.images import get_image_model
from wagtail.models import Page

from tests import factories

from .world import PAGES, World, way


def _expired(world: World, kind: str) -> Any:
    page = world.make(kind)
    page.expire_at = timezone.now() + dt.timedelta(seconds=0.2)
    page.save_revision().publish()
    return page


def _due(world: World, kind: str) -> Any:
    page = world.make(kind, "scheduled")
    revision = page.get_latest_revision()
    revision.approved_go_live_at = timezone.now() + dt.timedelta(hours=1)
    revision.save()
    return page


@way("command:publish_scheduled", "command:publish_scheduled_pages", kinds=PAGES, prepare=_due)
def publish_what_is_due(world: World, page: Any) -> None:
    revision = page.get_latest_revision()
    revision.approved_go_live_at = timezone.now() - dt.timedelta(seconds=1)
    revision.content["go_live_at"] = revision.approved_go_live_at.isoformat()
    revision.save()
    call_command("publish_scheduled")


@way("command:publish_scheduled", kinds=PAGES, prepare=lambda world, kind: world.make(kind))
def withdraw_what_has_expired(world: World, page: Any) -> None:
    page.expire_at = timezone.now() - dt.timedelta(seconds=1)
    page.save_revision().publish()
    call_command("publish_scheduled")


@way("command:publish_scheduled", kinds=("person",))
def withdraw_a_person_who_has_expired(world: World, person: Any) -> None:
    person.expire_at = timezone.now() - dt.timedelta(seconds=1)
    person.save_revision().publish()
    call_command("publish_scheduled")


@way(
    "command:move_pages", prepare=lambda world, kind: (world.make("session"), factories.programme(world.site, "Target"))
)
def move_pages(world: World, pair: Any) -> None:
    page, target = pair
    parent = factories.programme(world.site, world.name("old parent"))
    page.move(parent, "last-child")
    call_command("move_pages", str(parent.pk), str(target.pk), verbosity=0)


@way("command:set_url_paths", kinds=("page",))
def mend_addresses(world: World, page: Any) -> None:
    Page.objects.filter(pk=page.pk).update(slug=f"typed-in-sql-{page.pk}")
    call_command("set_url_paths")


@way("command:purge_revisions", kinds=("page",), changes_something=False)
def purge_revisions(world: World, page: Any) -> None:
    page.title = world.name("draft")
    page.save_revision()
    call_command("purge_revisions", verbosity=0)


@way(
    "command:wagtail_update_image_renditions",
    prepare=lambda world, kind: world.image_shown(),
    changes_something=False,  # what is thrown away is made anew when it is asked for, under the same address
)
def purge_renditions(world: World, image: Any) -> None:
    get_image_model().objects.get(pk=image.pk).get_rendition("width-320")
    call_command("wagtail_update_image_renditions", purge_only=True, verbosity=0)
