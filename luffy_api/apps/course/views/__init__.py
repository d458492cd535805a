"""The catalogue, watching, and bringing films in."""

from luffy_api.apps.course.views.callbacks import CallbackViewSet
from luffy_api.apps.course.views.catalogue import (
    CategoryViewSet,
    ChapterViewSet,
    CourseListViewSet,
    CourseViewSet,
)
from luffy_api.apps.course.views.uploads import MediaViewSet, UploadViewSet
from luffy_api.apps.course.views.watching import PlaylistViewSet, SectionViewSet

__all__ = [
    "CallbackViewSet",
    "CategoryViewSet",
    "ChapterViewSet",
    "CourseListViewSet",
    "CourseViewSet",
    "MediaViewSet",
    "PlaylistViewSet",
    "SectionViewSet",
    "UploadViewSet",
]
