"""What the API adds to the admin; Wagtail finds hooks in modules of this one's name only."""

from .admin import registered_queries as document_admin  # noqa: F401
