"""Uploading videos, and what the storage reports."""

from luffy_api.apps.video.views.callbacks import CallbackViewSet
from luffy_api.apps.video.views.subtitles import SubtitleViewSet
from luffy_api.apps.video.views.uploads import MediaViewSet, UploadViewSet

__all__ = ["CallbackViewSet", "MediaViewSet", "SubtitleViewSet", "UploadViewSet"]
