"""Every address of the site, most specific first; Wagtail's pages take what is left."""

from __future__ import annotations

from django.shortcuts import redirect
from django.templatetags.static import static
from django.urls import include, path, re_path
from wagtail import urls as wagtail_urls
from wagtail.admin import urls as wagtailadmin_urls

from cms import health
from cms.accounts.views import LimitedPasswordResetView, SignInView, SignOutView
from cms.api.http.explorer import explorer, explorer_without_slash
from cms.api.http.refusals import nothing_here
from cms.api.http.views import GraphQLView, sdl, without_slash
from cms.pictures import picture
from cms.schema import schema

handler400 = "cms.api.http.views.bad_request"
handler500 = "cms.failures.server_error"
urlpatterns = [
    # Browsers ask for this address whatever the page says.
    path("favicon.ico", lambda request: redirect(static("img/favicon.svg"), permanent=True)),
    path("healthz", health.healthz, name="healthz"),
    path("readyz", health.readyz, name="readyz"),
    path("sign-in/", SignInView.as_view(), name="sign_in"),
    path("sign-out/", SignOutView.as_view(), name="sign_out"),
    path("admin/login/", SignInView.as_view()),
    path("admin/password_reset/", LimitedPasswordResetView.as_view()),
    path("admin/", include(wagtailadmin_urls)),
    path("graphql/", GraphQLView(schema), name="graphql"),
    path("graphql", without_slash),
    path("graphql/schema.graphql", sdl, name="graphql_sdl"),
    path("graphql/explore/", explorer, name="graphql_explorer"),
    path("graphql/explore", explorer_without_slash),
    re_path(r"^graphql/", nothing_here),
    path("search/", include("search.urls")),
    path("", include("library.urls")),
    path("", include("programmes.calendar.urls")),
    path("", include("search.name_urls")),
    # Pictures only: recordings and documents are private files behind their own view.
    re_path(r"^media/(?P<path>.*)$", picture),
    path("", include(wagtail_urls)),
]
