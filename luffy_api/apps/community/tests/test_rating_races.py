"""Students who rate one course at the same moment, and one student who rates it twice."""

import pytest

from luffy_api.apps.community import rating_counts, ratings
from luffy_api.apps.community.models import Rating
from luffy_api.apps.course.models import Course
from luffy_api.tests.factories import CourseFactory, EnrollmentFactory
from luffy_api.tests.processes.clients import in_threads

pytestmark = pytest.mark.django_db(transaction=True)


def test_no_rating_is_lost_or_counted_twice():
    course = CourseFactory()
    students = [EnrollmentFactory(course=course).user for _ in range(4)]

    def write(number: int) -> None:
        student = students[number % 4]
        ratings.rate(user_id=student.pk, course_id=course.pk, stars=1 + number % 5, text="")

    in_threads(write, 12)

    assert (Rating.objects.count(), Course.objects.get().rating_count) == (4, 4)
    assert rating_counts.differences() == []
