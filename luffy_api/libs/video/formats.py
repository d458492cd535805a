"""The video files that teachers may upload, and HLS, which they become.

The only table of accepted types: validation of uploads, sniffing, forms, the uploader in the
browser, playback and the content types of stored files read it.
"""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import PurePosixPath

SNIFF_BYTES = 64
FLV_HEADER = b"FLV\x01"
# The first box of an MP4 (ISO 14496-12, `ftyp`) holds its brand and the compatible ones, four bytes
# each.
MAX_FTYP_BYTES = 1024
# Pictures (HEIF, AVIF) share the container with videos. Recorded sound (M4A) is a lecture, too.
NON_VIDEO_BRANDS = (b"heic", b"heix", b"mif1", b"avif", b"avis", b"crx ")

HLS_SUFFIX = ".m3u8"
HLS_CONTENT_TYPE = "application/vnd.apple.mpegurl"
# What browsers report for a suffix that they do not know; it contradicts no name.
GENERIC_CONTENT_TYPES = frozenset({"application/octet-stream", ""})


def _is_mp4(head: bytes) -> bool:
    if len(head) < 16 or head[4:8] != b"ftyp":
        return False
    size, brand = int.from_bytes(head[:4], "big"), head[8:12]
    printable = all(0x20 <= byte < 0x7F for byte in brand)
    fits = 16 <= size <= MAX_FTYP_BYTES and size % 4 == 0
    return fits and printable and brand not in NON_VIDEO_BRANDS


def _is_flv(head: bytes) -> bool:
    return head.startswith(FLV_HEADER)


@dataclass(frozen=True)
class VideoFormat:
    """One accepted container.

    `kind` is the name of ffmpeg's demuxer and, with a dot before it, the suffix of the file.
    `content_type` is what files are stored and served with; browsers may report an upload with any
    of `browser_types` as well. `matches` judges the first SNIFF_BYTES of a file.
    """

    kind: str
    content_type: str
    matches: Callable[[bytes], bool]
    browser_types: tuple[str, ...] = ()

    @property
    def suffix(self) -> str:
        """Such as `.mp4`."""
        return f".{self.kind}"


FORMATS = {
    each.kind: each
    for each in (
        VideoFormat("mp4", "video/mp4", _is_mp4),
        VideoFormat("flv", "video/x-flv", _is_flv, browser_types=("video/flv",)),
    )
}
UPLOAD_CONTENT_TYPES = GENERIC_CONTENT_TYPES.union(
    *({each.content_type, *each.browser_types} for each in FORMATS.values())
)
FORMAT_NAMES = " 或 ".join(kind.upper() for kind in FORMATS)


def sniff(head: bytes) -> str | None:
    """The kind (`mp4`, `flv`) that the first SNIFF_BYTES of a file show, whatever its name says.

    None for everything else, also for a page or an archive that carries a video further behind.
    """
    return next((each.kind for each in FORMATS.values() if each.matches(head)), None)


def kind_of(filename: str) -> str | None:
    """The kind (`mp4`, `flv`) by the suffix of a name, or None."""
    kind = PurePosixPath(filename).suffix.lower().removeprefix(".")
    return kind if kind in FORMATS else None


def is_hls(filename: str) -> bool:
    """Whether the suffix of a name is that of an HLS playlist."""
    return PurePosixPath(filename).suffix.lower() == HLS_SUFFIX


def playback_type(filename: str) -> str | None:
    """How a player loads a stored file: `mp4`, `flv`, `hls`, or None for no video."""
    return "hls" if is_hls(filename) else kind_of(filename)


def browser_types() -> dict[str, list[str]]:
    """The accepted formats as the uploader in the browser reads them: content types by suffix."""
    return {each.kind: [each.content_type, *each.browser_types] for each in FORMATS.values()}
