"""What a video must be before it is taken, from a form or straight from the browser."""

from pathlib import PurePosixPath
from typing import Any

from django.conf import settings
from django.core.files.base import File

from luffy_api.apps.video.exceptions import UploadRefused, VideoTooLarge
from luffy_api.libs.video import formats

MAX_FILENAME_LENGTH = 200


def check_file(file: "File[Any]") -> None:
    """The same rules for a video that comes in a form. Raises UploadRefused, VideoTooLarge."""
    kind = kind_of(PurePosixPath(file.name or "").name, "")
    check_size(file.size)
    file.seek(0)
    if not formats.fits(kind, file.read(formats.SNIFF_BYTES)):
        raise UploadRefused(no_video(kind))
    file.seek(0)


def no_video(kind: str) -> str:
    """For people: the content of a file is not what its name says."""
    return f"文件内容不是有效的 {kind.upper()} 视频"


def kind_of(filename: str, content_type: str) -> str:
    """One of formats.FORMATS, by what a browser says of the file. Raises UploadRefused."""
    if len(filename) > MAX_FILENAME_LENGTH:
        raise UploadRefused(f"文件名过长，最多 {MAX_FILENAME_LENGTH} 个字", field="filename")
    if not filename.isprintable() or "/" in filename or "\\" in filename:
        raise UploadRefused("文件名含有不允许的字符", field="filename")
    if formats.is_hls(filename):
        raise UploadRefused("请上传 MP4 视频，系统会自动生成 HLS", field="filename")
    kind = formats.kind_of(filename)
    if kind is None:
        raise UploadRefused(f"请上传 {formats.FORMAT_NAMES} 格式的视频", field="filename")
    # Browsers go by the name too, or say nothing.
    if content_type.partition(";")[0].strip().lower() not in formats.UPLOAD_CONTENT_TYPES:
        raise UploadRefused("文件类型与文件名不符", field="content_type")
    return kind


def check_size(size: int) -> None:
    """`size` in bytes. Raises UploadRefused, VideoTooLarge."""
    if size < 1:
        raise UploadRefused("文件是空的", field="size")
    if size > settings.VIDEO_MAX_BYTES:
        raise VideoTooLarge
