"""WSGI entry point; production unless the environment names other settings."""

import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "luffy_api.settings.prod")

application = get_wsgi_application()
