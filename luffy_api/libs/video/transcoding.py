"""From any video to HLS, one rendition after the other: what is finished survives an interruption.

Each pass of ffmpeg decodes the video again.
"""

import os
import subprocess
import tempfile
import threading
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from fractions import Fraction
from pathlib import Path
from typing import IO, NamedTuple

from luffy_api.libs.video import sounds, tools
from luffy_api.libs.video.exceptions import Killed, Stopped, TimedOut, ToolFailed
from luffy_api.libs.video.formats import HLS_SUFFIX
from luffy_api.libs.video.probing import VideoInfo

# Of a rendition, and of the master of all of them.
PLAYLIST = MASTER_PLAYLIST = f"index{HLS_SUFFIX}"
_OWN_MASTER = f"master{HLS_SUFFIX}"
_STREAM = "#EXT-X-STREAM-INF:"
SEGMENT_SECONDS = 6
MAX_RENDITIONS = 3
# Smaller renditions are for slow lines and slow phones.
SMOOTH_SIDE = 720
SMALL_RATE = Fraction(30)
STILL_RATE = Fraction(10)


class Rendition(NamedTuple):
    """One quality of a video: its shorter side in pixels, its highest bit rate in bit/s."""

    side: int
    max_bitrate: int


# Best first.
RENDITIONS = (
    Rendition(1080, 4_000_000),
    Rendition(720, 2_200_000),
    Rendition(480, 1_000_000),
    Rendition(360, 600_000),
)


def renditions_for(width: int, height: int) -> list[Rendition]:
    """The renditions of a video, best first, at most three; none is larger than the video.

    A video smaller than all of RENDITIONS has one of its own size, rounded down to even pixels.
    """
    side = min(width, height)
    fitting = [each for each in RENDITIONS if each.side <= side]
    smallest = Rendition(max(2, side - side % 2), RENDITIONS[-1].max_bitrate)
    return fitting[:MAX_RENDITIONS] or [smallest]


def transcode_to_hls(
    path: Path,
    kind: str,
    info: VideoInfo,
    folder: Path,
    *,
    rendition: Rendition,
    time_limit: float,
    on_progress: Callable[[int], bool],
    still: Path | None = None,
    gain: float = 0.0,
) -> str:
    """Writes PLAYLIST and its segments of one rendition into `folder`, which exists.

    The last picture is held until the sound ends. Sound alone is shown with the JPEG `still`;
    it is made louder by `gain` dB.

    Returns what a master playlist says of it: the attributes of its EXT-X-STREAM-INF (RFC 8216).
    `on_progress` is called with the percentage (0 to 99) about once a second; transcoding stops
    when it returns False. `time_limit` is in seconds. ffmpeg never outlives this call.

    Raises ToolMissing, ToolFailed, Killed, TimedOut, Stopped.
    """
    line = tools.command(
        "ffmpeg", [*_input(path, kind, info, still), *_output(info, folder, rendition, gain)]
    )
    with tempfile.TemporaryFile() as errors, _running(line, errors, time_limit) as running:
        process, expired = running
        for percent in _percentages(process, info.duration):
            if not on_progress(percent):
                raise Stopped
        code = process.wait()
        if expired.is_set():
            raise TimedOut
        if tools.was_killed(code):
            raise Killed
        if code:
            errors.seek(0)
            raise ToolFailed(tools.last_line(errors.read()) or f"ffmpeg ended with {code}")
    return _take_attributes(folder)


def _take_attributes(folder: Path) -> str:
    """Those in ffmpeg's own master playlist of one rendition, which is removed."""
    master = folder / _OWN_MASTER
    text = master.read_text() if master.is_file() else ""
    found = [line for line in text.splitlines() if line.startswith(_STREAM)]
    if not found or not (folder / PLAYLIST).is_file():
        raise ToolFailed("ffmpeg wrote no playlist")
    master.unlink()
    return found[0].removeprefix(_STREAM)


def master_playlist(renditions: Iterable[tuple[str, str]]) -> str:
    """The master playlist of (attributes, name of the playlist relative to the master's)."""
    lines = ["#EXTM3U", "#EXT-X-VERSION:6", "#EXT-X-INDEPENDENT-SEGMENTS"]
    for attributes, name in renditions:
        lines += [f"{_STREAM}{attributes}", name]
    return "\n".join(lines) + "\n"


