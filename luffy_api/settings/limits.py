"""Limits of uploaded files, and lifetimes of uploads and signed URLs.

The lifetimes that only storages need are in luffy_api/libs/storage/lifetimes.py.
"""

from datetime import timedelta

from luffy_api.settings import env

VIDEO_MAX_BYTES = env.integer("VIDEO_MAX_MB", 4096, minimum=1, maximum=2**20) * 1024**2
ATTACHMENT_MAX_BYTES = 200 * 1024**2
INVOICE_MAX_BYTES = 10 * 1024**2
# An uploaded table, what it may unpack to, and its rows; rows that are applied in one transaction.
IMPORT_MAX_BYTES = 20 * 1024**2
IMPORT_MAX_UNPACKED_BYTES = 128 * 1024**2
IMPORT_MAX_ROWS = 50_000
IMPORT_BATCH_ROWS = 200
IMAGE_MAX_BYTES = 10 * 1024**2
IMAGE_MAX_PIXELS = 40_000_000
# Share pictures of courses that a process keeps.
SHARE_PICTURES_BYTES = 16 * 1024**2
# A form with a video and a few pictures.
FORM_MAX_BYTES = VIDEO_MAX_BYTES + 50 * 1024**2
# Django's own are 1,000 and 100. Several thousand courses of a discount are as many fields, and
# each of fifty sections can bring several files. A file field without a file counts as a field.
DATA_UPLOAD_MAX_NUMBER_FIELDS = 25_000
DATA_UPLOAD_MAX_NUMBER_FILES = 500
FILE_UPLOAD_HANDLERS = [
    "luffy_api.common.file_checks.LimitedUploadHandler",
    "django.core.files.uploadhandler.MemoryFileUploadHandler",
    "django.core.files.uploadhandler.TemporaryFileUploadHandler",
]
# An interrupted upload may be resumed for this long; then its parts are removed.
UPLOAD_LIFETIME = timedelta(hours=24)
# Of one transcoding job; ffmpeg is ended then.
TRANSCODE_TIME_LIMIT = timedelta(
    minutes=env.integer("TRANSCODE_TIME_LIMIT_MINUTES", 180, minimum=1, maximum=7 * 24 * 60)
)
# The sound of every video is brought to the same loudness (EBU R128).
VIDEO_EVEN_LOUDNESS = env.boolean("VIDEO_EVEN_LOUDNESS", False)
# A link to the page of a course that is not public.
PREVIEW_LIFETIME = timedelta(days=7)
# No signed URL of a private file lives longer.
SIGNED_URL_MAX_LIFETIME = timedelta(hours=2)
# The URL of a video or a segment lives as long as the video, and this much longer for pauses.
URL_GRACE_PERIOD = timedelta(minutes=15)
# The viewer's masked mobile number moves over the video.
PLAYER_WATERMARK = env.boolean("PLAYER_WATERMARK", True)
# Devices on which one account plays at the same moment; 0 for any number.
PLAYER_MAX_DEVICES = env.integer("PLAYER_MAX_DEVICES", 2, maximum=10_000)
# Rows of progress that a process keeps in memory for some seconds where it does without Redis;
# further ones are written at once.
PROGRESS_BUFFER_ROWS = env.integer("PROGRESS_BUFFER_ROWS", 20_000, maximum=10**7)
