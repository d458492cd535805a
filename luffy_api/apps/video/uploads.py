"""Uploads: a video goes from a staff member's browser into the storage and to its section.

The row is the truth: it is written before the browser may send a byte, and a section gets a video
only after the storage itself was asked what has arrived. What became of an upload stands in the
audit log of its section, under the name of who has sent it; one that only expires does not.
"""

import logging
from dataclasses import dataclass, field
from pathlib import PurePosixPath
from typing import IO, Any

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from luffy_api.apps.course.exceptions import SectionNotFound
from luffy_api.apps.course.models import CourseSection
from luffy_api.apps.video import locks, names, services, validation
from luffy_api.apps.video.exceptions import (
    UploadClosed,
    UploadIncomplete,
    UploadNotFound,
    UploadRefused,
)
from luffy_api.apps.video.models import Video, VideoUpload, video_folder
from luffy_api.common import audit_log
from luffy_api.common.edit_conflicts.wording import EMPTY
from luffy_api.common.transactions import retry_deadlocks
from luffy_api.libs import storage
from luffy_api.libs.video import formats

logger = logging.getLogger(__name__)

State = VideoUpload.State
CALLBACK_PATH = "/api/v1/course/upload/callback/"


@dataclass(frozen=True)
class UploadSession:
    """An upload, the numbers of the parts that have arrived, and what the browser needs besides."""

    upload: VideoUpload
    parts_done: list[int] = field(default_factory=list)
    ticket: dict[str, Any] = field(default_factory=dict)


def begin(
    *, user_id: int, section_id: int, filename: str, size: int, content_type: str = ""
) -> UploadSession:
    """Permission to upload a video of `size` bytes; the same file goes on where it stopped.

    Raises SectionNotFound, UploadRefused, VideoTooLarge.
    """
    kind = validation.kind_of(filename, content_type)
    validation.check_size(size)
    section = CourseSection.objects.not_deleted().filter(pk=section_id).first()
    if section is None:
        raise SectionNotFound
    if section.section_type != CourseSection.SectionType.VIDEO:
        raise UploadRefused("该课时不是视频课时，请先改为视频并保存", field="section")
    mine = VideoUpload.objects.filter(section=section, user_id=user_id, state=State.OPEN)
    for upload in mine.order_by("-id"):
        if (upload.filename, upload.size) == (filename, size) and (ticket := _resume(upload)):
            return ticket
        abort(user_id=user_id, upload_id=upload.pk)
    return _begin_anew(user_id, section_id, filename, size, kind)


def get(*, user_id: int, upload_id: int) -> VideoUpload:
    """An upload of this staff member; raises UploadNotFound."""
    upload = VideoUpload.objects.filter(pk=upload_id, user_id=user_id).first()
    if upload is None:
        raise UploadNotFound
    return upload


def parts_done(upload: VideoUpload) -> list[int]:
    """The numbers of the parts that have arrived; empty for an upload that is over."""
    if upload.state != State.OPEN:
        return []
    try:
        return storage.private_storage().uploads.uploaded_parts(upload.key, upload.upload_id)
    except storage.UploadRejected:
        return []


def sign_parts(*, user_id: int, upload_id: int, numbers: list[int]) -> dict[int, str]:
    """Addresses that the browser may PUT parts to (s3). Raises UploadNotFound, UploadClosed."""
    upload = _open_one(user_id, upload_id)
    try:
        return storage.private_storage().uploads.sign_parts(upload.key, upload.upload_id, numbers)
    except (storage.UploadRejected, storage.NotOffered) as error:
        raise UploadRefused("该分片不存在", field="parts") from error


def write_part(*, user_id: int, upload_id: int, number: int, stream: IO[bytes]) -> None:
    """Takes one part through our server (local).

    Raises UploadNotFound, UploadClosed, UploadRefused.
    """
    upload = _open_one(user_id, upload_id)
    try:
        storage.private_storage().uploads.write_part(
            upload.key, upload.upload_id, number, stream, upload.part_size
        )
    except (storage.UploadRejected, storage.NotOffered) as error:
        raise UploadRefused("分片不完整或大小不符，请重试该分片") from error


def abort(*, user_id: int, upload_id: int) -> None:
    """Ends an open upload and removes what has arrived; one that is over stays as it is."""
    upload = get(user_id=user_id, upload_id=upload_id)
    if _end(upload, State.ABORTED, f"取消上传：{upload.filename}"):
        remove(upload)


def complete(*, user_id: int, upload_id: int) -> VideoUpload:
    """The browser's word that all has arrived; a second one changes nothing.

    Raises UploadNotFound, UploadClosed, UploadIncomplete, UploadRefused.
    """
    upload = get(user_id=user_id, upload_id=upload_id)
    if upload.state == State.DONE:
        return upload
    _require_open(upload)
    return _accept(upload, _arrived(upload))


def complete_by_callback(said: storage.UploadedObject) -> VideoUpload:
    """The storage's verified word that an object has arrived; a replay changes nothing.

    Raises UploadNotFound for a key that is no upload of ours, UploadClosed, UploadRefused.
    """
    upload = VideoUpload.objects.filter(key=said.key).first()
    if upload is None:
        raise UploadNotFound
    if upload.state == State.DONE:
        return upload
    _require_open(upload)
    info = storage.private_storage().stat(upload.key)
    if info is None:
        raise UploadIncomplete
    if (info.size, info.etag) != (said.size, said.hash):
        raise UploadRefused("回调内容与存储中的文件不符")
    return _accept(upload, info)


