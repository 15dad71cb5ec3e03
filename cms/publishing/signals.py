"""The only signal connections in the house: whatever can change an answer is recorded here, and only here."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.apps import AppConfig
from django.db import DEFAULT_DB_ALIAS, connection, transaction
from django.db.models import Model
from django.db.models.signals import post_delete, post_migrate, post_save, pre_delete, pre_save
from wagtail.images.models import AbstractRendition
from wagtail.models import Page, Site

from cms.access.models import ApiClient, ApiKey, AudienceMixin, MemberOrganisation, address_changed, content_written
from cms.access.principals import organisation_token
from cms.replay import wait_after_commit

from . import registry
from .changes import record_change, record_changes
from .feed.compaction import forget_tokens
from .feed.links import key_of
from .feed.reconciling import reconcile, record_gone
from .feed.recording import note_new_addresses
from .models import ChangeAction, FeedThing
from .versions import advance_version

# Columns that a draft or the keeping of the tree writes; no answer shows them.
BOOKKEEPING = {
    "wagtail_admin_comments",
    "latest_revision",
    "latest_revision_created_at",
    "draft_title",
    "has_unpublished_changes",
    "live_revision",
    "locked",
    "locked_at",
    "locked_by",
    "numchild",
}


def connect() -> None:
    """Connect every signal of the house (called once, when the app is ready)."""
    content_written.connect(_written, dispatch_uid="publishing.written")
    address_changed.connect(_address_changed, dispatch_uid="publishing.address_changed")
    pre_save.connect(_page_will_be_saved_bare, sender=Page, dispatch_uid="publishing.page_will_be_saved_bare")
    post_save.connect(_page_saved_bare, sender=Page, dispatch_uid="publishing.page_saved_bare")
    post_save.connect(_saved, dispatch_uid="publishing.saved")
    pre_delete.connect(_will_be_deleted, dispatch_uid="publishing.will_be_deleted")
    post_delete.connect(_deleted, dispatch_uid="publishing.deleted")
    post_migrate.connect(_migrated, dispatch_uid="publishing.migrated")
    for model in (ApiKey, ApiClient, MemberOrganisation):
        for signal in (post_save, post_delete):
            signal.connect(_access_changed, sender=model, dispatch_uid="publishing.access_changed")


def _written(sender: type, instance: Any, update_fields: Iterable[str] | None = None, **kwargs: Any) -> None:
    """A thing with an audience was written: published, withdrawn, brought in live, or kept as a draft, which nobody sees."""
    if update_fields is not None and BOOKKEEPING.issuperset(update_fields):
        return
    if instance.live:
        record_change(instance, ChangeAction.SAVED)
    elif FeedThing.objects.filter(key=key_of(sender, instance.pk)).exclude(audiences=[]).exists():
        record_change(instance, ChangeAction.WITHDRAWN)


def _address_changed(sender: type, instance: Page, **kwargs: Any) -> None:
    """A renamed page takes the pages below it along: their addresses change too. It tells of itself."""
    record_changes(lambda: instance.get_descendants().live().specific(), ChangeAction.SAVED)


def _page_will_be_saved_bare(sender: type, instance: Page, **kwargs: Any) -> None:
    """Note the address that a page has before it is written as a plain Page; see `_page_saved_bare`."""
    known = Page.objects.filter(pk=instance.pk).values_list("url_path", flat=True).first()
    instance._url_path_before_save = known


def _page_saved_bare(
    sender: type, instance: Page, update_fields: Iterable[str] | None = None, raw: bool = False, **kwargs: Any
) -> None:
    """A page was written as a plain Page, past the `save` of its own type.

    Wagtail does so where it needs no more than the tree: bulk actions, aliases and querysets that are unpublished, moves,
    copies of addresses. The page is read anew, since an instance of its own type that was read before may be out of date.
    A moved page takes the pages below it along; inside the transaction that moves it.
    """
    if raw:
        return
    model = instance.specific_class
    if model is None or model is Page:
        return
    written = model._default_manager.filter(pk=instance.pk).first()
    if written is None:
        return
    # One transaction: a change and its record are one.
    with transaction.atomic():
        _written(model, written, update_fields)
        if getattr(instance, "_url_path_before_save", None) not in (None, instance.url_path):
            _address_changed(model, instance)


def _access_changed(sender: type, **kwargs: Any) -> None:
    """Whoever ended a key finds it ended in every process."""
    wait_after_commit()


def _saved(sender: type, instance: Model, raw: bool = False, **kwargs: Any) -> None:
    owner = None if raw else registry.watched_owner(instance)
    # What has an audience tells of itself when it is written whole, lists and parts included.
    if owner is not None and not isinstance(owner, AudienceMixin):
        # One transaction: what moves in the feed at a version must be committed with it.
        with transaction.atomic():
            change = record_change(owner, ChangeAction.SAVED)
            if isinstance(owner, Site):
                note_new_addresses(change.version)


def _will_be_deleted(sender: type, instance: Model, **kwargs: Any) -> None:
    """Note what names this thing while the database still knows; `_deleted` records their change."""
    instance._holders_before_deletion = registry.holders_of(instance)


def _deleted(sender: type, instance: Model, **kwargs: Any) -> None:
    if isinstance(instance, Page):
        # A page is deleted as its own type and as a Page: only the type tells what it was.
        if type(instance) is not Page:
            record_change(instance, ChangeAction.DELETED)
            _record_holders(instance)
        else:
            # The row of its own type was lost before (`fixtree` deletes such pages): the feed still tells what it was.
            record_gone(FeedThing.objects.filter(key=key_of(Page, instance.pk)).exclude(audiences=[]))
        return
    if isinstance(instance, AbstractRendition):
        # Answers hold the addresses of renditions; one that is deleted is made anew by whoever asks anew.
        advance_version()
        return
    owner = registry.watched_owner(instance)
    if owner is instance:
        record_change(instance, ChangeAction.DELETED)
        _record_holders(instance)
        if isinstance(instance, MemberOrganisation):
            forget_tokens([organisation_token(instance.uuid)])
    elif owner is not None:
        record_change(owner, ChangeAction.SAVED)


def _record_holders(instance: Model) -> None:
    holders = getattr(instance, "_holders_before_deletion", ())
    if holders:
        record_changes(lambda: _still_there(holders), ChangeAction.SAVED, is_in_feed=True)


def _still_there(things: Iterable[Model]) -> list[Model]:
    """Leave out what is deleted along with the thing: it tells of its own deletion."""
    by_model: dict[type[Model], list[Model]] = {}
    for thing in things:
        by_model.setdefault(type(thing), []).append(thing)
    return [
        thing
        for model, group in by_model.items()
        for thing in model._default_manager.filter(pk__in=[thing.pk for thing in group])
    ]


def _migrated(sender: AppConfig, using: str, **kwargs: Any) -> None:
    """Take what was there before the feed was into it, once, when the tables are new."""
    if sender.label != "publishing" or using != DEFAULT_DB_ALIAS:
        return
    tables = set(connection.introspection.table_names())
    is_ready = all(model._meta.db_table in tables for model in (FeedThing, *registry.recorded_models()))
    if is_ready and not FeedThing.objects.exists():
        reconcile()
