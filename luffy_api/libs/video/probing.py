"""Metadata of a video, read by ffprobe."""

import json
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from luffy_api.libs.video import measuring, tools
from luffy_api.libs.video.exceptions import NotAVideo, Oversized, ToolFailed
from luffy_api.libs.video.pictures import SQUARE, Picture

TIME_LIMIT_SECONDS = 60
MAX_SECONDS = 24 * 3600
# A little over 8K; a decoder needs several frames of four bytes a pixel.
MAX_PIXELS = 8192 * 4608
BROWSER_PIXEL_FORMATS = {"yuv420p", "yuvj420p"}
BROWSER_AUDIO_CODECS = {"aac", "mp3", None}
ONE_FRAME = 0.04
# What sound without a picture is shown with.
STILL_SIZE = (1280, 720)
ENTRIES = (
    "stream=index,codec_type,codec_name,pix_fmt,width,height,duration,sample_aspect_ratio,field_order,"
    "color_space,color_transfer,color_primaries,color_range,r_frame_rate,avg_frame_rate"
    ":stream_disposition=attached_pic:stream_side_data=rotation:format=duration,start_time"
)


@dataclass(frozen=True)
class VideoInfo:
    """`duration` in whole seconds (at least 1), size in pixels as shown, codecs by ffmpeg's names.

    `audio_codec` is None for a video without sound, `video_codec` for sound without a picture.
    `length` is what plays, in seconds, and `picture_length` how much of it has a picture; both are
    0 when nobody measured them.
    """

    duration: int
    width: int
    height: int
    video_codec: str | None
    pixel_format: str
    audio_codec: str | None
    length: float = 0
    picture_length: float = 0
    picture: Picture = field(default_factory=Picture)

    @property
    def plays_in_browsers(self) -> bool:
        """Whether browsers play the file as it is, without transcoding."""
        seen = self.video_codec is None or (
            self.video_codec == "h264" and self.pixel_format in BROWSER_PIXEL_FORMATS
        )
        return seen and self.audio_codec in BROWSER_AUDIO_CODECS


def probe(path: Path, kind: str) -> VideoInfo:
    """Reads the metadata of a video of one of the kinds in formats.FORMATS.

    Headers may lie about the length: every packet is looked at, and none decoded.

    Raises ToolMissing, Killed, NotAVideo, Oversized.
    """
    arguments = ["-v", "error", "-of", "json", "-show_entries", ENTRIES]
    try:
        printed = tools.run(
            "ffprobe", [*arguments, *tools.input_arguments(path, kind)], timeout=TIME_LIMIT_SECONDS
        )
        return _parse(json.loads(printed), path, kind)
    except (ToolFailed, ValueError, KeyError, TypeError) as error:
        raise NotAVideo(str(error)) from error


def _parse(answer: dict[str, Any], path: Path, kind: str) -> VideoInfo:
    streams = answer.get("streams", [])
    video = next((s for s in streams if _is_moving(s)), None)
    audio = next((s for s in streams if s.get("codec_type") == "audio"), None)
    if video is None and audio is None:
        raise NotAVideo("neither picture nor sound")
    picture = Picture.of(video) if video else Picture()
    width, height = _size(video, picture) if video else STILL_SIZE
    picture_length, length = _lengths(answer, path, kind, video=video, audio=audio)
    if width * height > MAX_PIXELS or length > MAX_SECONDS:
        raise Oversized(f"{width}x{height}, {length:.0f} s")
    if not length > 0:
        raise NotAVideo("nothing that plays")
    return VideoInfo(
        duration=max(1, round(length)),
        width=width,
        height=height,
        video_codec=video.get("codec_name", "") if video else None,
        pixel_format=video.get("pix_fmt", "") if video else "",
        audio_codec=audio.get("codec_name", "") if audio else None,
        length=length,
        picture_length=picture_length,
        picture=picture,
    )


def _lengths(
    answer: dict[str, Any],
    path: Path,
    kind: str,
    *,
    video: dict[str, Any] | None,
    audio: dict[str, Any] | None,
) -> tuple[float, float]:
    """Of the picture, and of all that plays; by the headers where the packets cannot be read."""
    container = answer.get("format", {})
    try:
        ends = measuring.ends_of_streams(path, kind)
    except ToolFailed:
        length = float(container.get("duration") or 0)
        return (length if video else 0.0), length
    picture, sound = (ends.get(each["index"]) if each else None for each in (video, audio))
    if picture is None and sound is None:
        raise NotAVideo("nothing that plays")
    start = float(container.get("start_time") or 0)
    # A single frame of an FLV has no length of its own.
    seen = 0.0 if picture is None else max(ONE_FRAME, picture - start)
    return seen, max(ONE_FRAME, seen, (sound or 0.0) - start)


def _is_moving(stream: dict[str, Any]) -> bool:
    """A picture that is no cover of a recording of sound."""
    attached = stream.get("disposition", {}).get("attached_pic")
    return stream.get("codec_type") == "video" and not attached


def _size(stream: dict[str, Any], picture: Picture) -> tuple[int, int]:
    """As shown: with square pixels, and upright."""
    width, height = int(stream["width"]), int(stream["height"])
    if width <= 0 or height <= 0:
        raise NotAVideo("no picture")
    if picture.pixel_aspect != SQUARE:
        width = max(2, round(width * picture.pixel_aspect))
    turned = any(int(each.get("rotation", 0)) % 180 for each in stream.get("side_data_list", []))
    return (height, width) if turned else (width, height)
