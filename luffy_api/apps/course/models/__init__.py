"""The catalogue, its discounts, and who may watch what."""

from luffy_api.apps.course.models.catalogue import (
    Course,
    CourseCategory,
    CourseChapter,
    CourseSection,
    Teacher,
)
from luffy_api.apps.course.models.changes import CourseChange
from luffy_api.apps.course.models.discounts import CourseDiscount
from luffy_api.apps.course.models.learning import Enrollment, SectionProgress
from luffy_api.apps.course.models.videos import VideoJob, VideoUpload

__all__ = [
    "Course",
    "CourseCategory",
    "CourseChange",
    "CourseChapter",
    "CourseDiscount",
    "CourseSection",
    "Enrollment",
    "SectionProgress",
    "Teacher",
    "VideoJob",
    "VideoUpload",
]
