"""Shapes on the wire that only the course app shows."""

from luffy_api.apps.course.serializers.catalogue import (
    ChapterQuery,
    ChapterSerializer,
    CourseDetailSerializer,
    CourseListQuery,
    MyCourseSerializer,
)
from luffy_api.apps.course.serializers.uploads import (
    MediaSerializer,
    PartsRequest,
    PartUrlsSerializer,
    TicketSerializer,
    UploadRequest,
    UploadStatusSerializer,
)
from luffy_api.apps.course.serializers.watching import (
    ContentSerializer,
    DownloadSerializer,
    PlaySerializer,
    ProgressSerializer,
    WatchedSerializer,
)

__all__ = [
    "ChapterQuery",
    "ChapterSerializer",
    "ContentSerializer",
    "CourseDetailSerializer",
    "CourseListQuery",
    "DownloadSerializer",
    "MediaSerializer",
    "MyCourseSerializer",
    "PartUrlsSerializer",
    "PartsRequest",
    "PlaySerializer",
    "ProgressSerializer",
    "TicketSerializer",
    "UploadRequest",
    "UploadStatusSerializer",
    "WatchedSerializer",
]
