"""Settings that every environment shares: embedded defaults that need no services, each replaceable by an environment variable."""

from __future__ import annotations

import logging
import os
from ipaddress import ip_network
from pathlib import Path
from urllib.parse import urlsplit

import dj_database_url
import dj_email_url
from django.core.exceptions import ImproperlyConfigured

BASE_DIR = Path(__file__).resolve().parent.parent.parent
# Everything the running product writes lies in one folder, so that a clone stays clean and a backup is one path.
VAR_DIR = Path(os.environ.get("VAR_DIR", BASE_DIR / "var"))
VAR_DIR.mkdir(parents=True, exist_ok=True)


def env_bool(name: str, default: bool = False) -> bool:
    """Read a yes/no environment variable; anything but 1, true, yes or on is no."""
    value = os.environ.get(name)
    return default if value is None else value.strip().lower() in {"1", "true", "yes", "on"}


def env_list(name: str, default: str = "") -> list[str]:
    """Read a comma-separated environment variable into a list without blanks."""
    return [item.strip() for item in os.environ.get(name, default).split(",") if item.strip()]


def env_int(name: str, default: int) -> int:
    """Read a whole number, 0 or more, from the environment."""
    value = os.environ.get(name, str(default)).strip()
    if not value.isascii() or not value.isdigit():
        raise ImproperlyConfigured(f"{name} is {value!r}. It must be a whole number, 0 or more.")
    return int(value)


def env_seconds(name: str, default: float, most: float) -> float:
    """Read a span of time in seconds, which may have decimals, from 0 to `most`, from the environment."""
    value = os.environ.get(name, str(default)).strip()
    try:
        seconds = float(value)
    except ValueError:
        seconds = -1.0
    if not 0 <= seconds <= most:
        raise ImproperlyConfigured(
            f"{name} is {value!r}. It must be a number of seconds from 0 to {most:g}, e.g. {default:g}."
        )
    return seconds


DEBUG = env_bool("DEBUG")
SECRET_KEY = os.environ.get("SECRET_KEY", "")
ALLOWED_HOSTS = env_list("ALLOWED_HOSTS")
BASE_URL = os.environ.get("BASE_URL", "http://127.0.0.1:8000").rstrip("/")

INSTALLED_APPS = [
    "home",
    "search",
    "library",
    "programmes",
    "cms.api",
    "cms.publishing",
    "cms.access",
    "cms.accounts",
    "cms.limits",
    "wagtail.contrib.forms",
    "wagtail.contrib.redirects",
    "wagtail.contrib.settings",
    "wagtail.embeds",
    "wagtail.sites",
    "wagtail.users",
    "wagtail.snippets",
    "wagtail.documents",
    "wagtail.images",
    "wagtail.search",
    "wagtail.admin",
    "wagtail",
    "wagtailmedia",
    # grapple lends its StreamField block types; its own schema, with root queries that leak drafts, is never imported.
    "grapple",
    "graphene_django",
    "modelcluster",
    "taggit",
    "django_tasks",
    "django_tasks_db",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.admin",
    "django.contrib.humanize",
]

MIDDLEWARE = [
    "cms.api.http.statement_timeout.UnboundStatementsMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "cms.middleware.PageGZipMiddleware",
    "cms.middleware.ContentSecurityPolicyMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "cms.access.middleware.PrincipalMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "cms.access.admin.consequences.ProtectedDeletionMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "cms.access.middleware.VisibleRedirectMiddleware",
]

ROOT_URLCONF = "cms.urls"
WSGI_APPLICATION = "cms.wsgi.application"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "cms.accounts.context.signed_in",
                "wagtail.contrib.settings.context_processors.settings",
                "home.context.academy",
            ],
        },
    },
]

DATABASE_URL = os.environ.get("DATABASE_URL") or f"sqlite:///{VAR_DIR / 'academy.sqlite3'}"
try:
    DATABASES = {"default": dj_database_url.parse(DATABASE_URL, conn_max_age=60, conn_health_checks=True)}
except ValueError as error:
    raise ImproperlyConfigured(
        "DATABASE_URL cannot be read. Use postgres://user:password@host:5432/name, with special characters "
        "in the password written as %XX."
    ) from error
if DATABASES["default"]["ENGINE"] == "django.db.backends.sqlite3":
    # Readers never wait for the one writer (WAL), and a second writer waits its turn instead of failing.
    DATABASES["default"].setdefault("OPTIONS", {}).update(
        {
            "timeout": 20,
            "transaction_mode": "IMMEDIATE",
            "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL; PRAGMA cache_size=-20000;",
        }
    )

