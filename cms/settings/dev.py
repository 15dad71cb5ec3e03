"""Settings for a developer's machine and for `make demo`: everything embedded, nothing to configure."""

import os

os.environ.setdefault("DEBUG", "0")

from .base import *  # noqa: F403
from .base import ALLOWED_HOSTS, SECRET_KEY, STORAGES

SECRET_KEY = SECRET_KEY or "development-only-never-for-a-server-that-others-reach"
ALLOWED_HOSTS = ALLOWED_HOSTS or ["127.0.0.1", "localhost", "[::1]", "testserver"]
# Without collected files: static files come straight from the apps.
STORAGES["staticfiles"] = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
WHITENOISE_USE_FINDERS = True
WHITENOISE_AUTOREFRESH = False
# A webhook receiver on this machine can be tried, over plain HTTP. Only these settings have it.
WEBHOOK_ALLOW_LOOPBACK = True
# Printed by `make demo`. Only these settings have it: on a server seed_demo makes a password that nobody knows.
DEMO_PASSWORD = "academy-demo"  # noqa: S105
