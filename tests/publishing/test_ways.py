"""Whatever withdraws, withdraws: after every way in which content changes, everybody is told the truth and nothing else."""

from __future__ import annotations

import pytest
from django.core.management import get_commands
from django.urls import URLResolver, get_resolver
from wagtail.admin.api.views import PagesAdminAPIViewSet
from wagtail.admin.views.bulk_action.registry import bulk_action_registry

from cms.publishing.registry import recorded_models
from cms.publishing.versions import current_version
from tests.following.truth import Witnesses, turn_of_worker_and_clock

from .ways import commands, looks, pages, things  # noqa: F401
from .ways.world import WAYS, make_world

pytestmark = pytest.mark.walk


@pytest.fixture
def world(db, own_folders, settings):
    # A walk asks for whole copies, which no partner's single query does.
    settings.API_LIMITS = {**settings.API_LIMITS, "cost": 10**9, "deadline_seconds": 120.0}
    return make_world()


@pytest.mark.parametrize("name", WAYS)
def test_after_every_way_of_changing_content_everybody_is_told_the_truth(world, name):
    """All kinds of things are changed before anybody looks again: each must have counted the content version up by itself."""
    way = WAYS[name]
    witnesses = Witnesses()
    subjects = [(kind, way.prepare(world, kind)) for kind in way.kinds]
    witnesses.look()
    for kind, subject in subjects:
        version = current_version()
        way.run(world, subject)
        turn_of_worker_and_clock()
        assert not way.changes_something or current_version() > version, f"a {kind or 'thing'} was changed in silence"
    witnesses.check(changes_something=way.changes_something)


def admin_names(resolver=None, prefix="", spaces=()):
    """Every name of an address of the admin, with its namespaces."""
    for pattern in (resolver or get_resolver()).url_patterns:
        route = prefix + str(pattern.pattern)
        if isinstance(pattern, URLResolver):
            yield from admin_names(pattern, route, (*spaces, *filter(None, [pattern.namespace])))
        elif route.startswith("admin/") and pattern.name:
            yield ":".join([*spaces, pattern.name])


def has_reason(name: str) -> bool:
    space, _, last = name.rpartition(":")
    return bool(
        name in looks.NAMES or space in looks.NO_CONTENT or looks.LOOKING.fullmatch(last) or looks.NEW.fullmatch(name)
    )


COVERED = {covered for way in WAYS.values() for covered in way.covers}


def test_every_address_of_the_admin_has_a_case_or_a_reason():
    names = set(admin_names())
    assert len(names) > 200
    missing = sorted(name for name in names if name not in COVERED and not has_reason(name))
    assert not missing, "write a way of changing content for these (tests/publishing/ways), or say why they change none"


def test_every_bulk_action_has_a_case_or_a_reason():
    bulk_action_registry._scan_for_bulk_actions()
    offered = {
        f"{app}.{model}.{action}"
        for app, models in bulk_action_registry.actions.items()
        for model, actions in models.items()
        for action in actions
    }
    assert "wagtailcore.page.unpublish" in offered
    missing = {one for one in offered if f"bulk:{one}" not in COVERED and one not in looks.BULK_WITHOUT_CONTENT}
    assert not missing


def test_every_action_of_the_admins_api_has_a_case_or_a_reason():
    missing = {
        name
        for name in PagesAdminAPIViewSet.actions
        if f"api:{name}" not in COVERED and name not in looks.API_WITHOUT_CASE
    }
    assert not missing


def test_every_command_has_a_case_or_a_reason():
    missing = {
        name
        for name, app in get_commands().items()
        if f"command:{name}" not in COVERED and name not in looks.COMMANDS and not looks.DJANGO.match(str(app))
    }
    assert not missing


def test_every_page_type_and_followed_thing_is_walked():
    walked = {"recordingpage", "materialpage", "sessionpage", "programmepage", "standardpage"}
    # One of each, which no editor can add, copy or withdraw; they are edited like the others.
    fixed = {"homepage", "programmesindexpage", "libraryindexpage"}
    followed = {"person", "topic", "corearea", "prioritygroup", "memberorganisation"}
    parts = {"recordingmedia", "materialdocument", "image"}
    assert {model._meta.model_name for model in recorded_models()} == walked | fixed | followed | parts
