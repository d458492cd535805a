"""GET course/chapter/?course=: the outline."""

import json

import pytest

from luffy_api.tests.factories import (
    ChapterFactory,
    CourseFactory,
    EnrollmentFactory,
    SectionFactory,
)

pytestmark = [pytest.mark.django_db, pytest.mark.any_database]
URL = "/api/v1/course/chapter/"


def outline(client, course):
    """[(chapter, [section, …]), …] by name."""
    rows = client.get(URL, {"course": course.pk}).json()["data"]
    return [(row["name"], [s["name"] for s in row["coursesections"]]) for row in rows]


def test_the_shape_of_a_chapter(api):
    section = SectionFactory(chapter__chapter=3, chapter__summary="介绍", free_trail=True)
    [row] = api.get(URL, {"course": section.chapter.course_id}).json()["data"]
    assert row == {
        "id": section.chapter.pk,
        "chapter": 3,
        "name": section.chapter.name,
        "summary": "介绍",
        "coursesections": [
            {
                "id": section.pk,
                "name": section.name,
                "orders": 100,
                "section_type": 2,
                "section_type_name": "视频",
                "duration": 600,
                "free_trail": True,
            }
        ],
    }


def test_chapters_and_sections_stand_in_their_order(api):
    course = CourseFactory()
    for number, name in [(2, "第二"), (1, "第一")]:
        chapter = ChapterFactory(course=course, chapter=number, name=name)
        for orders, section in [(2, "乙"), (1, "甲"), (3, "丙")]:
            SectionFactory(chapter=chapter, orders=orders, name=section)
    assert outline(api, course) == [("第一", ["甲", "乙", "丙"]), ("第二", ["甲", "乙", "丙"])]


def test_hidden_and_deleted_ones_are_absent(api):
    course = CourseFactory()
    chapter = ChapterFactory(course=course, name="有")
    SectionFactory(chapter=chapter, name="可见")
    for state in ({"is_show": False}, {"is_delete": True}):
        SectionFactory(chapter=chapter, **state)
        SectionFactory(chapter=ChapterFactory(course=course, **state))
    SectionFactory(name="别的课程的")
    assert outline(api, course) == [("有", ["可见"])]


def test_no_link_to_a_video_is_given_away(api, student, student_api):
    section = SectionFactory(video="course/videos/secret.mp4", free_trail=True, content="答案")
    EnrollmentFactory(user=student, course=section.chapter.course)
    for client in (api, student_api):
        text = json.dumps(client.get(URL, {"course": section.chapter.course_id}).json())
        assert not any(word in text for word in ("secret", "mp4", "http", "/files/", 'video"'))
        assert json.dumps("答案")[1:-1] not in text


@pytest.mark.parametrize(
    "query",
    [
        *("", "course=", "course=abc", "course=0", "course=1.0", "course=%00", "course=１"),
        *(f"course={2**63}", "course=1&course=1"),
    ],
)
def test_the_course_is_required(api, query):
    answer = api.get(f"{URL}?{query}")
    assert answer.status_code == 400
    assert list(answer.json()["errors"]) == ["course"]


@pytest.mark.parametrize("name", ["chapter", "page", "course__gt"])
def test_an_unknown_parameter_is_refused(api, name):
    answer = api.get(URL, {"course": CourseFactory().pk, name: 1})
    assert answer.status_code == 400
    assert answer.json()["errors"] == {name: ["未知的参数。"]}


def test_an_unknown_course_is_not_found(api):
    assert api.get(URL, {"course": 10**6}).status_code == 404


def test_a_course_without_chapters_has_an_empty_outline(api):
    assert outline(api, CourseFactory()) == []


def test_a_hidden_course_has_none_but_for_its_owner(api, student, student_api, stranger_api):
    course = CourseFactory(is_show=False)
    ChapterFactory(course=course, name="一")
    EnrollmentFactory(user=student, course=course)
    for client in (api, stranger_api):
        assert client.get(URL, {"course": course.pk}).status_code == 404
    assert outline(student_api, course) == [("一", [])]


@pytest.mark.parametrize("size", [1, 12])
def test_three_queries_at_any_size(api, student_api, django_assert_max_num_queries, size):
    course = CourseFactory()
    for chapter in ChapterFactory.create_batch(size, course=course):
        SectionFactory.create_batch(2, chapter=chapter)
    for client in (api, student_api):
        with django_assert_max_num_queries(3):
            client.get(URL, {"course": course.pk})
