"""What the arguments of the admin's addresses stand for, so that each view is opened with something real."""

from __future__ import annotations

import io
from dataclasses import dataclass
from typing import Any

from django.contrib.auth.models import Group
from django.core.files.images import ImageFile
from django.db.models import Model
from wagtail.contrib.redirects.models import Redirect
from wagtail.images import get_image_model
from wagtail.models import Collection, GroupApprovalTask, Page, Site, Workflow, WorkflowTask
from wagtail.snippets.models import get_snippet_models

from cms.publishing import clock
from cms.publishing.models import ContentChange, PeriodicJob, Reaction
from cms.publishing.webhooks.models import WebhookDelivery, WebhookSubscription
from cms.publishing.webhooks.queueing import queue_ping
from library.models import MaterialDocument, RecordingMedia
from tests.admin.addresses import Address
from tests.library.test_pictures import png

Arguments = dict[str, Any]


class NoCaseError(LookupError):
    """An address whose arguments nobody has said anything about: give it a case in this module."""


@dataclass
class World:
    """One thing of each type, by its type."""

    things: dict[type[Model], Any]

    def pk(self, model: type[Model]) -> Any:
        return self.things[model].pk

    @property
    def pages(self) -> list[Page]:
        return [thing for thing in self.things.values() if isinstance(thing, Page)]


def make_world(everything: dict[type[Model], Any], users: Any) -> World:
    """Return the world: everything, and one row of whatever else the admin shows."""
    image_model = get_image_model()
    image = image_model.objects.create(title="Picture", file=ImageFile(io.BytesIO(png()), name="picture.png"))
    workflow, task = Workflow.objects.create(name="Review"), GroupApprovalTask.objects.create(name="Look")
    WorkflowTask.objects.create(workflow=workflow, task=task, sort_order=0)
    clock.ensure_rows()
    page = next(thing for thing in everything.values() if isinstance(thing, Page))
    change = ContentChange.objects.first()
    things = {
        **everything,
        image_model: image,
        MaterialDocument: MaterialDocument.objects.first(),
        RecordingMedia: RecordingMedia.objects.first(),
        WebhookDelivery: queue_ping(everything[WebhookSubscription]),
        Workflow: workflow,
        GroupApprovalTask: task,
        Site: Site.objects.first(),
        Collection: Collection.get_first_root_node().add_child(name="Private"),
        Redirect: Redirect.objects.create(old_path="/old", redirect_page=page),
        Group: Group.objects.create(name="Some"),
        users: users.objects.get(username="member"),
        Reaction: Reaction.objects.first() or Reaction.objects.create(change=change, name="index"),
        PeriodicJob: PeriodicJob.objects.first(),
    }
    for thing in things.values():
        if hasattr(thing, "save_revision") and thing.latest_revision_id is None:
            thing.save_revision()
    return World(things)


def cases(address: Address, world: World, users: Any) -> list[Arguments]:
    """Return the arguments with which an address is opened: one for each type that it may be about; NoCaseError for a new one."""
    if not address.arguments:
        return [{}]
    namespace, _, name = address.name.rpartition(":")
    if namespace == "wagtailadmin_pages" or name.startswith("academy_see"):
        return [arguments for page in world.pages for arguments in _of_page(address, page)]
    if name == "wagtail_bulk_action":
        return []  # walked by itself
    model = _model_of(namespace, name, users)
    row = world.things.get(model) if model else None
    known = {
        "revision_id_a": "earliest",
        "revision_id_b": "latest",
        "revision_id": getattr(row, "latest_revision_id", None),
        "label": "programmes.topic",
        "parent_page_id": world.pages[0].pk,
        "page_pk": world.pages[0].pk,
        "page_id": world.pages[0].pk,
        "workflow_pk": world.pk(Workflow),
        "task_id": world.pk(GroupApprovalTask),
        "media_type": "video",
        "filter_spec": "width-320",
        "uidb64": "MQ",
        "token": "set-password",
        "action_name": "unpublish",
        "uploaded_file_id": 0,
        "session_id": 0,
        "object_id": world.pages[0].pk,
    }
    if row is not None:
        own = ("pk", "document_id", "doc_id", "image_id", "media_id", "redirect_id", "collection_id")
        known |= dict.fromkeys(own, row.pk)
    if "app_name" in address.arguments or "app_label" in address.arguments:
        return [known | labels for labels in _labels(namespace, name)] if _labels(namespace, name) else _raise(address)
    if missing := set(address.arguments) - set(known):
        raise NoCaseError(f"{address.name} ({', '.join(sorted(missing))})")
    return [{argument: known[argument] for argument in address.arguments}]


