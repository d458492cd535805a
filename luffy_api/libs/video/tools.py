"""Running ffmpeg and ffprobe: at low priority, and never longer than this process."""

import functools
import shutil
import subprocess
from pathlib import Path

from luffy_api.libs.video.exceptions import Killed, ToolFailed, ToolMissing

NICENESS = "15"
# The exit code of ffmpeg after a signal that it handled itself.
ENDED_BY_SIGNAL = 255
# Only files, and only the named container: a playlist with the name video.mp4 could otherwise make
# ffmpeg read other files of this machine, or URLs inside its network.
READ_FILES_ONLY = ["-protocol_whitelist", "file"]


def is_available() -> bool:
    """Whether both tools are installed."""
    return bool(shutil.which("ffmpeg") and shutil.which("ffprobe"))


def input_arguments(path: Path, kind: str) -> list[str]:
    """Arguments with which both tools open a video of the kind (`mp4`, `flv`) that was sniffed."""
    return [*READ_FILES_ONLY, "-f", kind, "-i", f"file:{path}"]


def command(tool: str, arguments: list[str]) -> list[str]:
    """The command line of a tool; raises ToolMissing."""
    found = shutil.which(tool)
    if not found:
        raise ToolMissing(tool)
    return [*_low_priority(), found, *arguments]


@functools.cache
def _low_priority() -> list[str]:
    """A prefix that lowers the priority, and has the kernel end the tool when this process dies."""
    prefix = []
    if setpriv := shutil.which("setpriv"):
        prefix += [setpriv, "--pdeathsig", "KILL"]
    if nice := shutil.which("nice"):
        prefix += [nice, "-n", NICENESS]
    return prefix


def run(tool: str, arguments: list[str], *, timeout: float) -> bytes:
    """What the tool wrote to standard output; `timeout` in seconds.

    Raises ToolMissing, Killed, and ToolFailed for every other failure.
    """
    try:
        # All arguments are our own but the path, which follows "file:".
        completed = subprocess.run(  # noqa: S603
            command(tool, arguments),
            stdin=subprocess.DEVNULL,
            capture_output=True,
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
    return completed.stdout


def was_killed(code: int) -> bool:
    """Whether the exit code means that a signal ended the tool, handled by it or not."""
    return code < 0 or code == ENDED_BY_SIGNAL


def last_line(output: bytes) -> str:
    """The last line of a tool's output, at most 200 characters."""
    lines = output.decode(errors="replace").strip().splitlines()
    return lines[-1][:200] if lines else ""
