"""A section that students learn, and a fellow student."""

import pytest

from luffy_api.apps.course.models import CourseSection
from luffy_api.tests.factories import (
    EnrollmentFactory,
    SectionFactory,
)


@pytest.fixture
def section(student):
    """A video section of a course that the student has."""
    row = SectionFactory(section_type=CourseSection.SectionType.VIDEO)
    EnrollmentFactory(user=student, course=row.chapter.course)
    return row


@pytest.fixture
def mate(section):
    """Another student of the course."""
    return EnrollmentFactory(course=section.chapter.course).user
