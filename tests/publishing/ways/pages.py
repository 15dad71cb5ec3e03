"""Ways of changing pages: the admin's views, bulk actions and API, and what code does through Wagtail."""

from __future__ import annotations

import datetime as dt
from typing import Any

import orjson
from django.db.models.query import QuerySet
from django.utils import timezone
from wagtail.models import GroupApprovalTask, Page, Workflow, WorkflowPage, WorkflowTask

from programmes.models import ProgrammesIndexPage
from tests import factories

from .world import PAGES, World, way

API = "/admin/api/main/pages"
ALL = (*PAGES,)


def _bulk(world: World, action: str, *pages: Any, **fields: Any) -> None:
    ids = "&".join(f"id={page.pk}" for page in pages)
    world.send(f"/admin/bulk/wagtailcore/page/{action}/?{ids}&next=/admin/", fields)


def _api(world: World, page: Any, action: str, **data: Any) -> None:
    url = f"{API}/{page.pk}/action/{action}/"
    answer = world.client.post(url, orjson.dumps(data), content_type="application/json")
    assert answer.status_code < 300, f"{action} answers {answer.status_code}: {answer.content[:300]!r}"


def _draft_of(world: World, kind: str) -> Any:
    page = world.make(kind)
    page.title = world.name("new title")
    page.save_revision()
    return page


def _withdrawn(world: World, kind: str) -> Any:
    return world.make(kind, "unpublished")


def _original_of_alias(world: World, kind: str) -> Any:
    page = world.make(kind)
    world.alias_of(page)
    return page


def _alias(world: World, kind: str) -> Any:
    return world.alias_of(world.make(kind))


def _scheduled(world: World, kind: str) -> Any:
    page = world.make(kind)
    page.title, page.go_live_at = world.name("scheduled"), timezone.now() + dt.timedelta(days=1)
    page.save_revision().publish()
    return type(page).objects.get(pk=page.pk)


def _two_versions(world: World, kind: str) -> Any:
    page = world.make(kind)
    page.title = world.name("second version")
    page.save_revision().publish()
    return type(page).objects.get(pk=page.pk)


def _movable(world: World, kind: str) -> Any:
    page = world.make(kind)
    return page, {"session": factories.programme, "page": factories.standard_page}[kind](
        world.site, world.name("target")
    )


# -- the admin's views -------------------------------------------------------------------------------------------------


@way("wagtailadmin_pages:edit", "wagtailadmin_explore", kinds=ALL)
def edit_and_publish(world: World, page: Any) -> None:
    url = f"/admin/pages/{page.pk}/edit/"
    world.fill_in(url, title=world.name("edited"), **{"action-publish": "action-publish"})


@way("wagtailadmin_pages:edit", kinds=ALL)
def rename_the_address_in_the_form(world: World, page: Any) -> None:
    slug = f"renamed-{page.pk}"
    world.fill_in(f"/admin/pages/{page.pk}/edit/", slug=slug, **{"action-publish": "action-publish"})


@way("wagtailadmin_pages:edit", kinds=ALL)
def narrow_the_audience_in_the_form(world: World, page: Any) -> None:
    url = f"/admin/pages/{page.pk}/edit/"
    world.fill_in(url, audience="members", **{"action-publish": "action-publish"})


@way("wagtailadmin_pages:edit", kinds=ALL, changes_something=False)
def save_a_draft(world: World, page: Any) -> None:
    world.fill_in(f"/admin/pages/{page.pk}/edit/", title=world.name("draft"))


@way("wagtailadmin_pages:edit", kinds=ALL)
def let_it_expire_in_the_form(world: World, page: Any) -> None:
    page.expire_at = timezone.now() - dt.timedelta(seconds=1)
    page.save_revision().publish()


@way("wagtailadmin_pages:add", "wagtailadmin_pages:add_subpage", kinds=("page",))
def add_a_page(world: World, page: Any) -> None:
    url = f"/admin/pages/add/home/standardpage/{world.site.home.pk}/"
    world.fill_in(
        url, title=world.name("added"), slug="added", summary="Added.", **{"action-publish": "action-publish"}
    )


@way("wagtailadmin_pages:unpublish", kinds=ALL)
def unpublish_by_its_view(world: World, page: Any) -> None:
    world.send(f"/admin/pages/{page.pk}/unpublish/", include_descendants="on")


@way("wagtailadmin_pages:unpublish", kinds=ALL, prepare=_original_of_alias)
def unpublish_with_its_aliases(world: World, page: Any) -> None:
    world.send(f"/admin/pages/{page.pk}/unpublish/")


@way("wagtailadmin_pages:unpublish", kinds=ALL, prepare=lambda world, kind: world.shared(kind))
def unpublish_what_a_partner_sees(world: World, page: Any) -> None:
    world.send(f"/admin/pages/{page.pk}/unpublish/")


