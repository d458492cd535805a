"""The videos of a section: adding, replacing and removing them, and their state.

Whoever calls `add_video`, `add_file` and `remove_videos` enters it in the audit log: the form of a
section does, and `uploads`.

What the catalogue shows of the current video (`CourseSection.duration` and `is_playable`) is
written here and nowhere else.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.core.files.base import File
from django.db import transaction
from django.utils import timezone

from luffy_api.apps.course import services as course_services
from luffy_api.apps.course.exceptions import SectionNotFound
from luffy_api.apps.course.models import CourseSection
from luffy_api.apps.video import locks, names
from luffy_api.apps.video.exceptions import NothingToRetry
from luffy_api.apps.video.models import MediaState, TranscodingJob, Video, VideoUpload
from luffy_api.common import audit_log
from luffy_api.common.transactions import retry_deadlocks

FULL = 100


@dataclass(frozen=True)
class MediaStatus:
    """The state of a section's video; `progress` in percent, `duration` in seconds.

    `state`, `progress` and `note` (for people) are those of the newest video; `playable`,
    `duration` and `hls` those of the current one.
    """

    section_id: int
    state: int
    progress: int
    note: str
    playable: bool
    duration: int
    hls: bool

    @property
    def state_name(self) -> str:
        """上传中, 转码中 …"""
        return str(MediaState(self.state).label)


@retry_deadlocks
@transaction.atomic
def add_video(*, section_id: int, name: str) -> Video:
    """Makes the stored file `name` the section's newest video and queues its transcoding.

    A current video that plays stays current until the new one is ready. Every other video of the
    section is forgotten; `cleanup` removes its files.
    """
    return _add(Video(section_id=section_id, file=name))


def add_file(*, section_id: int, file: "File[Any]") -> Video:
    """The same for the file of a form, which is stored first."""
    video = Video(section_id=section_id)
    video.file.save(file.name or "", file, save=False)
    return add_video(section_id=section_id, name=str(video.file.name))


def _add(video: Video) -> Video:
    locks.lock_section(video.section_id)
    others = Video.objects.filter(section_id=video.section_id)
    playing = others.filter(is_current=True).playable()
    others.exclude(pk__in=list(playing.values_list("pk", flat=True))).delete()
    video.is_current = not playing.exists()
    video.save()
    TranscodingJob.objects.create(video=video)
    publish(video)
    return video


def add_ready_videos(videos: Iterable[Video]) -> None:
    """Stores videos that need no transcoding as the current ones of sections without a video."""
    rows = list(videos)
    for video in rows:
        video.state, video.is_current = Video.State.READY, True
    Video.objects.bulk_create(rows)
    sections = CourseSection.objects.in_bulk([video.section_id for video in rows])
    for video in rows:
        section = sections[video.section_id]
        section.duration, section.is_playable = video.duration, video.is_playable
    CourseSection.objects.bulk_update(
        sections.values(), ["duration", "is_playable"], batch_size=500
    )


@retry_deadlocks
@transaction.atomic
def remove_videos(*, section_id: int) -> None:
    """The section has no video any more; `cleanup` removes the files."""
    locks.lock_section(section_id)
    Video.objects.filter(section_id=section_id).delete()
    _write_facts(section_id, duration=0, is_playable=False)


@retry_deadlocks
@transaction.atomic
def retry(*, section_id: int, user_id: int) -> None:
    """Queues the newest video again if it failed, as a member of the staff.

    Raises SectionNotFound, NothingToRetry.
    """
    section = _section(section_id)
    locks.lock_section(section_id)
    video = newest_video(section.pk)
    if video is None or video.state != Video.State.FAILED or not video.file:
        raise NothingToRetry
    Video.objects.filter(pk=video.pk).update(state=Video.State.PROCESSING, note="")
    # A new row: a worker that still holds the old one finds that it is gone.
    TranscodingJob.objects.filter(video=video).delete()
    TranscodingJob.objects.create(video=video)
    message = f"重新处理 {names.name_of(video)}，上次失败的原因：{video.note or '未知'}"
    audit_log.log_change(section, user_id=user_id, message=message)


def publish(video: Video) -> None:
    """Copies what the catalogue shows of a current video to its section; needs a transaction."""
    if video.is_current:
        _write_facts(video.section_id, duration=video.duration, is_playable=video.is_playable)


def make_current(video: Video) -> None:
    """Switches the section to this video; the one it replaces is forgotten. Needs a transaction.

    A newer one that is still pending stays.
    """
    Video.objects.filter(section_id=video.section_id, pk__lt=video.pk).delete()
    video.is_current = True
    video.save(update_fields=["is_current", "updated_time"])
    publish(video)


def newest_video(section_id: int) -> Video | None:
    """The video that was added last, with its job; the current one unless another is pending."""
    videos = Video.objects.filter(section_id=section_id).select_related("job")
    return videos.order_by("-pk").first()


def status(*, section_id: int) -> MediaStatus:
    """The state of the section's video now; an upload that is under way counts before all else.

    Three queries. Raises SectionNotFound.
    """
    section = _section(section_id)
    open_ones = VideoUpload.objects.filter(section=section, state=VideoUpload.State.OPEN)
    uploading = open_ones.filter(expires_at__gt=timezone.now()).exists()
    return _status(section, MediaState.UPLOADING if uploading else None)


def status_of_upload(upload: VideoUpload) -> MediaStatus:
    """What became of an upload: the state of its video once it has been taken over."""
    section = _section(upload.section_id)
    if upload.state == VideoUpload.State.OPEN:
        return _status(section, MediaState.UPLOADING)
    if upload.state == VideoUpload.State.DONE:
        found = _status(section, None, name=upload.key)
        if found.state != MediaState.NONE:
            return found
        note = "已被新的视频替换"
    else:
        note = upload.error or f"上传{VideoUpload.State(upload.state).label}"
    return MediaStatus(section.pk, MediaState.FAILED, 0, note, False, 0, False)


def _status(section: CourseSection, state: int | None, *, name: str = "") -> MediaStatus:
    """`state` None: that of the newest video, or of the one whose file is `name`."""
    videos = list(Video.objects.filter(section=section).select_related("job").order_by("pk"))
    shown = [video for video in videos if not name or video.file.name == name]
    newest = shown[-1] if shown else None
    if state is None:
        state = newest.state if newest else MediaState.NONE
    return MediaStatus(
        section_id=section.pk,
        state=state,
        progress=_progress(newest, state),
        note=newest.note if newest else "",
        playable=section.is_playable,
        duration=section.duration,
        hls=any(video.is_current and video.hls for video in videos),
    )


def _progress(video: Video | None, state: int) -> int:
    if state == MediaState.READY:
        return FULL
    return progress_of(video) if video and state == MediaState.PROCESSING else 0


def progress_of(video: Video) -> int:
    """Of its transcoding, in percent; 0 for a video that was never queued."""
    job: TranscodingJob | None = getattr(video, "job", None)
    return job.progress if job else 0


def _section(section_id: int) -> CourseSection:
    section = CourseSection.objects.not_deleted().filter(pk=section_id).first()
    if section is None:
        raise SectionNotFound
    return section


def _write_facts(section_id: int, *, duration: int, is_playable: bool) -> None:
    CourseSection.objects.filter(pk=section_id).update(
        duration=duration, is_playable=is_playable, updated_time=timezone.now()
    )
    course_id = CourseSection.objects.values_list("chapter__course_id", flat=True).get(
        pk=section_id
    )
    course_services.recount_sections(course_id)
