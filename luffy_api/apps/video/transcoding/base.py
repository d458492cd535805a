"""What every way of transcoding offers."""

from abc import ABC, abstractmethod
from pathlib import PurePosixPath
from uuid import uuid4

from django.core.files.base import ContentFile

from luffy_api.apps.video.models import TranscodingJob
from luffy_api.libs import storage, video
from luffy_api.libs.storage import playlists


class Transcoder(ABC):
    """Reads a stored video, draws a poster and makes HLS of it; `settings.TRANSCODER` names one.

    An implementation reports through `results` only, and stores what it makes below `folder_of`
    the job, in names that were never used, because players keep what they have loaded.
    """

    @abstractmethod
    def start(self, job: TranscodingJob) -> None:
        """Transcodes the video of a running job, or has another service begin it.

        Raises StorageError and VideoError; Stopped when the result is not wanted any more. An
        implementation that returns before the end sets `persistent_id` and is polled.
        """

    def poll(self, job: TranscodingJob) -> None:
        """Asks a service how far a job with a `persistent_id` is. Raises StorageError."""
        raise storage.NotOffered


def folder_of(job: TranscodingJob) -> str:
    """The folder of the video in the private storage."""
    return str(PurePosixPath(job.source).parent)


def new_hls_folder(job: TranscodingJob) -> str:
    """A fresh folder for playlists and segments."""
    return f"{folder_of(job)}/hls-{uuid4().hex[:8]}"


def store_poster(job: TranscodingJob, picture: bytes) -> str:
    """Stores a JPEG beside the video; its name."""
    name = f"{folder_of(job)}/poster-{uuid4().hex[:8]}.jpg"
    return storage.private_storage().save(name, ContentFile(picture))


def length_of(playlist: str) -> dict[str, int]:
    """`duration` in whole seconds of a stored playlist of segments; nothing if it has none."""
    content = storage.private_storage().read_range(playlist, 0, playlists.MAX_BYTES)
    length = video.length_of_playlist(content.decode("utf-8", "replace"))
    return {"duration": max(1, round(length))} if length else {}


def finished_length(job: TranscodingJob) -> dict[str, int]:
    """`duration` of what was made of a video; the same in each quality."""
    rendition = job.renditions.order_by("side").first()
    return length_of(rendition.playlist) if rendition else {}
