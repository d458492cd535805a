"""Content types by suffix: of what the shop serves itself, and nothing else."""

from pathlib import PurePosixPath

UNKNOWN = "application/octet-stream"
CONTENT_TYPES = {
    ".mp4": "video/mp4",
    ".flv": "video/x-flv",
    ".m3u8": "application/vnd.apple.mpegurl",
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
    """What we do not know is a download and never a page: an uploaded .html runs nothing."""
    return CONTENT_TYPES.get(PurePosixPath(name).suffix.lower(), UNKNOWN)
