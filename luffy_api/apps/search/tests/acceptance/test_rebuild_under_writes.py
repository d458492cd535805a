"""Two processes rebuild at once while the back office writes and students search."""

import os
import subprocess
import sys
from contextlib import ExitStack, suppress
from urllib.parse import quote

import pytest
from django.conf import settings as django_settings
from django.db import connection

from luffy_api.apps.course.models import Course
from luffy_api.apps.search import indexing, selectors
from luffy_api.apps.search.exceptions import LockNotAcquired
from luffy_api.apps.search.tests.catalogues import generator, rows

COURSES, CHANGES, REBUILDS = 300, 40, 3
# Starts once and forks two, which end when they are left alone.
REBUILDERS = f"""
import os, sys, time, django
django.setup()
from luffy_api.apps.search import indexing
from luffy_api.apps.search.exceptions import AlreadyRebuilding

print("ready", flush=True)
parent, children, done = os.getpid(), [], 0
while len(children) < 2 and (child := os.fork()):
    children.append(child)
if len(children) == 2:
    sys.exit(any([os.waitpid(child, 0)[1] for child in children]))
while done < {REBUILDS} and os.getppid() == parent:
    try:
        indexing.rebuild()
        done += 1
    except AlreadyRebuilding:
        time.sleep(0.05)
"""


def database_url() -> str:
    """The database of this test, for another process."""
    values = connection.settings_dict
    if connection.vendor == "sqlite":
        return f"sqlite:///{values['NAME']}"
    user, password = quote(values["USER"]), quote(values["PASSWORD"])
    return f"mysql://{user}:{password}@{values['HOST']}:{values['PORT']}/{values['NAME']}"


def two_processes(search_url: str) -> subprocess.Popen[str]:
    """Each rebuilds several times; whenever the other one is at it, it has to wait.

    They say so before they begin: it takes them longer to start than to rebuild.
    """
    env = {
        **os.environ,
        "DJANGO_SETTINGS_MODULE": "luffy_api.apps.search.tests.acceptance.shop_settings",
        "DATABASE_URL": database_url(),
        "SEARCH_URL": search_url,
    }
    return subprocess.Popen(
        [sys.executable, "-c", REBUILDERS],
        env=env,
        cwd=django_settings.BASE_DIR,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


@pytest.mark.django_db(transaction=True)
def test_nothing_is_lost_and_every_search_is_answered(engine, settings):
    # given an index, and two processes that build it anew
    rows.insert(list(generator.courses(COURSES)))
    indexing.rebuild()
    with ExitStack() as stack:
        process = stack.enter_context(two_processes(settings.SEARCH_URL))
        # One that is left by a failure would fail the tests that follow.
        stack.callback(process.kill)
        assert process.stdout
        assert process.stdout.readline() == "ready\n", process.communicate()

        # when courses are renamed meanwhile
        renamed = {}
        while len(renamed) < CHANGES or process.poll() is None:
            course = Course.objects.all()[len(renamed) % COURSES]
            course.name = renamed[course.pk] = f"改名第{len(renamed)}号"
            course.save()
            with suppress(LockNotAcquired):
                indexing.process_outbox()
            # then the engine answers all the time
            assert selectors.search(text="python").engine == engine.name

        # then both came to an end and every change is in the index
        _, complaint = process.communicate(timeout=60)
        assert process.returncode == 0, complaint
    indexing.process_outbox()
    lost = [pk for pk, name in renamed.items() if selectors.search(text=name).ids[:1] != [pk]]
    assert lost == []
    assert indexing.verify_index() == 0