REDIS_URL = os.environ.get("REDIS_URL", "")
CACHES = {
    "default": {"BACKEND": "cms.redis_cache.OpenRedisCache", "LOCATION": REDIS_URL}
    if REDIS_URL
    else {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}
}

# "immediate" runs what follows a change in the same process after the commit; "database" leaves it to `make worker`.
TASKS_BACKEND = os.environ.get("TASKS_BACKEND", "immediate")
_TASKS_BACKENDS = {
    "immediate": "django_tasks.backends.immediate.ImmediateBackend",
    "database": "django_tasks_db.DatabaseBackend",
}
if TASKS_BACKEND not in _TASKS_BACKENDS:
    raise ImproperlyConfigured(f"TASKS_BACKEND is {TASKS_BACKEND!r}. Use one of: {', '.join(_TASKS_BACKENDS)}.")
TASKS = {"default": {"BACKEND": _TASKS_BACKENDS[TASKS_BACKEND]}}

# Whoever works on something that waits holds it for so long; a process that was killed loses it then, and another takes it up.
WORK_LEASE_SECONDS = env_int("WORK_LEASE_SECONDS", 60)

AUTH_PASSWORD_VALIDATORS = [
    {"NAME": f"django.contrib.auth.password_validation.{name}"}
    for name in (
        "UserAttributeSimilarityValidator",
        "MinimumLengthValidator",
        "CommonPasswordValidator",
        "NumericPasswordValidator",
    )
]
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
# A session ends with the browser's day, not its month: admin desks in health and care are shared.
SESSION_COOKIE_AGE = 12 * 60 * 60
SESSION_COOKIE_SAMESITE = "Lax"
LOGIN_URL = "sign_in"
WAGTAILADMIN_LOGIN_URL = "sign_in"
LOGOUT_REDIRECT_URL = "/"
AUTHENTICATION_BACKENDS = ["cms.accounts.backends.LimitedModelBackend"]
WAGTAILADMIN_USER_LOGIN_FORM = "cms.accounts.forms.SignInForm"
WAGTAILADMIN_USER_PASSWORD_RESET_FORM = "cms.accounts.forms.LimitedPasswordResetForm"  # noqa: S105

LANGUAGE_CODE = "en-gb"
TIME_ZONE = "Europe/London"
USE_I18N = True
USE_TZ = True
WAGTAIL_I18N_ENABLED = False
WAGTAIL_CONTENT_LANGUAGES = LANGUAGES = [("en-gb", "English")]

STATICFILES_DIRS = [BASE_DIR / "static"]
STATIC_ROOT = VAR_DIR / "static"
STATIC_ROOT.mkdir(parents=True, exist_ok=True)
STATIC_URL = "/static/"
MEDIA_ROOT = Path(os.environ.get("MEDIA_ROOT", VAR_DIR / "media"))
MEDIA_URL = "/media/"
# Recordings and documents never lie below MEDIA_URL: they are served only by the view that asks who may see them.
PRIVATE_MEDIA_ROOT = Path(os.environ.get("PRIVATE_MEDIA_ROOT", MEDIA_ROOT.parent / "private"))
# So long are caption files kept as they came, to be read again by a better reader.
CAPTION_SOURCE_DAYS = env_int("CAPTION_SOURCE_DAYS", 365)
# Who sends the bytes of private files: this process, or the web server in front, once the view has allowed it.
FILE_SERVING = os.environ.get("FILE_SERVING", "django")
if FILE_SERVING not in {"django", "x-accel", "x-sendfile"}:
    raise ImproperlyConfigured(
        f"FILE_SERVING is {FILE_SERVING!r}. Use one of: django, x-accel (nginx), x-sendfile (Apache)."
    )
# The internal location of nginx whose alias is PRIVATE_MEDIA_ROOT (x-accel only).
FILE_SERVING_PREFIX = os.environ.get("FILE_SERVING_PREFIX", "/private-files/")
STORAGES = {
    "default": {"BACKEND": "library.media.storage.TidyFileStorage"},
    "private": {
        "BACKEND": "library.media.storage.PrivateFileStorage",
        "OPTIONS": {"location": str(PRIVATE_MEDIA_ROOT)},
    },
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
}
FILE_UPLOAD_PERMISSIONS = 0o640
DATA_UPLOAD_MAX_NUMBER_FIELDS = 10_000

