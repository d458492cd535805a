"""How much of a course's videos a student has watched."""

import pytest

from luffy_api.apps.course.models import CourseSection
from luffy_api.apps.learning.selectors import WatchedVideos, watched_videos
from luffy_api.tests.factories import CourseFactory, ProgressFactory, SectionFactory, UserFactory

pytestmark = [pytest.mark.django_db, pytest.mark.any_database]


def test_the_seconds_and_the_length_of_all_videos_count(student, django_assert_num_queries):
    first, other = CourseFactory(), CourseFactory()
    sections = [SectionFactory(course=first, duration=length) for length in (100, 300)]
    begun = ProgressFactory(user=student, section=sections[1], position=80)
    ProgressFactory(section=sections[0], position=90)
    SectionFactory(course=other, duration=50)

    with django_assert_num_queries(1):
        watched = watched_videos(user_id=student.pk, course_ids=[first.pk, other.pk])

    assert watched == {
        first.pk: WatchedVideos(80, 400, begun.updated_time),
        other.pk: WatchedVideos(0, 50, None),
    }
    assert watched[first.pk].percent == 20


def test_a_free_section_counts_like_any_other(student):
    section = SectionFactory(duration=100, free_trail=True)
    ProgressFactory(user=student, section=section, position=30)
    course = section.chapter.course_id

    assert watched_videos(user_id=student.pk, course_ids=[course])[course].percent == 30


@pytest.mark.parametrize(
    "changes",
    [
        {"is_show": False},
        {"is_delete": True},
        {"duration": 0},
        {"section_type": CourseSection.SectionType.DOCUMENT},
        {"chapter__is_show": False},
    ],
)
def test_what_is_no_video_of_the_course_does_not_count(student, changes):
    course = CourseFactory()
    SectionFactory(course=course, duration=100)
    other = SectionFactory(course=course, **changes)
    ProgressFactory(user=student, section=other, position=60)

    assert watched_videos(user_id=student.pk, course_ids=[course.pk])[course.pk] == WatchedVideos(
        0, 100
    )


def test_no_more_than_the_length_of_a_video_was_watched(student):
    # As when a longer video was replaced by a shorter one.
    section = SectionFactory(duration=100)
    ProgressFactory(user=student, section=section, position=500)
    course = section.chapter.course_id

    assert watched_videos(user_id=student.pk, course_ids=[course])[course].seconds == 100


def test_a_course_without_videos_is_not_watched():
    student, course = UserFactory(), CourseFactory()

    watched = watched_videos(user_id=student.pk, course_ids=[course.pk])[course.pk]

    assert (watched.percent, watched.exceeds(0)) == (0, False)


@pytest.mark.parametrize(("seconds", "exceeds"), [(20, False), (21, True)])
def test_a_limit_is_exceeded_by_the_next_second(seconds, exceeds):
    assert WatchedVideos(seconds, 100).exceeds(20) is exceeds
