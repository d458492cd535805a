"""Transcoding a video where it is stored: Qiniu reads it, draws the poster and makes HLS."""

from django.conf import settings
from django.core.files.base import ContentFile
from django.utils import timezone

from luffy_api.apps.video.models import TranscodingJob
from luffy_api.apps.video.transcoding import results
from luffy_api.apps.video.transcoding.base import (
    Transcoder,
    length_of,
    new_hls_folder,
    store_poster,
)
from luffy_api.libs import storage, video
from luffy_api.libs.storage import playlists
from luffy_api.libs.video.formats import playback_type

NOTIFY_PATH = "/api/v1/course/upload/transcoded/"
FAILED = "存储服务转码失败，请重试或重新上传"
TOO_LONG = "存储服务转码超时，请重试"


class QiniuTranscoder(Transcoder):
    """avinfo, vframe and persistent operations (pfop) of Qiniu Dora."""

    def start(self, job: TranscodingJob) -> None:
        """Requests everything; `poll` learns of the end."""
        files = storage.private_storage()
        metadata = files.transcoding.read_metadata(job.source)
        second = int(video.poster_second(metadata.duration))
        poster = store_poster(job, files.transcoding.poster_frame(job.source, second=second))
        plays = playback_type(job.source) is not None
        results.save_metadata(job, duration=metadata.duration, poster=poster, plays=plays)
        output = new_hls_folder(job)
        variants = _variants(output, metadata)
        content = storage.master_playlist(variants, folder=output)
        files.save(f"{output}/{video.MASTER_PLAYLIST}", ContentFile(content.encode()))
        persistent_id = files.transcoding.start(
            job.source, variants=variants, notify_url=f"{settings.PUBLIC_URL}{NOTIFY_PATH}"
        )
        mine = TranscodingJob.objects.filter(pk=job.pk, attempts=job.attempts)
        mine.update(persistent_id=persistent_id, output=output, heartbeat=timezone.now())

    def poll(self, job: TranscodingJob) -> None:
        """Writes the end, also when it does not come in time."""
        status = storage.private_storage().transcoding.status(job.persistent_id)
        if status.state == "done":
            master = f"{job.output}/{video.MASTER_PLAYLIST}"
            results.mark_ready(job, hls=master, **_finished_length(master))
        elif status.state == "failed":
            results.mark_failed(job, FAILED)
        elif job.heartbeat and timezone.now() - job.heartbeat > settings.TRANSCODE_TIME_LIMIT:
            results.mark_failed(job, TOO_LONG)


def _variants(output: str, metadata: storage.VideoMetadata) -> list[storage.Variant]:
    side = min(metadata.width, metadata.height)
    return [
        storage.Variant(
            name=f"{output}/{height}p/{video.MASTER_PLAYLIST}",
            width=_even(metadata.width * height / side),
            height=_even(metadata.height * height / side),
            bandwidth=bits,
        )
        for height, bits in video.renditions_for(metadata.width, metadata.height)
    ]


def _even(pixels: float) -> int:
    return max(2, round(pixels / 2) * 2)


def _finished_length(master: str) -> dict[str, int]:
    """What plays, which is not what the headers of the file say; nothing while nobody can tell."""
    try:
        content = storage.private_storage().read_range(master, 0, playlists.MAX_BYTES)
        parts = [line for line in content.decode().splitlines() if line and line[0] != "#"]
        return length_of(playlists.part_name(master, parts[0])) if parts else {}
    except (storage.ObjectMissing, storage.PlaylistRejected, UnicodeDecodeError):
        return {}
