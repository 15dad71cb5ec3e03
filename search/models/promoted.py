"""Results that editors put first for certain words: shown above the others and named as chosen, never instead of them."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import ValidationError
from django.db import models
from wagtail.admin.panels import FieldPanel, PageChooserPanel
from wagtail.admin.widgets import AdminPageChooser
from wagtail.models import Page

from cms.access.visibility import OpenQuerySet

from ..kinds import KINDS
from ..language.normalised import LONGEST_WORDS, normalised

MOST_PROMOTED = 3


class FoundPagePanel(PageChooserPanel):
    """Chooses a page of any kind that can be found; the kinds are asked for when the form is made, since apps register them."""

    def get_form_options(self) -> dict[str, Any]:
        """Return the options of the form with a chooser of these page types."""
        options: dict[str, Any] = super().get_form_options()
        options.setdefault("widgets", {})[self.field_name] = AdminPageChooser(target_models=list(KINDS))
        return options


class PromotedResult(models.Model):
    """A page that stands first when somebody searches for exactly these words. Who may not see the page, is not shown it."""

    words = models.CharField(
        max_length=LONGEST_WORDS,
        help_text="What people search for, e.g. 'new starters'. Capitals and punctuation do not matter.",
    )
    page = models.ForeignKey(Page, on_delete=models.CASCADE, related_name="+")
    note = models.CharField(
        max_length=200, blank=True, help_text="For editors only: why this page, and until when it makes sense."
    )
    sort_order = models.PositiveSmallIntegerField(default=1, help_text="1 stands first.")
    updated_at = models.DateTimeField(auto_now=True)

    objects = OpenQuerySet.as_manager()

    panels = [
        FieldPanel("words"),
        FoundPagePanel("page"),
        FieldPanel("sort_order"),
        FieldPanel("note"),
    ]

    class Meta:
        ordering = ["words", "sort_order", "pk"]
        constraints = [models.UniqueConstraint(fields=["words", "page"], name="one_promotion_of_a_page_for_words")]
        verbose_name = "promoted result"

    def __str__(self) -> str:
        return f"{self.words}: {self.page}"

    def clean(self) -> None:
        """Keep the words as they are compared; refuse words that hold none, pages that no search finds, and more promotions
        than can stand first."""
        super().clean()
        words = normalised(self.words)
        if words is None:
            raise ValidationError({"words": f"Give one to twelve words, at most {LONGEST_WORDS} characters."})
        self.words = words
        if self.page_id and self.page.specific_class not in KINDS:
            raise ValidationError({"page": "Search does not show pages of this type. Choose one that it can find."})
        others = type(self).objects.filter(words=words).exclude(pk=self.pk)
        if others.count() >= MOST_PROMOTED:
            raise ValidationError({"words": f"{MOST_PROMOTED} pages are promoted for '{words}' already. Remove one."})
