"""Running ffmpeg and ffprobe: at low priority, and never longer than this process."""

import functools
import os
import shutil
import subprocess
from pathlib import Path
from typing import IO

from luffy_api.libs.video.exceptions import Killed, ToolFailed, ToolMissing
from luffy_api.libs.video.formats import FORMATS

NICENESS = "15"
# A line for the shell: become the command that follows if the parent is still the given one.
IF_OUR_CHILD = '[ "$PPID" = "$0" ] && exec "$@"'
# The exit code of ffmpeg after a signal that it handled itself.
ENDED_BY_SIGNAL = 255
# Only files, and only the named container: a playlist with the name video.mp4 could otherwise make
# ffmpeg read other files of this machine, or URLs inside its network.
READ_FILES_ONLY = ["-protocol_whitelist", "file"]


def is_available() -> bool:
    """Whether both tools are installed."""
    return bool(shutil.which("ffmpeg") and shutil.which("ffprobe"))


def input_arguments(path: Path, kind: str) -> list[str]:
    """Arguments with which both tools open a video of this kind, one of formats.FORMATS."""
    return [*READ_FILES_ONLY, "-f", FORMATS[kind].demuxer, "-i", f"file:{path}"]


def command(tool: str, arguments: list[str]) -> list[str]:
    """The command line of a tool; raises ToolMissing."""
    found = shutil.which(tool)
    if not found:
        raise ToolMissing(tool)
    return [*_bound_to_us(), *_low_priority(), found, *arguments]


def _bound_to_us() -> list[str]:
    """A prefix that has the kernel end the tool when the calling thread or this process dies.

    The tool of a process that died before the kernel was asked has another parent: it does not
    begin.
    """
    setpriv = _path("setpriv")
    if not setpriv:
        return []
    return [setpriv, "--pdeathsig", "KILL", "/bin/sh", "-c", IF_OUR_CHILD, str(os.getpid())]


def _low_priority() -> list[str]:
    nice = _path("nice")
    return [nice, "-n", NICENESS] if nice else []


@functools.cache
def _path(tool: str) -> str | None:
    return shutil.which(tool)


def run(
    tool: str, arguments: list[str], *, timeout: float, output: IO[bytes] | None = None
) -> bytes:
    """What the tool wrote to standard output; `timeout` in seconds.

    A file `output` takes it instead, when it may be large.

    Raises ToolMissing, Killed, and ToolFailed for every other failure.
    """
    try:
        # All arguments are our own but the path, which follows "file:".
        completed = subprocess.run(  # noqa: S603
            command(tool, arguments),
            stdin=subprocess.DEVNULL,
            stdout=output or subprocess.PIPE,
            stderr=subprocess.PIPE,
            timeout=timeout,
            check=False,
            start_new_session=True,
        )
    except subprocess.TimeoutExpired as error:
        raise ToolFailed(f"{tool}: no answer within {timeout:.0f} s") from error
    if was_killed(completed.returncode):
        raise Killed
    if completed.returncode:
        raise ToolFailed(last_line(completed.stderr) or f"{tool} ended with {completed.returncode}")
    return completed.stdout or b""


def was_killed(code: int) -> bool:
    """Whether the exit code means that a signal ended the tool, handled by it or not."""
    return code < 0 or code == ENDED_BY_SIGNAL


def last_line(output: bytes) -> str:
    """The last line of a tool's output, at most 200 characters."""
    lines = output.decode(errors="replace").strip().splitlines()
    return lines[-1][:200] if lines else ""
