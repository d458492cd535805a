"""The shop's WSGI application without rounds of alerts.

Its processes live beside the tests of a whole session, on the same database: a round of theirs
would take the turn of a test about alerts.
"""

from importlib import import_module

import django

django.setup()

# Only now can models be imported.
import_module("luffy_api.apps.monitoring.rounds").watch = lambda: None

application = import_module("luffy_api.wsgi").application

__all__ = ["application"]
