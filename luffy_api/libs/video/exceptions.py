"""Why a film could not be read or converted."""


class VideoError(Exception):
    """Something is wrong with the film or with the tool that reads it."""


class ToolMissing(VideoError):
    """ffmpeg or ffprobe is not installed."""


class NotAVideo(VideoError):
    """The bytes are not a film of the type that they claim to be."""


class Oversized(VideoError):
    """More pixels or hours than a lesson has: a bomb, or a mistake."""


class ToolFailed(VideoError):
    """ffmpeg gave up; the message is the last line of its own words."""


class TimedOut(VideoError):
    """The conversion took longer than allowed and was ended."""


class Stopped(VideoError):
    """Whoever watched the progress asked for an end."""
