"""The addresses of names (topics, people, areas, groups, organisations) and of the glossary, at the root of the site."""

from django.urls import path, re_path

from .pages import name_views
from .pages.names import KIND_OF_PATH

_PATHS = "|".join(KIND_OF_PATH)

app_name = "names"
urlpatterns = [
    path("glossary/", name_views.glossary_page, name="glossary"),
    re_path(rf"^(?P<path>{_PATHS})/$", name_views.index, name="index"),
    re_path(rf"^(?P<path>{_PATHS})/(?P<slug>[-\w]+)/$", name_views.page, name="page"),
    re_path(rf"^(?P<path>{_PATHS})/(?P<slug>[-\w]+)/feed/$", name_views.feed, name="feed"),
]
