"""What the API adds to the admin; Wagtail finds hooks in modules of this one's name only."""

from . import document_admin  # noqa: F401
