"""What students watch is counted for the day on which they watched it."""

from datetime import UTC, date, datetime, timedelta

import pytest
import time_machine

from luffy_api.apps.learning import personal_data, progress, progress_buffer, study_days
from luffy_api.apps.learning.models import SectionProgress, StudyDay
from luffy_api.apps.learning.selectors import Studied, studied_by_course, studied_on
from luffy_api.apps.learning.study_days import Gain
from luffy_api.tests.factories import EnrollmentFactory, SectionFactory, UserFactory

pytestmark = pytest.mark.django_db
# Two seconds before midnight in Shanghai.
LATE = datetime(2026, 11, 28, 15, 59, 58, tzinfo=UTC)
SATURDAY, SUNDAY = date(2026, 11, 28), date(2026, 11, 29)


@pytest.fixture
def section():
    return SectionFactory(duration=600)


@pytest.fixture
def student(section):
    return EnrollmentFactory(course=section.chapter.course).user


def watch(student, section, clock, *positions):
    for position in positions:
        progress.save_progress(user_id=student.pk, section_id=section.pk, position=position)
        clock.shift(timedelta(seconds=10))
    progress_buffer.flush_all()


def rows():
    return list(StudyDay.objects.order_by("day").values_list("day", "seconds"))


def test_days_add_up_to_what_the_progress_says(student, section):
    with time_machine.travel(LATE - timedelta(seconds=20), tick=False) as clock:
        watch(student, section, clock, 0, 10, 20)
        watch(student, section, clock, 30)

    # At 23:59:38, 48 and 58, and eight seconds after midnight.
    assert rows() == [(SATURDAY, 20), (SUNDAY, 10)]
    assert SectionProgress.objects.get().watched == 30
    assert studied_on(SATURDAY) == Studied(students=1, seconds=20)
    assert studied_by_course(SUNDAY) == {section.chapter.course_id: Studied(1, 10)}


def test_sections_of_a_course_are_one_row(student, section):
    other = SectionFactory(chapter=section.chapter, duration=600)
    with time_machine.travel(LATE - timedelta(hours=2), tick=False) as clock:
        watch(student, section, clock, 0, 10)
        watch(student, other, clock, 0, 10, 20)

    assert rows() == [(SATURDAY, 30)]


def test_a_seek_without_watching_is_no_study(student, section):
    with time_machine.travel(LATE, tick=False) as clock:
        watch(student, section, clock, 0)

    assert rows() == []
    assert studied_on(SATURDAY) == Studied()


def test_many_students_cost_as_many_queries_as_one(section, django_assert_num_queries):
    users = UserFactory.create_batch(5)
    gains = [Gain(user.pk, section.pk, LATE, 7) for user in users]
    study_days.add(gains[:1])
    with django_assert_num_queries(3):
        study_days.add(gains[:1])
    study_days.add(gains)
    with django_assert_num_queries(3):
        study_days.add(gains)
    with django_assert_num_queries(0):
        study_days.add([Gain(users[0].pk, section.pk, LATE, 0)])

    assert sorted(StudyDay.objects.values_list("seconds", flat=True)) == [14, 14, 14, 14, 28]


def test_a_student_reads_it_in_the_own_data(student, section):
    study_days.add([Gain(student.pk, section.pk, LATE, 7)])

    [row] = personal_data.study_days(student.pk)
    assert row == {"day": SATURDAY, "course": section.chapter.course.name, "seconds": 7}
    assert personal_data.study_days(UserFactory().pk) == []
