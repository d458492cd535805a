"""The sound of a video: its loudness (EBU R128), and a picture of it for want of another."""

import os
import re
import tempfile
from pathlib import Path

from luffy_api.libs.video import tools

# A worker that says nothing for three minutes is taken for dead.
TIME_LIMIT_SECONDS = 120
# A teacher is as loud in the second hour as in the first.
MEASURED_SECONDS = 3600
# What is more silent than this is silence (EBU R128's absolute gate), and stays so.
SILENCE_LUFS = -70
# Louder would raise the noise of a room, too.
MAX_GAIN_DB = 18
# Peaks above are pressed down, in dBTP, or else they would crackle.
PEAK = 0.84
# ffmpeg keeps what it draws in memory.
DRAWN_SECONDS = 600
LAST_BYTES = 1000
_LOUDNESS = "lavfi.r128.I"


def gain_to(target: float, path: Path, kind: str, *, largest: float = MAX_GAIN_DB) -> float:
    """By how many dB the sound has to be raised to be as loud as `target` (LUFS), rounded to 0.1.

    At most by `largest`, up or down.

    Raises ToolMissing, Killed, ToolFailed.
    """
    measure = f"ebur128=metadata=1,ametadata=mode=print:key={_LOUDNESS}:file=-"
    arguments = [
        "-nostdin",
        "-v",
        "error",
        "-t",
        str(MEASURED_SECONDS),
        *tools.input_arguments(path, kind),
    ]
    arguments += ["-map", "0:a:0", "-af", measure, "-f", "null", "-"]
    with tempfile.TemporaryFile("w+b") as printed:
        tools.run("ffmpeg", arguments, timeout=TIME_LIMIT_SECONDS, output=printed)
        printed.seek(max(0, printed.seek(0, os.SEEK_END) - LAST_BYTES))
        last = printed.read().decode("ascii", "replace")
    # Each line tells the loudness of all that was heard until then.
    values = re.findall(rf"{re.escape(_LOUDNESS)}=(-?[0-9.]+)\s", last)
    loudness = float(values[-1]) if values else SILENCE_LUFS
    if loudness <= SILENCE_LUFS:
        return 0.0
    return round(max(-largest, min(largest, target - loudness)), 1)


def filters(length: float, gain: float) -> str:
    """Sound from the first second to the last: a player waits where only a picture is.

    Holes, and a sound that begins late, become silence. `length` in seconds, `gain` in dB.
    """
    louder = [f"volume={gain:.1f}dB", f"alimiter=limit={PEAK}:level=false"] if gain else []
    until = [f"apad=whole_dur={length:.3f}"] if length else []
    return ",".join(["aresample=async=1:first_pts=0", *louder, *until])


def draw_sound(path: Path, kind: str, target: Path) -> None:
    """Writes a JPEG of 1280x720 with the sound as a wave, ten minutes of it at most.

    Raises ToolMissing, Killed, ToolFailed.
    """
    wave = f"[0:a:0]atrim=end={DRAWN_SECONDS},aresample=8000,aformat=channel_layouts=mono"
    drawn = "showwavespic=s=1120x320:colors=0x60a5fa:scale=sqrt[wave]"
    ground = "color=c=0x16202e:s=1280x720:d=1:r=1[ground];[ground][wave]overlay=80:200"
    tools.run(
        "ffmpeg",
        [
            *["-nostdin", "-v", "error", "-y", *tools.input_arguments(path, kind)],
            *["-filter_complex", f"{wave},{drawn};{ground}", "-frames:v", "1"],
            *["-map_metadata", "-1", "-q:v", "4", "-f", "image2", "-update", "1", str(target)],
        ],
        timeout=TIME_LIMIT_SECONDS,
    )
