"""Publishing or deleting many pages at once, where Wagtail's own stops with an error: one page of a kind must not stop the rest."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db import transaction
from wagtail import hooks
from wagtail.admin.views.pages.bulk_actions.delete import DeleteBulkAction
from wagtail.admin.views.pages.bulk_actions.publish import PublishBulkAction
from wagtail.fields import StreamField
from wagtail.models import Page

from cms.access.models import AudiencePage


def reasons_against(page: Any) -> list[str]:
    """Return why a page as it stands in memory cannot be published, in words; none when it can."""
    told: list[str] = []
    try:
        page.full_clean()
    except ValidationError as error:
        for name, problems in error.message_dict.items():
            field = next((field for field in page._meta.get_fields() if field.name == name), None)
            label = str(getattr(field, "verbose_name", name))
            told += [f"{label}: {problem}" for problem in problems]
    for field in page._meta.get_fields():
        if isinstance(field, StreamField):
            try:
                field.stream_block.clean(getattr(page, field.name))
            except ValidationError:
                told.append(f"{field.verbose_name}: a block is not complete")
    return told + (page.reasons_against_publishing() if isinstance(page, AudiencePage) else [])


class CarefulPublishBulkAction(PublishBulkAction):
    """Wagtail's own stops with an error at the first alias or incomplete draft, and publishes nothing."""

    def get_execution_context(self) -> dict[str, Any]:
        self.left_out: list[str] = []
        return {**super().get_execution_context(), "left_out": self.left_out}

    @classmethod
    def execute_action(
        cls,
        objects: list[Page],
        include_descendants: bool = False,
        user: Any = None,
        left_out: list[str] | None = None,
        **kwargs: Any,
    ) -> tuple[int, int]:
        """Publish what can be published; return how many of the chosen pages and how many below them."""
        told = [] if left_out is None else left_out
        chosen = sum(publish_latest(page, user, told) for page in objects)
        below = 0
        if include_descendants:
            for page in _drafts_below(objects, user):
                below += publish_latest(page, user, told)
        return chosen, below

    def get_success_message(self, num_parent_objects: int, num_child_objects: int) -> str | None:
        """Name what was left out in a message of its own; the success only counts what was published."""
        for words in self.left_out:
            messages.warning(self.request, words)
        if num_parent_objects + num_child_objects == 0:
            return None
        return super().get_success_message(num_parent_objects, num_child_objects)


def _drafts_below(pages: list[Page], user: Any) -> Iterator[Page]:
    for page in pages:
        for draft in page.get_descendants().not_live().specific():
            if user is None or draft.permissions_for_user(user).can_publish():
                yield draft


def publish_latest(page: Page, user: Any, left_out: list[str]) -> bool:
    """Publish the latest draft of a page; return whether it was done, and say in `left_out` why not."""
    if page.alias_of_id:
        left_out.append(f"“{page}” is an alias: it is published with “{page.alias_of}”.")
        return False
    draft = page.get_latest_revision_as_object()
    if against := reasons_against(draft):
        left_out.append(f"“{draft}” was not published. {'; '.join(against)}")
        return False
    with transaction.atomic():
        revision = page.get_latest_revision() or page.specific.save_revision(user=user)
        revision.publish(user=user)
    return True


class CarefulDeleteBulkAction(DeleteBulkAction):
    """Wagtail's own stops with an error when a page is chosen along with a page above it, which takes it along."""

    @classmethod
    def execute_action(cls, objects: list[Page], user: Any = None, **kwargs: Any) -> tuple[int, int]:
        """Delete the topmost of the chosen pages with all below them; return how many of each."""
        paths = [page.path for page in objects]
        topmost = [
            page for page in objects if not any(page.path != path and page.path.startswith(path) for path in paths)
        ]
        return super().execute_action(topmost, user=user, **kwargs)


# Registered after Wagtail's own, they take its place.
hooks.register("register_bulk_action", CarefulPublishBulkAction, order=100)
hooks.register("register_bulk_action", CarefulDeleteBulkAction, order=100)