def remove(upload: VideoUpload) -> None:
    """Removes an upload's bytes; `cleanup` removes what a storage that is down keeps."""
    try:
        storage.private_storage().uploads.abort(upload.key, upload.upload_id)
        storage.private_storage().delete(upload.key)
    except storage.StorageError:
        logger.warning("upload %s: its bytes could not be removed now", upload.pk)


def close(upload: VideoUpload, state: State, error: str = "") -> bool:
    """Moves an open upload to its end; False when somebody else has done so."""
    still_open = VideoUpload.objects.filter(pk=upload.pk, state=State.OPEN)
    if not still_open.update(state=state, error=error, updated_time=timezone.now()):
        return False
    upload.state, upload.error = state, error
    return True


def _begin_anew(
    user_id: int, section_id: int, filename: str, size: int, kind: str
) -> UploadSession:
    upload = VideoUpload(
        section_id=section_id,
        user_id=user_id,
        filename=filename,
        size=size,
        key=f"{video_folder()}/source.{kind}",
        expires_at=timezone.now() + settings.UPLOAD_LIFETIME,
    )
    try:
        given = _request_session(upload)
    except storage.UploadRejected as error:
        raise UploadRefused("存储服务拒绝了该文件") from error
    upload.provider, upload.upload_id = given.provider, given.upload_id
    upload.part_size = given.part_size
    upload.save()
    return UploadSession(upload, ticket=given.credentials)


def _request_session(upload: VideoUpload) -> storage.UploadSession:
    return storage.private_storage().uploads.begin(
        upload.key,
        size=upload.size,
        content_type=formats.FORMATS[PurePosixPath(upload.key).suffix[1:]].content_type,
        expires_at=upload.expires_at,
        callback_url=f"{settings.PUBLIC_URL}{CALLBACK_PATH}",
    )


def _resume(upload: VideoUpload) -> UploadSession | None:
    """Where the upload stopped; None when the storage has forgotten it."""
    if upload.expires_at <= timezone.now():
        return None
    try:
        if not upload.upload_id:
            # The storage and the browser keep the parts; what the browser lost is its token.
            return UploadSession(upload, ticket=_request_session(upload).credentials)
        return UploadSession(
            upload, storage.private_storage().uploads.uploaded_parts(upload.key, upload.upload_id)
        )
    except storage.UploadRejected:
        return None


def _open_one(user_id: int, upload_id: int) -> VideoUpload:
    upload = get(user_id=user_id, upload_id=upload_id)
    _require_open(upload)
    return upload


def _require_open(upload: VideoUpload) -> None:
    if upload.state != State.OPEN:
        raise UploadClosed(upload.error or f"上传{State(upload.state).label}，请重新上传")


def _arrived(upload: VideoUpload) -> storage.ObjectInfo:
    try:
        return storage.private_storage().uploads.finish(upload.key, upload.upload_id)
    except storage.UploadRejected as error:
        # Another confirmation of the same upload may have been first; the key is ours alone.
        info = storage.private_storage().stat(upload.key)
        if info is None:
            raise UploadIncomplete from error
        return info


def _accept(upload: VideoUpload, info: storage.ObjectInfo) -> VideoUpload:
    """Looks at what has arrived, and only then makes it the section's video."""
    try:
        problem = _problem(upload, info)
    except storage.ObjectMissing as error:
        # Somebody gave up at the same moment.
        upload.refresh_from_db()
        _require_open(upload)
        raise UploadIncomplete from error
    if problem:
        told = f"上传 {upload.filename}，未成功：{problem}"
        if _end(upload, State.REFUSED, told, error=problem):
            remove(upload)
        raise UploadRefused(problem)
    if not _record(upload):
        _require_done(upload)
    return upload


def _problem(upload: VideoUpload, info: storage.ObjectInfo) -> str:
    if info.size != upload.size:
        return "收到的文件大小与声明的不一致"
    head = storage.private_storage().read_range(upload.key, 0, formats.SNIFF_BYTES)
    kind = PurePosixPath(upload.key).suffix[1:]
    return "" if formats.fits(kind, head) else validation.no_video(kind)


@retry_deadlocks
@transaction.atomic
def _end(upload: VideoUpload, state: State, told: str, *, error: str = "") -> bool:
    """As `close`, with what the log of the section says of it."""
    if not close(upload, state, error):
        return False
    audit_log.log_change(upload.section, user_id=upload.user_id, message=told)
    return True


@retry_deadlocks
@transaction.atomic
def _record(upload: VideoUpload) -> bool:
    """Of all who try at once, exactly one turns the upload into a video of the section."""
    if not close(upload, State.DONE):
        return False
    locks.lock_section(upload.section_id)
    before = names.name_of(services.newest_video(upload.section_id)) or EMPTY
    services.add_video(section_id=upload.section_id, name=upload.key)
    audit_log.log_values(
        upload.section,
        user_id=upload.user_id,
        values=[[str(Video._meta.verbose_name), before, upload.filename]],
    )
    return True


def _require_done(upload: VideoUpload) -> None:
    """Whoever was first decided; bytes that came after an end are taken away again."""
    upload.refresh_from_db()
    if upload.state != State.DONE:
        remove(upload)
        _require_open(upload)
