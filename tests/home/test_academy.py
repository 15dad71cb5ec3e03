"""The academy's names stand in one place, and its colour can be read."""

from __future__ import annotations

import pytest
from django.core.exceptions import ValidationError
from wagtail.models import Site

from home.models import AcademySettings
from home.models.academy import contrast_ratio, validate_brand_colour
from tests import factories


@pytest.mark.parametrize(
    ("one", "other", "ratio"),
    [
        ("#000000", "#ffffff", 21.0),
        ("#ffffff", "#ffffff", 1.0),
        ("#777777", "#ffffff", 4.48),
        ("#0b5c66", "#fbfaf7", 7.3),
    ],
)
def test_contrast_is_measured_as_wcag_defines_it(one, other, ratio):
    assert contrast_ratio(one, other) == pytest.approx(ratio, abs=0.06)
    assert contrast_ratio(other, one) == contrast_ratio(one, other)


@pytest.mark.parametrize(
    ("colour", "word"),
    [("#ffb81c", "darker"), ("teal", "Enter it like"), ("#0b5c6", "Enter it like"), ("#0b5c66;x", "Enter it like")],
)
def test_a_colour_that_cannot_be_read_is_refused_with_a_word(colour, word):
    with pytest.raises(ValidationError, match=word):
        validate_brand_colour(colour)


def test_a_renaming_is_one_edit(client, site):
    """The old name is gone from every page at once; the new one stands in title, header and footer."""
    academy = AcademySettings.for_site(Site.objects.get())
    academy.long_name, academy.short_name = "Quillwork College", "Quillwork"
    academy.save()
    urls = ["/", site.resources.url, site.programmes.url, "/search/?q=x", factories.recording(site).url]
    assert all("Quillwork" in client.get(url).content.decode() for url in urls)

    academy.long_name, academy.short_name = "Marrowbone Academy", "Marrowbone"
    academy.save()
    for url in urls:
        page = client.get(url).content.decode()
        assert "Marrowbone" in page and "Quillwork" not in page, url
