"""Running ffmpeg and ffprobe so that they neither outlive us nor press the shop hard."""

import functools
import shutil
import subprocess
from pathlib import Path

from luffy_api.libs.video.exceptions import ToolFailed, ToolMissing

NICENESS = "15"
# Only files, and only the named container: a playlist that calls itself film.mp4 could otherwise
# make ffmpeg read other files of this machine, or addresses of its network.
READ_FILES_ONLY = ["-protocol_whitelist", "file"]


def is_available() -> bool:
    """Whether both tools are installed."""
    return bool(shutil.which("ffmpeg") and shutil.which("ffprobe"))


def input_arguments(path: Path, kind: str) -> list[str]:
    """How both tools open a film of the kind (`mp4`, `flv`) that sniffing found."""
    return [*READ_FILES_ONLY, "-f", kind, "-i", f"file:{path}"]


def command(tool: str, arguments: list[str]) -> list[str]:
    """The whole command line; raises ToolMissing."""
    found = shutil.which(tool)
    if not found:
        raise ToolMissing(tool)
    return [*_polite(), found, *arguments]


@functools.cache
def _polite() -> list[str]:
    """Low priority; and the kernel ends the tool when our own process is killed."""
    prefix = []
    if setpriv := shutil.which("setpriv"):
        prefix += [setpriv, "--pdeathsig", "KILL"]
    if nice := shutil.which("nice"):
        prefix += [nice, "-n", NICENESS]
    return prefix


def run(tool: str, arguments: list[str], *, timeout: float) -> bytes:
    """What the tool printed. Raises ToolMissing, and ToolFailed for every other end."""
    try:
        # Arguments are ours; the only foreign part, the path, follows "file:".
        done = subprocess.run(  # noqa: S603
            command(tool, arguments),
            stdin=subprocess.DEVNULL,
            capture_output=True,
            timeout=timeout,
            check=False,
        )
    except subprocess.TimeoutExpired as error:
        raise ToolFailed(f"{tool}: no answer within {timeout:.0f} s") from error
    if done.returncode:
        raise ToolFailed(last_line(done.stderr) or f"{tool} ended with {done.returncode}")
    return done.stdout


def last_line(output: bytes) -> str:
    """The last thing a tool said."""
    lines = output.decode(errors="replace").strip().splitlines()
    return lines[-1][:200] if lines else ""
