"""Where picture and sound of a file really end: by its packets, whatever its headers say."""

import tempfile
from collections.abc import Iterable
from pathlib import Path

from luffy_api.libs.video import tools

# Of the largest file each packet is read, from this machine's own disk; a worker that says nothing
# for three minutes is taken for dead.
TIME_LIMIT_SECONDS = 120
# ffmpeg's flag of a packet that an edit list leaves out.
DISCARDED = "D"


def ends_of_streams(path: Path, kind: str) -> dict[int, float]:
    """Where each stream ends, by its index, in seconds on the file's own clock.

    Streams without packets are not in it. AVI knows only when a frame is decoded.

    Raises ToolMissing, Killed, ToolFailed.
    """
    entries = ["-show_entries", "packet=stream_index,pts_time,dts_time,duration_time,flags"]
    ends: dict[int, float] = {}
    with tempfile.TemporaryFile("w+b") as printed:
        tools.run(
            "ffprobe",
            ["-v", "error", "-of", "csv=p=0", *entries, *tools.input_arguments(path, kind)],
            timeout=TIME_LIMIT_SECONDS,
            output=printed,
        )
        printed.seek(0)
        for line in printed:
            stream, pts, dts, duration, flags = _fields(line)
            if stream.isdigit() and DISCARDED not in flags:
                end = _seconds(pts if _is_known(pts) else dts) + _seconds(duration)
                ends[int(stream)] = max(end, ends.get(int(stream), end))
    return ends


def _fields(line: bytes) -> list[str]:
    """`stream,pts,dts,duration,flags`, each blank or N/A where it is not known."""
    return [*line.decode("ascii", "replace").strip().split(","), "", "", "", "", ""][:5]


def _is_known(value: str) -> bool:
    return value not in {"", "N/A"}


def _seconds(value: str) -> float:
    try:
        return float(value)
    except ValueError:
        return 0.0


def length_of_playlist(text: str) -> float:
    """How many seconds an HLS playlist of segments plays; 0 for one without any."""
    return sum(_extinf(text.splitlines()))


def _extinf(lines: Iterable[str]) -> Iterable[float]:
    for line in lines:
        name, _, value = line.partition(":")
        if name == "#EXTINF":
            yield max(0.0, _seconds(value.partition(",")[0]))
