"""Content types by suffix, of the files that the shop serves itself."""

from os.path import splitext

from luffy_api.libs.video.formats import FORMATS, HLS_CONTENT_TYPE, HLS_SUFFIX

UNKNOWN = "application/octet-stream"
CONTENT_TYPES = {
    **{each.suffix: each.content_type for each in FORMATS.values()},
    HLS_SUFFIX: HLS_CONTENT_TYPE,
    ".ts": "video/mp2t",
    ".m4s": "video/iso.segment",
    ".aac": "audio/aac",
    ".vtt": "text/vtt",
    ".webp": "image/webp",
    ".png": "image/png",
    ".jpg": "image/jpeg",
    ".jpeg": "image/jpeg",
    ".gif": "image/gif",
}


def content_type_of(name: str) -> str:
    """The content type of a stored file by its suffix.

    An unknown one is `application/octet-stream`, a download: an uploaded .html runs nothing.
    """
    return CONTENT_TYPES.get(splitext(name)[1].lower(), UNKNOWN)
