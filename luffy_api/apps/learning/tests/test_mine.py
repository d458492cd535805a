"""GET course/mine/: 我的课程."""

import json
from dataclasses import asdict
from datetime import timedelta
from types import SimpleNamespace

import pytest
import time_machine
from django.utils import timezone
from rest_framework.renderers import JSONRenderer

from luffy_api.apps.course.models import Course
from luffy_api.apps.course.selectors import load_cards
from luffy_api.apps.course.tests.test_list import CARD
from luffy_api.apps.learning.course_progress import CourseProgress
from luffy_api.apps.learning.serializers.sections import MyCourseSerializer
from luffy_api.tests.factories import (
    ChapterFactory,
    CourseFactory,
    DiscountFactory,
    EnrollmentFactory,
    ProgressFactory,
    SectionFactory,
)

pytestmark = pytest.mark.django_db
URL = "/api/v1/course/mine/"


def mine(client):
    return client.get(URL).json()["data"]["results"]


def test_a_row_is_a_card_with_progress(student, student_api):
    EnrollmentFactory(user=student)
    [row] = mine(student_api)
    assert row.keys() == {*CARD, "progress", "can_leave", "ends_at"}
    assert row["progress"] == asdict(CourseProgress())
    assert row["can_leave"] is False


def test_a_row_is_what_the_serializer_says(student, student_api):
    course = EnrollmentFactory(
        user=student, course__price="99.90", course__brief='a\n"b"\\ 🐍', course__status=1
    ).course
    DiscountFactory(courses=[course])
    section = SectionFactory(course=course, duration=100)
    ProgressFactory(user=student, section=section, position=95)
    [card] = load_cards(Course.objects.for_card())
    progress = CourseProgress(100, 1, 1, section.pk, section.name, 95, certificate=True)
    row = SimpleNamespace(**vars(card), progress=progress, can_leave=False, ends_at=None)
    expected = MyCourseSerializer(row).data

    [row] = mine(student_api)

    assert row == json.loads(JSONRenderer().render(expected))


def test_only_my_own_and_the_newest_first(student, student_api):
    now = timezone.now()
    for days, name in [(2, "旧"), (0, "新"), (1, "中")]:
        with time_machine.travel(now - timedelta(days=days)):
            EnrollmentFactory(user=student, course__name=name)
    EnrollmentFactory(course__name="别人的")
    assert [row["name"] for row in mine(student_api)] == ["新", "中", "旧"]


@pytest.mark.parametrize(
    "state",
    [
        {"is_show": False},
        {"is_delete": True},
        {"status": Course.Status.OFFLINE},
        {"course_category__is_show": False},
    ],
)
def test_what_became_of_a_course_in_the_shop_does_not_matter(student, student_api, state):
    EnrollmentFactory(user=student, course=CourseFactory(**state))
    assert len(mine(student_api)) == 1


def test_progress_counts_sections_that_were_watched_to_nine_tenths(student, student_api):
    course = EnrollmentFactory(user=student).course
    done, almost, begun, _ = (
        SectionFactory(chapter=ChapterFactory(course=course), duration=100) for _ in range(4)
    )
    ProgressFactory(user=student, section=done, position=90)
    ProgressFactory(user=student, section=almost, position=89)
    ProgressFactory(user=student, section=begun, position=12)
    ProgressFactory(section=done, position=100)
    [row] = mine(student_api)
    assert row["progress"] == asdict(CourseProgress(25, 1, 4, begun.pk, begun.name, 12))


def test_going_back_does_not_undo_what_was_watched(student, student_api):
    section = SectionFactory(duration=100)
    EnrollmentFactory(user=student, course=section.chapter.course)
    ProgressFactory(user=student, section=section, position=5, watched=100)
    assert mine(student_api)[0]["progress"]["percent"] == 100


def test_hidden_sections_do_not_count(student, student_api):
    course = EnrollmentFactory(user=student).course
    seen = SectionFactory(course=course, duration=100)
    hidden = SectionFactory(course=course, duration=100, is_show=False)
    for section in (seen, hidden):
        ProgressFactory(user=student, section=section, position=100)
    [row] = mine(student_api)
    assert (row["progress"]["percent"], row["progress"]["section_id"]) == (100, seen.pk)


