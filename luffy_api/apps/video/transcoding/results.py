"""What processing a film writes: to its section while that still has this film, and to its job.

A job that was given to another worker meanwhile (`attempts` has moved on), or whose film was
replaced, writes nothing any more.
"""

from typing import Any

from django.db import transaction
from django.utils import timezone

from luffy_api.apps.course import services
from luffy_api.apps.course.models import CourseSection, CourseSectionQuerySet
from luffy_api.apps.video.models import TranscodingJob
from luffy_api.common.transactions import retry_deadlocks

State = TranscodingJob.State
MediaState = CourseSection.MediaState
FULL = 100


def heartbeat(job: TranscodingJob, percent: int) -> bool:
    """Says that the work goes on; False when nobody waits for it any more."""
    mine = TranscodingJob.objects.filter(pk=job.pk, state=State.RUNNING, attempts=job.attempts)
    written = mine.update(progress=min(percent, FULL), heartbeat=timezone.now())
    return bool(written) and _section(job).exists()


def save_metadata(job: TranscodingJob, *, duration: int, poster: str, plays: bool) -> None:
    """What was read from the film; `duration` in seconds, `plays` in browsers as it is."""
    _write(job, duration=duration, poster=poster, video_plays=plays)


def mark_ready(job: TranscodingJob, **fields: Any) -> None:
    """The film can be watched; `fields` of the section besides."""
    end = {"media_state": MediaState.READY, "media_note": "", **fields}
    _write(job, **end)
    finish(job)


def mark_failed(job: TranscodingJob, reason: str) -> None:
    """Only a person can help; `reason` is for them. A film that browsers can show still plays."""
    mine = TranscodingJob.objects.filter(pk=job.pk, attempts=job.attempts)
    if mine.update(state=State.FAILED, error=reason):
        _write(job, media_state=MediaState.FAILED, media_note=reason)


def finish(job: TranscodingJob) -> None:
    """Nothing is left to do."""
    mine = TranscodingJob.objects.filter(pk=job.pk, state=State.RUNNING, attempts=job.attempts)
    mine.update(state=State.DONE, progress=FULL)


@retry_deadlocks
@transaction.atomic
def _write(job: TranscodingJob, **fields: Any) -> None:
    # Of all that is written for a job, only its present holder's counts.
    current = TranscodingJob.objects.filter(pk=job.pk, attempts=job.attempts)
    if not current.exists() or not _section(job).update(updated_time=timezone.now(), **fields):
        return
    course_ids = CourseSection.objects.filter(pk=job.section_id).values_list(
        "chapter__course_id", flat=True
    )
    services.recount_sections(course_ids.get())


def _section(job: TranscodingJob) -> CourseSectionQuerySet:
    return CourseSection.objects.filter(pk=job.section_id, video=job.source)
