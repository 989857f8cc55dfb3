"""The web application for a plain WSGI server; `frameflow.asgi` is the one to serve."""

import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "frameflow.settings.dev")

application = get_wsgi_application()
