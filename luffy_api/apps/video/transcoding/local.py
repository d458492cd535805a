"""Transcoding a video on this machine: ffmpeg reads it, draws a poster and makes HLS."""

import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path, PurePosixPath

from django.conf import settings
from django.core.files import File

from luffy_api.apps.video.models import TranscodingJob
from luffy_api.apps.video.transcoding import results
from luffy_api.apps.video.transcoding.base import Transcoder, new_hls_folder, store_poster
from luffy_api.libs import storage, video

NO_FFMPEG = "服务器没有安装 ffmpeg:视频按原样播放,没有多种清晰度和封面"


class LocalTranscoder(Transcoder):
    """ffmpeg, for any storage that has no transcoding of its own."""

    def start(self, job: TranscodingJob) -> None:
        """Returns when all is done."""
        if not video.is_available():
            results.mark_ready(job, plays_natively=True, note=NO_FFMPEG)
            return
        kind = PurePosixPath(job.source).suffix.lower().removeprefix(".")
        with storage.private_storage().local_copy(job.source) as path, _scratch() as folder:
            info = video.probe(path, kind)
            results.save_metadata(
                job,
                duration=info.duration,
                poster=_poster(job, path, kind, info, folder),
                plays=info.plays_in_browsers,
            )
            made = folder / "hls"
            made.mkdir()
            video.transcode_to_hls(
                path,
                kind,
                info,
                made,
                time_limit=settings.TRANSCODE_TIME_LIMIT.total_seconds(),
                on_progress=lambda percent: results.heartbeat(job, percent),
            )
            results.mark_ready(job, hls=_store(job, made))


def clear_scratch() -> None:
    """Removes what killed workers left on this machine; only for the one that holds its lock."""
    shutil.rmtree(_scratch_root(), ignore_errors=True)


@contextmanager
def _scratch() -> Iterator[Path]:
    # Beside the shop's own data: the system's scratch folder is often small, or memory.
    _scratch_root().mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=_scratch_root()) as name:
        yield Path(name)


def _scratch_root() -> Path:
    root: Path = settings.VAR_DIR / "transcoding"
    return root


def _poster(job: TranscodingJob, path: Path, kind: str, info: video.VideoInfo, folder: Path) -> str:
    """The stored name of a poster; blank when none could be drawn, which is no reason to fail."""
    drawn = folder / "poster.jpg"
    try:
        video.draw_poster(path, kind, info, drawn)
    except video.ToolFailed:
        return ""
    return store_poster(job, drawn.read_bytes())


def _store(job: TranscodingJob, made: Path) -> str:
    """Stores all files, the master playlist last; the name of that."""
    root = new_hls_folder(job)
    files = sorted(path for path in made.rglob("*") if path.is_file())
    files.sort(key=lambda path: path == made / video.MASTER_PLAYLIST)
    for path in files:
        with path.open("rb") as content:
            name = f"{root}/{path.relative_to(made).as_posix()}"
            storage.private_storage().save(name, File(content))
        if not results.heartbeat(job, 99):
            raise video.Stopped
    return f"{root}/{video.MASTER_PLAYLIST}"
