"""A still picture of a film."""

from pathlib import Path

from luffy_api.libs.video import tools
from luffy_api.libs.video.exceptions import ToolFailed
from luffy_api.libs.video.probing import VideoInfo

POSTER_SECONDS = 120
LARGEST_SIDE = 1280
# The very beginning is often black.
SHARE, LATEST_SECOND = 0.1, 10


def poster_second(duration: int) -> float:
    """The moment that stands for a film of `duration` seconds."""
    return min(duration * SHARE, LATEST_SECOND)


def draw_poster(path: Path, kind: str, info: VideoInfo, target: Path) -> None:
    """Writes a JPEG of the first tenth, at most 1280 pixels wide or high. Raises ToolFailed."""
    second = poster_second(info.duration)
    fit = f"scale='min({LARGEST_SIDE},iw)':'min({LARGEST_SIDE},ih)'"
    tools.run(
        "ffmpeg",
        [
            *["-nostdin", "-v", "error", "-y", "-ss", f"{second:.2f}"],
            *tools.input_arguments(path, kind),
            *["-frames:v", "1", "-vf", f"{fit}:force_original_aspect_ratio=decrease"],
            *["-map_metadata", "-1", "-q:v", "4", "-f", "image2", "-update", "1", str(target)],
        ],
        timeout=POSTER_SECONDS,
    )
    if not target.is_file():
        raise ToolFailed("no picture at that second")
