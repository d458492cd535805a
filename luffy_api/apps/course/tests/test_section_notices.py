"""Owners hear of new sections: of each once, of many in one message, of drafts never."""

from datetime import timedelta

import pytest
from django.utils import timezone

from luffy_api.apps.course import section_notices
from luffy_api.apps.course.models import CourseSection, Enrollment, SectionNotice
from luffy_api.apps.inbox import expansion
from luffy_api.apps.inbox.models import Delivery, Kind, Message, MessageKind
from luffy_api.tests.back_office import save
from luffy_api.tests.factories import (
    ChapterFactory,
    CourseFactory,
    EnrollmentFactory,
    SectionFactory,
    UserFactory,
)
from luffy_api.tests.races import at_once

pytestmark = pytest.mark.django_db
LATER = timedelta(minutes=15)


def note_and_tell(after=LATER):
    """The job now, and again when the course has been quiet for a while; told courses."""
    first = section_notices.tell()
    later = section_notices.tell(timezone.now() + after)
    for message in Message.objects.filter(kind=Kind.NEW_SECTION):
        expansion.run(message.pk, seconds=60)
    return first + later


def titles(user=None):
    rows = Delivery.objects.filter(message__kind=Kind.NEW_SECTION)
    rows = rows if user is None else rows.filter(user=user)
    return [row.message.title for row in rows.select_related("message").order_by("pk")]


@pytest.fixture
def course(student):
    """A course that the student has, with the sections of its beginning."""
    row = CourseFactory(name="爬虫")
    SectionFactory.create_batch(2, chapter=ChapterFactory(course=row))
    EnrollmentFactory(user=student, course=row)
    section_notices.tell()
    Enrollment.objects.update(created_time=timezone.now() - timedelta(days=1))
    return row


@pytest.fixture
def chapter(course):
    return course.coursechapters.get()


def test_the_sections_with_which_a_course_begins_are_no_news(course, student):
    assert note_and_tell() == 0
    assert titles() == []
    assert SectionNotice.objects.count() == 2


def test_owners_hear_of_a_new_section_once_and_nobody_else_does(course, chapter, student):
    UserFactory()
    section = SectionFactory(chapter=chapter, name="代理池")

    assert (note_and_tell(), note_and_tell()) == (1, 0)

    assert titles() == titles(student) == ["《爬虫》更新了 1 个课时"]
    message = Message.objects.get()
    assert "“代理池”" in message.text
    assert message.link == f"/learn/{course.pk}/{section.pk}"
    assert message.audience_name == "《爬虫》的学员"
    assert message.created_by is None


def test_many_at_once_are_one_message(course, chapter, student):
    SectionFactory.create_batch(7, chapter=chapter)

    note_and_tell()

    assert titles(student) == ["《爬虫》更新了 7 个课时"]
    assert "等 7 个课时" in Message.objects.get().text


def test_while_more_comes_it_waits_and_not_for_ever(course, chapter):
    now = timezone.now()
    told = []
    for minutes in range(0, 150, 5):
        SectionFactory(chapter=chapter)
        told.append(section_notices.tell(now + timedelta(minutes=minutes)))

    assert told.index(1) == 24
    assert Message.objects.get().parameters == {"course": "爬虫", "count": "25"}


@pytest.mark.parametrize(
    "hidden",
    [
        lambda section: CourseSection.objects.filter(pk=section.pk).update(is_show=False),
        lambda section: CourseSection.objects.filter(pk=section.pk).update(is_delete=True),
        lambda section: CourseSection.objects.filter(pk=section.pk).update(is_playable=False),
        lambda section: section.chapter.__class__.objects.update(is_show=False),
        lambda section: section.chapter.course.__class__.objects.update(status=1),
    ],
)
def test_what_cannot_be_learned_is_not_told(course, chapter, hidden):
    hidden(SectionFactory(chapter=chapter))

    assert note_and_tell() == 0


def test_a_draft_is_told_when_it_is_shown_and_never_again(course, chapter, student):
    section = SectionFactory(chapter=chapter, is_show=False)
    assert note_and_tell() == 0
    rows = CourseSection.objects.filter(pk=section.pk)
    rows.update(is_show=True)
    assert note_and_tell() == 1
    for shown in (False, True):
        rows.update(is_show=shown)
        assert note_and_tell() == 0

    assert len(titles(student)) == 1


def test_what_is_hidden_before_it_was_told_waits(course, chapter):
    section = SectionFactory(chapter=chapter)
    section_notices.tell()
    rows = CourseSection.objects.filter(pk=section.pk)
    rows.update(is_show=False)
    assert note_and_tell() == 0
    rows.update(is_show=True)

    assert note_and_tell() == 1


def test_a_hidden_section_hurries_no_later_one(course, chapter, student):
    """It was shown by mistake, and waits; what is published a week later is one message."""
    now = timezone.now()
    hidden = SectionFactory(chapter=chapter)
    section_notices.tell(now)
    CourseSection.objects.filter(pk=hidden.pk).update(is_show=False)
    week = now + timedelta(days=7)
    told = []
    for minutes in (0, 5, 10, 15, 20, 25):
        if minutes <= 10:
            SectionFactory(chapter=chapter)
        told.append(section_notices.tell(week + timedelta(minutes=minutes)))

    assert told == [0, 0, 0, 0, 1, 0]
    assert Message.objects.get().parameters["count"] == "3"


def test_who_bought_it_with_the_section_is_not_told(course, chapter, student):
    SectionFactory(chapter=chapter)
    section_notices.tell()
    buyer = EnrollmentFactory(course=course).user
    left = EnrollmentFactory(course=course, user=UserFactory(is_active=False))
    Enrollment.objects.filter(pk=left.pk).update(created_time=timezone.now() - LATER)

    note_and_tell()

    assert titles(student)
    assert titles(buyer) == titles(left.user) == []


def test_a_course_without_owners_is_told_to_nobody(chapter):
    Enrollment.objects.all().delete()
    SectionFactory(chapter=chapter)

    assert note_and_tell() == 1

    assert not Message.objects.exists()
    assert note_and_tell() == 0


def test_nothing_is_told_while_the_kind_is_off(course, chapter):
    MessageKind.objects.create(kind=Kind.NEW_SECTION, is_on=False)
    SectionFactory(chapter=chapter)

    note_and_tell()

    assert not Message.objects.exists()


def test_saving_a_section_in_the_back_office_writes_no_message(course, chapter, admin_client):
    """However many owners there are: the job keeps one row, and a task writes the deliveries."""
    EnrollmentFactory.create_batch(3, course=course)
    section = SectionFactory(chapter=chapter, is_show=False)

    assert save(admin_client, section, is_show="on").status_code == 302

    assert not Message.objects.exists()
    assert not SectionNotice.objects.filter(section=section).exists()


@pytest.mark.parametrize("count", [1, 8])
def test_a_course_costs_a_fixed_number_of_queries(
    course, chapter, count, django_assert_max_num_queries
):
    SectionFactory.create_batch(count, chapter=chapter)
    section_notices.tell()

    with django_assert_max_num_queries(25):
        assert section_notices.tell(timezone.now() + LATER) == 1


@pytest.mark.django_db(transaction=True)
def test_runs_at_once_keep_one_message(course, chapter):
    SectionFactory.create_batch(3, chapter=chapter)
    section_notices.tell()
    later = timezone.now() + LATER

    outcomes = at_once(*[lambda: section_notices.tell(later)] * 3)

    assert outcomes == ["done"] * 3
    assert Message.objects.count() == 1
