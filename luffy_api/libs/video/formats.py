"""The video files that teachers may upload, and HLS, which they become.

The only table of accepted types: validation of uploads, sniffing, forms, the uploader in the
browser, ffmpeg, playback and the content types of stored files read it. A row is what the ffmpeg of
Debian reads and what programs of teachers write; a file that is `played_as` nothing waits for its
HLS.
"""

from collections.abc import Callable
from dataclasses import dataclass
from os.path import splitext

SNIFF_BYTES = 512
FLV_HEADER = b"FLV\x01"
# The first box of an MP4 (ISO 14496-12, `ftyp`) holds its brand and the compatible ones, four bytes
# each.
MAX_FTYP_BYTES = 1024
# Pictures (HEIF, AVIF) share the container with videos. Recorded sound (M4A) is a lecture, too.
NON_VIDEO_BRANDS = (b"heic", b"heix", b"mif1", b"avif", b"avis", b"crx ")
# QuickTime is older than `ftyp`: its files may begin with any of these.
QUICKTIME_BOXES = (b"moov", b"mdat", b"wide", b"free", b"skip")
# RFC 8794 and RFC 9559: the header names the type of the document near its beginning.
EBML_HEADER, EBML_BYTES = b"\x1a\x45\xdf\xa3", 64
MATROSKA_TYPES = (b"matroska", b"webm")
ASF_HEADER = bytes.fromhex("3026b2758e66cf11a6d900aa0062ce6c")
# ISO 13818-1; camcorders (AVCHD) put a clock of four bytes before each packet.
TS_SYNC, TS_PACKET, TS_CLOCK, TS_PACKETS = 0x47, 188, 4, 3
PACK_HEADER = b"\x00\x00\x01\xba"

HLS_SUFFIX = ".m3u8"
HLS_CONTENT_TYPE = "application/vnd.apple.mpegurl"
# What browsers report for a suffix that they do not know, or know as that of something else (TS as
# TypeScript, or as translations of Qt); it contradicts no name.
GENERIC_CONTENT_TYPES = frozenset(
    {
        *("application/octet-stream", "", "text/vnd.trolltech.linguist", "text/typescript"),
        *("application/typescript", "model/vnd.mts"),
    }
)


def _is_mp4(head: bytes) -> bool:
    if len(head) < 16 or head[4:8] != b"ftyp":
        return False
    size, brand = int.from_bytes(head[:4], "big"), head[8:12]
    printable = all(0x20 <= byte < 0x7F for byte in brand)
    fits_in = 16 <= size <= MAX_FTYP_BYTES and size % 4 == 0
    return fits_in and printable and brand not in NON_VIDEO_BRANDS


def _is_quicktime(head: bytes) -> bool:
    return _is_mp4(head) or (len(head) >= 16 and head[4:8] in QUICKTIME_BOXES)


def _is_flv(head: bytes) -> bool:
    return head.startswith(FLV_HEADER)


def _is_matroska(head: bytes) -> bool:
    named = any(name in head[:EBML_BYTES] for name in MATROSKA_TYPES)
    return head.startswith(EBML_HEADER) and named


def _is_avi(head: bytes) -> bool:
    return head[:4] == b"RIFF" and head[8:12] == b"AVI "


def _is_asf(head: bytes) -> bool:
    return head.startswith(ASF_HEADER)


def _is_transport_stream(head: bytes) -> bool:
    return _has_packets(head, 0, TS_PACKET) or _has_packets(head, TS_CLOCK, TS_PACKET + TS_CLOCK)


def _has_packets(head: bytes, first: int, size: int) -> bool:
    syncs = head[first : first + size * (TS_PACKETS - 1) + 1 : size]
    return syncs == bytes([TS_SYNC]) * TS_PACKETS


def _is_program_stream(head: bytes) -> bool:
    return head.startswith(PACK_HEADER)


@dataclass(frozen=True)
class VideoFormat:
    """One accepted kind of file.

    `kind` is, with a dot before it, the suffix of the file, `demuxer` ffmpeg's name of its
    container. `content_type` is what files are stored and served with; browsers may report an
    upload with any of `browser_types` as well. `matches` judges the first SNIFF_BYTES of a file.
    `played_as` says how a player loads it as it is, if its codecs allow that.
    """

    kind: str
    demuxer: str
    content_type: str
    matches: Callable[[bytes], bool]
    browser_types: tuple[str, ...] = ()
    played_as: str | None = None

    @property
    def suffix(self) -> str:
        """Such as `.mp4`."""
        return f".{self.kind}"


FORMATS = {
    each.kind: each
    for each in (
        VideoFormat("mp4", "mp4", "video/mp4", _is_mp4, played_as="mp4"),
        VideoFormat("m4v", "mp4", "video/mp4", _is_mp4, ("video/x-m4v",), played_as="mp4"),
        VideoFormat(
            "m4a", "mp4", "audio/mp4", _is_mp4, ("audio/x-m4a", "audio/m4a"), played_as="mp4"
        ),
        VideoFormat("mov", "mov", "video/quicktime", _is_quicktime),
        VideoFormat("mkv", "matroska", "video/x-matroska", _is_matroska, ("video/matroska",)),
        VideoFormat("webm", "matroska", "video/webm", _is_matroska, ("audio/webm",)),
        VideoFormat("flv", "flv", "video/x-flv", _is_flv, ("video/flv",), played_as="flv"),
        VideoFormat(
            "avi",
            "avi",
            "video/x-msvideo",
            _is_avi,
            ("video/avi", "video/msvideo", "video/vnd.avi"),
        ),
        VideoFormat("wmv", "asf", "video/x-ms-wmv", _is_asf, ("video/x-ms-asf",)),
        VideoFormat("ts", "mpegts", "video/mp2t", _is_transport_stream),
        VideoFormat(
            "mts", "mpegts", "video/mp2t", _is_transport_stream, ("video/vnd.dlna.mpeg-tts",)
        ),
        VideoFormat("mpg", "mpeg", "video/mpeg", _is_program_stream),
    )
}
UPLOAD_CONTENT_TYPES = GENERIC_CONTENT_TYPES.union(
    *({each.content_type, *each.browser_types} for each in FORMATS.values())
)
_NAMES = [kind.upper() for kind in FORMATS]
FORMAT_NAMES = f"{'、'.join(_NAMES[:-1])} 或 {_NAMES[-1]}"


def fits(kind: str, head: bytes) -> bool:
    """Whether the first SNIFF_BYTES of a file are of the container that files of `kind` have.

    A page or an archive that carries a video further behind is none.
    """
    return FORMATS[kind].matches(head)


def kind_of(filename: str) -> str | None:
    """The kind (`mp4`, `mkv`) by the suffix of a name, or None."""
    kind = splitext(filename)[1].lower().removeprefix(".")
    return kind if kind in FORMATS else None


def is_hls(filename: str) -> bool:
    """Whether the suffix of a name is that of an HLS playlist."""
    return splitext(filename)[1].lower() == HLS_SUFFIX


def playback_type(filename: str) -> str | None:
    """How a player loads a stored file: `mp4`, `flv`, `hls`, or None for one that it cannot."""
    if is_hls(filename):
        return "hls"
    kind = kind_of(filename)
    return FORMATS[kind].played_as if kind else None


def browser_types() -> dict[str, list[str]]:
    """The accepted formats as the uploader in the browser reads them: content types by suffix."""
    return {each.kind: [each.content_type, *each.browser_types] for each in FORMATS.values()}
