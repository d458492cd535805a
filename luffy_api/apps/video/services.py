"""The film of a section: which one it has, how it is, and what is still to be done with it."""

from dataclasses import dataclass

from django.db import transaction
from django.utils import timezone

from luffy_api.apps.course import services
from luffy_api.apps.course.exceptions import SectionNotFound
from luffy_api.apps.course.models import CourseSection
from luffy_api.apps.video.exceptions import NothingToRetry
from luffy_api.apps.video.models import TranscodingJob, VideoUpload
from luffy_api.common.transactions import retry_deadlocks

State = CourseSection.MediaState
FULL = 100


@dataclass(frozen=True)
class MediaStatus:
    """How a section's film is; `progress` in percent, `duration` in seconds, `note` for people."""

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
        return str(State(self.state).label)


@transaction.atomic
def attach(*, section_id: int, name: str) -> None:
    """Makes the stored file `name` the section's film and queues its worker.

    What was made of an older film is forgotten here and swept later.
    """
    CourseSection.objects.filter(pk=section_id).update(
        video=name,
        hls="",
        poster="",
        video_plays=False,
        media_state=State.PROCESSING,
        media_note="",
        updated_time=timezone.now(),
    )
    _queue(section_id, name)
    _recount(section_id)


@transaction.atomic
def detach(*, section_id: int) -> None:
    """The section has no film any more."""
    CourseSection.objects.filter(pk=section_id).update(
        video="",
        hls="",
        poster="",
        video_plays=True,
        media_state=State.NONE,
        media_note="",
        updated_time=timezone.now(),
    )
    _recount(section_id)


@retry_deadlocks
@transaction.atomic
def retry(*, section_id: int) -> None:
    """Queues a failed film again. Raises SectionNotFound, NothingToRetry."""
    section = _section(section_id)
    failed = CourseSection.objects.filter(pk=section_id, media_state=State.FAILED)
    if not failed.exclude(video="").update(media_state=State.PROCESSING, media_note=""):
        raise NothingToRetry
    _queue(section_id, str(section.video.name))


def status(*, section_id: int) -> MediaStatus:
    """How the section's film is now; an upload that is under way counts before all else.

    Three queries. Raises SectionNotFound.
    """
    section = _section(section_id)
    open_ones = VideoUpload.objects.filter(section=section, state=VideoUpload.State.OPEN)
    uploading = open_ones.filter(expires_at__gt=timezone.now()).exists()
    return _status(section, State.UPLOADING if uploading else section.shown_state)


def status_of_upload(upload: VideoUpload) -> MediaStatus:
    """What became of an upload: that of its section once it has been taken over."""
    section = _section(upload.section_id)
    if upload.state == VideoUpload.State.OPEN:
        return _status(section, State.UPLOADING)
    if upload.state == VideoUpload.State.DONE and section.video.name == upload.key:
        return _status(section, section.shown_state)
    note = upload.error or f"上传{VideoUpload.State(upload.state).label}"
    if upload.state == VideoUpload.State.DONE:
        note = "已被新的视频替换"
    return MediaStatus(section.pk, State.FAILED, 0, note, False, 0, False)


def _status(section: CourseSection, state: int) -> MediaStatus:
    progress = FULL if state == State.READY else 0
    if state == State.PROCESSING:
        jobs = TranscodingJob.objects.filter(section=section, source=section.video.name)
        progress = jobs.values_list("progress", flat=True).first() or 0
    return MediaStatus(
        section_id=section.pk,
        state=state,
        progress=progress,
        note=section.media_note,
        playable=section.is_playable,
        duration=section.duration,
        hls=bool(section.hls),
    )


def _section(section_id: int) -> CourseSection:
    section = CourseSection.objects.not_deleted().filter(pk=section_id).first()
    if section is None:
        raise SectionNotFound
    return section


def _queue(section_id: int, name: str) -> None:
    """A new row each time: a worker that still holds the old one finds that it is gone."""
    TranscodingJob.objects.filter(section_id=section_id, source=name).delete()
    TranscodingJob.objects.create(section_id=section_id, source=name)


def _recount(section_id: int) -> None:
    course_id = CourseSection.objects.values_list("chapter__course_id", flat=True).get(
        pk=section_id
    )
    services.recount_sections(course_id)