@contextmanager
def _running(
    line: list[str], errors: IO[bytes], time_limit: float
) -> Iterator[tuple["subprocess.Popen[str]", threading.Event]]:
    """The process, killed at the end of the context, and an event set when its time ran out."""
    expired = threading.Event()
    process = subprocess.Popen(  # noqa: S603
        line,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=errors,
        text=True,
        # Signals to our process group are not for ffmpeg: it ends when this context does.
        start_new_session=True,
    )

    def expire() -> None:
        expired.set()
        process.kill()

    timer = threading.Timer(time_limit, expire)
    timer.daemon = True
    try:
        # It raises RuntimeError when no threads are left.
        timer.start()
        yield process, expired
    finally:
        timer.cancel()
        process.kill()
        process.wait()
        if process.stdout:
            process.stdout.close()


def _percentages(process: "subprocess.Popen[str]", duration: int) -> Iterator[int]:
    """What `-progress` prints, as percentages (0 to 99), at most one a second."""
    assert process.stdout is not None
    last = 0.0
    for line in process.stdout:
        name, _, value = line.strip().partition("=")
        if name != "out_time_us" or not value.isdigit() or time.monotonic() - last < 1:
            continue
        last = time.monotonic()
        yield min(99, int(value) * 100 // (duration * 1_000_000))


def _input(path: Path, kind: str, info: VideoInfo, still: Path | None) -> list[str]:
    seen = ["-map", "0:V:0"]
    inputs = tools.input_arguments(path, kind)
    if still is not None:
        seen = ["-map", "1:v:0"]
        inputs += [*tools.READ_FILES_ONLY, "-f", "image2", "-pattern_type", "none", "-loop", "1"]
        inputs += ["-framerate", str(STILL_RATE), "-i", f"file:{still}"]
    heard = ["-map", "0:a:0"] if info.audio_codec is not None else []
    return [
        *["-nostdin", "-v", "error", "-y", "-progress", "pipe:1"],
        *["-threads", str(_threads()), *inputs, *seen, *heard],
    ]


def _output(info: VideoInfo, folder: Path, rendition: Rendition, gain: float) -> list[str]:
    bits = rendition.max_bitrate
    sound = ["-af", sounds.filters(info.length, gain), "-c:a", "aac", "-b:a", "96k", "-ac", "2"]
    return [
        *["-vf", ",".join(_filters(info, rendition))],
        *["-c:v", "libx264", "-preset", "veryfast", "-profile:v", "high"],
        *["-crf", "23", "-maxrate", str(bits), "-bufsize", str(2 * bits)],
        *["-pix_fmt", "yuv420p", "-threads:v", str(_threads()), "-sc_threshold", "0"],
        *["-force_key_frames", f"expr:gte(t,n_forced*{SEGMENT_SECONDS})"],
        *([*sound, "-ar", "44100"] if info.audio_codec is not None else []),
        *(["-t", f"{info.length:.3f}"] if info.length else []),
        *["-map_metadata", "-1", "-f", "hls", "-hls_time", str(SEGMENT_SECONDS)],
        *["-hls_playlist_type", "vod", "-hls_flags", "independent_segments"],
        *["-hls_segment_filename", f"{folder}/%05d.ts"],
        *["-master_pl_name", _OWN_MASTER],
        f"{folder}/{PLAYLIST}",
    ]


def _filters(info: VideoInfo, rendition: Rendition) -> list[str]:
    """For each second of `info.length` a picture, the first and the last one held if need be.

    The picture is held for as long as all plays, and cut there: how long ffmpeg shows the last
    frame depends on its version, and padding without an end did not end in some.
    """
    rate = STILL_RATE if info.video_codec is None else info.picture.rate
    if rendition.side < SMOOTH_SIDE and rate > SMALL_RATE:
        rate /= 2
    held = f"tpad=stop_mode=clone:stop_duration={info.length:.3f},trim=end={info.length:.3f}"
    return [
        *info.picture.upright(),
        _scale(rendition.side),
        *info.picture.colours(),
        f"fps={rate}:start_time=0",
        *([held] if info.length else []),
    ]


def _threads() -> int:
    """One core is left to the web processes."""
    return max(1, (os.cpu_count() or 1) - 1)


def _scale(side: int) -> str:
    """To the shorter side of a rendition, landscape or portrait."""
    return f"scale='if(gt(iw,ih),-2,{side})':'if(gt(iw,ih),{side},-2)'"