def test_a_visitor_is_asked_to_log_in(api):
    assert api.get(URL).status_code == 401


def test_pages_are_those_of_every_list(student, student_api):
    EnrollmentFactory.create_batch(3, user=student)
    data = student_api.get(URL, {"page_size": 2, "page": 2}).json()["data"]
    assert (data["count"], len(data["results"])) == (3, 1)
    assert student_api.get(URL, {"page_size": 51}).status_code == 400
    assert student_api.get(URL, {"page": 9}).status_code == 404


@pytest.mark.parametrize("size", [1, 8])
def test_a_fixed_number_of_queries(student, student_api, django_assert_num_queries, size):
    for enrollment in EnrollmentFactory.create_batch(size, user=student):
        section = SectionFactory(course=enrollment.course)
        ProgressFactory(user=student, section=section, position=1)
    with django_assert_num_queries(8):
        mine(student_api)
    # The courses before the filter, and the progress in all of them
    with django_assert_num_queries(11):
        student_api.get(URL, {"state": "unfinished", "ordering": "latest"})


def test_a_chapter_that_is_hidden_stays_done_and_is_no_place_to_go_on(student, student_api):
    course = EnrollmentFactory(user=student).course
    shown, hidden = SectionFactory(course=course), SectionFactory(course=course)
    SectionFactory(course=course)
    for section in (shown, hidden):
        ProgressFactory(user=student, section=section, position=600)
    hidden.chapter.is_show = False
    hidden.chapter.save()
    [row] = mine(student_api)
    assert row["progress"] == asdict(CourseProgress(66, 2, 3, shown.pk, shown.name, 600))


def test_a_video_of_unknown_length_is_not_done_by_opening_it(student, student_api):
    section = SectionFactory(duration=0)
    EnrollmentFactory(user=student, course=section.chapter.course)
    ProgressFactory(user=student, section=section, position=0)
    [row] = mine(student_api)
    assert row["progress"]["percent"] == 0


def test_a_course_is_finished_or_not(student, student_api):
    names = {}
    for name, position in [("学完", 600), ("一半", 300), ("未开始", None)]:
        course = EnrollmentFactory(user=student, course__name=name).course
        section = SectionFactory(course=course)
        if position is not None:
            ProgressFactory(user=student, section=section, position=position)
    for state in ("finished", "unfinished"):
        data = student_api.get(URL, {"state": state}).json()["data"]
        names[state] = ({row["name"] for row in data["results"]}, data["count"])
    assert names == {"finished": ({"学完"}, 1), "unfinished": ({"一半", "未开始"}, 2)}


def test_the_one_that_was_learned_last_comes_first(student, student_api):
    now = timezone.now()
    for days, name in [(3, "旧"), (1, "新"), (None, "没学过"), (2, "中")]:
        course = EnrollmentFactory(user=student, course__name=name).course
        if days:
            with time_machine.travel(now - timedelta(days=days)):
                ProgressFactory(user=student, section=SectionFactory(course=course), position=1)
    rows = student_api.get(URL, {"ordering": "latest"}).json()["data"]["results"]
    assert [row["name"] for row in rows] == ["新", "中", "旧", "没学过"]


@pytest.mark.parametrize(
    "query", [{"state": ""}, {"state": "x"}, {"ordering": "-id"}, {"ordering": ""}, {"percent": 1}]
)
def test_what_cannot_be_asked_is_refused(student_api, query):
    answer = student_api.get(URL, query)
    assert (answer.status_code, list(answer.json()["errors"])) == (400, list(query))


def test_a_course_that_was_joined_free_can_be_left(student, student_api):
    for source in (0, 1, 2):
        EnrollmentFactory(user=student, source=source, course__name=str(source))
    assert {row["name"]: row["can_leave"] for row in mine(student_api)} == {
        "0": True,
        "1": False,
        "2": False,
    }
