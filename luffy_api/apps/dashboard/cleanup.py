"""Deletes rows of imports that nobody needs any more: they may hold data of students."""

from datetime import timedelta

from django.conf import settings
from django.utils import timezone

from luffy_api.apps.dashboard.models import Import, ImportRow
from luffy_api.common.deletion import delete_in_chunks

# No file is being read for so long.
READING_LIMIT = timedelta(minutes=15)


def clean_up() -> int:
    """Delete the rows of old imports, whose summaries stay; return how many rows."""
    before = timezone.now() - settings.IMPORT_ROW_RETENTION
    old = Import.objects.filter(updated_time__lt=before).exclude(state__in=Import.WORKING)
    old.filter(state=Import.State.READY).update(
        state=Import.State.CANCELLED, problem="超过保留期限，已取消", finished_at=timezone.now()
    )
    return delete_in_chunks(ImportRow.objects.filter(job__in=old.values("pk")))


def end_abandoned() -> int:
    """Mark imports whose process died while it read the file; return how many."""
    before = timezone.now() - READING_LIMIT
    abandoned = Import.objects.filter(state=Import.State.READING, created_time__lt=before)
    return abandoned.update(
        state=Import.State.FAILED,
        problem="读取文件时中断，请重新上传",
        finished_at=timezone.now(),
    )
