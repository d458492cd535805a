"""What a film must be before it is taken, from a form or straight from the browser."""

from pathlib import PurePosixPath
from typing import Any

from django.conf import settings
from django.core.files.base import File

from luffy_api.apps.video.exceptions import UploadRefused, VideoTooLarge
from luffy_api.libs.video import SNIFF_BYTES, sniff

CONTENT_TYPES = {"mp4": "video/mp4", "flv": "video/x-flv"}
# What browsers say of these files; they go by the name or say nothing.
TAKEN_TYPES = {*CONTENT_TYPES.values(), "video/flv", "application/octet-stream", ""}
LONGEST_FILENAME = 200
NOT_A_FILM = "文件内容不是有效的 MP4 或 FLV 视频"


def check_file(file: "File[Any]") -> None:
    """The same rules for a film that comes in a form. Raises UploadRefused, VideoTooLarge."""
    kind = kind_of(PurePosixPath(file.name or "").name, "")
    check_size(file.size)
    file.seek(0)
    if sniff(file.read(SNIFF_BYTES)) != kind:
        raise UploadRefused(NOT_A_FILM)
    file.seek(0)


def kind_of(filename: str, content_type: str) -> str:
    """`mp4` or `flv`, by what a browser says of the file. Raises UploadRefused."""
    if len(filename) > LONGEST_FILENAME:
        raise UploadRefused(f"文件名过长,最多 {LONGEST_FILENAME} 个字", field="filename")
    if not filename.isprintable() or "/" in filename or "\\" in filename:
        raise UploadRefused("文件名含有不允许的字符", field="filename")
    kind = PurePosixPath(filename).suffix.lower().removeprefix(".")
    if kind == "m3u8":
        raise UploadRefused("请上传 MP4 视频,系统会自动生成 HLS", field="filename")
    if kind not in CONTENT_TYPES:
        raise UploadRefused("请上传 MP4 或 FLV 格式的视频", field="filename")
    if content_type.partition(";")[0].strip().lower() not in TAKEN_TYPES:
        raise UploadRefused("文件类型与文件名不符", field="content_type")
    return kind


def check_size(size: int) -> None:
    """`size` in bytes. Raises UploadRefused, VideoTooLarge."""
    if size < 1:
        raise UploadRefused("文件是空的", field="size")
    if size > settings.VIDEO_MAX_BYTES:
        raise VideoTooLarge
