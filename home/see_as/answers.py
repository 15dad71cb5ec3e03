"""A page as somebody gets it: from the site, from the API, and from search. Each by the way that real callers go."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.test import RequestFactory
from django.urls import resolve, reverse

from cms.access.models import AudiencePage
from cms.access.models.viewpoints import Viewpoint, looking_as
from cms.access.principals import acting_for
from cms.api.loading.request import ApiRequest
from cms.api.queries.execution import answer
from library.models import MaterialPage, RecordingPage
from programmes.models import ProgrammePage, SessionPage
from search.engine import EngineUnavailable
from search.glossary import glossary
from search.indexing.index import engine
from search.indexing.resources import KINDS, key_of
from search.pages.result_cards import found_of

MOST_RESULTS = 10
_ANYTHING = "id title summary url updatedAt"
_QUERIES = {
    RecordingPage: f"""query ($slug: String!) {{ recording(slug: $slug) {{ {_ANYTHING}
  media {{ url }} captionTracks {{ language origin }} chapters {{ title startSeconds }}
  session {{ title }} programme {{ title }} speakers {{ name }} topics {{ name }} materials {{ title kind }} }} }}""",
    MaterialPage: f"""query ($slug: String!) {{ material(slug: $slug) {{ {_ANYTHING}
  kind file {{ url }} link session {{ title }} programme {{ title }} topics {{ name }} recordings {{ title }} }} }}""",
    SessionPage: f"""query ($slug: String!) {{ session(slug: $slug) {{ {_ANYTHING}
  startsAt endsAt place people {{ person {{ name }} role }} programme {{ title }} topics {{ name }}
  recordings {{ title }} materials {{ title }} }} }}""",
    ProgrammePage: f"""query ($slug: String!) {{ programme(slug: $slug) {{ {_ANYTHING}
  status outcomes coreAreas {{ name }} topics {{ name }}
  sessions {{ nodes {{ title }} }} recordings {{ nodes {{ title }} }} materials {{ nodes {{ title }} }} }} }}""",
}
_OTHER = f"query ($path: String!) {{ page(path: $path) {{ {_ANYTHING} kind }} }}"


@dataclass(frozen=True, slots=True)
class ApiAnswer:
    """A query, its variables and the answer, as text to read."""

    query: str
    variables: str
    body: str


@dataclass(frozen=True, slots=True)
class SearchAnswer:
    """What a search finds: the titles in order, how many in all, and whether the page is among those that are listed."""

    text: str
    total: int = 0
    titles: list[str] = field(default_factory=list)
    is_page_found: bool = False
    is_kind_searched: bool = True
    is_available: bool = True


def api_answer(page: AudiencePage, viewpoint: Viewpoint) -> ApiAnswer:
    """Return what the API answers to a front end that shows this page; the query is carried out as theirs are."""
    query = _QUERIES.get(type(page), _OTHER)
    variables = {"path": path_of(page)} if query is _OTHER else {"slug": page.slug}
    documents = resolve(reverse("graphql")).func.endpoint.documents  # type: ignore[attr-defined]
    with acting_for(viewpoint.principal):
        result = answer(documents, ApiRequest(viewpoint.principal), query, variables, None)
    body = {key: value for key, value in result.body.items() if key != "extensions"}
    return ApiAnswer(query, _as_text(variables), _as_text(body))


def search_answer(page: AudiencePage, viewpoint: Viewpoint, text: str, request: HttpRequest) -> SearchAnswer:
    """Return what a search for `text` finds for them. It is not counted among what visitors searched for."""
    try:
        result = engine().search(
            text, viewpoint.principal.audience_tokens, first=MOST_RESULTS, synonyms=glossary().synonyms
        )
    except EngineUnavailable:
        return SearchAnswer(text, is_available=False)
    with looking_as(request, viewpoint) as theirs:
        titles = [found.card.title for found in found_of(result.hits, theirs, text)]
    is_searched = type(page) in KINDS
    keys = {hit.key for hit in result.hits}
    return SearchAnswer(text, result.total, titles, is_searched and key_of(page) in keys, is_searched)


def page_answer(page: AudiencePage, viewpoint: Viewpoint, host: str) -> HttpResponse:
    """Return the page's own answer to them: rendered for them, or the site's page for what does not exist."""
    theirs: Any = RequestFactory().get(path_of(page), HTTP_HOST=host)
    with looking_as(theirs, viewpoint):
        try:
            if not page.live:
                raise Http404
            page.route(theirs, [])
            response = page.serve(theirs)
            if hasattr(response, "render"):
                response.render()
        except Http404:
            response = render(theirs, "404.html", status=404)
    return response


def path_of(page: AudiencePage) -> str:
    """Return the path of the page's address on its site."""
    parts = page.get_url_parts()
    return parts[2] if parts and parts[2] else "/"


def _as_text(value: Any) -> str:
    return json.dumps(value, indent=2, ensure_ascii=False)
