"""Fixtures that every test may ask for: a site with its index pages, a clean search index, and the sample input if it is there."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import pytest

from tests.pure import DJANGO_FIXTURES, needs_django
from tests.serving import Demo, forget_demo, make_demo

REPOSITORY = Path(__file__).resolve().parent.parent


# What makes hundreds of rows before the first test of a file begins.
MAKES_A_LOT = {"graph", "hundred"}
TOUCHES_DATABASE = {"db", "transactional_db", "django_db_reset_sequences", "django_db_setup", "live_server"}


def pytest_pycollect_makemodule(module_path: Path) -> None:
    """Set Hypothesis up before the first file that names it: importing it takes longer than most tests do.

    Speed is measured in tests/bench/; a busy machine must not fail a property. CI tries the same examples each time: what
    lands is judged by its own change, and new examples are sought on developers' machines.
    """
    if b"hypothesis" in module_path.read_bytes():
        from hypothesis import settings

        settings.register_profile("academy", deadline=None, derandomize="CI" in os.environ)
        settings.load_profile("academy")


def _is_without_django(config: pytest.Config) -> bool:
    return not config.pluginmanager.hasplugin("django")


def pytest_ignore_collect(collection_path: Path, config: pytest.Config) -> bool | None:
    """Leave out what needs Django when pytest runs without it (`make test-pure`): test files, and folders by their conftest."""
    if not _is_without_django(config):
        return None
    path = collection_path / "conftest.py" if collection_path.is_dir() else collection_path
    return True if path.suffix == ".py" and path.exists() and needs_django(path) else None


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Mark by their fixtures the tests that touch the database and those that ask a server of their own.

    CI runs the first on both databases, and the second on PostgreSQL alone; the rest knows neither and runs once.
    """
    if _is_without_django(config):
        others = [item for item in items if DJANGO_FIXTURES & set(getattr(item, "fixturenames", ()))]
        config.hook.pytest_deselected(items=others)
        items[:] = [item for item in items if item not in others]
    for item in items:
        fixtures = set(getattr(item, "fixturenames", ()))
        if item.get_closest_marker("django_db") or TOUCHES_DATABASE & fixtures:
            item.add_marker("database")
        if "demo" in fixtures:
            item.add_marker("served")
        if MAKES_A_LOT & fixtures:
            item.add_marker("slow")


def _folder_of_demo(factory: pytest.TempPathFactory) -> Path:
    """Return one folder for all of xdist's workers: theirs lie below the controller's."""
    base = factory.getbasetemp()
    folder = (base.parent if "PYTEST_XDIST_WORKER" in os.environ else base) / "served-demo"
    folder.mkdir(exist_ok=True)
    return folder


@pytest.fixture(scope="session")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Demo:
    """The demo's content, to be copied for a server of one's own."""
    return make_demo(_folder_of_demo(tmp_path_factory))


def pytest_sessionfinish(session: pytest.Session) -> None:
    """Leave no database behind; xdist's workers have ended when their controller comes here."""
    factory = getattr(session.config, "_tmp_path_factory", None)
    if factory is not None and "PYTEST_XDIST_WORKER" not in os.environ:
        forget_demo(_folder_of_demo(factory))


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup, django_db_blocker) -> None:
    """Finish the tables that were made from the models (`--nomigrations`) as migrations would have."""
    from tests.tables import make_table_of_admin_search

    with django_db_blocker.unblock():
        make_table_of_admin_search()


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

    from library.models import CaptionSource, MaterialDocument, RecordingMedia

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
    for model in (MaterialDocument, RecordingMedia, CaptionSource):
        monkeypatch.setattr(model._meta.get_field("file"), "storage", storages["private"])
    yield tmp_path
    storages._storages.clear()
    shutil.rmtree(tmp_path, ignore_errors=True)


@pytest.fixture(params=[0.005, 0.0], ids=["replayed", "never replayed"])
def replayed_or_not(request, settings) -> float:
    """Run the test twice: with answers replayed (see `cms.replay`), and with the switch off. What it shows must hold both times."""
    settings.API_REPLAY_SECONDS = request.param
    return request.param


@pytest.fixture(autouse=True)
def fixed_rows(request):
    """Bring back the fixed rows for a test that comes after one with real commits: that one emptied every table."""
    marker = request.node.get_closest_marker("django_db")
    if marker is None and not {"db", "transactional_db", "live_server"} & set(request.fixturenames):
        return
    from django.urls import resolve

    from cms.publishing.kept import forget_all
    from tests.factories import commit_fixed_rows

    # Before the test's own transaction begins, so that they are made once for all tests that follow.
    request.getfixturevalue("django_db_setup")
    with request.getfixturevalue("django_db_blocker").unblock():
        commit_fixed_rows()
    is_committing = "live_server" in request.fixturenames or (marker and marker.kwargs.get("transaction"))
    request.getfixturevalue("transactional_db" if is_committing else "db")
    # Content versions begin anew with an empty database, and so must whatever is kept under them.
    resolve("/graphql/").func.endpoint.forget()
    forget_all()


@pytest.fixture
def site(db, own_folders):
    """A site with home, programmes and library pages: `site.home`, `site.programmes`, `site.resources`."""
    from tests.factories import make_site

    return make_site()
