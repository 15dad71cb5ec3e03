"""Fixtures for tests of the import."""

from __future__ import annotations

import pytest


@pytest.fixture
def own_folders(own_folders, monkeypatch: pytest.MonkeyPatch) -> object:
    """The test's own folders, for the files' fields too: a field takes its storage once, when its model is made."""
    from django.core.files.storage import storages

    from library.models import MaterialDocument, RecordingMedia

    for model in (MaterialDocument, RecordingMedia):
        monkeypatch.setattr(model._meta.get_field("file"), "storage", storages["private"])
    return own_folders
