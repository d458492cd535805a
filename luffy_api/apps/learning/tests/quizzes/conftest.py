"""A quiz of a course that the student has."""

import pytest

from luffy_api.tests.factories import (
    EnrollmentFactory,
    QuizFactory,
)


@pytest.fixture
def quiz(student):
    made = QuizFactory()
    EnrollmentFactory(user=student, course=made.section.chapter.course)
    return made
