"""What is done for usage lists as time passes: what refers to what is read anew, should a row have been written past Wagtail."""

from __future__ import annotations

import io
from datetime import timedelta

from django.core.management import call_command

from cms.publishing.clock import register_periodic


@register_periodic(
    "rebuild_references",
    timedelta(days=1),
    "Counts again where each topic, person, organisation and file is used, so that usage lists and delete pages are "
    "correct.",
    abandoned_after=timedelta(hours=1),
)
def rebuild_references() -> None:
    """Run Wagtail's own command; after an update it also takes in what former versions did not count."""
    call_command("rebuild_references_index", verbosity=0, stdout=io.StringIO())
