"""Transcoding a video on this machine: ffmpeg reads it, draws a poster and makes HLS.

A recording of sound gets a picture, and every video is as long as what plays of it, whatever its
file says. One rendition after the other, the smallest first. Each is stored as soon as it is whole,
so that whoever goes on after an interruption begins with the first that is missing.
"""

import shutil
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath

from django.conf import settings
from django.core.files import File
from django.core.files.base import ContentFile
from django.db import Error as DatabaseError
from django.db import connection

from luffy_api.apps.video.models import TranscodingJob
from luffy_api.apps.video.transcoding import results, stills
from luffy_api.apps.video.transcoding.base import (
    Transcoder,
    finished_length,
    new_hls_folder,
    store_poster,
)
from luffy_api.libs import storage, video
from luffy_api.libs.video.formats import playback_type

FULL = 100
# In LUFS: what players of the web have agreed on for speech.
LOUDNESS = -16
NO_FFMPEG = "服务器没有安装 ffmpeg：视频按原样播放，没有多种清晰度和封面"
NEEDS_FFMPEG = "服务器没有安装 ffmpeg，这种格式无法播放，请上传 MP4"


class LocalTranscoder(Transcoder):
    """ffmpeg, for any storage that has no transcoding of its own."""

    def start(self, job: TranscodingJob) -> None:
        """Returns when all is done."""
        if not video.is_available():
            _leave_as_it_is(job)
            return
        kind = PurePosixPath(job.source).suffix.lower().removeprefix(".")
        with storage.private_storage().local_copy(job.source) as path, _scratch() as folder:
            info = video.probe(path, kind)
            still = _still(job, path, kind, folder) if info.video_codec is None else None
            if not job.video.poster:
                poster = store_poster(job, still.read_bytes()) if still else ""
                results.save_metadata(
                    job,
                    duration=info.duration,
                    poster=poster or _poster(job, path, kind, info, folder),
                    plays=info.plays_in_browsers and playback_type(job.source) is not None,
                )
            conversion = _Conversion(job, path, kind, info, folder, still)
            results.mark_ready(job, hls=conversion.run(), **finished_length(job))


def _leave_as_it_is(job: TranscodingJob) -> None:
    if playback_type(job.source) is None:
        results.mark_failed(job, NEEDS_FFMPEG)
    else:
        results.mark_ready(job, plays_natively=True, note=NO_FFMPEG)


@dataclass
class _Conversion:
    """Makes the renditions of a video that are missing; `folder` is on this machine.

    `still` is the picture of a recording of sound.
    """

    job: TranscodingJob
    path: Path
    kind: str
    info: video.VideoInfo
    folder: Path
    still: Path | None
    deadline: float = field(
        default_factory=lambda: time.monotonic() + settings.TRANSCODE_TIME_LIMIT.total_seconds()
    )

    def run(self) -> str:
        """The stored name of the master playlist."""
        if not self.job.output:
            results.set_output(self.job, new_hls_folder(self.job))
        finished = {each.side: each for each in self.job.renditions.all()}
        _remove_halves(self.job.output, [each.playlist for each in finished.values()])
        best_first = video.renditions_for(self.info.width, self.info.height)
        total = sum(each.side**2 for each in best_first)
        begun = 0
        gain = self._gain()
        for rendition in reversed(best_first):
            if rendition.side not in finished:
                self._make(rendition, gain, _share(begun, rendition.side**2, total))
            begun += rendition.side**2
        return self._store_master()

    def _gain(self) -> float:
        """By how many dB the sound is raised; of a sound that cannot be measured, none."""
        if self.info.audio_codec is None or not settings.VIDEO_EVEN_LOUDNESS:
            return 0.0
        try:
            return video.gain_to(LOUDNESS, self.path, self.kind)
        except video.ToolFailed:
            return 0.0

    def _make(self, rendition: video.Rendition, gain: float, overall: Callable[[int], int]) -> None:
        made = self.folder / f"{rendition.side}p"
        made.mkdir()
        attributes = video.transcode_to_hls(
            self.path,
            self.kind,
            self.info,
            made,
            rendition=rendition,
            time_limit=max(0, self.deadline - time.monotonic()),
            on_progress=lambda percent: _goes_on(self.job, overall(percent)),
            still=self.still,
            gain=gain,
        )
        # A worker that was only slow, and whose job was given away, writes into no other's folder.
        target = f"{self.job.output}/{rendition.side}p-{self.job.attempts}"
        _store(made, target, lambda: _goes_on(self.job, overall(FULL)))
        shutil.rmtree(made)
        playlist = f"{target}/{video.PLAYLIST}"
        if not results.save_rendition(
            self.job, side=rendition.side, playlist=playlist, attributes=attributes
        ):
            raise video.Stopped

    def _store_master(self) -> str:
        root = PurePosixPath(self.job.output)
        content = video.master_playlist(
            (each.attributes, PurePosixPath(each.playlist).relative_to(root).as_posix())
            for each in self.job.renditions.order_by("-side")
        )
        name = f"{root}/{video.MASTER_PLAYLIST}"
        return storage.private_storage().save(name, ContentFile(content.encode()))


def _share(begun: int, part: int, total: int) -> Callable[[int], int]:
    """From percent of a part to percent (at most 99) of all."""
    return lambda percent: min(99, (begun * FULL + part * percent) // total)


def _goes_on(job: TranscodingJob, percent: int) -> bool:
    """Reports progress; False when the result is not wanted any more.

    A database that is away for a while does not cost the work that was done.
    """
    try:
        return results.heartbeat(job, percent)
    except DatabaseError:
        connection.close()
        return True


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


def _still(job: TranscodingJob, path: Path, kind: str, folder: Path) -> Path:
    """The picture of a recording of sound: the course's cover, or else its wave."""
    still = folder / "still.jpg"
    cover = stills.cover_of(job.video.section_id)
    if cover:
        still.write_bytes(cover)
    else:
        video.draw_sound(path, kind, still)
    return still


def _poster(job: TranscodingJob, path: Path, kind: str, info: video.VideoInfo, folder: Path) -> str:
    """The stored name of a poster; blank when none could be drawn, which is no reason to fail."""
    drawn = folder / "poster.jpg"
    try:
        video.draw_poster(path, kind, info, drawn)
    except video.ToolFailed:
        return ""
    return store_poster(job, drawn.read_bytes())


def _store(made: Path, target: str, goes_on: Callable[[], bool]) -> None:
    """Stores the files of a folder below `target`; raises Stopped when they are not wanted."""
    for path in sorted(made.iterdir()):
        with path.open("rb") as content:
            storage.private_storage().save(f"{target}/{path.name}", File(content))
        if not goes_on():
            raise video.Stopped


def _remove_halves(output: str, finished: list[str]) -> None:
    """Removes from the folder what belongs to no finished rendition."""
    whole = tuple(f"{PurePosixPath(name).parent}/" for name in finished)
    names = [info.name for info in storage.private_storage().list_names(f"{output}/")]
    storage.private_storage().delete_many(name for name in names if not name.startswith(whole))
