"""mp4 or flv to HLS with several qualities, in one pass of ffmpeg."""

import os
import subprocess
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

from luffy_api.libs.video import tools
from luffy_api.libs.video.exceptions import Stopped, TimedOut, ToolFailed
from luffy_api.libs.video.probing import VideoInfo

MASTER = "index.m3u8"
SEGMENT_SECONDS = 6
# The shorter side in pixels, and the most bits a second that it may take.
RUNGS = ((1080, 4_000_000), (720, 2_200_000), (480, 1_000_000), (360, 600_000))
MOST_RUNGS = 3
FULL = 100


def rungs_for(info: VideoInfo) -> list[tuple[int, int]]:
    """The qualities of a film, best first; none is larger than the film itself."""
    return rungs_for_side(min(info.width, info.height))


def rungs_for_side(side: int) -> list[tuple[int, int]]:
    """The same, by the shorter side in pixels: (shorter side, bits a second)."""
    fitting = [rung for rung in RUNGS if rung[0] <= side]
    return fitting[:MOST_RUNGS] or [(max(2, side - side % 2), RUNGS[-1][1])]


def convert_to_hls(
    path: Path,
    kind: str,
    info: VideoInfo,
    folder: Path,
    *,
    seconds: float,
    report: Callable[[int], bool],
) -> None:
    """Writes `index.m3u8` and a folder for each quality into `folder`.

    `report` hears the percentage about once a second and answers whether to go on. Raises
    ToolMissing, ToolFailed, TimedOut after `seconds`, Stopped. ffmpeg never outlives this call.
    """
    line = tools.command("ffmpeg", _arguments(path, kind, info, folder))
    with tempfile.TemporaryFile() as words, _running(line, words, seconds) as (process, late):
        for percent in _percentages(process, info.duration):
            if not report(percent):
                raise Stopped
        code = process.wait()
        if late.is_set():
            raise TimedOut
        if code:
            words.seek(0)
            raise ToolFailed(tools.last_line(words.read()) or f"ffmpeg ended with {code}")
    if not (folder / MASTER).is_file():
        raise ToolFailed("ffmpeg wrote no playlist")


@contextmanager
def _running(
    line: list[str], words: IO[bytes], seconds: float
) -> Iterator[tuple["subprocess.Popen[str]", threading.Event]]:
    """The process, and an event that tells whether its time ran out. Killed at the end."""
    late = threading.Event()
    process = subprocess.Popen(  # noqa: S603
        line, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=words, text=True
    )

    def end() -> None:
        late.set()
        process.kill()

    clock = threading.Timer(seconds, end)
    clock.daemon = True
    clock.start()
    try:
        yield process, late
    finally:
        clock.cancel()
        process.kill()
        process.wait()
        if process.stdout:
            process.stdout.close()


def _percentages(process: "subprocess.Popen[str]", duration: int) -> Iterator[int]:
    """What `-progress` prints, as percentages, not more than one a second."""
    assert process.stdout is not None
    told = 0.0
    for line in process.stdout:
        name, _, value = line.strip().partition("=")
        if name != "out_time_us" or not value.isdigit() or time.monotonic() - told < 1:
            continue
        told = time.monotonic()
        yield min(FULL - 1, int(value) * FULL // (duration * 1_000_000))


def _arguments(path: Path, kind: str, info: VideoInfo, folder: Path) -> list[str]:
    rungs = rungs_for(info)
    sound = info.audio_codec is not None
    return [
        *["-nostdin", "-v", "error", "-y", "-progress", "pipe:1"],
        *["-threads", str(_threads())],
        *tools.input_arguments(path, kind),
        *["-filter_complex", _filters(rungs)],
        *_maps(rungs, sound=sound),
        *["-c:v", "libx264", "-preset", "veryfast", "-profile:v", "high"],
        *["-pix_fmt", "yuv420p", "-threads:v", str(_threads()), "-sc_threshold", "0"],
        *["-force_key_frames", f"expr:gte(t,n_forced*{SEGMENT_SECONDS})"],
        *(["-c:a", "aac", "-b:a", "96k", "-ac", "2", "-ar", "44100"] if sound else []),
        *["-map_metadata", "-1", "-f", "hls", "-hls_time", str(SEGMENT_SECONDS)],
        *["-hls_playlist_type", "vod", "-hls_flags", "independent_segments"],
        *["-hls_segment_filename", f"{folder}/%v/%05d.ts"],
        *["-master_pl_name", MASTER, "-var_stream_map", _variants(rungs, sound=sound)],
        f"{folder}/%v/{MASTER}",
    ]


def _threads() -> int:
    """One core stays with the shop."""
    return max(1, (os.cpu_count() or 1) - 1)


def _filters(rungs: list[tuple[int, int]]) -> str:
    """One decoded picture, scaled for each rung by its shorter side, upright or not."""
    split = f"[0:v:0]split={len(rungs)}" + "".join(f"[in{n}]" for n in range(len(rungs)))
    scales = [
        f"[in{n}]scale='if(gt(iw,ih),-2,{side})':'if(gt(iw,ih),{side},-2)'[v{n}]"
        for n, (side, _) in enumerate(rungs)
    ]
    return ";".join([split, *scales])


def _maps(rungs: list[tuple[int, int]], *, sound: bool) -> list[str]:
    arguments = []
    for n, (_, bits) in enumerate(rungs):
        arguments += ["-map", f"[v{n}]", *(["-map", "0:a:0"] if sound else [])]
        arguments += [f"-crf:v:{n}", "23", f"-maxrate:v:{n}", str(bits)]
        arguments += [f"-bufsize:v:{n}", str(2 * bits)]
    return arguments


def _variants(rungs: list[tuple[int, int]], *, sound: bool) -> str:
    return " ".join(
        f"v:{n},a:{n},name:{side}p" if sound else f"v:{n},name:{side}p"
        for n, (side, _) in enumerate(rungs)
    )
