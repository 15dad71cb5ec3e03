"""The audience that every content page carries, and the page that carries it."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any
from uuid import UUID

from django.core.exceptions import ValidationError
from django.db import models, transaction
from django.dispatch import Signal
from django.http import Http404, HttpRequest, HttpResponseBase
from wagtail.models import Page, PageManager, PageQuerySet
from wagtail.url_routing import RouteResult

from cms.access import previews
from cms.access.forms import AudienceModelForm, AudiencePageForm
from cms.access.panels import audience_panel
from cms.access.principals import EDITORS_TOKEN, MEMBERS_TOKEN, PUBLIC_TOKEN, organisation_token
from cms.access.references import ReferencedManyToManyField
from cms.access.visibility import Audience, VisibleQuerySetMixin

from ..reserved import reserved_slugs
from . import viewpoints
from .organisations import MemberOrganisation
from .previews import Preview

# How deep in the tree the pages right below the home page lie.
ROOT_DEPTH = 3
# Sent when a thing with an audience has been written whole, inside the transaction of the write; see AudienceMixin.save.
content_written = Signal()
# Sent when a page was written under another address, inside the same transaction: those below it have others too.
address_changed = Signal()


def tokens_for(audience: str, organisations: Iterable[UUID]) -> tuple[str, ...]:
    """Return the tokens of which a principal needs one to see what has this audience; `organisations` are the chosen ones."""
    if audience == Audience.PUBLIC:
        return (PUBLIC_TOKEN, EDITORS_TOKEN)
    if audience == Audience.MEMBERS:
        return (MEMBERS_TOKEN, EDITORS_TOKEN)
    return (*sorted(map(organisation_token, organisations)), EDITORS_TOKEN)


class AudienceMixin(models.Model):
    """The audience of a thing, as versioned fields: a draft change of audience bites when it is published, not before.

    Whether organisations are chosen is the form's to check (`cms.access.forms`); without any, nobody but editors sees it.
    """

    base_form_class = AudienceModelForm

    audience = models.CharField(
        max_length=10,
        choices=Audience.choices,
        default=Audience.PUBLIC,
        help_text="Who can see this when it is published: on the site, in search, in files and in the API.",
    )
    audience_organisations = ReferencedManyToManyField(
        MemberOrganisation,
        is_protecting=True,
        blank=True,
        related_name="+",
        verbose_name="chosen organisations",
        help_text="Only used for 'Chosen organisations only'.",
    )

    class Meta:
        abstract = True

    audience_panels = [audience_panel("Who may see this")]

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Write the row with its lists and parts, and tell so inside the same transaction: a change and its record are one."""
        with transaction.atomic():
            super().save(*args, **kwargs)
            content_written.send(sender=type(self), instance=self, update_fields=kwargs.get("update_fields"))

    def audience_tokens(self) -> tuple[str, ...]:
        """Return the tokens of which a principal needs one to see this (see Principal.audience_tokens)."""
        is_chosen = self.audience == Audience.CHOSEN
        chosen = self.audience_organisations.all() if is_chosen else ()
        return tokens_for(self.audience, [organisation.uuid for organisation in chosen])


class AudiencePageQuerySet(VisibleQuerySetMixin, PageQuerySet):
    """A page queryset that knows `visible_to`."""


AudiencePageManager = PageManager.from_queryset(AudiencePageQuerySet)


class AudiencePage(AudienceMixin, Page):
    """What every content page is: a page with an audience, and a slug that names it among all pages of its type."""

    # Wagtail's own page privacy lies outside revisions and tells no index: the audience replaces it.
    private_page_options: list[str] = []
    # The draft whose place a new page takes (see AudiencePageForm): its slug is free for it.
    replaced_pk: int | None = None
    base_form_class = AudiencePageForm

    objects = AudiencePageManager()

    class Meta:
        abstract = True

    promote_panels = [*Page.promote_panels, *AudienceMixin.audience_panels]

    @property
    def preview_modes(self) -> list[tuple[str, str]]:
        """Wagtail's own preview, the page as others will get it, and one preview on each front end that the settings name."""
        return [("", "This site"), *viewpoints.preview_modes(self), *previews.modes()]

    def serve_preview(self, request: HttpRequest, mode_name: str) -> HttpResponseBase:
        """Show the page as it stands in the form: on this site, as somebody else, or by a token on a front end elsewhere."""
        if viewpoint := viewpoints.viewpoint_of_mode(mode_name):
            return viewpoints.preview_as(request, self, viewpoint)
        base = previews.front_end(mode_name)
        if base is None:
            return super().serve_preview(request, mode_name)
        return previews.show(request, self, base, Preview.objects.start(self, request.user))

    def route(self, request: HttpRequest, path_components: list[str]) -> RouteResult:
        """Answer 404 for a page that the caller may not see, exactly as for one that does not exist."""
        result = super().route(request, path_components)
        if (
            not path_components
            and not type(self)
            ._default_manager.filter(pk=self.pk)
            .visible_to(
                request.principal  # type: ignore[attr-defined]
            )
            .exists()
        ):
            raise Http404
        return result

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Write the page, and tell in the same transaction when that gave the pages below it other addresses."""
        with transaction.atomic():
            is_parent = self.pk and self.numchild
            before = Page.objects.filter(pk=self.pk).values_list("url_path", flat=True).first() if is_parent else None
            super().save(*args, **kwargs)
            if before not in (None, self.url_path):
                address_changed.send(sender=type(self), instance=self)

    def full_clean(self, *args: Any, **kwargs: Any) -> None:
        """Give a new page a slug that is free among its type (the API finds pages by type and slug), then validate."""
        super().full_clean(*args, **kwargs)
        if self._state.adding and self.slug:
            self.slug = self._free_slug(self.slug)

    def clean(self) -> None:
        """Refuse a slug that another page of this type has: partners could not tell the two apart."""
        super().clean()
        if not self._state.adding and self.slug and self._same_slug(self.slug).exists():
            raise ValidationError({"slug": f"Another {self._meta.verbose_name} already has the slug '{self.slug}'."})
        if self.slug in reserved_slugs() and self._may_stand_at_root():
            raise ValidationError(
                {"slug": f"The site itself uses the address /{self.slug}/. Choose another slug, e.g. {self.slug}-page."}
            )

    def _may_stand_at_root(self) -> bool:
        """Whether the page is right below the home page; of a new page it is not known yet, only whether its type may be."""
        if self.path:
            return bool(self.depth == ROOT_DEPTH)
        return "home.HomePage" in self.parent_page_types

    def reasons_against_publishing(self) -> list[str]:
        """Return in words what must be there before it is published and is not, beyond what its fields demand."""
        return []

    def _same_slug(self, slug: str) -> models.QuerySet:
        return (
            type(self)
            ._default_manager.filter(slug=slug, locale_id=self.locale_id)
            .exclude(pk__in=[self.pk or 0, self.replaced_pk or 0])
        )

    def _free_slug(self, slug: str) -> str:
        candidate, number = slug, 2
        while self._same_slug(candidate).exists():
            candidate, number = f"{slug[:245]}-{number}", number + 1
        return candidate
