"""Work that a request starts and does not wait for."""

import logging

from huey.contrib.djhuey import db_task

from luffy_api.apps.video.transcoding import worker

logger = logging.getLogger(__name__)


@db_task()  # type: ignore[untyped-decorator]
def process_videos() -> None:
    """Works through the queue of films; ends at once while another worker of this machine does."""
    worker.run_all()


def enqueue_processing() -> None:
    """Says that something waits; when nobody can be told, the sweep of the next minute finds it."""
    try:
        process_videos()
    except Exception:
        logger.exception("the task queue does not take work; films wait for the sweep")
