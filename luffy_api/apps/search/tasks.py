"""Background work of search: after a change, every minute and every ten minutes.

Nothing depends on a task that was lost: the outbox keeps what has to be done, and is read every
minute.
"""

import logging

from django.core.cache import cache
from huey.contrib.djhuey import db_periodic_task, db_task
from huey.exceptions import RetryTask

from luffy_api.apps.search import indexing, search_log
from luffy_api.apps.search.exceptions import IndexingError, IndexUnusable, LockNotAcquired
from luffy_api.common.schedules import shanghai

logger = logging.getLogger(__name__)

_DEBOUNCE_SECONDS = 1
_REBUILD_INTERVAL_SECONDS = 60


def schedule_index_update() -> None:
    """Queue an update of the index at once, and another one for changes that follow closely.

    Within a second only the first change queues them; the second task runs when that second is
    over, so it finds whatever the other changes left in the outbox.
    """
    if cache.add("search:index-update", 1, timeout=_DEBOUNCE_SECONDS):
        update_search_index()
        update_search_index.schedule(delay=2 * _DEBOUNCE_SECONDS)


def schedule_rebuild() -> None:
    """Queue a rebuild of a missing or broken index, at most one a minute."""
    if cache.add("search:rebuild", 1, timeout=_REBUILD_INTERVAL_SECONDS):
        rebuild_search_index()


@db_task(retries=30, retry_delay=1)  # type: ignore[untyped-decorator]
def update_search_index() -> None:
    """Bring the changes that wait in the outbox into the index."""
    try:
        indexing.process_outbox()
    except LockNotAcquired as error:
        raise RetryTask("another process writes to the index", delay=1) from error
    except IndexUnusable as error:
        logger.warning("search index cannot take changes: %s", error)
        schedule_rebuild()
    except IndexingError as error:
        logger.warning("search engine takes no changes now: %s", error)


@db_task()  # type: ignore[untyped-decorator]
def rebuild_search_index() -> None:
    """Rebuild the whole index; `manage.py rebuild_search` does the same by hand."""
    try:
        count = indexing.rebuild()
        logger.info("search index rebuilt with %d courses", count)
    except IndexingError as error:
        logger.warning("search index was not rebuilt: %s", error)


@db_periodic_task(shanghai(minute="*"))  # type: ignore[untyped-decorator]
def ensure_search_index() -> None:
    """Every minute: process what a lost task left, and rebuild an index that broke unnoticed."""
    try:
        unusable = indexing.needs_rebuild()
    except IndexingError as error:
        logger.warning("search engine does not answer: %s", error)
        return
    if unusable:
        schedule_rebuild()
    update_search_index()


@db_periodic_task(shanghai(minute="*/10"))  # type: ignore[untyped-decorator]
def verify_search_index() -> None:
    """Every ten minutes: compare the index with the catalogue, delete rows past their retention."""
    indexing.delete_processed()
    search_log.delete_old()
    try:
        indexing.verify_index()
    except IndexingError as error:
        logger.warning("search index was not verified: %s", error)
