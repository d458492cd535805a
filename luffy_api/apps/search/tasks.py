"""What search does beside requests: soon after a change, every minute and every hour.

Nothing depends on a task that was lost: the outbox keeps what has to be done, and every minute
somebody looks.
"""

import logging

from django.core.cache import cache
from huey import crontab
from huey.contrib.djhuey import db_periodic_task, db_task
from huey.exceptions import RetryTask

from luffy_api.apps.search import counting, indexing
from luffy_api.apps.search.exceptions import IndexFault, IndexUnusable, Taken

logger = logging.getLogger(__name__)

_QUIET_SECONDS = 1
_REPAIR_SECONDS = 60


def hurry() -> None:
    """After a change: the index follows at once, and once more when changes come in numbers.

    Within a second only the first change makes tasks; the later of the two runs when that second
    is over, so it finds whatever the others left in the outbox.
    """
    if cache.add("search:hurry", 1, timeout=_QUIET_SECONDS):
        drain_search()
        drain_search.schedule(delay=2 * _QUIET_SECONDS)


def heal() -> None:
    """An index turned out to be missing or broken: one rebuild a minute at most."""
    if cache.add("search:heal", 1, timeout=_REPAIR_SECONDS):
        rebuild_search_index()


@db_task(retries=30, retry_delay=1)  # type: ignore[untyped-decorator]
def drain_search() -> None:
    """Brings the changes that are waiting into the index."""
    try:
        indexing.drain()
    except Taken as taken:
        raise RetryTask("another process writes to the index", delay=1) from taken
    except IndexUnusable as fault:
        logger.warning("search index cannot take changes: %s", fault)
        heal()
    except IndexFault as fault:
        logger.warning("search engine takes no changes now: %s", fault)


@db_task()  # type: ignore[untyped-decorator]
def rebuild_search_index() -> None:
    """The whole index anew; `manage.py rebuild_search` does the same by hand."""
    try:
        count = indexing.rebuild()
        logger.info("search index rebuilt with %d courses", count)
    except IndexFault as fault:
        logger.warning("search index was not rebuilt: %s", fault)


@db_periodic_task(crontab(minute="*"))  # type: ignore[untyped-decorator]
def keep_search_fresh() -> None:
    """Every minute: what a lost task has left, and an index that broke and nobody asked since."""
    try:
        broken = indexing.needs_rebuild()
    except IndexFault as fault:
        logger.warning("search engine does not answer: %s", fault)
        return
    if broken:
        heal()
    drain_search()


@db_periodic_task(crontab(minute="*/10"))  # type: ignore[untyped-decorator]
def sweep_search() -> None:
    """Compares the index with the catalogue; removes what is no longer needed."""
    indexing.forget_drained()
    counting.forget_old()
    try:
        indexing.sweep()
    except IndexFault as fault:
        logger.warning("search index was not compared: %s", fault)
