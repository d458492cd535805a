"""Beginning the upload of a video, at every provider."""

from datetime import timedelta

from django.utils import timezone

from luffy_api.libs.storage import private_storage

NAME = "course/videos/路 1/video.mp4"
MEGABYTE = 1024 * 1024
# Amazon insists on parts of five megabytes, but for the last.
BODY = b"\x00\x00\x00\x18ftypmp42" + bytes(5 * MEGABYTE + 100)
SIZE = len(BODY)


def begin(name=NAME, size=SIZE, content_type="video/mp4", **times):
    """The session of an upload that lives for two hours, or for `times`."""
    return private_storage().uploads.begin(
        name,
        size=size,
        content_type=content_type,
        expires_at=timezone.now() + timedelta(**(times or {"hours": 2})),
        callback_url="http://127.0.0.1:9/api/v1/course/upload/callback/",
    )
