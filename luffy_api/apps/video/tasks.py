"""Scheduled jobs of the video app."""

from huey import crontab
from huey.contrib.djhuey import db_periodic_task, lock_task

from luffy_api.apps.video import cleanup
from luffy_api.apps.video.transcoding import queue, worker


@db_periodic_task(crontab(minute="*"))  # type: ignore[untyped-decorator]
@lock_task("poll_videos")  # type: ignore[untyped-decorator]
def poll_videos() -> None:
    """Every minute: videos whose worker died, and those that the storage transcodes."""
    worker.requeue_stalled()
    worker.poll_jobs()
    queue.enqueue_processing()


@db_periodic_task(crontab(hour="4", minute="23"))  # type: ignore[untyped-decorator]
@lock_task("cleanup_uploads")  # type: ignore[untyped-decorator]
def cleanup_uploads() -> None:
    """Every night; `manage.py cleanup_uploads` does the same by hand."""
    cleanup.cleanup_uploads()
