"""Fixtures that every test may ask for: a site with its index pages, a clean search index, and the sample input if it is there."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import pytest
from hypothesis import settings as hypothesis_settings

# Speed is measured in tests/bench/; a busy machine must not fail a property. CI tries the same examples each time: what
# lands is judged by its own change, and new examples are sought on developers' machines.
hypothesis_settings.register_profile("academy", deadline=None, derandomize="CI" in os.environ)
hypothesis_settings.load_profile("academy")

REPOSITORY = Path(__file__).resolve().parent.parent


@pytest.fixture(scope="session")
def shared_dir() -> Path:
    """The folder of real input beside the project; tests that need it skip where it is absent."""
    folder = REPOSITORY.parent / "shared"
    if not (folder / "drive-sample").is_dir():
        pytest.skip("the folder of shared sample input is not beside this clone")
    return folder


@pytest.fixture
def own_folders(settings, tmp_path, monkeypatch):
    """Give the test its own media, private files and search index; set `MEDIA_ROOT`, storages and `SEARCH_INDEX_DIR`."""
    from django.core.files.storage import storages

    from library.models import MaterialDocument, RecordingMedia

    settings.MEDIA_ROOT = str(tmp_path / "media")
    settings.PRIVATE_MEDIA_ROOT = tmp_path / "private"
    settings.SEARCH_INDEX_DIR = tmp_path / "search-index"
    changed = {**settings.STORAGES}
    changed["private"] = {
        "BACKEND": "library.media.storage.PrivateFileStorage",
        "OPTIONS": {"location": str(tmp_path / "private")},
    }
    settings.STORAGES = changed
    storages._storages.clear()
    # A file field takes its storage once, when its model is made.
    for model in (MaterialDocument, RecordingMedia):
        monkeypatch.setattr(model._meta.get_field("file"), "storage", storages["private"])
    yield tmp_path
    storages._storages.clear()
    shutil.rmtree(tmp_path, ignore_errors=True)


@pytest.fixture(autouse=True)
def fixed_rows(request):
    """Bring back what migrations made, for tests that come after one with real commits: that one emptied every table."""
    marker = request.node.get_closest_marker("django_db")
    if marker is None and not {"db", "transactional_db", "live_server"} & set(request.fixturenames):
        return
    is_committing = "live_server" in request.fixturenames or (marker and marker.kwargs.get("transaction"))
    request.getfixturevalue("transactional_db" if is_committing else "db")
    from django.urls import resolve

    from cms.publishing.kept import forget_all
    from tests.factories import restore_fixed_rows

    restore_fixed_rows()
    # Content versions begin anew with an empty database, and so must whatever is kept under them.
    resolve("/graphql/").func.endpoint.forget()
    forget_all()


@pytest.fixture
def site(db, own_folders):
    """A site with home, programmes and library pages: `site.home`, `site.programmes`, `site.resources`."""
    from tests.factories import make_site

    return make_site()
