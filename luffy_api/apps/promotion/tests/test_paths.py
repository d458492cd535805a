"""Packages that are paths: the page, and how far a student is on one."""

import pytest
from django.db import IntegrityError, transaction

from luffy_api.apps.course.models import Course
from luffy_api.apps.promotion import paths
from luffy_api.apps.promotion.models import PackageStep
from luffy_api.tests.factories import (
    CourseFactory,
    EnrollmentFactory,
    PackageFactory,
    SectionFactory,
)

pytestmark = [pytest.mark.django_db, pytest.mark.any_database]
URL = "/api/v1/promotion/package/"
PROGRESS = "/api/v1/course/mine/progress/"


@pytest.fixture
def courses() -> list[Course]:
    return [CourseFactory(name=name, sections=n, length=60 * n) for n, name in enumerate("甲乙丙")]


@pytest.fixture
def path(courses):
    """丙 before 甲, in two stages; no row names 乙."""
    package = PackageFactory(courses=courses, is_path=True)
    first, _, third = courses
    rows = [
        {"title": "基础", "brief": "从这里开始"},
        {"course": third},
        {"title": "空"},
        {"title": "作品"},
        {"course": first},
    ]
    for rank, row in enumerate(rows):
        package.steps.create(orders=rank, **row)
    package.steps.create(course=CourseFactory(name="不在套餐里"), orders=9)
    return package


def test_its_page_has_stages_and_courses_in_their_order(api, path, courses):
    first, second, third = (course.pk for course in courses)

    data = api.get(f"{URL}{path.pk}/").json()["data"]

    assert data["is_path"]
    assert [course["id"] for course in data["courses"]] == [third, first, second]
    stages = [(s["title"], s["brief"], [c["id"] for c in s["courses"]]) for s in data["stages"]]
    assert stages == [("基础", "从这里开始", [third]), ("作品", "", [first, second])]
    assert data["stages"][0]["courses"] == [{"id": third, "sections": 2, "length": 120}]
    for url in (f"{URL}?course={first}", f"{URL}all/"):
        found = api.get(url).json()["data"]
        [card] = found["results"] if isinstance(found, dict) else found
        assert (card["is_path"], [each["id"] for each in card["courses"]]) == (
            True,
            [third, first, second],
        )


def test_a_package_that_is_none_keeps_its_order_and_has_no_stages(api, path, courses):
    path.is_path = False
    path.save()

    data = api.get(f"{URL}{path.pk}/").json()["data"]

    assert (data["is_path"], data["stages"]) == (False, [])
    assert [course["id"] for course in data["courses"]] == [course.pk for course in courses]


def test_a_course_that_is_not_sold_is_in_no_stage(api, path, courses):
    Course.objects.filter(pk=courses[2].pk).update(is_show=False)

    stages = api.get(f"{URL}{path.pk}/").json()["data"]["stages"]

    assert [stage["title"] for stage in stages] == ["作品"]


def test_a_fixed_number_of_queries(path, courses, django_assert_num_queries):
    with django_assert_num_queries(2):
        paths.stages(path, [course.pk for course in courses])


def test_the_database_refuses_what_is_no_step(path, courses):
    wrong = [
        {"course": courses[0]},
        {"course": CourseFactory(), "title": "两者"},
        {"course": CourseFactory(), "brief": "说明"},
        {"brief": "没有标题"},
        {},
    ]
    for fields in wrong:
        with pytest.raises(IntegrityError), transaction.atomic():
            PackageStep.objects.create(package=path, **fields)


def test_a_student_sees_how_far_they_are(student, student_api, stranger_api, api, courses):
    begun, other, unowned = courses
    section = SectionFactory(course=begun, section_type=0, content="正文")
    SectionFactory(course=begun, section_type=0, content="正文")
    for course in (begun, other):
        EnrollmentFactory(user=student, course=course)
    done = f"/api/v1/course/section/{section.pk}/progress/"
    assert student_api.put(done, {"done": True}, format="json").status_code == 200
    asked = {"courses": f"{unowned.pk},{other.pk},{begun.pk},{begun.pk},{10**17}"}

    rows = student_api.get(PROGRESS, asked).json()["data"]

    assert [(row["course"], row["percent"], row["total"]) for row in rows] == [
        (other.pk, 0, 0),
        (begun.pk, 50, 2),
    ]
    assert stranger_api.get(PROGRESS, asked).json()["data"] == []
    assert api.get(PROGRESS, asked).status_code == 401


@pytest.mark.parametrize(
    "text", ["", "x", "0", "-1", "1,", ",1", "1,,2", "1 2", "9" * 19, ",".join(["1"] * 21), "１"]
)
def test_what_is_no_list_of_courses_is_refused(student_api, text):
    answer = student_api.get(PROGRESS, {"courses": text})
    assert (answer.status_code, [*answer.json()["errors"]]) == (400, ["courses"])
    assert student_api.get(PROGRESS).status_code == 400
