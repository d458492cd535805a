"""A student gets a published answer with what is their own, and never another student's."""

import pytest
from rest_framework.test import APIClient

from luffy_api.apps.course.models import Course
from luffy_api.apps.publishing.publisher import publisher
from luffy_api.apps.user import tokens
from luffy_api.conftest import logged_in
from luffy_api.tests.factories import CourseFactory, EnrollmentFactory, SectionFactory, UserFactory

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("publishing")]

# The token's user, and what of the course is theirs.
QUERIES = 2


@pytest.fixture
def course() -> Course:
    course = CourseFactory(name="爬虫实战", attachment_path="course/attachments/notes.zip")
    SectionFactory(course=course, free_trail=True, video="sections/1.mp4")
    found: Course = course
    return found


@pytest.fixture
def owner(course) -> APIClient:
    return logged_in(EnrollmentFactory(course=course).user)


@pytest.fixture(params=["", "chapter"])
def address(request, course) -> str:
    pages = {"": f"/api/v1/course/{course.pk}/"}
    pages["chapter"] = f"/api/v1/course/chapter/?course={course.pk}"
    return pages[request.param]


def comparable(answer):
    """The answer without the moment of a signed URL."""
    body = answer.json()
    if isinstance(body["data"], dict) and body["data"].get("attachment_path"):
        body["data"]["attachment_path"] = "signed"
    return body


@pytest.mark.parametrize("who", ["owner", "stranger_api", "student_api"])
def test_it_is_what_the_view_itself_answers(request, settings, address, who):
    student = request.getfixturevalue(who)
    APIClient().get(address)
    published = student.get(address)
    settings.PUBLISHED_BYTES = 0

    own = student.get(address)

    assert comparable(published) == comparable(own)
    assert "ETag" not in own
    assert published["Cache-Control"] == "private, no-cache"


def test_it_takes_two_queries(django_assert_num_queries, owner, stranger_api, course):
    address = f"/api/v1/course/{course.pk}/"
    APIClient().get(address)

    for student, owned in ((owner, True), (stranger_api, False)):
        with django_assert_num_queries(QUERIES):
            assert student.get(address).json()["data"]["owned"] is owned


def test_a_student_who_is_the_first_publishes_it(
    django_assert_num_queries, owner, stranger_api, course
):
    address = f"/api/v1/course/{course.pk}/"
    assert owner.get(address).json()["data"]["owned"] is True

    with django_assert_num_queries(QUERIES):
        assert stranger_api.get(address).json()["data"]["owned"] is False
    with django_assert_num_queries(0):
        assert APIClient().get(address).json()["data"]["attachment_path"] is None


def test_a_stranger_who_is_the_first_is_refused(address):
    assert APIClient(HTTP_AUTHORIZATION="jwt x").get(address).status_code == 401


def test_a_list_that_a_student_asked_for_is_kept(django_assert_num_queries, course, student_api):
    first = student_api.get("/api/v1/course/")

    with django_assert_num_queries(0):
        assert student_api.get("/api/v1/course/").content == first.content


def test_an_owners_answer_is_nobody_elses(owner, stranger_api, course):
    address = f"/api/v1/course/{course.pk}/"
    visitor = APIClient()
    before = visitor.get(address).content

    mine = owner.get(address).json()["data"]

    assert mine["owned"] is True
    assert "/files/" in mine["attachment_path"]
    assert visitor.get(address).content == before == stranger_api.get(address).content


def test_what_was_just_bought_is_seen_at_once(course, student, student_api):
    address = f"/api/v1/course/{course.pk}/"
    APIClient().get(address)
    assert student_api.get(address).json()["data"]["owned"] is False

    EnrollmentFactory(course=course, user=student)

    assert student_api.get(address).json()["data"]["owned"] is True


def test_a_token_that_holds_no_more_is_refused(address, student, student_api):
    APIClient().get(address)
    assert student_api.get(address).status_code == 200

    tokens.revoke_all(student)

    assert student_api.get(address).status_code == 401


@pytest.mark.any_database
@pytest.mark.parametrize("header", ["jwt x", "jwt ", "jwt 课程"])
def test_a_strange_token_is_refused(address, header):
    APIClient().get(address)

    assert APIClient(HTTP_AUTHORIZATION=header.encode().decode("latin-1")).get(
        address
    ).status_code in {400, 401}


def test_a_header_that_is_no_token_is_a_visitors(address):
    visitor = APIClient().get(address)

    assert APIClient(HTTP_AUTHORIZATION="Basic eDp5").get(address).json() == visitor.json()


def test_a_withdrawn_course_is_there_for_its_owner_alone(address, course, owner, stranger_api):
    APIClient().get(address)
    Course.objects.filter(pk=course.pk).update(is_show=False)

    assert owner.get(address).status_code == 200
    assert stranger_api.get(address).status_code == 404
    assert APIClient().get(address).status_code == 404


def test_an_account_has_a_limit_of_its_own(settings, course, student_api):
    limits = {"account": (3, 60), "address": (100, 60)}
    settings.RATE_LIMITS = {**settings.RATE_LIMITS, "published": limits}
    publisher.cache_clear()
    address = f"/api/v1/course/{course.pk}/"
    APIClient().get(address)

    assert [student_api.get(address).status_code for _ in range(4)] == [200] * 3 + [429]
    assert logged_in(UserFactory()).get(address).status_code == 200
