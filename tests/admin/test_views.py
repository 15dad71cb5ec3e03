"""Every view of the admin, opened for every type with references in place; every deletion and bulk action tried and taken back."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from urllib.parse import urlencode

import pytest
from django.db import transaction
from django.db.models import Model
from django.urls import NoReverseMatch, reverse
from wagtail.admin.views.bulk_action.registry import bulk_action_registry
from wagtail.models import Page
from wagtail.snippets.models import get_snippet_models

from tests.admin.addresses import Address, addresses
from tests.admin.content import page_models
from tests.admin.world import World, cases, make_world

pytestmark = pytest.mark.walk

# Wagtail's own page to see what an error looks like.
LEFT_OUT = {"wagtailadmin_error_test"}


@pytest.fixture
def world(everything, django_user_model) -> World:
    return make_world(everything, django_user_model)


@contextmanager
def taken_back() -> Iterator[None]:
    """Undo what happens inside."""
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


def url_of(address: Address, arguments: dict) -> str | None:
    named = {name: value for name, value in arguments.items() if name in address.arguments}
    try:
        return reverse(address.name, kwargs=named)
    except NoReverseMatch:
        return None


def test_there_is_one_of_each_page_type_and_snippet(everything):
    """A new type needs a case: everything else here is walked for it then."""
    missing = {*page_models(), *get_snippet_models()} - set(everything)
    assert missing == set(), "Make one of each in tests/admin/content.py"


def test_no_view_of_the_admin_ends_in_an_error(world, admin, django_user_model):
    admin.raise_request_exception = False
    broken, opened = [], 0
    for address in addresses():
        if address.name in LEFT_OUT or not address.name.rpartition(":")[2]:
            continue
        for arguments in cases(address, world, django_user_model):
            url = url_of(address, arguments)
            assert url is not None, f"{address.name} cannot be written with {arguments}"
            with taken_back():
                admin.force_login(django_user_model.objects.get(username="root"))
                answer = admin.get(url)
            opened += 1
            if answer.status_code >= 500:
                broken.append((url, answer.status_code))
    assert broken == []
    assert opened > 500


def deletions(world: World) -> Iterator[tuple[Model, str]]:
    """Every thing whose type has a view that deletes it, with the address."""
    for address in addresses():
        if address.name.rpartition(":")[2] != "delete":
            continue
        for thing in world.things.values():
            if address.name == "wagtailadmin_pages:delete":
                if isinstance(thing, Page):
                    yield thing, reverse(address.name, args=[thing.pk])
            elif _is_about(address, thing):
                yield thing, reverse(address.name, args=[thing.pk])


def _is_about(address: Address, thing: Model) -> bool:
    options = thing._meta
    namespace = address.name.rpartition(":")[0]
    also = {
        "wagtaildocs": "library.materialdocument",
        "wagtailimages": "wagtailimages.image",
        "wagtailmedia": "library.recordingmedia",
        "wagtailredirects": "wagtailredirects.redirect",
        "wagtailsites": "wagtailcore.site",
        "wagtailusers_users": "auth.user",
        "wagtailusers_groups": "auth.group",
        "wagtailadmin_collections": "wagtailcore.collection",
        "webhooks": "publishing.webhooksubscription",
    }
    return (
        namespace == f"wagtailsnippets_{options.app_label}_{options.model_name}"
        or also.get(namespace) == options.label_lower
    )


def test_every_deletion_is_done_or_refused_with_a_word(world, admin, django_user_model):
    admin.raise_request_exception = False
    wrong, tried = [], 0
    for thing, url in deletions(world):
        with taken_back():
            answer = admin.post(url, headers={"referer": url})
            is_gone = not type(thing)._default_manager.filter(pk=thing.pk).exists()
            is_told = answer.status_code in (302, 403) or (answer.status_code == 200 and b"delete" in answer.content)
            tried += 1
            if not is_told or (not is_gone and answer.status_code == 302 and answer.url.startswith("/sign-in/")):
                wrong.append((url, answer.status_code, is_gone))
        admin.force_login(django_user_model.objects.get(username="root"))
    assert wrong == []
    assert tried > 25


# What bulk actions ask for besides the things themselves.
BULK_VALUES = {"tags": "seen", "audience": "public", "is_active": "on", "mark_as_active": "on"}


def test_every_bulk_action_is_shown_and_done_or_refused(world, admin, django_user_model):
    admin.raise_request_exception = False
    bulk_action_registry._scan_for_bulk_actions()
    wrong, tried = [], 0
    for app_label, models in bulk_action_registry.actions.items():
        for model_name, actions in models.items():
            chosen = [
                thing
                for thing in world.things.values()
                if (app_label, model_name) == (thing._meta.app_label, thing._meta.model_name)
                or (model_name == "page" and isinstance(thing, Page))
            ]
            assert chosen, f"no {app_label}.{model_name} in tests/admin/world.py"
            for action in actions:
                for things in (*([thing] for thing in chosen), chosen):
                    query = urlencode([("id", thing.pk) for thing in things] + [("next", "/admin/")])
                    url = reverse("wagtail_bulk_action", args=[app_label, model_name, action]) + f"?{query}"
                    shown = admin.get(url).status_code
                    with taken_back():
                        collection = world.things[next(one for one in world.things if one.__name__ == "Collection")]
                        values = BULK_VALUES | {"collection": collection.pk, "chooser": world.pages[0].pk}
                        done = admin.post(url, values).status_code
                    admin.force_login(django_user_model.objects.get(username="root"))
                    tried += 1
                    if shown >= 400 or done >= 500 or done == 404:
                        wrong.append((url, shown, done))
    assert wrong == []
    assert tried > 40
