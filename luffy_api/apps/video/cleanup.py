"""Cleanup of expired uploads and of files that no video has.

Nothing is deleted that a row names, nothing outside of the folders that this app makes for videos,
and nothing younger than a day: what is being written right now has no row yet.
"""

import logging
import re
from datetime import timedelta
from itertools import groupby

from django.db.models import Q
from django.utils import timezone

from luffy_api.apps.video import uploads
from luffy_api.apps.video.models import TranscodingJob, Video, VideoUpload
from luffy_api.libs import storage

logger = logging.getLogger(__name__)

State = VideoUpload.State
WORKING = (TranscodingJob.State.WAITING, TranscodingJob.State.RUNNING)
PREFIX = "course/videos/"
# `video_folder` makes these; demo videos and what an operator copied by hand lie elsewhere.
OURS = re.compile(r"course/videos/[0-9]{6}/[0-9a-f]{32}/", re.ASCII)
MIN_AGE = timedelta(days=1)
RETENTION = timedelta(days=30)


def cleanup_uploads() -> tuple[int, int]:
    """(ended uploads, removed objects). Raises StorageUnavailable."""
    ended = expire_uploads()
    storage.private_storage().uploads.cleanup(before=timezone.now() - MIN_AGE)
    old = VideoUpload.objects.filter(updated_time__lt=timezone.now() - RETENTION)
    old.exclude(state=State.OPEN).delete()
    return ended, remove_orphans()


def expire_uploads() -> int:
    """Ends the uploads whose time is over and takes their bytes away; how many."""
    ended = 0
    for upload in VideoUpload.objects.filter(state=State.OPEN, expires_at__lte=timezone.now()):
        if uploads.close(upload, State.EXPIRED):
            uploads.remove(upload)
            ended += 1
    return ended


def remove_orphans() -> int:
    """Removes old objects of our folders that no row names; how many."""
    limit = timezone.now() - MIN_AGE
    removed = 0
    for folder, infos in groupby(storage.private_storage().list_names(PREFIX), key=_folder):
        names = [info.name for info in infos if info.modified < limit]
        # Rows are read after the objects were seen: whatever was taken over meanwhile is known.
        if folder and names:
            removed += _remove_unneeded(folder, names)
    if removed:
        logger.info("removed %s files that no video has", removed)
    return removed


def _folder(info: storage.ObjectInfo) -> str:
    match = OURS.match(info.name)
    return match[0] if match else ""


def _remove_unneeded(folder: str, names: list[str]) -> int:
    """Three queries for all files of a video."""
    jobs = TranscodingJob.objects.filter(video__file__startswith=folder, state__in=WORKING)
    if jobs.exists():
        return 0
    uploading = VideoUpload.objects.filter(key__startswith=folder, state=State.OPEN)
    needed = set(uploading.values_list("key", flat=True))
    # Sections that were softly deleted keep their rows: they can be brought back.
    rows = Video.objects.filter(Q(file__startswith=folder) | Q(hls__startswith=folder))
    trees = []
    for file, hls, poster in rows.values_list("file", "hls", "poster"):
        needed |= {file, poster}
        # A playlist needs what lies beside and below it.
        trees += [f"{hls.rpartition('/')[0]}/"] if hls else []
    unneeded = [name for name in names if name not in needed and not name.startswith(tuple(trees))]
    storage.private_storage().delete_many(unneeded)
    return len(unneeded)
