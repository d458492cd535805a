"""Where the students of a course stand, section by section."""

import pytest

from luffy_api.apps.course.models import CourseSection
from luffy_api.apps.learning.section_selectors import section_statistics
from luffy_api.tests.factories import ChapterFactory, CourseFactory, ProgressFactory, SectionFactory

pytestmark = [pytest.mark.django_db, pytest.mark.any_database]


def test_sections_stand_in_the_order_of_the_outline_with_who_began_and_who_is_done():
    chapter = ChapterFactory()
    second = SectionFactory(chapter=chapter, orders=2, duration=100, name="二")
    first = SectionFactory(chapter=chapter, orders=1, duration=100, name="一")
    SectionFactory(chapter=chapter, orders=3, duration=0, name="三")
    for position, watched in [(95, 90), (50, 89), (99, 60), (0, 0), (100, 89)]:
        ProgressFactory(section=first, position=position, watched=watched)
    ProgressFactory(section=second, position=10, watched=200)

    one, two, three = section_statistics(chapter.course_id)

    assert (one.name, two.name, three.name) == ("一", "二", "三")
    assert (one.begun, one.done, one.done_percent) == (5, 1, 20)
    assert one.watched_percent == (90 + 89 + 60 + 0 + 89) // 5
    # At 0 %, at 50 %, and two in the last part.
    assert list(one.stops) == [1, 0, 0, 0, 0, 1, 0, 0, 0, 2]
    # What was watched twice is not more than the whole.
    assert (two.begun, two.done, two.watched_percent) == (1, 1, 100)
    assert (three.begun, three.done_percent, three.watched_percent) == (0, None, None)


def test_a_video_of_unknown_length_is_never_done():
    section = SectionFactory(duration=0)
    ProgressFactory(section=section, position=10, watched=10)

    [found] = section_statistics(section.chapter.course_id)

    assert (found.begun, found.done, found.watched_percent) == (1, 0, None)
    assert sum(found.stops) == 1


def test_hidden_sections_documents_and_other_courses_are_left_out():
    course = CourseFactory()
    SectionFactory(course=course, is_show=False)
    SectionFactory(course=course, section_type=CourseSection.SectionType.DOCUMENT, video="")
    ProgressFactory(position=5)

    assert section_statistics(course.pk) == []


def test_two_queries_for_any_number_of_students(django_assert_num_queries):
    section = SectionFactory()
    ProgressFactory.create_batch(3, section=section, position=5)
    SectionFactory.create_batch(3, chapter=section.chapter)

    with django_assert_num_queries(2):
        assert len(section_statistics(section.chapter.course_id)) == 4
