"""The catalogue, its discounts, its outbox, and the enrollments of students."""

from luffy_api.apps.course.models.also_studied import AlsoStudied
from luffy_api.apps.course.models.categories import CourseCategory
from luffy_api.apps.course.models.courses import Course, CourseQuerySet
from luffy_api.apps.course.models.discounts import CourseDiscount, CourseDiscountQuerySet
from luffy_api.apps.course.models.enrollments import (
    Enrollment,
    EnrollmentGrant,
    EnrollmentGrantQuerySet,
    EnrollmentQuerySet,
)
from luffy_api.apps.course.models.outbox import CatalogueEvent
from luffy_api.apps.course.models.outline import (
    CourseChapter,
    CourseSection,
    CourseSectionQuerySet,
)
from luffy_api.apps.course.models.section_notices import SectionNotice, SectionNoticeQuerySet
from luffy_api.apps.course.models.student_counts import StudentCountChange
from luffy_api.apps.course.models.teachers import Teacher
from luffy_api.apps.course.models.view_days import CourseViewDay

__all__ = [
    "AlsoStudied",
    "CatalogueEvent",
    "Course",
    "CourseCategory",
    "CourseChapter",
    "CourseDiscount",
    "CourseDiscountQuerySet",
    "CourseQuerySet",
    "CourseSection",
    "CourseSectionQuerySet",
    "CourseViewDay",
    "Enrollment",
    "EnrollmentGrant",
    "EnrollmentGrantQuerySet",
    "EnrollmentQuerySet",
    "SectionNotice",
    "SectionNoticeQuerySet",
    "StudentCountChange",
    "Teacher",
]
