"""Why a video could not be read or transcoded."""


class VideoError(Exception):
    """Base class: the video, or the tool that reads it, is at fault."""


class ToolMissing(VideoError):
    """ffmpeg or ffprobe is not installed."""


class NotAVideo(VideoError):
    """The bytes are not a readable video of the given kind."""


class Oversized(VideoError):
    """More pixels than MAX_PIXELS, or longer than MAX_SECONDS (both in `probing`)."""


class ToolFailed(VideoError):
    """A tool ended with an error; the message is the last line of its standard error."""


class Killed(VideoError):
    """A signal from outside ended the tool (shutdown, out of memory). It may be tried again."""


class TimedOut(VideoError):
    """Transcoding took longer than its time limit and was ended."""


class Stopped(VideoError):
    """The progress callback asked to stop."""
