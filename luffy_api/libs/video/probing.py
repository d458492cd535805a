"""Metadata of a video, read by ffprobe."""

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from luffy_api.libs.video import tools
from luffy_api.libs.video.exceptions import NotAVideo, Oversized, ToolFailed

TIME_LIMIT_SECONDS = 60
MAX_SECONDS = 24 * 3600
# A little over 8K; a decoder needs several frames of four bytes a pixel.
MAX_PIXELS = 8192 * 4608
BROWSER_PIXEL_FORMATS = {"yuv420p", "yuvj420p"}
BROWSER_AUDIO_CODECS = {"aac", "mp3", None}
ENTRIES = "stream=codec_type,codec_name,pix_fmt,width,height,duration:format=duration"


@dataclass(frozen=True)
class VideoInfo:
    """`duration` in whole seconds (at least 1), size in pixels as stored, codecs by ffmpeg's names.

    `audio_codec` is None for a video without sound.
    """

    duration: int
    width: int
    height: int
    video_codec: str
    pixel_format: str
    audio_codec: str | None

    @property
    def plays_in_browsers(self) -> bool:
        """Whether browsers play the file as it is, without transcoding."""
        return (
            self.video_codec == "h264"
            and self.pixel_format in BROWSER_PIXEL_FORMATS
            and self.audio_codec in BROWSER_AUDIO_CODECS
        )


def probe(path: Path, kind: str) -> VideoInfo:
    """Reads the metadata of a video of the kind `mp4` or `flv` (formats.FORMATS).

    Raises ToolMissing, Killed, NotAVideo, Oversized.
    """
    arguments = ["-v", "error", "-of", "json", "-show_entries", ENTRIES]
    try:
        printed = tools.run(
            "ffprobe", [*arguments, *tools.input_arguments(path, kind)], timeout=TIME_LIMIT_SECONDS
        )
        return _parse(json.loads(printed))
    except (ToolFailed, ValueError, KeyError, TypeError) as error:
        raise NotAVideo(str(error)) from error


def _parse(answer: dict[str, Any]) -> VideoInfo:
    streams = answer.get("streams", [])
    video = next((s for s in streams if s.get("codec_type") == "video"), None)
    audio = next((s for s in streams if s.get("codec_type") == "audio"), None)
    if video is None:
        raise NotAVideo("no video stream")
    width, height = int(video["width"]), int(video["height"])
    length = float(answer.get("format", {}).get("duration") or video.get("duration") or 0)
    if width <= 0 or height <= 0 or not length > 0:
        raise NotAVideo("no video stream")
    if width * height > MAX_PIXELS or length > MAX_SECONDS:
        raise Oversized(f"{width}x{height}, {length:.0f} s")
    return VideoInfo(
        duration=max(1, round(length)),
        width=width,
        height=height,
        video_codec=video.get("codec_name", ""),
        pixel_format=video.get("pix_fmt", ""),
        audio_codec=audio.get("codec_name", "") if audio else None,
    )