def _raise(address: Address) -> list[Arguments]:
    raise NoCaseError(address.name)


def _labels(namespace: str, name: str) -> list[Arguments]:
    """The app and the model in an address, under the names that it uses for them."""
    tables = {
        "wagtailsettings": [
            {"app_name": "home", "model_name": "academysettings", "pk": 1},
            {"app_name": "search", "model_name": "searchsettings", "pk": 1},
        ],
        "wagtailadmin_workflows": [{"app_label": "wagtailcore", "model_name": "groupapprovaltask"}],
        "wagtailadmin_editing_sessions": [{"app_label": "wagtailcore", "model_name": "page"}],
        "": [{"app_name": "taggit", "model_name": "tag"}],
    }
    return tables.get(namespace, [])


def _of_page(address: Address, page: Page) -> list[Arguments]:
    """The arguments of an address of the explorer for one page."""
    labels = {"app_label": page._meta.app_label, "model_name": page._meta.model_name}
    known = {
        **labels,
        **dict.fromkeys(("page_id", "pk", "page_to_move_id"), page.pk),
        "content_type_app_name": labels["app_label"],
        "content_type_model_name": labels["model_name"],
        "parent_page_id": page.get_parent().pk,
        "destination_id": page.get_parent().pk,
        "revision_id": page.latest_revision_id,
        "revision_id_a": "earliest",
        "revision_id_b": "latest",
        "action_name": "approve",
        **dict.fromkeys(("task_state_id", "workflow_state_id", "task_id"), 0),
    }
    if missing := set(address.arguments) - set(known):
        raise NoCaseError(f"{address.name} ({', '.join(sorted(missing))})")
    return [{argument: known[argument] for argument in address.arguments}]


def _model_of(namespace: str, name: str, users: Any) -> Any:
    """Return whose key an address takes."""
    by_namespace: dict[str, Any] = {
        "periodic_jobs": PeriodicJob,
        "reactions": Reaction,
        "wagtailadmin_api:documents": MaterialDocument,
        "wagtailadmin_api:images": get_image_model(),
        "wagtailadmin_collections": Collection,
        "wagtaildocs": MaterialDocument,
        "wagtaildocs_chooser": MaterialDocument,
        "wagtailimages": get_image_model(),
        "wagtailimages_chooser": get_image_model(),
        "wagtailmedia": RecordingMedia,
        "wagtailredirects": Redirect,
        "wagtailsites": Site,
        "wagtailusers_groups": Group,
        "wagtailusers_users": users,
        "webhook_deliveries": WebhookDelivery,
        "webhooks": WebhookSubscription,
    }
    if namespace == "wagtailadmin_workflows":
        return GroupApprovalTask if "task" in name else Workflow
    if namespace == "wagtailadmin_api:pages":
        from home.models import HomePage

        return HomePage
    for model in get_snippet_models():
        label = f"{model._meta.app_label}_{model._meta.model_name}"
        if namespace in {f"wagtailsnippets_{label}", f"wagtailsnippetchoosers_{label}"}:
            return model
    if namespace:
        return by_namespace.get(namespace)
    return _model_of_our_own(name)


def _model_of_our_own(name: str) -> Any:
    from cms.access.models import ApiClient, ApiKey, MemberOrganisation

    if name.startswith("webhook_"):
        return WebhookDelivery if name == "webhook_resend_one" else WebhookSubscription
    return {
        "access_end": MemberOrganisation,
        "access_resume": MemberOrganisation,
        "access_calendar": MemberOrganisation,
        "access_make_calendar": MemberOrganisation,
        "access_revoke_calendar": MemberOrganisation,
        "access_new_key": ApiClient,
        "access_register_queries": ApiClient,
        "access_replace_key": ApiKey,
        "access_revoke_key": ApiKey,
    }.get(name)
