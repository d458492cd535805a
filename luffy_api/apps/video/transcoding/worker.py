"""The worker of the transcoding queue: metadata, a poster, and HLS in several qualities.

One job at a time on a machine, whatever the number of workers, so that the others stay free for
payments. The table of jobs is the queue; a worker that dies leaves a row whose heartbeat stops, and
`requeue_stalled` gives it back.
"""

import fcntl
import logging
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta

from django.conf import settings
from django.db.models import F, Q, QuerySet
from django.utils import timezone

from luffy_api.apps.video import metrics
from luffy_api.apps.video.models import TranscodingJob
from luffy_api.apps.video.transcoding import local, results, transcoder
from luffy_api.common.metrics import count
from luffy_api.libs import storage
from luffy_api.libs.video import NotAVideo, Oversized, Stopped, TimedOut, ToolFailed

logger = logging.getLogger(__name__)

State = TranscodingJob.State
MAX_ATTEMPTS = 3
STALL_TIMEOUT = timedelta(minutes=3)
# Polls start every minute: a slow storage must not pile them up.
POLL_BUDGET_SECONDS = 50
# When a runner dies in the middle of a poll, another one repeats it after this time.
POLL_LEASE = timedelta(minutes=2)
INTERRUPTED = "处理多次中断,请重试"
# What a retry cannot change, in words for the back office.
FAULTS: dict[type[Exception], str] = {
    NotAVideo: "文件内容不是有效的视频,请重新上传",
    Oversized: "视频的分辨率或时长超出限制",
    TimedOut: "转码超时,请缩短视频或联系管理员",
    ToolFailed: "转码失败,视频文件可能已损坏",
    storage.UploadRejected: "文件内容不是有效的视频,请重新上传",
    storage.ObjectMissing: "存储中找不到视频文件,请重新上传",
}


def run_all() -> int:
    """Works until the queue is empty; the number of jobs, 0 while another worker is at it."""
    done = 0
    with _alone_on_this_machine() as alone:
        if alone:
            local.clear_scratch()
        while alone and _run_next():
            done += 1
    return done


def poll_jobs() -> None:
    """Polls every job that the storage runs itself."""
    _poll(TranscodingJob.objects.filter(state=State.RUNNING).exclude(persistent_id=""))


def poll_job(persistent_id: str) -> None:
    """A hint that this one has ended; unknown ids mean nothing."""
    _poll(TranscodingJob.objects.filter(state=State.RUNNING, persistent_id=persistent_id))


def requeue_stalled() -> int:
    """Gives jobs back whose worker has died, a few times; how many."""
    silent = TranscodingJob.objects.filter(
        state=State.RUNNING, persistent_id="", heartbeat__lt=timezone.now() - STALL_TIMEOUT
    )
    for job in silent.filter(attempts__gte=MAX_ATTEMPTS).select_related("video"):
        results.mark_failed(job, INTERRUPTED)
    requeued = silent.filter(attempts__lt=MAX_ATTEMPTS).update(state=State.WAITING)
    count(metrics.TRANSCODINGS, metrics.INTERRUPTED, by=requeued)
    return requeued


@contextmanager
def _alone_on_this_machine() -> Iterator[bool]:
    """A file lock, which the kernel releases when its process dies."""
    settings.VAR_DIR.mkdir(parents=True, exist_ok=True)
    with (settings.VAR_DIR / "transcoding.lock").open("w") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            yield False
        else:
            yield True


def _run_next() -> bool:
    """Takes the oldest waiting job; False when there is none."""
    oldest = TranscodingJob.objects.filter(state=State.WAITING).order_by("id")
    pk = oldest.values_list("pk", flat=True).first()
    if pk is None:
        return False
    mine = TranscodingJob.objects.filter(pk=pk, state=State.WAITING)
    if mine.update(state=State.RUNNING, attempts=F("attempts") + 1, heartbeat=timezone.now()):
        job = TranscodingJob.objects.select_related("video").filter(pk=pk).first()
        if job:
            _run(job)
    return True


def _run(job: TranscodingJob) -> None:
    """One video. After a transient fault the job stays silent until `requeue_stalled` finds it."""
    try:
        transcoder().start(job)
    except Stopped:
        results.finish(job)
    except tuple(FAULTS) as error:
        logger.warning("video %s: %s: %s", job.video_id, type(error).__name__, error)
        reason = next(text for kind, text in FAULTS.items() if isinstance(error, kind))
        results.mark_failed(job, reason)
    except Exception:
        logger.exception("video %s could not be transcoded now", job.video_id)


def _poll(jobs: QuerySet[TranscodingJob]) -> None:
    """Poll those that nobody else polls at this moment."""
    deadline = time.monotonic() + POLL_BUDGET_SECONDS
    for job in jobs.filter(_is_due()).order_by("next_poll_at", "pk").select_related("video"):
        if time.monotonic() > deadline:
            break
        if not _claim(job):
            continue
        try:
            transcoder().poll(job)
        except storage.StorageError:
            logger.warning("the storage does not tell how far job %s is", job.pk)
        finally:
            TranscodingJob.objects.filter(pk=job.pk).update(next_poll_at=timezone.now())


def _is_due() -> Q:
    return Q(next_poll_at=None) | Q(next_poll_at__lte=timezone.now())


def _claim(job: TranscodingJob) -> bool:
    mine = TranscodingJob.objects.filter(_is_due(), pk=job.pk)
    return bool(mine.update(next_poll_at=timezone.now() + POLL_LEASE))
