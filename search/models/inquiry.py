"""What visitors looked for in vain and asked the academy for: words only, nothing about who asked."""

from __future__ import annotations

from django.db import models
from wagtail.admin.panels import FieldPanel, FieldRowPanel, MultiFieldPanel

LONGEST_WISH = 1_000
LONGEST_SOUGHT = 300


class InquiryStatus(models.TextChoices):
    NEW = "new", "New"
    TAKEN_UP = "taken_up", "Taken up"
    CLOSED = "closed", "Closed"


class Inquiry(models.Model):
    """One request for something that search did not find. No name, address or cookie of the asker is kept."""

    sought = models.CharField("searched for", max_length=LONGEST_SOUGHT, blank=True, editable=False)
    wish = models.TextField("what would help", max_length=LONGEST_WISH, editable=False)
    asked_at = models.DateTimeField(auto_now_add=True)
    status = models.CharField(max_length=10, choices=InquiryStatus.choices, default=InquiryStatus.NEW)
    note = models.TextField(blank=True, help_text="For editors only: what came of it.")

    panels = [
        MultiFieldPanel(
            [
                FieldPanel("sought", read_only=True),
                FieldPanel("wish", read_only=True),
                FieldPanel("asked_at", read_only=True),
            ],
            heading="Asked",
        ),
        FieldRowPanel([FieldPanel("status")]),
        FieldPanel("note"),
    ]

    class Meta:
        ordering = ["-asked_at", "-pk"]
        verbose_name_plural = "inquiries"

    def __str__(self) -> str:
        return self.wish[:80]
