"""Addresses that belong to the site itself: no page may be made in their way, and an old one is named."""

from __future__ import annotations

from io import StringIO

import pytest
from django.core.exceptions import ValidationError
from django.core.management import call_command
from django.urls import reverse
from wagtail.models import Page

from cms.access.reserved import reserved_slugs
from tests import factories
from tests.visitors import browsers


@pytest.mark.parametrize("slug", ["topics", "people", "areas", "groups", "organisations", "glossary", "search", "admin", "files",
                                  "graphql", "media", "static"])  # fmt: skip
def test_addresses_of_the_site_are_known(slug):
    assert slug in reserved_slugs()


def test_pages_of_the_site_are_not_taken_for_its_own_addresses():
    assert not {"library", "programmes", "about"} & reserved_slugs()


def test_the_form_refuses_a_page_in_the_way(site):
    editor = browsers(factories.organisation("A"), factories.organisation("B"))["editor"]
    url = reverse("wagtailadmin_pages:add", args=["home", "standardpage", site.home.pk])
    fields = {"title": "Our topics", "slug": "topics", "summary": "", "body-count": "0", "audience": "public"}
    response = editor.post(url, fields)
    assert "site itself uses the address" in response.content.decode()
    assert not Page.objects.filter(slug="topics").exists()


def test_a_page_deeper_down_may_be_called_so(site):
    about = factories.standard_page(site, "About")
    below = factories.StandardPage(title="Topics", slug="subjects")
    below = factories.add_page(about, below)
    below.slug = "topics"
    below.full_clean()
    about.slug = "topics"
    with pytest.raises(ValidationError, match="site itself uses the address"):
        about.full_clean()


def test_a_page_that_stands_in_the_way_already_is_named(site):
    page = factories.standard_page(site, "Glossary of old")
    Page.objects.filter(pk=page.pk).update(slug="glossary")
    told = StringIO()
    call_command("setup_site", stdout=StringIO(), stderr=told)
    assert "Glossary of old" in told.getvalue() and f"/admin/pages/{page.pk}/edit/" in told.getvalue()
