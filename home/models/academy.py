"""The academy's names and contact, kept in one place so that a renaming is one edit."""

from __future__ import annotations

import re

from django.core.exceptions import ValidationError
from django.db import models
from modelcluster.fields import ParentalKey
from modelcluster.models import ClusterableModel
from wagtail.admin.panels import FieldPanel, InlinePanel, MultiFieldPanel
from wagtail.contrib.settings.models import BaseSiteSetting, register_setting
from wagtail.fields import RichTextField
from wagtail.models import Orderable

MIN_CONTRAST = 4.5
PAPER = "#fbfaf7"


def relative_luminance(colour: str) -> float:
    """Return the relative luminance (0 to 1) of a colour like #0b5c66, as WCAG 2.2 defines it."""
    channels = [int(colour[index : index + 2], 16) / 255 for index in (1, 3, 5)]
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast_ratio(colour: str, other: str) -> float:
    """Return the WCAG contrast ratio (1 to 21) of two colours like #0b5c66."""
    light, dark = sorted((relative_luminance(colour), relative_luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def validate_brand_colour(value: str) -> None:
    """Raise ValidationError unless `value` is a #rrggbb colour that can be read on the page's paper."""
    if not re.fullmatch(r"#[0-9a-fA-F]{6}", value):
        raise ValidationError(f"'{value}' is not a colour. Enter it like #0b5c66.")
    ratio = contrast_ratio(value, PAPER)
    if ratio < MIN_CONTRAST:
        raise ValidationError(
            f"{value} has a contrast of {ratio:.1f} on the page; links need {MIN_CONTRAST}. Choose a darker colour."
        )


@register_setting(icon="site", order=100)
class AcademySettings(BaseSiteSetting, ClusterableModel):
    """What the academy is called and how to reach it. Every page, answer and feed reads its names from here."""

    long_name = models.CharField(max_length=200, default="Systems Leadership Academy")
    short_name = models.CharField(max_length=60, default="The Academy", help_text="For the header and narrow places.")
    is_name_provisional = models.BooleanField(
        "the name is provisional", default=False, help_text="Shows 'provisional name' beside it."
    )
    strapline = models.CharField(max_length=250, blank=True, help_text="What the academy is, in one sentence.")
    contact_email = models.EmailField(blank=True, help_text="A shared mailbox, not somebody's own.")
    contact_phone = models.CharField(max_length=40, blank=True)
    contact_address = models.TextField(blank=True)
    cookie_notice = RichTextField(
        blank=True,
        features=["bold", "link"],
        help_text="Shown in the footer. The site itself sets no tracking cookies.",
    )
    brand_colour = models.CharField(
        max_length=7,
        default="#0b5c66",
        validators=[validate_brand_colour],
        help_text="For links and buttons, like #0b5c66. Its contrast is checked when you save.",
    )
    logo = models.ForeignKey("wagtailimages.Image", null=True, blank=True, on_delete=models.SET_NULL, related_name="+")

    select_related = ["logo"]

    panels = [
        MultiFieldPanel(
            [
                FieldPanel("long_name"),
                FieldPanel("short_name"),
                FieldPanel("is_name_provisional"),
                FieldPanel("strapline"),
            ],
            heading="Names",
        ),
        InlinePanel("former_names", label="Former name", heading="Former names"),
        MultiFieldPanel(
            [FieldPanel("contact_email"), FieldPanel("contact_phone"), FieldPanel("contact_address")],
            heading="Contact",
        ),
        InlinePanel("social_links", label="Link", heading="Social links"),
        FieldPanel("cookie_notice"),
        MultiFieldPanel([FieldPanel("brand_colour"), FieldPanel("logo")], heading="Brand"),
    ]

    class Meta:
        verbose_name = "academy"

    def __str__(self) -> str:
        return self.long_name


class FormerName(Orderable):
    academy = ParentalKey(AcademySettings, on_delete=models.CASCADE, related_name="former_names")
    name = models.CharField(max_length=200)

    panels = [FieldPanel("name")]

    def __str__(self) -> str:
        return self.name


class SocialLink(Orderable):
    academy = ParentalKey(AcademySettings, on_delete=models.CASCADE, related_name="social_links")
    label = models.CharField(max_length=60, help_text="e.g. LinkedIn")
    url = models.URLField()

    panels = [FieldPanel("label"), FieldPanel("url")]

    def __str__(self) -> str:
        return self.label
