"""Scheduled jobs of the video app.

No task locks: huey's outlive a killed process, and then the job would never run again. Jobs are
claimed in the database; what removes files does no harm when it runs twice.
"""

from huey.contrib.djhuey import db_periodic_task

from luffy_api.apps.video import cleanup
from luffy_api.apps.video.transcoding import worker
from luffy_api.common.schedules import shanghai


@db_periodic_task(shanghai(minute="*"))  # type: ignore[untyped-decorator]
def poll_videos() -> None:
    """Every minute: videos whose worker died, and those that the storage transcodes."""
    worker.requeue_stalled()
    worker.poll_jobs()


@db_periodic_task(shanghai(hour="4", minute="23"))  # type: ignore[untyped-decorator]
def cleanup_uploads() -> None:
    """Every night at 4:23; `manage.py cleanup_uploads` does the same by hand."""
    cleanup.cleanup_uploads()
