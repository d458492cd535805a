"""The shop's WSGI application without what acts by the machine's clock.

Its processes live beside the tests of a whole session, on the same database. A round of alerts of
theirs would take the turn of a test about alerts, and discounts of a test that is in another month
would have ended long ago.

Published answers are good for a part of a second: tests wait for the end of that many times. A
statement may take longer than the site lets it, since a busy machine is no fault of the database.
Tests of that limit have shops of their own.
"""

from importlib import import_module

import django

django.setup()

# Only now can models be imported.
import_module("luffy_api.apps.monitoring.rounds").watch = lambda: None
background = import_module("luffy_api.common.background")
background._jobs.remove(import_module("luffy_api.apps.course.listing").apply_due)
versions = import_module("luffy_api.apps.publishing.versions")
versions.GOOD_FOR = import_module("luffy_api.tests.processes.shop").ANSWERS_GOOD_FOR
versions.READ_AFTER = versions.GOOD_FOR / 2
import_module("luffy_api.common.database_limits").STATEMENT_SECONDS = 20.0

application = import_module("luffy_api.wsgi").application

__all__ = ["application"]
