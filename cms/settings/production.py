"""Settings for a server that others reach: it refuses to start when something it needs is missing, and names it."""

import os

from django.core.exceptions import ImproperlyConfigured

_needed = {
    "SECRET_KEY": "a long random string; make one with: python -c 'import secrets; print(secrets.token_urlsafe(50))'",
    "ALLOWED_HOSTS": "the host names the site answers to, separated by commas",
    "BASE_URL": "the address of the site, with https://",
    "DATABASE_URL": "e.g. postgres://user:password@host:5432/academy",
    "MEDIA_ROOT": "a folder that outlives a release, for pictures and (beside it) private files",
    "SEARCH_INDEX_DIR": "a folder for the search index; it can be rebuilt at any time",
    "EMAIL_URL": "e.g. submission://user:password@host:587",
}
_missing = [f"  {name}: {what}" for name, what in _needed.items() if not os.environ.get(name)]
if _missing:
    raise ImproperlyConfigured("These environment variables are needed and not set:\n" + "\n".join(_missing))

os.environ.setdefault("TASKS_BACKEND", "database")

from .base import *  # noqa: E402, F403
from .base import BASE_URL, DEBUG, SECRET_KEY, env_bool  # noqa: E402

if DEBUG:
    raise ImproperlyConfigured("DEBUG is on. Production shows no tracebacks to visitors: unset DEBUG.")
if len(SECRET_KEY) < 40:
    raise ImproperlyConfigured("SECRET_KEY is shorter than 40 characters: use a long random one.")

if env_bool("WEBHOOK_ALLOW_LOOPBACK"):
    raise ImproperlyConfigured(
        "WEBHOOK_ALLOW_LOOPBACK is set. It lets a webhook call this server's own services and is for development only: unset it."
    )

SECURE_SSL_REDIRECT = env_bool("SECURE_SSL_REDIRECT", default=BASE_URL.startswith("https://"))
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
SECURE_REDIRECT_EXEMPT = [r"^healthz$", r"^readyz$"]
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = BASE_URL.startswith("https://")
SECURE_HSTS_SECONDS = 31_536_000 if BASE_URL.startswith("https://") else 0
CSRF_TRUSTED_ORIGINS = [BASE_URL]