@way("wagtailadmin_pages:delete", kinds=ALL)
def delete_by_its_view(world: World, page: Any) -> None:
    world.send(f"/admin/pages/{page.pk}/delete/")


@way("wagtailadmin_pages:copy", kinds=ALL)
def copy_by_its_view(world: World, page: Any) -> None:
    world.fill_in(
        f"/admin/pages/{page.pk}/copy/", new_title=world.name("copy"), new_slug=f"copy-{page.pk}",
        publish_copies="on", copy_subpages="on",
    )  # fmt: skip


@way("wagtailadmin_pages:copy", kinds=ALL)
def copy_as_an_alias(world: World, page: Any) -> None:
    url = f"/admin/pages/{page.pk}/copy/"
    world.fill_in(url, new_slug=f"alias-{page.pk}", alias="on", copy_subpages="on")


@way("wagtailadmin_pages:copy", kinds=ALL, prepare=lambda world, kind: world.shared(kind))
def copy_what_a_partner_sees(world: World, page: Any) -> None:
    url = f"/admin/pages/{page.pk}/copy/"
    world.fill_in(url, new_title=world.name("copy"), new_slug=f"copy-{page.pk}", publish_copies="on")


@way("wagtailadmin_pages:convert_alias", kinds=ALL, prepare=_alias, changes_something=False)
def convert_an_alias(world: World, page: Any) -> None:
    world.send(f"/admin/pages/{page.pk}/convert_alias/")


@way("wagtailadmin_pages:move", "wagtailadmin_pages:move_confirm", kinds=("session", "page"), prepare=_movable)
def move_by_its_view(world: World, pair: Any) -> None:
    page, target = pair
    world.send(f"/admin/pages/{page.pk}/move/{target.pk}/confirm/")


@way("wagtailadmin_pages:set_page_position", kinds=ALL, changes_something=False)
def reorder(world: World, page: Any) -> None:
    world.send(f"/admin/pages/{page.pk}/set_position/?position=0")


@way("wagtailadmin_pages:revisions_revert", "wagtailadmin_pages:revisions_index", kinds=ALL, prepare=_two_versions)
def revert_in_the_form(world: World, page: Any) -> None:
    first = page.revisions.order_by("pk").first()
    from tests.editors import form_fields

    fields = form_fields(world.client, f"/admin/pages/{page.pk}/revisions/{first.pk}/revert/")
    fields |= {"revision": first.pk, "action-publish": "action-publish"}
    world.send(f"/admin/pages/{page.pk}/edit/", fields)


@way("wagtailadmin_pages:revisions_unschedule", kinds=ALL, prepare=_scheduled, changes_something=False)
def unschedule(world: World, page: Any) -> None:
    world.send(f"/admin/pages/{page.pk}/revisions/{page.scheduled_revision.pk}/unschedule/")


def _in_workflow(world: World, kind: str) -> Any:
    page = _draft_of(world, kind)
    task = GroupApprovalTask.objects.create(name=world.name("task"))
    workflow = Workflow.objects.create(name=world.name("workflow"))
    WorkflowTask.objects.create(workflow=workflow, task=task, sort_order=1)
    WorkflowPage.objects.update_or_create(page=page.page_ptr, defaults={"workflow": workflow})
    workflow.start(page, None)
    return page


@way(
    "wagtailadmin_pages:workflow_action",
    "wagtailadmin_pages:collect_workflow_action_data",
    kinds=ALL,
    prepare=_in_workflow,
)
def approve_in_a_workflow(world: World, page: Any) -> None:
    state = page.current_workflow_task_state
    world.send(f"/admin/pages/workflow/action/{page.pk}/approve/{state.pk}/", comment="")


@way("wagtailadmin_pages:confirm_workflow_cancellation", kinds=("page",), prepare=_in_workflow, changes_something=False)
def reject_in_a_workflow(world: World, page: Any) -> None:
    state = page.current_workflow_task_state
    world.send(f"/admin/pages/workflow/action/{page.pk}/reject/{state.pk}/", comment="")


@way("wagtailadmin_pages:lock", "wagtailadmin_pages:unlock", kinds=ALL, changes_something=False)
def lock_and_unlock(world: World, page: Any) -> None:
    world.send(f"/admin/pages/{page.pk}/lock/")
    world.send(f"/admin/pages/{page.pk}/unlock/")


# -- bulk actions ------------------------------------------------------------------------------------------------------


@way("bulk:wagtailcore.page.unpublish", "wagtail_bulk_action", kinds=ALL)
def bulk_unpublish(world: World, page: Any) -> None:
    _bulk(world, "unpublish", page, include_descendants="on")


@way("bulk:wagtailcore.page.unpublish", kinds=ALL, prepare=_original_of_alias)
def bulk_unpublish_with_aliases(world: World, page: Any) -> None:
    _bulk(world, "unpublish", page)


@way("bulk:wagtailcore.page.publish", kinds=ALL, prepare=_draft_of)
def bulk_publish_a_draft(world: World, page: Any) -> None:
    _bulk(world, "publish", page, include_descendants="on")


