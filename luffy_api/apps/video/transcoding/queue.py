"""Transcoding as a background task, which a request enqueues and does not wait for."""

import logging

from huey.contrib.djhuey import db_task

from luffy_api.apps.video.transcoding import worker

logger = logging.getLogger(__name__)


@db_task()  # type: ignore[untyped-decorator]
def process_videos() -> None:
    """Works through the jobs; ends at once while another worker of this machine does."""
    worker.run_all()


def enqueue_processing() -> None:
    """Starts a worker soon; without a task queue the scheduled job of the next minute does."""
    try:
        process_videos()
    except Exception:
        logger.exception("the task queue does not take work; videos wait for the scheduled job")
