"""What transcoding a video writes: to the video, to its job, and to the section when it plays.

A job that was given to another worker meanwhile (`attempts` has moved on), or whose video was
replaced and so deleted, writes nothing any more.
"""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

from django.db import transaction
from django.db.models import F, QuerySet
from django.utils import timezone

from luffy_api.apps.video import locks, metrics, services
from luffy_api.apps.video.models import FinishedRendition, TranscodingJob, Video
from luffy_api.common.metrics import count
from luffy_api.common.transactions import retry_deadlocks

State = TranscodingJob.State
FULL = 100


def heartbeat(job: TranscodingJob, percent: int) -> bool:
    """Reports progress; False when the result is not wanted any more."""
    return bool(_mine(job).update(progress=min(percent, FULL), heartbeat=timezone.now()))


def save_metadata(job: TranscodingJob, *, duration: int, poster: str, plays: bool) -> None:
    """What was read from the file; `duration` in seconds, `plays` in browsers as it is."""
    _write(job, duration=duration, poster=poster, plays_natively=plays)


def set_output(job: TranscodingJob, folder: str) -> None:
    """Whoever goes on with the job stores into the same folder."""
    _mine(job).update(output=folder)
    job.output = folder


@retry_deadlocks
@transaction.atomic
def save_rendition(job: TranscodingJob, *, side: int, playlist: str, attributes: str) -> bool:
    """One quality is stored whole; False when it is not wanted any more.

    A job that gets on is not what kills its workers.
    """
    if not _mine(job).update(losses=0, heartbeat=timezone.now()):
        return False
    FinishedRendition.objects.create(job=job, side=side, playlist=playlist, attributes=attributes)
    return True


def hand_back(job: TranscodingJob) -> None:
    """The worker has to leave; another one goes on, and the video has lost nothing."""
    _mine(job).update(state=State.WAITING)


def note_fault(job: TranscodingJob, *, retry_after: timedelta) -> None:
    """An error that may pass: the job waits for a while."""
    again = timezone.now() + retry_after
    _mine(job).update(state=State.WAITING, faults=F("faults") + 1, not_before=again)


def mark_ready(job: TranscodingJob, **fields: Any) -> None:
    """The video can be watched and becomes the section's current one; `fields` of it besides."""
    end = {"state": Video.State.READY, "note": "", **fields}
    _write(job, then=services.make_current, **end)
    finish(job)


def mark_failed(job: TranscodingJob, reason: str) -> None:
    """Only a person can help; `reason` is for them. What browsers play as it is still plays."""
    mine = TranscodingJob.objects.filter(pk=job.pk, attempts=job.attempts)
    if mine.update(state=State.FAILED, error=reason):
        _write(job, state=Video.State.FAILED, note=reason)
        count(metrics.TRANSCODINGS, metrics.FAILED)


def finish(job: TranscodingJob) -> None:
    """Nothing is left to do."""
    if _mine(job).update(state=State.DONE, progress=FULL):
        count(metrics.TRANSCODINGS, metrics.DONE)


def _mine(job: TranscodingJob) -> QuerySet[TranscodingJob]:
    """The job, while it is that of the worker that took it."""
    return TranscodingJob.objects.filter(pk=job.pk, state=State.RUNNING, attempts=job.attempts)


@retry_deadlocks
@transaction.atomic
def _write(
    job: TranscodingJob, *, then: Callable[[Video], None] = services.publish, **fields: Any
) -> None:
    locks.lock_section(job.video.section_id)
    # Of all that is written for a job, only its present worker's results count.
    current = TranscodingJob.objects.filter(pk=job.pk, attempts=job.attempts)
    video = Video.objects.filter(pk__in=current.values("video_id")).first()
    if video is None:
        return
    for name, value in fields.items():
        setattr(video, name, value)
    video.save(update_fields=[*fields, "updated_time"])
    then(video)
