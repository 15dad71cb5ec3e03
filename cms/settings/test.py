"""Settings for the test-suite: SQLite in memory, or the PostgreSQL that TEST_DATABASE_URL names; files in a folder of its own."""

import atexit
import gc
import os
import shutil
import tempfile
from importlib.util import find_spec
from pathlib import Path

gc.set_threshold(100_000, 20, 20)
_test_dir = Path(tempfile.mkdtemp(prefix="academy-test-"))
atexit.register(shutil.rmtree, _test_dir, ignore_errors=True)
os.environ["VAR_DIR"] = str(_test_dir)
os.environ.pop("MEDIA_ROOT", None)
os.environ.pop("SEARCH_INDEX_DIR", None)
os.environ.pop("REDIS_URL", None)
os.environ.pop("SEARCH_URL", None)
# The packages are installed with the tests' own, but the search goes by words alone unless a test says otherwise.
os.environ["SEARCH_BY_MEANING"] = "false"
os.environ["DATABASE_URL"] = os.environ.get("TEST_DATABASE_URL") or f"sqlite:///{_test_dir / 'test.sqlite3'}"

from .dev import *  # noqa: E402, F403
from .dev import DATABASES, INSTALLED_APPS  # noqa: E402

TEST_DIR = _test_dir
if find_spec("django_migration_linter"):
    INSTALLED_APPS = [*INSTALLED_APPS, "django_migration_linter"]  # the command `lintmigrations` of `make check`
if DATABASES["default"]["ENGINE"] == "django.db.backends.sqlite3":
    # A file, not memory: browser tests and worker processes read the same database from other threads and processes.
    DATABASES["default"]["TEST"] = {"NAME": str(_test_dir / "test.sqlite3")}
    # A test database need not survive a power cut.
    DATABASES["default"]["OPTIONS"]["init_command"] = "PRAGMA journal_mode=WAL; PRAGMA synchronous=OFF;"
# Tests write down what was asked when they look at it, and are never asked to slow down unless they mean to be.
API_USAGE_SECONDS = 0
API_RATES = {kind: {"cost_per_minute": 10**9, "cost_burst": 10**9} for kind in ("client", "public")}
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
ALLOWED_HOSTS = ["*"]
# Tests write counts when they look at them: a thread of its own would meet their transactions.
SEARCH_LOG_FLUSH_SECONDS = 0