EMAIL_CONFIG = dj_email_url.parse(os.environ.get("EMAIL_URL", "console:"))
if "EMAIL_BACKEND" not in EMAIL_CONFIG:
    raise ImproperlyConfigured(
        "EMAIL_URL is of no known kind. Use submission://user:password@host:587 (STARTTLS), "
        "smtp://user:password@host:465?ssl=1, smtp://host:25, or console: to write mail to the log."
    )
EMAIL_BACKEND = EMAIL_CONFIG["EMAIL_BACKEND"]
EMAIL_HOST = EMAIL_CONFIG["EMAIL_HOST"] or "localhost"
EMAIL_PORT = EMAIL_CONFIG["EMAIL_PORT"] or 25
EMAIL_HOST_USER = EMAIL_CONFIG["EMAIL_HOST_USER"] or ""
EMAIL_HOST_PASSWORD = EMAIL_CONFIG["EMAIL_HOST_PASSWORD"] or ""
EMAIL_USE_TLS = EMAIL_CONFIG["EMAIL_USE_TLS"]
EMAIL_USE_SSL = EMAIL_CONFIG["EMAIL_USE_SSL"]
# A mail server that does not answer must not hold a request (seconds).
EMAIL_TIMEOUT = EMAIL_CONFIG["EMAIL_TIMEOUT"] or 15
DEFAULT_FROM_EMAIL = SERVER_EMAIL = os.environ.get("EMAIL_FROM") or f"academy@{urlsplit(BASE_URL).hostname}"

WAGTAIL_SITE_NAME = "Academy"
WAGTAILADMIN_BASE_URL = BASE_URL
WAGTAIL_ENABLE_UPDATE_CHECK = False
WAGTAIL_ALLOW_UNICODE_SLUGS = False
WAGTAILADMIN_UNSAFE_PAGE_DELETION_LIMIT = 5
WAGTAIL_PASSWORD_REQUIRED_TEMPLATE = ""
WAGTAIL_FRONTEND_LOGIN_URL = "/sign-in/"
WAGTAIL_GRAVATAR_PROVIDER_URL = None
WAGTAILIMAGES_EXTENSIONS = ["avif", "gif", "jpg", "jpeg", "png", "webp"]
WAGTAILIMAGES_IMAGE_FORM_BASE = "library.forms.PictureForm"
WAGTAILIMAGES_MAX_UPLOAD_SIZE = 15 * 2**20
WAGTAILIMAGES_MAX_IMAGE_PIXELS = 40_000_000
WAGTAILDOCS_DOCUMENT_MODEL = "library.MaterialDocument"
WAGTAILDOCS_EXTENSIONS = ["pdf", "docx", "pptx", "xlsx", "odt", "odp", "txt", "csv"]
WAGTAILDOCS_DOCUMENT_FORM_BASE = "library.forms.MaterialDocumentForm"
WAGTAILMEDIA = {
    "MEDIA_MODEL": "library.RecordingMedia",
    "MEDIA_FORM_BASE": "library.forms.RecordingMediaForm",
    "AUDIO_EXTENSIONS": ["aac", "flac", "m4a", "mp3", "ogg", "opus", "wav"],
    "VIDEO_EXTENSIONS": ["m4v", "mkv", "mov", "mp4", "webm"],
}
WAGTAILSEARCH_BACKENDS = {"default": {"BACKEND": "wagtail.search.backends.database", "AUTO_UPDATE": True}}
WAGTAILEMBEDS_RESPONSIVE_HTML = True

GRAPPLE = {
    "APPS": [],
    "AUTO_CAMELCASE": True,
    # Renditions are made for these filters only, so that a reader cannot make the server draw pictures at will.
    "ALLOWED_IMAGE_FILTERS": [
        "width-320",
        "width-640",
        "width-960",
        "width-1280",
        "fill-320x180",
        "fill-640x360",
        "fill-1280x720",
        "fill-160x160",
        "fill-320x320",
    ],
}


def front_ends(text: str) -> dict[str, str]:
    """Read `Name=https://address,Name=https://address` (or one bare address) into names and addresses."""
    found = {}
    for item in filter(None, (part.strip() for part in text.split(","))):
        name, _, url = item.rpartition("=") if "://" not in item.partition("=")[0] else ("", "", item)
        if urlsplit(url).scheme not in {"http", "https"} or not urlsplit(url).netloc:
            raise ImproperlyConfigured(
                f"HEADLESS_PREVIEW_URL: {item!r} names no address. Write e.g. Staff intranet=https://intranet.example.org/preview"
            )
        found[name.strip() or urlsplit(url).netloc] = url
    return found


