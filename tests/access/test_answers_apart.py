"""What is made for one caller reaches no other: by shared caches, or by the redirect from a page's former address."""

from __future__ import annotations

import pytest
from django.test import Client
from wagtail.contrib.redirects.models import Redirect

from tests import factories
from tests.visitors import KINDS, SEES, browsers


@pytest.fixture
def organisations(site):
    return factories.organisation("A"), factories.organisation("B")


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("path", ["/", "/library/", "/search/?q=words", "/library/nothing-here/"])
def test_a_page_made_for_somebody_is_kept_by_no_cache(organisations, kind, path):
    answer = browsers(*organisations)[kind].get(path)
    assert answer.get("Cache-Control") == (None if kind == "visitor" else "private, no-store")
    assert {"Cookie", "Authorization"} <= {name.strip() for name in answer["Vary"].split(",")}


def test_a_page_made_for_a_key_is_kept_by_no_cache(organisations):
    answer = Client().get("/library/", headers={"Authorization": f"Bearer {factories.api_key(organisations[0])}"})
    assert answer.status_code == 200
    assert answer["Cache-Control"] == "private, no-store"
    assert "Authorization" in answer["Vary"]


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("audience", SEES)
def test_a_former_address_leads_only_those_on_who_may_see_the_page(site, organisations, kind, audience):
    chosen = organisations[:1] if audience == "chosen" else ()
    page = factories.recording(site, "The secret name", audience=audience, organisations=chosen)
    Redirect.add_redirect("/library/before", redirect_to=page)
    answer = browsers(*organisations)[kind].get("/library/before/")
    if kind in SEES[audience]:
        assert (answer.status_code, answer["Location"]) == (301, "/library/the-secret-name/")
    else:
        assert answer.status_code == 404
        assert "secret" not in str(answer.content) + str(answer.headers)


@pytest.mark.parametrize("state", ["unpublished", "expired"])
def test_a_former_address_of_a_page_that_was_taken_back_tells_nothing(site, client, state):
    page = factories.recording(site)
    Redirect.add_redirect("/library/before", redirect_to=page)
    assert client.get("/library/before/?t=3").status_code == 301
    factories.bring_into_state(page, state)
    assert client.get("/library/before/?t=3").status_code == 404


def test_a_redirect_to_an_address_works_for_everybody(site, client):
    Redirect.add_redirect("/old-site", "https://elsewhere.test/")
    assert client.get("/old-site/")["Location"] == "https://elsewhere.test/"
