"""The endpoint for the web server: granian loads `cms.wsgi:application`."""

import gc
import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "cms.settings.dev")
site = get_wsgi_application()

from django.urls import resolve  # noqa: E402

from cms.api.http.wsgi import PATH, ApiFirst  # noqa: E402

# The one endpoint of this process, which the view has as well. Found here, the schema is made before the first request comes.
application = ApiFirst(site, resolve(PATH).func.endpoint)
# What is loaded by now lives as long as the process: the collector need not look at it again and again.
gc.collect()
gc.freeze()
