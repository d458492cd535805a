"""The catalogue, its discounts, its outbox, and who has which course."""

from luffy_api.apps.course.models.catalogue import (
    Course,
    CourseCategory,
    CourseChapter,
    CourseSection,
    Teacher,
)
from luffy_api.apps.course.models.discounts import CourseDiscount
from luffy_api.apps.course.models.enrollments import Enrollment
from luffy_api.apps.course.models.outbox import CatalogueEvent

__all__ = [
    "CatalogueEvent",
    "Course",
    "CourseCategory",
    "CourseChapter",
    "CourseDiscount",
    "CourseSection",
    "Enrollment",
    "Teacher",
]
