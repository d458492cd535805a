"""Videos: accepted formats, metadata by ffprobe, posters and transcoding by ffmpeg."""

from luffy_api.libs.video.exceptions import (
    Killed,
    NotAVideo,
    Oversized,
    Stopped,
    TimedOut,
    ToolFailed,
    ToolMissing,
    VideoError,
)
from luffy_api.libs.video.measuring import length_of_playlist
from luffy_api.libs.video.posters import draw_poster, poster_second
from luffy_api.libs.video.probing import VideoInfo, probe
from luffy_api.libs.video.sounds import draw_sound, gain_to
from luffy_api.libs.video.tools import is_available
from luffy_api.libs.video.transcoding import (
    MASTER_PLAYLIST,
    PLAYLIST,
    Rendition,
    master_playlist,
    renditions_for,
    transcode_to_hls,
)

__all__ = [
    "MASTER_PLAYLIST",
    "PLAYLIST",
    "Killed",
    "NotAVideo",
    "Oversized",
    "Rendition",
    "Stopped",
    "TimedOut",
    "ToolFailed",
    "ToolMissing",
    "VideoError",
    "VideoInfo",
    "draw_poster",
    "draw_sound",
    "gain_to",
    "is_available",
    "length_of_playlist",
    "master_playlist",
    "poster_second",
    "probe",
    "renditions_for",
    "transcode_to_hls",
]
