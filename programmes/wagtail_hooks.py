"""The admin of people and of the vocabulary that content is sorted by."""

from __future__ import annotations

from wagtail.snippets.models import register_snippet
from wagtail.snippets.views.snippets import SnippetViewSet, SnippetViewSetGroup

from cms.access.admin.snippets import AUDIENCE_COLUMN, AudienceSnippetViewSet

# Wagtail finds hooks in modules of this one's name only: the report registers its own when it is imported.
from . import reports  # noqa: F401
from .models import CoreArea, Person, PriorityGroup, Topic


class PersonViewSet(AudienceSnippetViewSet):
    model = Person
    icon = "user"
    menu_label = "People"
    list_display = ["name", "job_title", "organisation", AUDIENCE_COLUMN, "live"]
    list_filter = ["organisation", "audience", "live"]
    ordering = ["name"]


class TopicViewSet(SnippetViewSet):
    model = Topic
    icon = "tag"
    list_display = ["name", "slug"]


class CoreAreaViewSet(SnippetViewSet):
    model = CoreArea
    icon = "pick"
    list_display = ["name", "slug", "position"]


class PriorityGroupViewSet(SnippetViewSet):
    model = PriorityGroup
    icon = "group"
    list_display = ["name", "slug"]


class AcademyGroup(SnippetViewSetGroup):
    menu_label = "People, topics"
    menu_icon = "user"
    menu_order = 300
    items = (PersonViewSet, TopicViewSet, CoreAreaViewSet, PriorityGroupViewSet)


register_snippet(AcademyGroup)
