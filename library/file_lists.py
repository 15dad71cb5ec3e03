"""The admin's lists of documents and of recordings' files: who sees each file, which is whoever sees a page that carries it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from typing import Any

from django import forms
from django.db.models import Q, QuerySet
from django.urls import path, reverse
from django_filters.filters import MultipleChoiceFilter
from wagtail import hooks
from wagtail.admin.filters import BaseMediaFilterSet
from wagtail.admin.ui.tables import Column, DateColumn, DownloadColumn, TitleColumn
from wagtail.admin.views import generic
from wagtail.admin.widgets.button import HeaderButton
from wagtail.documents.views.documents import DocumentsFilterSet, IndexView
from wagtailmedia.permissions import permission_policy

from cms.access.admin.listings import AUDIENCE_COLUMN
from cms.access.audiences import audience_words
from cms.access.principals import EDITOR
from cms.access.visibility import Audience

from .models import MaterialDocument, MaterialPage, RecordingMedia, RecordingPage
from .timecodes import format_timecode

# The page type that carries each sort of file, and its field.
CARRIERS: dict[type, tuple[Any, str]] = {
    RecordingMedia: (RecordingPage, "media"),
    MaterialDocument: (MaterialPage, "document"),
}
NOBODY = "nobody"
_NOT_SHOWN = "Nobody: no live page shows it"


def describe_files(files: Iterable[Any]) -> None:
    """Set `audience_words` on each file of a list of one sort, with one statement for them all."""
    files = list(files)
    if not files:
        return
    page_type, field = CARRIERS[type(files[0])]
    audiences: dict[int, set[str]] = defaultdict(set)
    names: dict[int, set[str]] = defaultdict(set)
    rows = page_type.objects.visible_to(EDITOR).filter(**{f"{field}__in": files})
    for pk, audience, name in rows.values_list(f"{field}_id", "audience", "audience_organisations__name"):
        audiences[pk].add(audience)
        if audience == Audience.CHOSEN and name:
            names[pk].add(name)
    for file in files:
        widest = next((audience for audience in Audience.values if audience in audiences[file.pk]), None)
        file.audience_words = audience_words(widest, sorted(names[file.pk])) if widest else _NOT_SHOWN


class FileAudienceFilter(MultipleChoiceFilter):
    """Keeps files by the widest audience of the live pages that carry them."""

    def filter(self, queryset: QuerySet, value: Sequence[str]) -> QuerySet:
        """Return the files with one of the chosen audiences."""
        return queryset.filter(pk__in=self._files(queryset.model, value)) if value else queryset

    @staticmethod
    def _files(model: Any, chosen: Sequence[str]) -> QuerySet:
        page_type, field = CARRIERS[model]

        def carried(*audiences: str) -> Q:
            rows = page_type.objects.visible_to(EDITOR).filter(audience__in=audiences, **{f"{field}__isnull": False})
            return Q(pk__in=rows.order_by().values(f"{field}_id"))

        condition = ~carried(*Audience.values) if NOBODY in chosen else Q(pk__in=[])
        for place, audience in enumerate(Audience.values):
            if audience in chosen:
                condition |= carried(audience) & ~carried(*Audience.values[:place])
        return model._default_manager.filter(condition).order_by().values("pk")


def audience_filter() -> FileAudienceFilter:
    """Return the filter by audience for a set of filters of files."""
    choices = [*Audience.choices, (NOBODY, "Nobody: on no live page")]
    return FileAudienceFilter(label="Audience", choices=choices, widget=forms.CheckboxSelectMultiple)


class AudienceDocumentsFilterSet(DocumentsFilterSet):
    """Wagtail's filters of documents, and the audience."""

    audience = audience_filter()


class DocumentListView(IndexView):
    """Wagtail's list of documents, with who sees each."""

    filterset_class = AudienceDocumentsFilterSet

    @property
    def columns(self) -> list[Column]:
        return [*super().columns, AUDIENCE_COLUMN]

    def decorate_paginated_queryset(self, object_list: Any) -> Any:
        """Return the documents of this page of the list with what the columns need."""
        decorated = super().decorate_paginated_queryset(object_list)
        describe_files(decorated)
        return decorated


class MediaFilterSet(BaseMediaFilterSet):
    """Collection, tag and audience of recordings' files."""

    usage_count = None
    permission_policy = permission_policy
    audience = audience_filter()

    class Meta:
        model = RecordingMedia
        fields: list[str] = []


class MediaListView(generic.IndexView):
    """The list of recordings' files: what is in each, and who sees it."""

    model = RecordingMedia
    permission_policy = permission_policy
    any_permission_required = ["add", "change", "delete"]
    page_title = "Media"
    header_icon = "media"
    page_kwarg = "p"
    paginate_by = 20
    index_url_name = "wagtailmedia:index"
    index_results_url_name = "academy_media_results"
    edit_url_name = "wagtailmedia:edit"
    default_ordering = "-created_at"
    filterset_class = MediaFilterSet
    columns = [
        TitleColumn(
            "title", label="Title", sort_key="title", get_url=lambda file: reverse("wagtailmedia:edit", args=[file.pk])
        ),
        DownloadColumn("filename", label="File"),
        Column("type", label="Type", accessor="get_type_display"),
        Column(
            "duration", label="Length", accessor=lambda file: format_timecode(file.duration) if file.duration else ""
        ),
        AUDIENCE_COLUMN,
        DateColumn("created_at", label="Uploaded", sort_key="created_at"),
    ]

    def get_base_queryset(self) -> QuerySet[RecordingMedia]:
        return permission_policy.instances_user_has_any_permission_for(self.request.user, ["change", "delete"])

    def get_filterset_kwargs(self) -> dict[str, Any]:
        return {**super().get_filterset_kwargs(), "is_searching": self.is_searching}

    @property
    def header_buttons(self) -> list[HeaderButton]:
        """The two ways to bring a file in."""
        if not permission_policy.user_has_permission(self.request.user, "add"):
            return []
        return [
            HeaderButton(f"Add {sort}", url=reverse("wagtailmedia:add", args=[sort]), icon_name="plus")
            for sort in ("video", "audio")
        ]

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Return the context with `audience_words` on each file of this page of the list."""
        context = super().get_context_data(**kwargs)
        describe_files(context["object_list"])
        return context


# Before the packages' own, whose addresses these are: the first that fits is taken.
@hooks.register("register_admin_urls", order=-10)
def file_list_urls() -> list:
    """Return the addresses of the two lists."""
    return [
        path("documents/", DocumentListView.as_view()),
        path("documents/results/", DocumentListView.as_view(results_only=True)),
        path("media/", MediaListView.as_view()),
        path("media/results/", MediaListView.as_view(results_only=True), name="academy_media_results"),
    ]
