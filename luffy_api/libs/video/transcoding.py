"""MP4 or FLV to HLS with several renditions, in one pass of ffmpeg."""

import os
import subprocess
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, NamedTuple

from luffy_api.libs.video import tools
from luffy_api.libs.video.exceptions import Killed, Stopped, TimedOut, ToolFailed
from luffy_api.libs.video.formats import HLS_SUFFIX
from luffy_api.libs.video.probing import VideoInfo

MASTER_PLAYLIST = f"index{HLS_SUFFIX}"
SEGMENT_SECONDS = 6
MAX_RENDITIONS = 3


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
    time_limit: float,
    on_progress: Callable[[int], bool],
) -> None:
    """Writes MASTER_PLAYLIST and a folder for each rendition into `folder`, which exists.

    `on_progress` is called with the percentage (0 to 99) about once a second; transcoding stops
    when it returns False. `time_limit` is in seconds. ffmpeg never outlives this call.

    Raises ToolMissing, ToolFailed, Killed, TimedOut, Stopped.
    """
    line = tools.command("ffmpeg", _arguments(path, kind, info, folder))
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
    if not (folder / MASTER_PLAYLIST).is_file():
        raise ToolFailed("ffmpeg wrote no playlist")


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


def _arguments(path: Path, kind: str, info: VideoInfo, folder: Path) -> list[str]:
    renditions = renditions_for(info.width, info.height)
    sound = info.audio_codec is not None
    return [
        *["-nostdin", "-v", "error", "-y", "-progress", "pipe:1"],
        *["-threads", str(_threads())],
        *tools.input_arguments(path, kind),
        *["-filter_complex", _filters(renditions)],
        *_maps(renditions, sound=sound),
        *["-c:v", "libx264", "-preset", "veryfast", "-profile:v", "high"],
        *["-pix_fmt", "yuv420p", "-threads:v", str(_threads()), "-sc_threshold", "0"],
        *["-force_key_frames", f"expr:gte(t,n_forced*{SEGMENT_SECONDS})"],
        *(["-c:a", "aac", "-b:a", "96k", "-ac", "2", "-ar", "44100"] if sound else []),
        *["-map_metadata", "-1", "-f", "hls", "-hls_time", str(SEGMENT_SECONDS)],
        *["-hls_playlist_type", "vod", "-hls_flags", "independent_segments"],
        *["-hls_segment_filename", f"{folder}/%v/%05d.ts"],
        *["-master_pl_name", MASTER_PLAYLIST],
        *["-var_stream_map", _variants(renditions, sound=sound)],
        f"{folder}/%v/{MASTER_PLAYLIST}",
    ]


def _threads() -> int:
    """One core is left to the web processes."""
    return max(1, (os.cpu_count() or 1) - 1)


def _filters(renditions: list[Rendition]) -> str:
    """One decoded stream, scaled for each rendition by its shorter side, landscape or portrait."""
    split = f"[0:v:0]split={len(renditions)}" + "".join(f"[in{n}]" for n in range(len(renditions)))
    scales = [
        f"[in{n}]scale='if(gt(iw,ih),-2,{side})':'if(gt(iw,ih),{side},-2)'[v{n}]"
        for n, (side, _) in enumerate(renditions)
    ]
    return ";".join([split, *scales])


def _maps(renditions: list[Rendition], *, sound: bool) -> list[str]:
    arguments = []
    for n, (_, bits) in enumerate(renditions):
        arguments += ["-map", f"[v{n}]", *(["-map", "0:a:0"] if sound else [])]
        arguments += [f"-crf:v:{n}", "23", f"-maxrate:v:{n}", str(bits)]
        arguments += [f"-bufsize:v:{n}", str(2 * bits)]
    return arguments


def _variants(renditions: list[Rendition], *, sound: bool) -> str:
    return " ".join(
        f"v:{n},a:{n},name:{side}p" if sound else f"v:{n},name:{side}p"
        for n, (side, _) in enumerate(renditions)
    )
