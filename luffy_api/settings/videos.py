"""Films: how large, how long they may take, how long an address of one lives."""

from datetime import timedelta

from luffy_api.settings import env

VIDEO_MAX_BYTES = env.integer("VIDEO_MAX_MB", 4096, minimum=1) * 1024**2
# An upload that stopped may go on for this long; then its parts are removed.
UPLOAD_LIFETIME = timedelta(hours=24)
# One conversion; ffmpeg is ended then.
TRANSCODE_TIME_LIMIT = timedelta(
    minutes=env.integer("TRANSCODE_TIME_LIMIT_MINUTES", 180, minimum=1)
)
PLAY_URL_LIFETIME = timedelta(hours=2)
# An address of a film, or of a segment, lives as long as the film and this much longer for pauses.
URL_GRACE_PERIOD = timedelta(minutes=15)
# The viewer's masked number moves discreetly over the picture.
PLAYER_WATERMARK = env.boolean("PLAYER_WATERMARK", True)
ATTACHMENT_MAX_BYTES = 200 * 1024**2
IMAGE_MAX_BYTES = 10 * 1024**2
IMAGE_MAX_PIXELS = 40_000_000
# A form with a film and a few pictures.
FORM_MAX_BYTES = VIDEO_MAX_BYTES + 50 * 1024**2
FILE_UPLOAD_HANDLERS = [
    "luffy_api.common.file_checks.LimitedUploadHandler",
    "django.core.files.uploadhandler.MemoryFileUploadHandler",
    "django.core.files.uploadhandler.TemporaryFileUploadHandler",
]
