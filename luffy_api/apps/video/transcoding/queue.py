"""Transcoding as a background task, which a request enqueues and does not wait for."""

import logging

from luffy_api.apps.video.transcoding import worker
from luffy_api.common.media_queue import media_periodic_task
from luffy_api.common.schedules import shanghai

logger = logging.getLogger(__name__)


@media_periodic_task(shanghai(minute="*"))
def process_videos() -> None:
    """Soon, and every minute: work through the jobs.

    It ends at once while another worker of this machine does.
    """
    worker.run_all()


def enqueue_processing() -> None:
    """Starts a worker soon; without a task queue the scheduled job of the next minute does."""
    try:
        process_videos()
    except Exception:
        logger.exception("the task queue does not take work; videos wait for the scheduled job")
