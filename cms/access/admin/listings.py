"""Who sees each page, as a column and a filter wherever the admin lists pages."""

from __future__ import annotations

from typing import Any

from django import forms
from django.db.models import QuerySet
from django_filters.filters import ModelChoiceFilter, MultipleChoiceFilter
from wagtail import hooks
from wagtail.admin.ui.components import MediaContainer
from wagtail.admin.ui.tables import Column
from wagtail.admin.views.pages.listing import ExplorableIndexView, GenericPageFilterSet, PageFilterSet
from wagtail.admin.views.pages.search import SearchView
from wagtail.admin.views.pages.usage import ContentTypeUseView
from wagtail.admin.viewsets.pages import PageViewSet
from wagtail.models import Page

from cms.access.audiences import describe_all, pages_shared_with, pages_with_audience, with_draft_audience
from cms.access.models import MemberOrganisation
from cms.access.visibility import Audience

AUDIENCE_COLUMN = Column("audience", label="Who sees it", accessor="audience_words", width="16%")


def with_audience(columns: list[Any]) -> list[Any]:
    """Return a list's columns with the audience before the status."""
    at = next((index for index, column in enumerate(columns) if column.name == "status"), len(columns))
    return [*columns[:at], AUDIENCE_COLUMN, *columns[at:]]


class AudienceFilter(MultipleChoiceFilter):
    """Keeps pages of any type by their sort of audience."""

    def filter(self, queryset: QuerySet, value: Any) -> QuerySet:
        """Return the pages with one of the chosen audiences; all of them when none is chosen."""
        return queryset.filter(pages_with_audience(value)) if value else queryset


class SharedWithFilter(ModelChoiceFilter):
    """Keeps pages of any type whose audience takes in an organisation."""

    def filter(self, queryset: QuerySet, value: Any) -> QuerySet:
        """Return the pages that the chosen organisation may see once they are live."""
        return queryset.filter(pk__in=Page.objects.filter(pages_shared_with(value)).values("pk")) if value else queryset


def audience_filters() -> dict[str, Any]:
    """Return the filters by audience for a set of filters of pages."""
    return {
        "audience": AudienceFilter(label="Audience", choices=Audience.choices, widget=forms.CheckboxSelectMultiple),
        "shared_with": SharedWithFilter(
            label="Can be seen by", queryset=MemberOrganisation.objects.all(), empty_label="Any organisation"
        ),
    }


class AudiencePageFilterSet(PageFilterSet):
    """Wagtail's filters of pages of one type, and the audience."""

    site = None

    audience = audience_filters()["audience"]
    shared_with = audience_filters()["shared_with"]


class AudienceGenericPageFilterSet(GenericPageFilterSet):
    """Wagtail's filters of pages of all types, and the audience."""

    # There is one site, and its pages are all there are. Who edited what is the site history's to tell.
    site = None
    edited_by = None

    audience = audience_filters()["audience"]
    shared_with = audience_filters()["shared_with"]


class DescribedMixin:
    """A list of pages that says of each who sees it, with a few statements for the whole list."""

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Return the context with `audience_words` on each page of it."""
        context: dict[str, Any] = super().get_context_data(**kwargs)  # type: ignore[misc]
        describe_all(context["object_list"])
        return context


class AudienceIndexView(DescribedMixin, ExplorableIndexView):
    """The explorer. It shows the children of one page: a column for the parent would only cost a statement."""

    base_columns = with_audience([column for column in ExplorableIndexView.base_columns if column.name != "parent"])
    base_filterset_class = AudienceGenericPageFilterSet

    def annotate_queryset(self, pages: QuerySet) -> QuerySet:
        """Return the pages with what the columns need."""
        return with_draft_audience(super().annotate_queryset(pages))

    def get_side_panels(self) -> Any:
        """Return the panels of the page above the list, which read each revision once and count no references.

        A search or a filter lists what lies anywhere below: then the page above is not what the list is about.
        """
        if self.is_searching or self.is_filtering:
            return MediaContainer()
        panels = super().get_side_panels()
        for panel in panels:
            panel.usage_url = None
            if panel.object.live_revision_id and panel.object.live_revision_id == panel.object.latest_revision_id:
                panel.object.live_revision = panel.object.latest_revision
        return panels


class AudienceTypeUseView(DescribedMixin, ContentTypeUseView):
    base_columns = with_audience(ContentTypeUseView.base_columns)
    base_filterset_class = AudiencePageFilterSet


class AudienceSearchView(DescribedMixin, SearchView):
    columns = with_audience(SearchView.columns)


class AudiencePageViewSet(PageViewSet):
    """The admin of all pages."""

    index_view_class = AudienceIndexView
    content_type_use_view_class = AudienceTypeUseView
    search_view_class = AudienceSearchView
    filterset_class = AudienceGenericPageFilterSet


@hooks.register("register_admin_viewset")
def use_audience_pages() -> AudiencePageViewSet:
    """Put the audience into the explorer, the search and the list of each type."""
    return AudiencePageViewSet()
