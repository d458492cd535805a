"""The worker of the transcoding queue: metadata, a poster, and HLS in several qualities.

One job at a time on a machine, whatever the number of workers, so that the others stay free for
payments. The table of jobs is the queue. A worker may end in three ways:

* Its process is told to end, by TERM or Ctrl-C: it hands the job back, and another one goes on at
  once. Restarts cost a video nothing, however many there are.
* An error that may pass, such as a storage that is down or an ffmpeg that was killed alone: the
  worker notes a fault, and the job waits for RETRY_AFTER. After MAX_FAULTS the video has failed.
* It vanishes: kill -9, a power cut, or a video for which the kernel finds no memory. The heartbeat
  of its row stops, and `requeue_stalled` gives the job back and counts a loss. Nobody can tell
  these cases apart, but a video that kills its workers never gets on: the count starts anew with
  each rendition that is finished, and after MAX_LOSSES the video has failed.
"""

import atexit
import fcntl
import logging
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta

from django.conf import settings
from django.db import connection
from django.db.models import F, Q, QuerySet
from django.utils import timezone

from luffy_api.apps.video import metrics
from luffy_api.apps.video.models import TranscodingJob
from luffy_api.apps.video.transcoding import local, results, transcoder
from luffy_api.common.metrics import count
from luffy_api.libs import storage
from luffy_api.libs.video import Killed, NotAVideo, Oversized, Stopped, TimedOut, ToolFailed

logger = logging.getLogger(__name__)

State = TranscodingJob.State
MAX_FAULTS = 3
MAX_LOSSES = 5
RETRY_AFTER = timedelta(minutes=3)
STALL_TIMEOUT = timedelta(minutes=3)
# A supervisor that ends all processes at once may end ffmpeg a few seconds before this one, which
# lets other tasks end first.
SECONDS_TO_LEAVE = 10
# Polls start every minute: a slow storage must not pile them up.
POLL_BUDGET_SECONDS = 50
# When a runner dies in the middle of a poll, another one repeats it after this time.
POLL_LEASE = timedelta(minutes=2)
INTERRUPTED = "处理多次中断，请重试"
# What a retry cannot change, in words for the back office.
FAULTS: dict[type[Exception], str] = {
    NotAVideo: "文件内容不是有效的视频，请重新上传",
    Oversized: "视频的分辨率或时长超出限制",
    TimedOut: "转码超时，请缩短视频或联系管理员",
    ToolFailed: "转码失败，视频文件可能已损坏",
    storage.UploadRejected: "文件内容不是有效的视频，请重新上传",
    storage.ObjectMissing: "存储中找不到视频文件，请重新上传",
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
    """Gives jobs back whose worker has vanished, a few times; how many."""
    silent = TranscodingJob.objects.filter(
        state=State.RUNNING, persistent_id="", heartbeat__lt=timezone.now() - STALL_TIMEOUT
    )
    last = MAX_LOSSES - 1
    for job in silent.filter(losses__gte=last).select_related("video"):
        results.mark_failed(job, INTERRUPTED)
    requeued = silent.filter(losses__lt=last).update(state=State.WAITING, losses=F("losses") + 1)
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


# The job of this process, and whether the process is about to end.
_held: list[TranscodingJob] = []
_leaving = threading.Event()
_taking = threading.Lock()


def leave() -> None:
    """Hands the job of this process back and takes no other; called when the process ends.

    Threads of a task queue are daemons, which the end of the process stops wherever they are.
    """
    _leaving.set()
    taken = _taking.acquire(timeout=1)
    try:
        for job in [*_held]:
            results.hand_back(job)
            logger.info("video %s: the next worker goes on with it", job.video_id)
    except Exception:
        logger.exception("the running video could not be handed back")
    finally:
        if taken:
            _taking.release()
        connection.close()


atexit.register(leave)


def _run_next() -> bool:
    """Takes the oldest waiting job; False when there is none."""
    with _taking:
        pk = None if _leaving.is_set() else _oldest()
        job = _take(pk) if pk is not None else None
    if job:
        _run(job)
        _held.remove(job)
    return pk is not None


def _oldest() -> int | None:
    ready = Q(not_before=None) | Q(not_before__lte=timezone.now())
    waiting = TranscodingJob.objects.filter(ready, state=State.WAITING).order_by("id")
    return waiting.values_list("pk", flat=True).first()


def _take(pk: int) -> TranscodingJob | None:
    """The job, now held by this process; None when another machine was faster."""
    mine = TranscodingJob.objects.filter(pk=pk, state=State.WAITING)
    if not mine.update(
        state=State.RUNNING, attempts=F("attempts") + 1, heartbeat=timezone.now(), not_before=None
    ):
        return None
    job = TranscodingJob.objects.select_related("video").filter(pk=pk).first()
    if job:
        _held.append(job)
    return job


def _run(job: TranscodingJob) -> None:
    """One video."""
    try:
        transcoder().start(job)
    except Stopped:
        results.finish(job)
    except tuple(FAULTS) as error:
        logger.warning("video %s: %s: %s", job.video_id, type(error).__name__, error)
        reason = next(text for kind, text in FAULTS.items() if isinstance(error, kind))
        results.mark_failed(job, reason)
    except Killed:
        if not _leaving.wait(SECONDS_TO_LEAVE):
            logger.warning("video %s: a signal ended ffmpeg", job.video_id)
            _note_fault(job)
    except Exception:
        logger.exception("video %s could not be transcoded now", job.video_id)
        _note_fault(job)


def _note_fault(job: TranscodingJob) -> None:
    if job.faults + 1 >= MAX_FAULTS:
        results.mark_failed(job, INTERRUPTED)
    else:
        results.note_fault(job, retry_after=RETRY_AFTER)


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
