"""With REDIS_URL the cache is shared between processes and tasks travel through Redis.

scripts/test starts a Redis and names it in REDIS_TEST_URL; plain pytest does without one, but never
where CI is set.
"""

import os
import shutil

import pytest

REDIS = os.environ.get("REDIS_TEST_URL", "")
pytestmark = pytest.mark.skipif(
    not REDIS and not os.environ.get("CI"), reason="REDIS_TEST_URL names no Redis"
)


@pytest.fixture
def shop(settings_process, development_keys, tmp_path):
    """Runs code as a process of a shop that has a Redis; returns what it printed."""
    shutil.copytree(development_keys, tmp_path / "keys")
    environment = {
        "DJANGO_SETTINGS_MODULE": "luffy_api.settings.dev",
        "REDIS_URL": REDIS,
        "VAR_DIR": str(tmp_path),
    }

    def run(code: str) -> str:
        code = f"import django; django.setup()\n{code}"
        status, stdout, stderr = settings_process.run(code, environment)
        assert status == 0, stderr
        return stdout.strip()

    return run


def test_processes_share_the_cache(shop):
    key = f"test-{os.getpid()}"
    shop(f"from django.core.cache import cache; cache.set({key!r}, 41, 60)")

    counted = shop(f"from django.core.cache import cache; print(cache.incr({key!r}))")

    assert counted == "42"


def test_a_task_travels_through_redis(shop):
    enqueue_and_work = """
from huey.contrib.djhuey import HUEY, task
HUEY.storage.queue_key += ".test-%d"

@task()
def add(a, b):
    return a + b

result = add(1, 2)
assert HUEY.pending_count() == 1
HUEY.execute(HUEY.dequeue())
print(type(HUEY.storage).__name__, result.get())
"""

    assert shop(enqueue_and_work % os.getpid()) == "RedisQueueStorage 3"
