"""The only signal connections in the house: whatever can change an answer is recorded here, and only here."""

from __future__ import annotations

from typing import Any

from django.db.models import Model
from django.db.models.signals import post_delete, post_save, pre_delete
from wagtail.models import Page
from wagtail.signals import (
    page_published,
    page_slug_changed,
    page_unpublished,
    post_page_move,
    published,
    unpublished,
)

from . import registry
from .changes import record_change
from .models import ChangeAction


def connect() -> None:
    """Connect every signal of the house (called once, when the app is ready)."""
    page_published.connect(_page_published, dispatch_uid="publishing.page_published")
    page_unpublished.connect(_page_unpublished, dispatch_uid="publishing.page_unpublished")
    page_slug_changed.connect(_page_moved, dispatch_uid="publishing.page_slug_changed")
    post_page_move.connect(_page_moved, dispatch_uid="publishing.post_page_move")
    published.connect(_thing_published, dispatch_uid="publishing.published")
    unpublished.connect(_thing_unpublished, dispatch_uid="publishing.unpublished")
    post_save.connect(_saved, dispatch_uid="publishing.saved")
    pre_delete.connect(_will_be_deleted, dispatch_uid="publishing.will_be_deleted")
    post_delete.connect(_deleted, dispatch_uid="publishing.deleted")


def _page_published(sender: type, instance: Page, **kwargs: Any) -> None:
    record_change(instance, ChangeAction.SAVED)


def _page_unpublished(sender: type, instance: Page, **kwargs: Any) -> None:
    record_change(instance, ChangeAction.WITHDRAWN)


def _page_moved(sender: type, instance: Page, **kwargs: Any) -> None:
    """A moved or renamed page takes the pages below it along: their addresses change too."""
    for page in instance.get_descendants(inclusive=True).live().specific():
        record_change(page, ChangeAction.SAVED)


def _thing_published(sender: type, instance: Model, **kwargs: Any) -> None:
    if not isinstance(instance, Page) and (owner := registry.watched_owner(instance)) is not None:
        record_change(owner, ChangeAction.SAVED)


def _thing_unpublished(sender: type, instance: Model, **kwargs: Any) -> None:
    if not isinstance(instance, Page) and (owner := registry.watched_owner(instance)) is not None:
        record_change(owner, ChangeAction.WITHDRAWN)


def _saved(sender: type, instance: Model, raw: bool = False, **kwargs: Any) -> None:
    owner = None if raw else registry.watched_owner(instance)
    # What can be a draft tells of itself by `published`; a save of its draft changes no answer.
    if owner is not None and not hasattr(owner, "live"):
        record_change(owner, ChangeAction.SAVED)


def _will_be_deleted(sender: type, instance: Model, **kwargs: Any) -> None:
    """Note what names this thing while the database still knows; `_deleted` records their change."""
    instance._holders_before_deletion = registry.holders_of(instance)


def _deleted(sender: type, instance: Model, **kwargs: Any) -> None:
    if isinstance(instance, Page):
        # A page is deleted as a Page and as its own type: only the type tells what it was.
        if type(instance) is not Page:
            record_change(instance, ChangeAction.DELETED)
            _record_holders(instance)
        return
    owner = registry.watched_owner(instance)
    if owner is instance:
        record_change(instance, ChangeAction.DELETED)
        _record_holders(instance)
    elif owner is not None:
        record_change(owner, ChangeAction.SAVED)


def _record_holders(instance: Model) -> None:
    for holder in getattr(instance, "_holders_before_deletion", ()):
        # What is deleted along with the thing tells of its own deletion.
        if type(holder)._default_manager.filter(pk=holder.pk).exists():
            record_change(holder, ChangeAction.SAVED)
