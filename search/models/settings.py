"""What editors decide about the log of searches and about alerts."""

from __future__ import annotations

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from wagtail.admin.panels import FieldPanel, MultiFieldPanel
from wagtail.contrib.settings.models import BaseGenericSetting, register_setting


@register_setting(icon="search")
class SearchSettings(BaseGenericSetting):
    """How long counts of searches are kept, and what may come of them."""

    log_days = models.PositiveSmallIntegerField(
        "days that searches are kept",
        default=90,
        validators=[MaxValueValidator(730)],
        help_text="Counts of searches are deleted after this many days. 0 keeps none.",
    )
    people_before_suggested = models.PositiveSmallIntegerField(
        "people before a search is suggested",
        default=3,
        validators=[MinValueValidator(2)],
        help_text="A past search is suggested to others only when this many people made it.",
    )
    are_alerts_offered = models.BooleanField(
        "offer e-mail alerts", default=True, help_text="Let visitors follow a search by e-mail."
    )

    panels = [
        MultiFieldPanel([FieldPanel("log_days"), FieldPanel("people_before_suggested")], heading="Log of searches"),
        FieldPanel("are_alerts_offered"),
    ]

    class Meta:
        verbose_name = "search"
