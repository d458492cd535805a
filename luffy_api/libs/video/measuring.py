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

    Streams without packets are not in it. Raises ToolMissing, Killed, ToolFailed.
    """
    entries = ["-show_entries", "packet=stream_index,pts_time,duration_time,flags"]
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
            stream, pts, duration, flags = _fields(line)
            if stream.isdigit() and DISCARDED not in flags:
                end = _seconds(pts) + _seconds(duration)
                ends[int(stream)] = max(end, ends.get(int(stream), end))
    return ends


def _fields(line: bytes) -> list[str]:
    """`stream,pts,duration,flags`, each blank where it is not known."""
    return [*line.decode("ascii", "replace").strip().split(","), "", "", "", ""][:4]


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