# Front ends on which editors may preview what they write, before it is saved.
HEADLESS_PREVIEWS = front_ends(os.environ.get("HEADLESS_PREVIEW_URL", ""))
GRAPHENE = {"SCHEMA": "cms.schema.schema"}

# Searches are counted in memory and written together after this many seconds.
SEARCH_LOG_FLUSH_SECONDS = 3.0
# An OpenSearch service (https://user:password@host:9200/NAME) to keep the index in, instead of a folder on this machine.
SEARCH_URL = os.environ.get("SEARCH_URL", "")
SEARCH_INDEX_DIR = Path(os.environ.get("SEARCH_INDEX_DIR", VAR_DIR / "search-index"))
# Whether to find what says the same in other words too, where requirements-semantic.txt is installed.
SEARCH_BY_MEANING = env_bool("SEARCH_BY_MEANING", True)

# What one request to the API may ask for. Partners' real queries stay far below; docs/partners.md tells the figures.
API_LIMITS = {
    "body_bytes": 200_000,
    "tokens": 2_000,
    "depth": 15,
    "aliases": 60,
    "directives": 50,
    "root_fields": 30,
    "cost": 50_000,
    "deadline_seconds": 10.0,
}

# Webhooks go to the public internet over HTTPS only. Loopback is for a developer who tries a receiver on the same machine.
WEBHOOK_ALLOW_LOOPBACK = False
try:
    WEBHOOK_PORTS = [int(port) for port in env_list("WEBHOOK_PORTS", "443")]
    WEBHOOK_REFUSED_NETWORKS = [str(ip_network(network)) for network in env_list("WEBHOOK_REFUSED_NETWORKS")]
except ValueError as error:
    raise ImproperlyConfigured(
        f"WEBHOOK_PORTS or WEBHOOK_REFUSED_NETWORKS cannot be read ({error}). Write e.g. 443,8443 and 198.51.100.0/24."
    ) from error
# How much one API client, and one network address of the public, may ask for: cost a minute in the long run, and at once.
# Half a million of cost is about two seconds of work; an answer that is kept already costs a hundredth.
API_RATES = {
    "client": {
        "cost_per_minute": env_int("API_CLIENT_COST_PER_MINUTE", 3_000_000),
        "cost_burst": env_int("API_CLIENT_COST_BURST", 1_000_000),
    },
    "public": {
        "cost_per_minute": env_int("API_PUBLIC_COST_PER_MINUTE", 1_000_000),
        "cost_burst": env_int("API_PUBLIC_COST_BURST", 500_000),
    },
}
# How many of our own proxies stand before the site, each of which adds to X-Forwarded-For. Callers can write the rest of it.
API_PROXIES = env_int("API_PROXIES", 0)
# Kept answers in the memory of each process; 0 keeps none.
API_CACHE_BYTES = env_int("API_CACHE_MEGABYTES", 32) * 2**20
# For so long a process may answer a repeated request by what it last read of content and keys; each commit that changes them
# takes that much longer. The same on every machine; 0 switches it off, and cached answers take three to five times as long.
API_REPLAY_SECONDS = env_seconds("API_REPLAY_SECONDS", 0.005, most=1.0)
# For so long (seconds) caches on the way may keep a public answer to a GET without asking; an unpublished page may be met in
# them for twice as long.
API_PUBLIC_MAX_AGE = env_int("API_PUBLIC_MAX_AGE", 30)
# How often (seconds) each process writes down what was asked; 0 leaves it to whoever calls `usage.flush()`.
API_USAGE_SECONDS = env_int("API_USAGE_SECONDS", 5)


def as_warning(record: logging.LogRecord) -> bool:
    """Make a line of a host that is not ours: any scanner can send thousands, and a trace of our own code tells nothing."""
    record.levelno, record.levelname = logging.WARNING, "WARNING"
    record.exc_info = record.exc_text = None
    record.msg = str(record.msg)[:300]
    return True


LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "{asctime} {levelname} {name} {message}", "style": "{"}},
    "filters": {"as_warning": {"()": "django.utils.log.CallbackFilter", "callback": as_warning}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["console"], "level": os.environ.get("LOG_LEVEL", "INFO")},
    # Wagtail writes a line for each edit; its own history keeps them better.
    # A search engine's client would write down each search, and what people search for is nobody's business.
    "loggers": {
        **{name: {"level": "WARNING"} for name in ("django_tasks", "wagtail", "opensearch", "opensearchpy.trace")},
        "django.security.DisallowedHost": {"filters": ["as_warning"]},
    },
}

SILENCED_SYSTEM_CHECKS: list[str] = []
X_FRAME_OPTIONS = "SAMEORIGIN"
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
