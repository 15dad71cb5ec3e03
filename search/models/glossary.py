"""The words of the field that newcomers do not know, kept by editors: what search takes as the same, and what they mean."""

from __future__ import annotations

import re
import uuid as uuidlib

from django.core.exceptions import ValidationError
from django.db import models
from wagtail.admin.panels import FieldPanel, FieldRowPanel, MultiFieldPanel
from wagtail.search import index

from cms.access.visibility import OpenQuerySet

LONGEST_NAME = 120
MOST_OTHER_NAMES = 20
_HAS_WORD = re.compile(r"[^\W_]")


class GlossaryUse(models.TextChoices):
    ALWAYS = "always", "Always search for all of its names"
    SUGGEST = "suggest", "Only explain it and suggest it"


class GlossaryTerm(index.Indexed, models.Model):
    """A term such as ICS with what it stands for. Public by nature: everybody reads it, and search tells of it to everybody."""

    uuid = models.UUIDField(default=uuidlib.uuid4, unique=True, editable=False)
    term = models.CharField(
        max_length=LONGEST_NAME,
        help_text="As people write it, e.g. ICS. Everybody can read the whole entry, so do not include anything "
        "confidential.",
    )
    expansion = models.CharField(
        max_length=200, blank=True, help_text="What it stands for, in full, e.g. integrated care system."
    )
    other_names = models.TextField(
        blank=True, help_text="Other names for it, one on each line. Search finds all of them."
    )
    definition = models.TextField(
        blank=True, help_text="What it is, in one or two plain sentences. Shown above results and in transcripts."
    )
    use = models.CharField(
        max_length=10,
        choices=GlossaryUse.choices,
        default=GlossaryUse.ALWAYS,
        help_text="Choose 'only explain' for a word that has another meaning too, so that search does not mix them up.",
    )
    updated_at = models.DateTimeField(auto_now=True)

    objects = OpenQuerySet.as_manager()

    panels = [
        MultiFieldPanel(
            [FieldRowPanel([FieldPanel("term"), FieldPanel("expansion")]), FieldPanel("other_names")], heading="Names"
        ),
        FieldPanel("definition"),
        FieldPanel("use"),
    ]
    search_fields = [
        index.SearchField("term"),
        index.SearchField("expansion"),
        index.SearchField("other_names"),
        index.SearchField("definition"),
        index.AutocompleteField("term"),
        index.AutocompleteField("expansion"),
        index.FilterField("use"),
    ]

    class Meta:
        ordering = ["term", "expansion"]
        verbose_name = "glossary term"
        constraints = [models.UniqueConstraint(fields=["term", "expansion"], name="one_entry_a_term_and_expansion")]

    def __str__(self) -> str:
        return f"{self.term} ({self.expansion})" if self.expansion else self.term

    @property
    def other_name_list(self) -> tuple[str, ...]:
        """The other names, each once, in their order."""
        return tuple(dict.fromkeys(filter(None, (" ".join(line.split()) for line in self.other_names.splitlines()))))

    @property
    def names(self) -> tuple[str, ...]:
        """Every name it goes by: the term, the expansion, the others."""
        return tuple(dict.fromkeys(filter(None, (self.term, self.expansion, *self.other_name_list))))

    def clean(self) -> None:
        """Tidy white space; refuse names without a letter or digit, too many of them, and an entry that tells nothing."""
        super().clean()
        self.term, self.expansion = " ".join(self.term.split()), " ".join(self.expansion.split())
        self.other_names = "\n".join(self.other_name_list)
        wordless = [name for name in self.names if not _HAS_WORD.search(name)]
        if wordless:
            field = "term" if self.term in wordless else "expansion" if self.expansion in wordless else "other_names"
            raise ValidationError({field: f"'{wordless[0]}' has no letters or numbers, so search could never find it."})
        too_long = [name for name in self.other_name_list if len(name) > LONGEST_NAME]
        if too_long or len(self.other_name_list) > MOST_OTHER_NAMES:
            raise ValidationError(
                {
                    "other_names": f"At most {MOST_OTHER_NAMES} names of {LONGEST_NAME} characters each, one on each "
                    f"line."
                }
            )
        if len(self.names) == 1 and not self.definition.strip():
            raise ValidationError({"expansion": "Enter what the term stands for, another name or a definition."})
