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
REBUILDER = f"""
import time, django
django.setup()
from luffy_api.apps.search import indexing
from luffy_api.apps.search.exceptions import AlreadyRebuilding

done = refused = 0
while done < {REBUILDS}:
    try:
        indexing.rebuild()
        done += 1
    except AlreadyRebuilding:
        refused += 1
        time.sleep(0.05)
print(done, refused)
"""


def database_url() -> str:
    """The database of this test, for another process."""
    values = connection.settings_dict
    if connection.vendor == "sqlite":
        return f"sqlite:///{values['NAME']}"
    user, password = quote(values["USER"]), quote(values["PASSWORD"])
    return f"mysql://{user}:{password}@{values['HOST']}:{values['PORT']}/{values['NAME']}"


def another_process(search_url: str) -> subprocess.Popen[str]:
    """Rebuilds several times; whenever the other one is at it, it has to wait."""
    env = {
        **os.environ,
        "DJANGO_SETTINGS_MODULE": "luffy_api.apps.search.tests.acceptance.shop_settings",
        "DATABASE_URL": database_url(),
        "SEARCH_URL": search_url,
    }
    return subprocess.Popen(
        [sys.executable, "-c", REBUILDER],
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
        processes = [stack.enter_context(another_process(settings.SEARCH_URL)) for _ in range(2)]
        for process in processes:
            # One that is left by a failure would fail the tests that follow.
            stack.callback(process.kill)

        # when courses are renamed meanwhile
        renamed = {}
        while len(renamed) < CHANGES or any(process.poll() is None for process in processes):
            course = Course.objects.all()[len(renamed) % COURSES]
            course.name = renamed[course.pk] = f"改名第{len(renamed)}号"
            course.save()
            with suppress(LockNotAcquired):
                indexing.process_outbox()
            # then the engine answers all the time
            assert selectors.search(text="python").engine == engine.name

        # then both came to an end and every change is in the index
        complaints = [process.communicate(timeout=60)[1] for process in processes]
        assert [process.returncode for process in processes] == [0, 0], complaints
    indexing.process_outbox()
    lost = [pk for pk, name in renamed.items() if selectors.search(text=name).ids[:1] != [pk]]
    assert lost == []
    assert indexing.verify_index() == 0
