"""Posters: one frame of a video as a JPEG."""

from pathlib import Path

from luffy_api.libs.video import tools
from luffy_api.libs.video.exceptions import ToolFailed
from luffy_api.libs.video.probing import VideoInfo

TIME_LIMIT_SECONDS = 120
MAX_SIDE = 1280
# The first frames are often black: take one after a tenth of the video, at most at second 10.
POSITION, MAX_SECOND = 0.1, 10
# A JPEG has the matrix of BT.601, whatever its video has; with another one greens shine.
_AS_JPEG = "scale=out_color_matrix=bt601"


def poster_second(duration: float) -> float:
    """Where in a video of `duration` seconds its poster is taken, in seconds."""
    return min(duration * POSITION, MAX_SECOND)


def draw_poster(path: Path, kind: str, info: VideoInfo, target: Path) -> None:
    """Writes the poster as a JPEG of at most 1280 pixels a side to `target`.

    `kind` is one of formats.FORMATS. Raises ToolMissing, Killed, ToolFailed.
    """
    # Of a clip of one frame, or one whose index is wrong, only the beginning is sure.
    for second in (poster_second(info.picture_length or info.duration), 0):
        _draw_frame(path, kind, info, target, second)
        if target.is_file():
            return
    raise ToolFailed("no frame")


def _draw_frame(path: Path, kind: str, info: VideoInfo, target: Path, second: float) -> None:
    fit = f"scale='min({MAX_SIDE},iw)':'min({MAX_SIDE},ih)':force_original_aspect_ratio=decrease"
    filters = [*info.picture.upright(), fit, *info.picture.colours(), _AS_JPEG]
    tools.run(
        "ffmpeg",
        [
            *["-nostdin", "-v", "error", "-y", "-ss", f"{second:.2f}"],
            *tools.input_arguments(path, kind),
            *["-map", "0:V:0", "-frames:v", "1", "-vf", ",".join(filters)],
            *["-map_metadata", "-1", "-q:v", "4", "-f", "image2", "-update", "1", str(target)],
        ],
        timeout=TIME_LIMIT_SECONDS,
    )