@way("bulk:wagtailcore.page.publish", kinds=ALL, prepare=_withdrawn)
def bulk_publish_what_was_withdrawn(world: World, page: Any) -> None:
    _bulk(world, "publish", page)


@way("bulk:wagtailcore.page.delete", kinds=ALL)
def bulk_delete(world: World, page: Any) -> None:
    _bulk(world, "delete", page)


@way("bulk:wagtailcore.page.change_audience", kinds=ALL)
def bulk_narrow_the_audience(world: World, page: Any) -> None:
    _bulk(world, "change_audience", page, audience="members")


@way("bulk:wagtailcore.page.move", kinds=("session", "page"), prepare=_movable)
def bulk_move(world: World, pair: Any) -> None:
    page, target = pair
    page.refresh_from_db()
    _bulk(world, "move", page, chooser=target.pk)
    assert Page.objects.get(pk=page.pk).get_parent().pk == target.pk


# -- the admin's API ---------------------------------------------------------------------------------------------------


@way("api:unpublish", "wagtailadmin_api:pages:action", kinds=ALL)
def unpublish_by_the_api(world: World, page: Any) -> None:
    _api(world, page, "unpublish", recursive=True)


@way("api:publish", kinds=ALL, prepare=_draft_of)
def publish_by_the_api(world: World, page: Any) -> None:
    _api(world, page, "publish")


@way("api:delete", kinds=ALL)
def delete_by_the_api(world: World, page: Any) -> None:
    _api(world, page, "delete")


@way("api:copy", kinds=ALL)
def copy_by_the_api(world: World, page: Any) -> None:
    _api(world, page, "copy", slug=f"copy-{page.pk}", title=world.name("copy"), recursive=True, keep_live=True)


@way("api:move", kinds=("session", "page"), prepare=_movable)
def move_by_the_api(world: World, pair: Any) -> None:
    page, target = pair
    _api(world, page, "move", destination_page_id=target.pk, position="last-child")


@way("api:create_alias", kinds=ALL)
def alias_by_the_api(world: World, page: Any) -> None:
    _api(world, page, "create_alias", recursive=True, update_slug=f"alias-{page.pk}")


@way("api:convert_alias", kinds=ALL, prepare=_alias, changes_something=False)
def convert_an_alias_by_the_api(world: World, page: Any) -> None:
    _api(world, page, "convert_alias")


@way("api:revert_to_page_revision", kinds=ALL, prepare=_two_versions, changes_something=False)
def revert_by_the_api(world: World, page: Any) -> None:
    _api(world, page, "revert_to_page_revision", revision_id=page.revisions.order_by("pk").first().pk)


# -- what code does through Wagtail --------------------------------------------------------------------------------------


@way(kinds=ALL)
def unpublish_a_queryset(world: World, page: Any) -> None:
    Page.objects.filter(pk=page.pk).unpublish()


@way(kinds=ALL)
def unpublish_a_queryset_of_its_type(world: World, page: Any) -> None:
    type(page).objects.filter(pk=page.pk).unpublish()


@way(kinds=ALL)
def unpublish_a_plain_page_whose_type_was_read_before(world: World, page: Any) -> None:
    plain = Page.objects.get(pk=page.pk)
    assert plain.specific.live
    plain.unpublish()


@way(kinds=ALL)
def delete_a_queryset(world: World, page: Any) -> None:
    Page.objects.filter(pk=page.pk).delete()


@way(kinds=ALL)
def delete_a_plain_queryset(world: World, page: Any) -> None:
    QuerySet(Page).filter(path__startswith=page.path).delete()


@way(kinds=ALL)
def save_a_plain_page(world: World, page: Any) -> None:
    plain = Page.objects.get(pk=page.pk)
    plain.title = world.name("plain title")
    plain.save()


@way(kinds=ALL)
def rename_the_address_of_a_plain_page(world: World, page: Any) -> None:
    plain = Page.objects.get(pk=page.pk)
    plain.slug = f"plain-{page.pk}"
    plain.save()


@way(kinds=("session", "page"), prepare=_movable)
def move_a_plain_page(world: World, pair: Any) -> None:
    page, target = pair
    Page.objects.get(pk=page.pk).move(Page.objects.get(pk=target.pk), "first-child")


@way(kinds=ALL, prepare=_original_of_alias)
def publish_what_has_aliases(world: World, page: Any) -> None:
    page.title = world.name("for the alias too")
    page.save_revision().publish()


@way(kinds=ALL, prepare=lambda world, kind: world.alias_of(world.make(kind)))
def unpublish_an_alias(world: World, page: Any) -> None:
    Page.objects.get(pk=page.pk).unpublish(log_action=False)


@way(kinds=("programme",))
def delete_what_stands_above(world: World, page: Any) -> None:
    ProgrammesIndexPage.objects.get().get_children().get(pk=page.pk).delete()
