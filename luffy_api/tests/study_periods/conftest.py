"""A course with a 学习期限, and a student at any time."""

import pytest
from rest_framework.test import APIClient

from luffy_api.apps.course.models import Course
from luffy_api.tests.factories import (
    CourseFactory,
)
from luffy_api.tests.study_periods.periods import authenticated


@pytest.fixture
def student_api(student) -> APIClient:
    return authenticated(student)


@pytest.fixture
def course() -> Course:
    """For 99 yuan, to be studied for a month."""
    return CourseFactory(name="数据分析", study_months=1)
