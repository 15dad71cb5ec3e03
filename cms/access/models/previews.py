"""A page as it stood in an editor's form, kept for the minutes in which a front end may show it."""

from __future__ import annotations

import secrets
from datetime import datetime
from typing import Any

from django.conf import settings
from django.contrib.contenttypes.models import ContentType
from django.core.serializers.json import DjangoJSONEncoder
from django.db import models
from django.utils import timezone
from wagtail.models import Page

from cms.access.previews import LIFETIME, nonce_of, token_of

# The panel beside the form makes one after each change. The newest few are the ones still on somebody's screen.
MOST_KEPT = 30


def new_nonce() -> str:
    """Return 192 random bits as text that is safe in addresses."""
    return secrets.token_urlsafe(24)


class PreviewQuerySet(models.QuerySet):
    def start(self, page: Page, user: Any) -> str:
        """Store `page` as it stands in memory, saved or not, for `user`'s previews and return the token that opens it."""
        now = timezone.now()
        self.filter(expires_at__lte=now).delete()
        for old in self.filter(user=user).values_list("pk", flat=True)[MOST_KEPT - 1 :]:
            self.filter(pk=old).delete()
        preview = self.create(
            user=user,
            content_type=ContentType.objects.get_for_model(page),
            page_id=page.pk,
            parent=page.get_parent() if page.pk is None else None,
            content=page.serializable_data(),
            created_at=now,
            expires_at=now + LIFETIME,
        )
        return token_of(preview.nonce)

    def opened_by(self, token: str, at: datetime) -> Preview | None:
        """Return what a token opens at the moment `at`; None for whatever reason it opens nothing."""
        nonce = nonce_of(token)
        return None if nonce is None else self.with_nonce(nonce, at)

    def with_nonce(self, nonce: str, at: datetime) -> Preview | None:
        """Return the preview with this nonce if it may be shown at the moment `at`; None otherwise."""
        preview = self.select_related("user", "page", "parent", "content_type").filter(nonce=nonce).first()
        return preview if preview is not None and preview.is_good(at) else None


class Preview(models.Model):
    """What an editor is about to save: of a page that exists (`page`) or of a new one below `parent`."""

    nonce = models.CharField(max_length=40, unique=True, default=new_nonce, editable=False)
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    content_type = models.ForeignKey(ContentType, on_delete=models.CASCADE, related_name="+")
    page = models.ForeignKey(Page, null=True, on_delete=models.CASCADE, related_name="+")
    parent = models.ForeignKey(Page, null=True, on_delete=models.CASCADE, related_name="+")
    content = models.JSONField(encoder=DjangoJSONEncoder)
    created_at = models.DateTimeField(default=timezone.now)
    expires_at = models.DateTimeField(db_index=True)

    objects = PreviewQuerySet.as_manager()

    class Meta:
        ordering = ["-created_at", "-pk"]

    def __str__(self) -> str:
        return f"Preview by {self.user}"

    def is_good(self, at: datetime) -> bool:
        """Whether it may be shown at the moment `at`: its time is not over, and its editor may still edit the page."""
        if self.expires_at <= at or not (self.user.is_active and self.user.has_perm("wagtailadmin.access_admin")):
            return False
        if self.page is not None:
            permissions = self.page.specific_deferred.permissions_for_user(self.user)
            return permissions.can_edit() or permissions.can_publish()
        return (
            self.parent is not None and self.parent.specific_deferred.permissions_for_user(self.user).can_add_subpage()
        )

    def draft(self) -> Any:
        """Return the page as it stood in the form; what it points at and was deleted since is left out."""
        if self.page is not None:
            draft = self.page.specific.with_content_json(self.content)
        else:
            draft = self.content_type.model_class().from_serializable_data(self.content)  # type: ignore[union-attr]
        draft.preview_nonce = self.nonce
        return draft
