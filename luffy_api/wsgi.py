"""WSGI entry point; production unless the environment names other settings."""

import gc
import os
from contextlib import suppress

# Modules that are being loaded are no garbage; looking through them costs a seventh of the start.
gc.disable()

from django.core.wsgi import get_wsgi_application  # noqa: E402
from django.urls import get_resolver  # noqa: E402

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "luffy_api.settings.prod")

django_application = get_wsgi_application()
# Load every view now: the first request of a process would wait for them.
_ = get_resolver().url_patterns

from luffy_api.apps.monitoring import rounds  # noqa: E402
from luffy_api.apps.publishing.front import published  # noqa: E402
from luffy_api.apps.search.engines import backend  # noqa: E402
from luffy_api.common import background  # noqa: E402
from luffy_api.common.direct_answers import answered_directly  # noqa: E402

# The client of Elasticsearch takes a third of a second to load. It connects with the first search;
# where it is not installed, the shop sells all the same.
with suppress(ImportError):
    backend()
application = published(answered_directly(django_application))
# They live as long as the process: no request waits while all of them are looked through.
gc.freeze()
gc.enable()

background.start()
# Tells, among the rest, that the runner is dead.
rounds.watch()
