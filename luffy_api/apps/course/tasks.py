"""What the course app does by the clock."""

from huey import crontab
from huey.contrib.djhuey import db_periodic_task, lock_task

from luffy_api.apps.course import background, processing, sweeping


@db_periodic_task(crontab(minute="*"))  # type: ignore[untyped-decorator]
@lock_task("follow_videos")  # type: ignore[untyped-decorator]
def follow_videos() -> None:
    """Every minute: films whose worker died, and those that the storage converts."""
    processing.revive()
    processing.follow_all()
    background.wake()


@db_periodic_task(crontab(hour="4", minute="23"))  # type: ignore[untyped-decorator]
@lock_task("sweep_uploads")  # type: ignore[untyped-decorator]
def sweep_uploads() -> None:
    """Every night; `manage.py sweep_uploads` does the same by hand."""
    sweeping.sweep()
