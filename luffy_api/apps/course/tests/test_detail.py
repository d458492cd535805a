"""GET course/{id}/: a course's page."""

import pytest

from luffy_api.apps.course.models import Course
from luffy_api.apps.course.tests.test_list import CARD
from luffy_api.apps.user.models import User
from luffy_api.common import roles
from luffy_api.conftest import logged_in
from luffy_api.tests import people
from luffy_api.tests.factories import (
    CourseFactory,
    DiscountFactory,
    EnrollmentFactory,
)
from luffy_api.tests.factories import SectionFactory as Section

pytestmark = [pytest.mark.django_db, pytest.mark.any_database]
DETAIL = {
    *CARD,
    *("detail", "length", "pub_date", "owned", "trial_section"),
    *("attachment_path", "has_attachment", "study_months"),
}
HIDDEN = [
    {"is_show": False},
    {"is_delete": True},
    {"course_category__is_show": False},
    {"course_category__is_delete": True},
]


def url(pk):
    return f"/api/v1/course/{pk}/"


def test_a_visitor_sees_a_card_and_what_only_the_page_shows(api):
    course = CourseFactory(detail="<p>详情</p>", pub_date="2026-03-01", price=100)
    DiscountFactory(courses=[course])
    data = api.get(url(course.pk)).json()["data"]
    assert data.keys() == DETAIL
    assert data["detail"] == "<p>详情</p>"
    assert data["pub_date"] == "2026-03-01"
    assert (data["price"], data["real_price"], data["discount_type"]) == (
        "100.00",
        "80.00",
        "限时折扣",
    )
    assert data["discount_ends"] is not None
    assert (data["owned"], data["trial_section"]) == (False, None)
    assert (data["attachment_path"], data["has_attachment"]) == (None, False)


@pytest.mark.parametrize("reason", [*HIDDEN, {"status": Course.Status.OFFLINE}])
def test_a_hidden_course_is_not_there_for_others(api, stranger_api, reason):
    course = CourseFactory(**reason)
    for client in (api, stranger_api):
        answer = client.get(url(course.pk))
        assert answer.status_code == 404
        assert answer.json()["code"] == 1004


@pytest.mark.parametrize("reason", [*HIDDEN, {"status": Course.Status.OFFLINE}])
def test_its_owner_still_sees_it(student, student_api, reason):
    course = CourseFactory(**reason)
    EnrollmentFactory(user=student, course=course)
    assert student_api.get(url(course.pk)).json()["data"]["owned"] is True


def test_an_announced_course_has_a_page(api):
    assert api.get(url(CourseFactory(status=Course.Status.ANNOUNCED).pk)).status_code == 200


@pytest.mark.parametrize("who", [{"role": roles.OPERATIONS}, {"is_superuser": True}])
def test_staff_see_a_draft_but_nothing_that_was_deleted(who):
    staff = logged_in(people.staff(**who))
    course = CourseFactory(status=Course.Status.OFFLINE)
    draft = Section(course=course, section_type=0, content="正文", video="", free_trail=True)
    addresses = [
        url(course.pk),
        f"/api/v1/course/chapter/?course={course.pk}",
        f"/api/v1/course/section/{draft.pk}/content/",
    ]

    assert [staff.get(each).status_code for each in addresses] == [200] * 3
    assert staff.get(url(CourseFactory(is_delete=True).pk)).status_code == 404


@pytest.mark.parametrize(
    ("role", "fields"),
    [
        (roles.OPERATIONS, {"is_staff": False}),
        (roles.OPERATIONS, {"is_active": False}),
        (roles.FINANCE, {}),
        (roles.TEACHERS, {}),
        ("", {}),
    ],
)
def test_who_may_not_see_courses_in_the_back_office_sees_no_draft(role, fields):
    course = CourseFactory(status=Course.Status.OFFLINE)
    user = people.staff(role)
    User.objects.filter(pk=user.pk).update(**fields)
    somebody = logged_in(User.objects.get(pk=user.pk))

    assert somebody.get(url(course.pk)).status_code in {401, 404}


@pytest.mark.parametrize("pk", [0, 10**6, 2**63 - 1, 2**63, 2**64, 10**30])
def test_an_id_of_nothing_is_not_found(api, student_api, pk):
    assert api.get(url(pk)).status_code == 404
    assert student_api.get(url(pk)).status_code == 404


@pytest.mark.parametrize("pk", ["abc", "-1", "1.5", "%00", "１"])
def test_what_is_no_id_is_not_found(api, pk):
    CourseFactory(pk=1)
    answer = api.get(url(pk))
    assert answer.status_code == 404
    assert answer.json()["code"] == 1004


def test_only_owners_are_owners(student, student_api, stranger_api, api):
    course = CourseFactory()
    EnrollmentFactory(user=student, course=course)
    owned = [
        client.get(url(course.pk)).json()["data"]["owned"]
        for client in (student_api, stranger_api, api)
    ]
    assert owned == [True, False, False]


def test_only_owners_get_the_attachment(student, student_api, stranger_api, api, folders):
    course = CourseFactory(attachment_path="course/attachments/slides.zip")
    EnrollmentFactory(user=student, course=course)
    path = folders / "private" / "course" / "attachments" / "slides.zip"
    path.parent.mkdir(parents=True)
    path.write_bytes(b"slides")
    for client in (api, stranger_api):
        data = client.get(url(course.pk)).json()["data"]
        assert (data["attachment_path"], data["has_attachment"]) == (None, True)
    signed_url = student_api.get(url(course.pk)).json()["data"]["attachment_path"]
    answer = api.get(signed_url)
    assert b"".join(answer.streaming_content) == b"slides"
    assert answer["Content-Disposition"] == 'attachment; filename="slides.zip"'
    answer.close()


def test_the_trial_is_the_first_free_video_that_is_shown_and_there(api):
    course = CourseFactory()
    video = {"video": "a.mp4", "free_trail": True}
    Section(course=course, chapter__chapter=1, free_trail=True, video="")
    Section(course=course, chapter__chapter=1, video="a.mp4")
    Section(course=course, chapter__chapter=1, section_type=0, **video)
    Section(course=course, chapter__chapter=1, is_show=False, **video)
    Section(course=course, chapter__chapter=1, chapter__is_show=False, **video)
    Section(course=course, chapter__chapter=3, **video)
    trial = Section(course=course, chapter__chapter=2, orders=1, **video)
    Section(chapter=trial.chapter, orders=2, **video)
    assert api.get(url(course.pk)).json()["data"]["trial_section"] == trial.pk


def test_a_bad_token_is_told_instead_of_ignored(api):
    api.credentials(HTTP_AUTHORIZATION="jwt stale")
    assert api.get(url(CourseFactory().pk)).status_code == 401


@pytest.mark.parametrize("size", [1, 15])
def test_few_queries_at_any_size(
    api, student, student_api, stranger_api, django_assert_max_num_queries, size
):
    course = CourseFactory()
    Section.create_batch(size, course=course, free_trail=True, video="a.mp4")
    for _ in range(size):
        DiscountFactory(courses=[course])
    EnrollmentFactory(user=student, course=course)
    for client in (api, student_api, stranger_api):
        with django_assert_max_num_queries(4):
            assert client.get(url(course.pk)).status_code == 200


def test_the_text_is_cleaned_however_it_got_into_the_database(api):
    course = CourseFactory(detail="<h3>好课</h3><script>alert(1)</script><p onclick=x>字</p>")
    detail = api.get(f"/api/v1/course/{course.pk}/").json()["data"]["detail"]
    assert detail == "<h2>好课</h2><p>字</p>"
